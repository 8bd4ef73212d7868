"""What was announced for a release, and which of it the snapshots confirm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfshift.facts.database import Facts


def _holds(facts: Facts, note: dict[str, Any], position: int) -> Iterator[bool]:
    """Yield for each symbol of a note whether the snapshots show what it says."""
    before = position - 1
    for symbol in note.get("gone", ()):
        there = any(facts.resolve(symbol, p) for p in range(position))
        yield there and facts.resolve(symbol, position) is None
    for symbol in note.get("new", ()):
        yield facts.resolve(symbol, before) is None and facts.resolve(symbol, position) is not None
    for claim in note.get("parameters", ()):
        symbol, _, change = claim.partition(" ")
        was, now = (facts.resolve(symbol, p) for p in (before, position))
        names = [s.signature.names if s and s.signature else () for s in (was, now)]
        came = change[1:] in names[1] and change[1:] not in names[0]
        went = change[1:] in names[0] and change[1:] not in names[1]
        yield came if change[0] == "+" else went


def announced(facts: Facts, minor: str) -> list[dict[str, Any]]:
    """Return a minor's notes; ``confirmed`` is None where a note names no symbol to look up."""
    position = facts.position(minor)
    result = []
    for note in facts.notes(minor):
        answers = list(_holds(facts, note, position))
        confirmed = all(answers) if answers else None
        result.append({"title": note["title"], "read": note["read"], "confirmed": confirmed})
    return result


def since_last(facts: Facts, minor: str) -> dict[str, Any] | None:
    """Return how a minor differs from the one before it: counts; None for the first."""
    position = facts.position(minor)
    if not position:
        return None
    before = facts.minors[position - 1]
    found = facts.diff(before, minor)
    return {"since": before, **{key: len(found[key]) for key in ("added", "removed", "changed")}}
