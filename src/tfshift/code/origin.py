"""Which release code was written for: pins first, else the symbols that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.code.names import Usage
from tfshift.code.project import CodeFile, Project
from tfshift.code.sources import discover
from tfshift.domain.errors import TfshiftError
from tfshift.domain.versions import intervals, minor_text, parse_minor
from tfshift.facts import Facts
from tfshift.memory import uncollected

_DISTRIBUTION = r"tensorflow(?:[-_](?:cpu|gpu|intel|macos|rocm))?"
# requirements, setup.py, pyproject, conda, Dockerfile and lock files all spell a pin alike.
_PIN = re.compile(
    rf"(?<![\w.-])['\"]?{_DISTRIBUTION}['\"]?(?:\[[\w,-]+\])?\s*(?:[=~]=?=?|:|>=|,)\s*['\"]?[=~^]*\s*v?"
    r"(\d+\.\d+(?:\.\d+)?)"
)
_LOCK_PIN = re.compile(rf'name = "{_DISTRIBUTION}"\s*\nversion = "(\d+\.\d+\.\d+)"')
_PIN_FILES = (
    "pylock.toml", "uv.lock", "poetry.lock", "requirements.txt", "requirements/*.txt",
    "requirements*.txt", "constraints*.txt", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile",
    "environment.yml", "environment.yaml", "Dockerfile",
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """Something in the project that tells of a version."""

    what: str
    value: str
    path: str
    line: int
    present: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        present = [list(p) for p in self.present]
        return {self.what: self.value, "path": self.path, "line": self.line, "present": present}


@dataclass(frozen=True)
class Origin:
    """What is known of the release that a project was written for.

    Args:
        possible: closed intervals of minors in which everything resolves.
        best: the version to take, None where nothing tells.
        evidence: why, the strongest first.
        reason: in one sentence.
    """

    possible: tuple[tuple[str, str], ...]
    best: str | None
    evidence: tuple[Evidence, ...]
    reason: str


def _pins(root: Path, facts: Facts) -> Iterator[Evidence]:
    seen: set[Path] = set()
    for pattern in _PIN_FILES:
        for file in sorted(root.glob(pattern)):
            if file in seen or not file.is_file():
                continue
            seen.add(file)
            text = file.read_text("utf-8", "replace")
            pins = (m for m in _PIN.finditer(text) if not _commented(text, m.start()))
            found = _LOCK_PIN.search(text) or next(pins, None)
            if found and _measured(facts, found.group(1)):
                minor = minor_text(parse_minor(found.group(1)))
                line = text.count("\n", 0, found.start(1)) + 1
                shown = file.relative_to(root).as_posix()
                yield Evidence("file", found.group(1), shown, line, ((minor, minor),))


def _commented(text: str, position: int) -> bool:
    return "#" in text[text.rfind("\n", 0, position) + 1 : position]


def _measured(facts: Facts, version: str) -> bool:
    try:
        facts.position(version)
    except TfshiftError:
        return False
    return True


# A file's path, whether it imports TensorFlow, and the first line of each symbol that tells.
_Told = tuple[str, bool, dict[str, int]]


def _told(file: CodeFile) -> _Told:
    lines: dict[str, int] = {}
    for usage in file.names.usages:
        if _telling(usage):
            lines.setdefault(usage.symbol, usage.node.lineno)
    uses = any((b.symbol or "").partition(".")[0] == "tf" for b in file.names.imports)
    return file.source.path, uses, lines


def _symbols(files: Iterable[_Told], facts: Facts) -> tuple[list[int], list[Evidence], bool]:
    """Intersect the releases of all symbols; those that would leave none are set aside.

    Returns:
        Positions of the releases, the evidence, and whether any file imports TensorFlow.
    """
    everywhere = set(range(len(facts.minors)))
    possible = set(everywhere)
    evidence: dict[str, tuple[frozenset[int], Evidence]] = {}
    uses = False
    for path, imports, lines in sorted(files):
        uses = uses or imports
        for symbol, line in lines.items():
            if symbol in evidence:
                continue
            where = frozenset(i for i in everywhere if facts.resolve(symbol, i))
            if not where or where == everywhere:
                continue
            present = tuple((a, b) for a, b in facts.present(symbol))
            evidence[symbol] = (where, Evidence("symbol", symbol, path, line, present))
    ordered = sorted(evidence.values(), key=lambda pair: (len(pair[0]), pair[1].value))
    for where, _ in ordered:
        if possible & where:
            possible &= where
    return sorted(possible), [entry for _, entry in ordered], uses


def _telling(usage: Usage) -> bool:
    # What a class offers is known by its methods; attributes that objects get are not.
    return not (
        usage.guarded
        or usage.alternatives
        or usage.method
        or usage.symbol.endswith("*")
        or usage.symbol.partition(".")[0] != "tf"
    )


def _best(possible: list[int], facts: Facts) -> int:
    """Prefer the newest 1.x where any is possible: code that runs there was written for it."""
    ones = [i for i in possible if parse_minor(facts.minors[i])[0] < 2]
    return max(ones) if ones else max(possible)


def infer(
    paths: Sequence[Path], facts: Facts, jobs: int = 1, exclude: Sequence[str] = ()
) -> Origin:
    """Infer which release a project needs.

    Args:
        paths: files and folders.
        facts: the opened facts.
        jobs: how many processes may share the files.
        exclude: patterns of files and folders to leave out.

    Raises:
        TfshiftError: if a path is missing or holds no Python.
    """
    tree = discover(paths, exclude)
    root, files = tree.root, tree.code
    pins = list(_pins(root if root.is_dir() else root.parent, facts))
    with uncollected():
        possible, evidence, uses = _symbols(Project(root, files, facts).each(_told, jobs), facts)
    if not pins and not uses:
        raise TfshiftError(
            "nothing here uses TensorFlow",
            where=", ".join(map(str, paths)),
            remedy="name another path, or give --from",
        )
    spans = tuple((a, b) for a, b in intervals(possible, facts.minors))
    if pins:
        reason = f"{pins[0].path} pins {pins[0].value}"
        return Origin(spans, pins[0].value, (*pins, *evidence), reason)
    best = facts.releases[_best(possible, facts)].version
    if evidence:
        first = evidence[0]
        reason = (
            f"{len(evidence)} symbols tell, {first.value} in {first.path}:{first.line} the most"
        )
    else:
        reason = "every symbol that it uses exists in all measured releases"
    return Origin(spans, best, tuple(evidence), reason)
