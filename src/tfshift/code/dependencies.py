"""What a move means for the packages that a project pins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any

from tfshift.code.destinations import Move
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.domain.releases import DISTRIBUTIONS, Release
from tfshift.pins import Pin, normalized, pins_of, requirement_files

ID = "dependency"


def findings(path: str, text: str, move: Move, needs: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield what the pins of a file do not admit on the target.

    Args:
        path: the file, as shown.
        text: its content; edits are in characters of it.
        move: origin and target.
        needs: distributions that the project's rewritten code imports.
    """
    pins = list(pins_of(path, text))
    for pin in pins:
        found = _judged(pin, move)
        if found is not None:
            message, evidence, wanted = found
            yield _finding(path, text, pin, message, evidence, _fix(pin, text, wanted))
    main = next((pin for pin in pins if pin.package in DISTRIBUTIONS), None)
    if main is not None and requirement_files.matches(PurePosixPath(path)):
        for package in sorted(set(needs) - {pin.package for pin in pins}):
            yield _added(path, text, main, package, move)


def _finding(path: str, text: str, pin: Pin, message: str, evidence: str, fix: Fix) -> Finding:
    lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    start, end = pin.name[0], max(pin.name[1], pin.where[1])
    line, last = bisect_right(lines, start), bisect_right(lines, end - 1)
    return Finding(
        path=path,
        line=line,
        column=start - lines[line - 1] + 1,
        end_line=last,
        end_column=end - lines[last - 1] + 1,
        symbol=pin.package,
        rule=ID,
        kind=Kind.DEPENDENCY,
        severity=Severity.ERROR,
        message=message,
        evidence=evidence,
        fix=fix,
    )


def _added(path: str, text: str, main: Pin, package: str, move: Move) -> Finding:
    """Add a package that the rewritten code imports, on a line below TensorFlow's."""
    release = move.target_release
    row = move.facts.companions.get(package, {}).get(release.minor, {})
    version = None if row.get("error") else row.get("version")
    message = f"the rewritten code needs {package}, which is not asked for here"
    evidence = f"it has what TensorFlow {release.version} lacks"
    if "--hash" in text:
        fix = Fix(f"Add {package} and lock again", Applicability.MANUAL)
    else:
        line = f"{package}=={version}" if version else package
        end = text.find("\n", main.name[1])
        edit = Edit(end + 1, end + 1, f"{line}\n") if end >= 0 else (
            Edit(len(text), len(text), f"\n{line}"))  # fmt: skip
        fix = Fix(f"Add {line}", Applicability.SAFE, (edit,))
    return _finding(path, text, main, message, evidence, fix)


def _judged(pin: Pin, move: Move) -> tuple[str, str, str] | None:
    """Say why a pin does not do on the target, how that is known, and what to write instead.

    What to write is ``NAME SPECIFIER`` or ``SPECIFIER``, empty where nothing is known.
    """
    release = move.target_release
    if pin.package in DISTRIBUTIONS:
        return _tensorflow(pin, release)
    if pin.package == "python":
        return _python(pin, release)
    bound = bounds(release).get(pin.package)
    if bound is not None:
        return _bounded(pin, bound, release)
    rows = move.facts.companions.get(pin.package)
    return _companion(pin, rows, move) if rows else None


def _tensorflow(pin: Pin, release: Release) -> tuple[str, str, str] | None:
    published = not release.distributions or pin.package in release.distributions
    if published and admits(pin.specifier, release.version):
        return None
    known = f"{pin.package} {release.version} is published"
    if published:
        message = f"{pin.package}{pin.specifier} keeps TensorFlow {release.version} out"
        return message, known, f"=={release.version}"
    message = f"there is no {pin.package} {release.version}; its name is tensorflow"
    evidence = f"published as {', '.join(release.distributions)}"
    return message, evidence, f"tensorflow =={release.version}"


