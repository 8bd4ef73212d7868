"""What statements need, themselves or through others."""

from __future__ import annotations

from collections.abc import Sequence

from tfshift.code.graphs.kinds import (
    Moved,
)


def all_needed(needs: Moved, stops: Sequence[Moved] = ()) -> list[Moved]:
    """Return a statement and those that it reads from, itself or through others."""
    found: list[Moved] = []
    pending, seen = [needs], {id(stop) for stop in stops}
    while pending:
        moved = pending.pop()
        if id(moved) not in seen:
            seen.add(id(moved))
            found.append(moved)
            pending.extend(moved.needs)
    return found


def fed_by(needs: Moved, stops: Sequence[Moved] = ()) -> set[str]:
    """Return the placeholders that something reads, itself or through others."""
    return {name for moved in all_needed(needs, stops) for name in moved.fed}
