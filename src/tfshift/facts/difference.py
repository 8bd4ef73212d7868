"""What differs between the APIs of two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfshift.memory import uncollected

if TYPE_CHECKING:
    from tfshift.facts.database import Facts

_Members = dict[str, frozenset[str]]


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
        Of ``behaviour`` before and after are what probes give, by their calls.
    """
    with uncollected():
        return _difference(facts, facts.position(before), facts.position(after), under)


def _difference(facts: Facts, old: int, new: int, under: str) -> dict[str, Any]:
    added: list[str] = []
    removed: list[str] = []
    changed: list[dict[str, Any]] = []
    elsewhere: tuple[_Members, _Members] = ({}, {})
    for name, was_id, now_id in facts.pairs(old, new, under):
        # A member that moved to a base class is still there for whoever uses it.
        if was_id is None:
            if not _elsewhere(facts, name, old, elsewhere[0]):
                added.append(name)
            continue
        if now_id is None:
            if not _elsewhere(facts, name, new, elsewhere[1]):
                removed.append(name)
            continue
        was, now = facts.record(was_id), facts.record(now_id)
        was, now = _owned(facts, was, old), _owned(facts, now, new)
        kind = changed_kind(was, now)
        if kind:
            key = "k" if kind == "kind" else "s"
            changed.append({"symbol": name, "kind": kind, "before": was[key], "after": now[key]})
    shifted: dict[str, dict[str, Any]] = {}
    for shift in facts.behaviour.every(old, new, under):
        new_one = {"symbol": shift.symbol, "kind": "behaviour", "before": {}, "after": {}}
        change = shifted.setdefault(shift.symbol, new_one)
        change["before"][shift.call] = shift.before
        change["after"][shift.call] = shift.after
    changed.extend(shifted.values())
    changed.sort(key=lambda c: (c["symbol"], c["kind"]))
    return {"added": added, "removed": removed, "changed": changed}


def _elsewhere(facts: Facts, name: str, position: int, members: _Members) -> bool:
    """Tell whether a name is had through an alias or a base of what holds it.

    Args:
        facts: the opened facts.
        name: a symbol that has no record of its own in the release.
        position: the release.
        members: what a path has besides its own members, filled on the way.
    """
    parent, _, last = name.rpartition(".")
    held = members.get(parent)
    if held is None:
        held = members[parent] = _other_members(facts, parent, position)
    if last in held:
        return True
    return name.count(".compat.") > 1 and facts.locate(name, position) is not None


def _other_members(facts: Facts, path: str, position: int) -> frozenset[str]:
    above = facts.locate(path, position) if path else None
    owners = () if above is None else (above[0], *above[1].get("b", ()))
    sets = [facts.members(owner, position) for owner in owners if owner != path]
    return frozenset().union(*sets)


def _owned(facts: Facts, record: dict[str, Any], position: int) -> dict[str, Any]:
    owner = record.get("o")
    return facts.at("api", owner, position) or record if owner else record
