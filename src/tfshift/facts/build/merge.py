"""Fold one release's snapshot into the committed facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfshift.domain.versions import parse_minor
from tfshift.facts.build.intervals import compress, expand
from tfshift.facts.build.pack import AXES, axis_of, read_merged, spell_merged

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
        table.update(read_merged(file))
    return table


def measured(facts: Path, axis: str = "tf") -> list[str]:
    """List the minors of an axis that have a release file, ascending."""
    return sorted((f.stem for f in (facts / AXES[axis]).glob("*.json")), key=parse_minor)


def fold(
    table: Table, snapshots: Mapping[str, Mapping[str, Any]], old: list[str], axis: str = "tf"
) -> Table:
    """Replace some minors' columns of a merged table.

    Args:
        table: the merged table over the minors ``old``.
        snapshots: minor -> name -> record of the release.
        old: minors measured so far, ascending.
        axis: names of other axes are left as they are.

    Returns:
        The merged table over ``old`` and the new minors; names that exist nowhere are gone.
    """
    minors = sorted({*old, *snapshots}, key=parse_minor)
    names = set(table).union(*snapshots.values())
    result: Table = {}
    for name in names:
        if axis_of(name) != axis:
            # What a snapshot says of others' names (bases of builtins) is theirs to say.
            if name in table:
                result[name] = table[name]
            continue
        values = expand(table.get(name, {}), old)
        for minor, snapshot in snapshots.items():
            values.pop(minor, None)
            if name in snapshot:
                values[minor] = snapshot[name]
        if values:
            result[name] = compress(values, minors)
    return result


def columns(snapshot: Mapping[str, Any], axis: str = "tf") -> dict[str, dict[str, Any]]:
    """Return folder -> name -> record for each kind of fact in a snapshot."""
    importable = set(snapshot["importable"])
    own = snapshot["symbols"] if axis == "tf" else _own(snapshot["symbols"], importable, axis)
    symbols = {
        path: {**record, "i": 1} if path in importable else record for path, record in own.items()
    }
    return {
        "api": symbols,
        "ops": snapshot.get("ops", {}),
        "modules": dict.fromkeys(snapshot.get("files", ()), 1),
        "unusable": {path: {"why": why} for path, why in snapshot["unreadable"].items()},
    }


def _own(
    symbols: Mapping[str, dict[str, Any]], importable: set[str], axis: str
) -> dict[str, dict[str, Any]]:
    """Keep what a Keras has of its own: not what its modules import, nor its private tree.

    A module that its package can import is its own; ``keras.backend.tf`` is TensorFlow.
    """
    modules: dict[str, bool] = {}

    def inside(path: str) -> bool:
        if path not in modules:
            record = symbols.get(path)
            if record is not None and record["k"] == "module":
                modules[path] = path in importable
            else:
                above = path.rpartition(".")[0]
                modules[path] = bool(above) and inside(above)
        return modules[path]

    private = f"{axis}.src"
    kept = {
        path: record
        for path, record in symbols.items()
        if axis_of(path) == axis
        and path != private
        and not path.startswith(private + ".")
        and inside(path)
    }
    # What classes inherit from the private tree is theirs.
    bases = {base for record in kept.values() for base in record.get("b", ())}
    for path, record in symbols.items():
        if path not in kept and (path in bases or path.rpartition(".")[0] in bases):
            kept[path] = record
    return kept


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


def merged_files(
    facts: Path, snapshots: Mapping[str, Mapping[str, Any]], axis: str = "tf"
) -> dict[str, str | None]:
    """Compute what the facts folder holds after releases have been folded in.

    Args:
        facts: the ``facts/`` folder.
        snapshots: minor -> what the introspection agent wrote.
        axis: whose releases they are.

    Returns:
        Relative path -> content, None where the file goes.
    """
    old = measured(facts, axis)
    result: dict[str, str | None] = {}
    parts = {minor: columns(snapshot, axis) for minor, snapshot in snapshots.items()}
    for folder in ("api", "ops", "modules", "unusable"):
        existing = facts / folder
        for file in existing.glob("*.json"):
            result[f"{folder}/{file.name}"] = None
        column = {minor: part[folder] for minor, part in parts.items()}
        table = fold(read_tables(existing), column, old, axis)
        files: dict[str, Table] = {}
        for name, record in table.items():
            files.setdefault(file_of(folder, name), {})[name] = record
        for stem, part in files.items():
            text = spell_merged(stem if folder == "api" else "", part)
            result[f"{folder}/{stem}.json"] = text
    return result
