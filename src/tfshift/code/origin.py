"""Which release code was written for: pins first, else the symbols that it uses."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.code.imports import third_party
from tfshift.code.modules import Modules
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
_ROOTS = ("tf", "keras", "tf_keras")
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
        python: the least Python that its syntax needs, or None.
        modules: what it imports of other packages.
        symbols: all names of TensorFlow's and Keras's that it uses.
    """

    possible: tuple[tuple[str, str], ...]
    best: str | None
    evidence: tuple[Evidence, ...]
    reason: str
    python: str | None = None
    modules: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class _Told:
    """What one file tells.

    Args:
        path: the file.
        uses: whether it imports TensorFlow or Keras.
        lines: the first line of each symbol that tells, with one of its arguments or without.
        python: the least Python that its syntax needs, and the line that needs it.
    """

    path: str
    uses: bool
    lines: dict[tuple[str, str], int]
    python: tuple[tuple[int, int], int] | None


def _told(file: CodeFile) -> _Told:
    lines: dict[tuple[str, str], int] = {}
    for usage in file.names.usages:
        if not _telling(usage):
            continue
        lines.setdefault((usage.symbol, ""), usage.node.lineno)
        for keyword in usage.call.keywords if usage.call is not None else ():
            if keyword.arg is not None:
                lines.setdefault((usage.symbol, keyword.arg), keyword.lineno)
    uses = any((b.symbol or "").partition(".")[0] in _ROOTS for b in file.names.imports)
    return _Told(file.source.path, uses, lines, _syntax(file))


# Grammar that came after the oldest Python here, each with what a text must hold to have it.
_GRAMMAR: tuple[tuple[str, type[ast.AST], tuple[int, int]], ...] = (
    ("match", ast.Match, (3, 10)),
    (":=", ast.NamedExpr, (3, 8)),
)


def _syntax(file: CodeFile) -> tuple[tuple[int, int], int] | None:
    for mark, kind, python in _GRAMMAR:
        if mark in file.source.text:
            for node in ast.walk(file.source.tree):
                if isinstance(node, kind):
                    return python, getattr(node, "lineno", 1)
    return None


def _symbols(files: Iterable[_Told], facts: Facts) -> tuple[list[int], list[Evidence]]:
    """Intersect the releases of all symbols; those that would leave none are set aside.

    Returns:
        Positions of the releases, and the evidence.
    """
    everywhere = set(range(len(facts.minors)))
    possible = set(everywhere)
    evidence: dict[str, tuple[frozenset[int], Evidence]] = {}
    for file in sorted(files, key=lambda told: told.path):
        for (symbol, argument), line in file.lines.items():
            shown = f"{symbol}({argument}=)" if argument else symbol
            if shown in evidence:
                continue
            where = frozenset(i for i in everywhere if _takes(facts, symbol, argument, i))
            if not where or where == everywhere:
                continue
            spans = intervals(sorted(where), facts.minors)
            present = tuple((a, b) for a, b in spans)
            evidence[shown] = (where, Evidence("symbol", shown, file.path, line, present))
        if file.python is not None:
            python, line = file.python
            where = frozenset(
                i
                for i, release in enumerate(facts.releases)
                if any(parse_minor(p) >= python for p in release.pythons)
            )
            least = f"Python {python[0]}.{python[1]}"
            spans = intervals(sorted(where), facts.minors)
            told = Evidence("syntax", least, file.path, line, tuple((a, b) for a, b in spans))
            evidence.setdefault(least, (where, told))
    ordered = sorted(evidence.values(), key=lambda pair: (len(pair[0]), pair[1].value))
    for where, _ in ordered:
        if possible & where:
            possible &= where
    return sorted(possible), [entry for _, entry in ordered]


def _takes(facts: Facts, symbol: str, argument: str, position: int) -> bool:
    """Tell whether a release has a symbol, and an argument of it; of builtins none are known."""
    found = facts.resolve(symbol, position)
    if found is None:
        return False
    return not argument or found.signature is None or found.signature.accepts(argument)


def _telling(usage: Usage) -> bool:
    # What a class offers is known by its methods; attributes that objects get are not.
    return not (
        usage.guarded
        or usage.alternatives
        or usage.method
        or usage.symbol.endswith("*")
        or usage.symbol.partition(".")[0] not in _ROOTS
    )


def _best(possible: list[int], facts: Facts, written: str | None) -> int:
    """Prefer the newest 1.x where any is possible: code that runs there was written for it.

    Code that was last changed long after 2.0 was not, unless it runs nowhere else.
    """
    ones = [i for i in possible if parse_minor(facts.minors[i])[0] < 2]
    others = [i for i in possible if i not in ones]
    if written is not None and others and written >= _LATE:
        of_its_time = [i for i in others if facts.releases[i].date <= written]
        return max(of_its_time or others[:1])
    return max(ones) if ones else max(possible)


# A year and a half after 2.0.0: who still wrote 1.x by then used names that only it has.
_LATE = "2021-04-01"


def _last_change(root: Path) -> str | None:
    """Return the day of the last commit that touched a folder; None where git does not tell."""
    command = ["git", "-C", str(root), "log", "-1", "--format=%cs", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return None
    day = done.stdout.strip()
    return day if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else None


_KERNEL = re.compile(
    rb'"language_info"\s*:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"version"\s*:\s*"(3\.\d+)'
)


def _kernels(project: Project, facts: Facts) -> Iterator[tuple[frozenset[int], Evidence]]:
    """Yield the Python that notebooks were last run with: releases without it are not theirs."""
    for path, data in sorted(project.notebooks()):
        found = _KERNEL.search(data)
        if found is None:
            continue
        python = found[1].decode()
        where = frozenset(i for i, r in enumerate(facts.releases) if python in r.pythons)
        spans = intervals(sorted(where), facts.minors)
        line = data.count(b"\n", 0, found.start(1)) + 1
        told = Evidence("syntax", f"Python {python}", path, line, tuple((a, b) for a, b in spans))
        yield where, told


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
    project = Project(root, files, facts)
    with uncollected():
        told = list(project.each(_told, jobs))
        possible, evidence = _symbols(told, facts)
    for where, entry in _kernels(project, facts):
        # A kernel is changed more easily than code: it counts where it leaves something.
        if where & set(possible):
            possible = sorted(where & set(possible))
            evidence.append(entry)
    least = max((t.python[0] for t in told if t.python is not None), default=None)
    more: dict[str, Any] = {
        "python": minor_text(least) if least else None,
        "modules": tuple(third_party(project.code(), Modules(p for p, _ in project.code()))),
        "symbols": tuple(sorted({s for t in told for s, argument in t.lines if not argument})),
    }
    if not pins and not any(t.uses for t in told):
        raise TfshiftError(
            "nothing here uses TensorFlow",
            where=", ".join(map(str, paths)),
            remedy="name another path, or give --from",
        )
    spans = tuple((a, b) for a, b in intervals(possible, facts.minors))
    if pins:
        reason = f"{pins[0].path} pins {pins[0].value}"
        return Origin(spans, pins[0].value, (*pins, *evidence), reason, **more)
    folder = root if root.is_dir() else root.parent
    best = facts.releases[_best(possible, facts, _last_change(folder))].version
    if evidence:
        first = evidence[0]
        reason = (
            f"{len(evidence)} symbols tell, {first.value} in {first.path}:{first.line} the most"
        )
    else:
        reason = "every symbol that it uses exists in all measured releases"
    return Origin(spans, best, tuple(evidence), reason, **more)