def _python(pin: Pin, release: Release) -> tuple[str, str, str] | None:
    if not pin.specifier or any(_takes(pin.specifier, p) for p in release.pythons):
        return None
    message = f"TensorFlow {release.version} does not run on Python {pin.specifier.lstrip('=').removesuffix('.*')}"
    evidence = f"its wheels are for Python {', '.join(release.pythons)}"
    return message, evidence, f"=={release.pythons[-1]}.*"


def _takes(specifier: str, minor: str) -> bool:
    """Tell whether any patch of a Python minor is admitted, as far as its ends tell."""
    return admits(specifier, f"{minor}.0") or admits(specifier, f"{minor}.99")


@lru_cache(maxsize=1)
def bounds(release: Release) -> dict[str, str]:
    """Return the specifiers by package that a release publishes or was measured to need today."""
    from packaging.requirements import InvalidRequirement, Requirement

    found: dict[str, str] = {}
    for text in release.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is None and str(requirement.specifier):
            found[normalized(requirement.name)] = str(requirement.specifier)
    for package, cap in release.constraints.items():
        found[package] = ",".join(filter(None, (found.get(package), cap)))
    return found


def _bounded(pin: Pin, bound: str, release: Release) -> tuple[str, str, str] | None:
    """Judge a package that TensorFlow itself requires, by the versions that a pin names."""
    named = _named(pin.specifier)
    if not pin.specifier or any(admits(bound, v) for v in named) or not _exact(pin.specifier):
        return None
    message = f"{pin.package}{pin.specifier} does not go with TensorFlow {release.version}"
    return message, f"it wants {pin.package}{bound}, as published and measured", bound


def _companion(pin: Pin, rows: Mapping[str, Any], move: Move) -> tuple[str, str, str] | None:
    release = move.target_release
    row = rows.get(release.minor)
    if row is None or not pin.specifier:
        return None
    version, error = row.get("version"), row.get("error")
    if version is None or error is not None:
        message = f"no {pin.package} was found that works beside TensorFlow {release.version}"
        return message, str(error or "there was none at that time")[:200], ""
    if admits(pin.specifier, version):
        return None
    message = (
        f"{pin.package}{pin.specifier} is not the one that goes with TensorFlow {release.version}"
    )
    return message, f"{pin.package} {version} was installed and imported beside it", f"=={version}"


def admits(specifier: str, version: str) -> bool:
    """Tell whether a specifier admits a version; one that cannot be read admits nothing."""
    # Most checks meet no pin: this is imported where one is met.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidSpecifier:
        return False


def _named(specifier: str) -> list[str]:
    return [v.rstrip(".*") for v in re.findall(r"[\d][\w.]*", specifier)]


def _exact(specifier: str) -> bool:
    """Tell whether a specifier holds to one version or series, so that those it names decide."""
    return bool(re.search(r"==|~=|<", specifier))


def _fix(pin: Pin, text: str, wanted: str) -> Fix:
    """Write another version, in the spelling of the file; an image's tags are not known."""
    if not wanted or pin.style == "tag":
        return Fix(f"Choose another {pin.package} by hand", Applicability.MANUAL)
    name, _, specifier = wanted.rpartition(" ")
    edits = [Edit(*pin.where, _spelled(specifier, pin, text))]
    if name:
        extras = text[slice(*pin.name)].partition("[")[1:]
        edits.append(Edit(*pin.name, name + "".join(extras)))
    return Fix(f"Write {name or pin.package}{specifier}", Applicability.SAFE, tuple(sorted(edits)))


def _spelled(specifier: str, pin: Pin, text: str) -> str:
    plain = specifier.removesuffix(".*")
    if pin.style == "conda":
        written = text[slice(*pin.where)]
        return plain.replace("==", "=", 1) if re.fullmatch(r"=[^=].*|", written) else plain
    if pin.style == "major":
        return f"{plain.removeprefix('==').partition('.')[0]}.x"
    if pin.style == "series":
        return plain.removeprefix("==")
    if pin.style == "caret":
        if specifier.endswith(".*"):
            return f"~{plain.removeprefix('==')}"
        bare = re.fullmatch(r"[\d.]+", text[slice(*pin.where)])
        return plain.removeprefix("==") if bare else plain
    return specifier
