"""What statements need, themselves or through others."""

from __future__ import annotations

from collections.abc import Sequence

from tfshift.code.graphs.kinds import (
    Moved,
)


def fed_by(needs: Moved, stops: Sequence[Moved] = ()) -> set[str]:
    """Return the placeholders that something reads, itself or through others."""
    found: set[str] = set()
    pending, seen = [needs], {id(stop) for stop in stops}
    while pending:
        moved = pending.pop()
        if id(moved) not in seen:
            seen.add(id(moved))
            found |= moved.fed
            pending.extend(moved.needs)
    return found
