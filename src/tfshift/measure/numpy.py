"""Which names each NumPy has: those that programs use beside TensorFlow come and go with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment import interpreters
from tfshift.environment.uv import UnresolvableError
from tfshift.facts.build.intervals import compress, expand
from tfshift.measure.release import Say, read_releases
from tfshift.measure.workbench import workbench

FILE = Path("numpy") / "names.json"
# Newest first: what a NumPy runs on is told by trying.
_PYTHONS = ("3.12", "3.11", "3.9", "3.7", "3.6")


def wanted(facts: Path) -> list[str]:
    """Return the minors of NumPy that stand beside the measured TensorFlows, ascending."""
    beside = {r["evidence"]["packages"].get("numpy") for r in read_releases(facts)}
    return sorted({minor_of(v) for v in beside if v}, key=parse_minor)


def measure_numpy(facts: Path, say: Say) -> None:
    """Ask the newest patch of each minor that is wanted and write all answers, old ones among them.

    Args:
        facts: the ``facts/`` folder.
        say: receives progress.
    """
    file = facts / FILE
    kept = json.loads(file.read_text("utf-8")) if file.is_file() else {"releases": {}, "names": {}}
    old = sorted(kept["releases"], key=parse_minor)
    columns: dict[str, dict[str, Any]] = {m: {} for m in old}
    for name, merged in kept["names"].items():
        for minor, others in expand(merged, old).items():
            columns[minor][name] = others
    releases: dict[str, str] = dict(kept["releases"])
    for minor in sorted(set(wanted(facts)) - set(old), key=parse_minor):
        names = sorted({name for column in columns.values() for name in column})
        answer = _asked(minor, names)
        columns[minor], releases[minor] = answer["names"], answer["version"]
        say(f"numpy {answer['version']}: {len(answer['names'])} names")
    every = sorted(releases, key=parse_minor)
    names = sorted({name for column in columns.values() for name in column})
    lines = []
    for name in names:
        merged = compress({m: columns[m][name] for m in every if name in columns[m]}, every)
        lines.append(f"{json.dumps(name)}: {json.dumps(merged, separators=(',', ':'))}")
    text = json.dumps({m: releases[m] for m in every})
    body = ",\n".join(lines)
    write_atomic(file, f'{{"releases": {text},\n"names": {{\n{body}\n}}}}\n')


def _asked(minor: str, names: Sequence[str]) -> dict[str, Any]:
    for python in _PYTHONS:
        found = interpreters.find(python)
        if found is None:
            continue
        with workbench(Path(found.path)) as bench:
            try:
                bench.hold(bench.resolve([f"numpy=={minor}.*", "--only-binary=:all:"]))
            except UnresolvableError:
                continue
            return bench.ask("numpy_names", *names)
    raise UnresolvableError(f"no Python here runs numpy {minor}")
