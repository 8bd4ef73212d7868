"""Read requirement files as people have them, and fit their lines to a release."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release

Say = Callable[[str], None]

# Names that put TensorFlow itself into an environment: the release takes their place.
TENSORFLOWS = frozenset(
    {
        "intel-tensorflow",
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-gpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "tensorflow-rocm",
        "tf-nightly",
        "tf-nightly-cpu",
        "tf-nightly-gpu",
    }
)
# Published with each release under its number: a pin of another minor can never be met.
_COMPANIONS = frozenset({"tensorboard", "tensorflow-estimator"})
# Written by the pip of some old distributions into frozen lists; no index has it.
_PHANTOMS = frozenset({"pkg-resources"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def quiet(line: str) -> None:
    """Say nothing."""


def read_requirements(path: Path, say: Say = quiet) -> list[str]:
    """Read a requirement file and those that it names with ``-r``.

    Args:
        path: the file.
        say: told of each line that is left out (options, URLs, local folders).

    Returns:
        Requirements as they are written, without comments and options.

    Raises:
        TfshiftError: if a file cannot be read or a line is not a requirement.
    """
    return _read(path, say, ())


def _read(path: Path, say: Say, above: tuple[Path, ...]) -> list[str]:
    if path.resolve() in above:
        return []
    result: list[str] = []
    for number, line in _logical_lines(_text(path)):
        nested = re.match(r"(?:-r|--requirement)[\s=]*(\S.*)", line)
        if nested:
            result += _read(path.parent / nested.group(1), say, (*above, path.resolve()))
        elif line.startswith("-"):
            say(f"{path.name}:{number}: left out, options are not taken over: {line}")
        elif _is_place(line):
            say(f"{path.name}:{number}: left out, only packages of an index are taken: {line}")
        else:
            result += _requirement(line, f"{path}:{number}", say)
    return result


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TfshiftError(
            "cannot read the requirements", where=str(path), why=error.strerror or ""
        ) from None
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise TfshiftError(
            "cannot read the requirements", where=str(path), why="not UTF-8 text"
        ) from None


def _logical_lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    kept, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        part = re.sub(r"(^|\s)#.*$", "", line)
        if part.endswith("\\"):
            kept += part[:-1] + " "
            continue
        whole = (kept + part).strip()
        if whole:
            lines.append((start, whole))
        kept, start = "", 0
    return [*lines, (start, kept.strip())] if kept.strip() else lines


def _is_place(line: str) -> bool:
    return bool(re.match(r"[\w.+-]+://|[./~]|[A-Za-z]:\\", line)) or bool(
        re.match(r"[\w.-]+(\[[^]]*\])?\s*@\s", line) or line.endswith((".whl", ".tar.gz", ".zip"))
    )


def _requirement(line: str, where: str, say: Say) -> list[str]:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    line = re.split(r"\s--", line)[0].strip()
    try:
        name = canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        raise TfshiftError("not a requirement", where=where, why=line) from None
    if name in _PHANTOMS:
        say(f"{where}: left out, not a real package: {line}")
        return []
    return [line]


def fit(requirements: Sequence[str], release: Release, say: Say = quiet) -> list[str]:
    """Return the requirements that stand beside a release.

    Lines that name TensorFlow itself are dropped, since the release takes their place.
    Companions pinned to another minor (``tensorboard==1.14.0`` beside 2.15) lose their pin.

    Raises:
        TfshiftError: if a line is not a requirement.
    """
    kept = []
    for line in requirements:
        fitted = _fit(line, release)
        if fitted is None:
            say(f"{line}: replaced by TensorFlow {release.version}")
            continue
        if fitted != line:
            say(f"{line}: its pin belongs to another release, taken as {fitted}")
        kept.append(fitted)
    return kept


def _fit(line: str, release: Release) -> str | None:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        raise TfshiftError("not a requirement", where=line) from None
    name = canonicalize_name(requirement.name)
    if name in TENSORFLOWS:
        return None
    patches = [f"{release.minor}.{patch}" for patch in range(20)]
    if name in _COMPANIONS and not any(map(requirement.specifier.contains, patches)):
        return name
    return line
