"""Fold one release's snapshot into the committed facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tfshift.domain.versions import parse_minor
from tfshift.facts.build.intervals import compress, expand

Table = dict[str, dict[str, Any]]


def namespace(path: str) -> str:
    """Return the file that holds a symbol: its module down to two names, three in contrib/compat."""
    parts = path.split(".")
    depth = 3 if len(parts) > 1 and parts[1] in ("contrib", "compat") else 2
    return ".".join(parts[: min(depth, len(parts) - 1)]) if len(parts) > 1 else parts[0]


def op_file(name: str) -> str:
    """Return the file that holds an op: its first letter."""
    return name[0].upper()


def read_tables(folder: Path) -> Table:
    """Read all merged files of a folder into one table: name -> interval -> record."""
    table: Table = {}
    for file in sorted(folder.glob("*.json")):
        table.update(json.loads(file.read_text("utf-8")))
    return table


def spell(table: Mapping[str, Mapping[str, Any]]) -> str:
    """Spell a merged file: sorted, one name a line, so that diffs read well."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(table[name], sort_keys=False, separators=(',', ':'))}"
        for name in sorted(table)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def measured(folder: Path) -> list[str]:
    """List the minors that have a release file, ascending."""
    return sorted((f.stem for f in (folder / "releases").glob("*.json")), key=parse_minor)


def fold(table: Table, snapshot: Mapping[str, Any], minor: str, old: list[str]) -> Table:
    """Replace one minor's column of a merged table.

    Args:
        table: the merged table over the minors ``old``.
        snapshot: name -> record of the release.
        minor: the release's minor.
        old: minors measured so far, ascending.

    Returns:
        The merged table over ``old`` and ``minor``; names that exist nowhere are gone.
    """
    minors = sorted({*old, minor}, key=parse_minor)
    result: Table = {}
    for name in {*table, *snapshot}:
        values = expand(table.get(name, {}), old)
        values.pop(minor, None)
        if name in snapshot:
            values[minor] = snapshot[name]
        if values:
            result[name] = compress(values, minors)
    return result


def columns(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (folder, name -> record) for each kind of fact in a snapshot."""
    importable = set(snapshot["importable"])
    symbols = {
        path: {**record, "i": 1} if path in importable else record
        for path, record in snapshot["symbols"].items()
    }
    yield "api", symbols
    yield "ops", snapshot["ops"]
    yield "modules", dict.fromkeys(snapshot["files"], 1)
    yield "unusable", {path: {"why": why} for path, why in snapshot["unreadable"].items()}


def file_of(folder: str, name: str) -> str:
    """Name the file in a folder that holds a fact."""
    if folder == "api":
        return namespace(name)
    if folder == "ops":
        return op_file(name)
    if folder == "modules":
        parts = name.split(".")
        return parts[1] if len(parts) > 2 and parts[1] in ("contrib", "python", "core") else "other"
    return folder


def merged_files(facts: Path, snapshot: Mapping[str, Any], minor: str) -> dict[str, str | None]:
    """Compute what the facts folder holds after a release has been folded in.

    Args:
        facts: the ``facts/`` folder.
        snapshot: what the introspection agent wrote.
        minor: the release's minor.

    Returns:
        Relative path -> content, None where the file goes.
    """
    old = measured(facts)
    result: dict[str, str | None] = {}
    for folder, column in columns(snapshot):
        existing = facts / folder
        for file in existing.glob("*.json"):
            result[f"{folder}/{file.name}"] = None
        table = fold(read_tables(existing), column, minor, old)
        files: dict[str, Table] = {}
        for name, record in table.items():
            files.setdefault(file_of(folder, name), {})[name] = record
        for stem, part in files.items():
            result[f"{folder}/{stem}.json"] = spell(part)
    return result
