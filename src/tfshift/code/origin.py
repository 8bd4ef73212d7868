"""Which release code was written for: pins first, else the symbols that it uses."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.code.imports import third_party
from tfshift.code.modules import Modules
from tfshift.code.project import Project
from tfshift.code.ran_with import notebook
from tfshift.code.sources import discover
from tfshift.code.telling import Evidence, Pair, agreed, named, told_by
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
        keras: the version of standalone Keras that has the names; None where none is used.
    """

    possible: tuple[tuple[str, str], ...]
    best: str | None
    evidence: tuple[Evidence, ...]
    reason: str
    python: str | None = None
    modules: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    keras: str | None = None


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


def _best(pairs: set[Pair], facts: Facts, written: str | None) -> Pair:
    """Prefer the newest 1.x where any is possible: code that runs there was written for it.

    Code that was last changed long after 2.0 was not, unless it runs nowhere else. Names that the
    Keras of a release's time had no more make an older one necessary, beside an old TensorFlow.
    """
    ages = {(i, k) for i, k in pairs if k < 0 or k == facts.place("keras", i)}
    if not ages:
        oldest = min(i for i, _ in pairs)
        return oldest, max(k for i, k in pairs if i == oldest)
    possible = sorted({i for i, _ in ages})
    ones = [i for i in possible if parse_minor(facts.minors[i])[0] < 2]
    others = [i for i in possible if i not in ones]
    if written is not None and others and written >= _LATE:
        of_its_time = [i for i in others if facts.releases[i].date <= written]
        best = max(of_its_time or others[:1])
    else:
        best = max(ones) if ones else max(possible)
    return next(pair for pair in ages if pair[0] == best)


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
        told = list(project.each(told_by, jobs))
        possible, evidence = agreed(told, facts)
    traces = (t for p, data in sorted(project.notebooks()) for t in notebook(p, data, facts))
    for where, entry in traces:
        # A kernel is changed more easily than code: it counts where it leaves something.
        if here := {pair for pair in possible if pair[0] in where}:
            possible = here
            evidence.append(entry)
    least = max((t.python[0] for t in told if t.python is not None), default=None)
    more: dict[str, Any] = {
        "python": minor_text(least) if least else None,
        "modules": tuple(third_party(project.code(), Modules(p for p, _ in project.code()))),
        "symbols": tuple(
            sorted({named(s, facts) for t in told for s, rest in t.lines if not rest})
        ),
    }
    if not pins and not any(t.uses for t in told):
        raise TfshiftError(
            "nothing here uses TensorFlow",
            where=", ".join(map(str, paths)),
            remedy="name another path, or give --from",
        )
    spans = tuple((a, b) for a, b in intervals(sorted({i for i, _ in possible}), facts.minors))
    if pins:
        pinned = facts.position(pins[0].value)
        more["keras"] = _keras(max((k for i, k in possible if i == pinned), default=-1), facts)
        reason = f"{pins[0].path} pins {pins[0].value}"
        return Origin(spans, pins[0].value, (*pins, *evidence), reason, **more)
    folder = root if root.is_dir() else root.parent
    place, beside = _best(possible, facts, _last_change(folder))
    best = facts.releases[place].version
    more["keras"] = _keras(beside, facts)
    if evidence and evidence[0].present:
        first = evidence[0]
        telling = sum(bool(e.present) for e in evidence)
        reason = f"{telling} symbols tell, {first.value} in {first.path}:{first.line} the most"
    else:
        reason = "every symbol that it uses exists in all measured releases"
    return Origin(spans, best, tuple(evidence), reason, **more)


def _keras(place: int, facts: Facts) -> str | None:
    return facts.of("keras").releases[place].version if place >= 0 else None


def check_leads_on(origin: str, target: str, style: str) -> None:
    """Check that there is something to move: another release, or a style that changes code within one.

    Args:
        origin: the exact version that the code was written for.
        target: the exact version that it must run on.
        style: one of ``tfshift.code.styles``.

    Raises:
        TfshiftError: if there is nothing.
    """
    if origin == target and style != "native":
        raise TfshiftError(
            f"origin and target are both TensorFlow {target}",
            remedy="give another --to, or say with --from what the code was written for",
        )
