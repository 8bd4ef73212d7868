"""What differs between the APIs of two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfshift.facts.database import Facts


_Homes = dict[str, tuple[str, ...]]


def _names(parts: list[str]) -> list[str]:
    return [part.split("=", 1)[0] for part in parts]


def changed_kind(before: dict[str, Any], after: dict[str, Any]) -> str | None:
    """Tell what kind of change separates two records: kind, parameters, default, or None."""
    if before["k"] != after["k"]:
        return "kind"
    old, new = before.get("s"), after.get("s")
    if old is None or new is None or old == new:
        return None
    return "parameters" if _names(old) != _names(new) else "default"


def difference(facts: Facts, before: str, after: str, under: str = "tf") -> dict[str, Any]:
    """Compare two releases.

    Args:
        facts: the opened facts.
        before: version argument.
        after: version argument.
        under: only symbols at or below this path.

    Returns:
        ``{"added": [...], "removed": [...], "changed": [{symbol, kind, before, after}]}``, sorted.
    """
    old, new = facts.position(before), facts.position(after)
    added: list[str] = []
    removed: list[str] = []
    changed: list[dict[str, Any]] = []
    homes: tuple[_Homes, _Homes] = ({}, {})
    for name, was_id, now_id in facts.pairs(old, new, under):
        # A member that moved to a base class is still there for whoever uses it.
        if was_id is None and not _elsewhere(facts, name, old, homes[0]):
            added.append(name)
        elif now_id is None and not _elsewhere(facts, name, new, homes[1]):
            removed.append(name)
        if was_id is None or now_id is None:
            continue
        was, now = facts.record(was_id), facts.record(now_id)
        was, now = _owned(facts, was, old), _owned(facts, now, new)
        kind = changed_kind(was, now)
        if kind:
            key = "k" if kind == "kind" else "s"
            changed.append({"symbol": name, "kind": kind, "before": was[key], "after": now[key]})
    return {"added": added, "removed": removed, "changed": changed}


def _elsewhere(facts: Facts, name: str, position: int, homes: _Homes) -> bool:
    """Tell whether a name is had through an alias or a base of what holds it.

    Args:
        facts: the opened facts.
        name: a symbol that has no record of its own in the release.
        position: the release.
        homes: where members of a path are found besides itself, filled on the way.
    """
    if name.count(".compat.") > 1:
        return facts.locate(name, position) is not None
    parent, _, last = name.rpartition(".")
    owners = homes.get(parent)
    if owners is None:
        above = facts.locate(parent, position) if parent else None
        found = () if above is None else (above[0], *above[1].get("b", ()))
        owners = homes[parent] = tuple(owner for owner in found if owner != parent)
    return any(facts.has("api", f"{owner}.{last}", position) for owner in owners)


def _owned(facts: Facts, record: dict[str, Any], position: int) -> dict[str, Any]:
    owner = record.get("o")
    return facts.at("api", owner, position) or record if owner else record
