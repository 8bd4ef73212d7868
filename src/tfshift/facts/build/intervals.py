"""Merged form: what holds for runs of releases is said once.

A key such as ``1.12..2.10`` spans measured minors; an open end (``1.12..``, ``..``) reaches the
oldest or newest measured one, so that a new release touches only the lines it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def compress(values: Mapping[str, Any], minors: Sequence[str]) -> dict[str, Any]:
    """Join equal neighbours.

    Args:
        values: minor -> record, for the minors where the thing exists.
        minors: all measured minors in ascending order.

    Returns:
        Interval key -> record, in order.
    """
    runs: list[tuple[int, int, Any]] = []
    for position, minor in enumerate(minors):
        if minor not in values:
            continue
        record = values[minor]
        if runs and runs[-1][1] == position - 1 and runs[-1][2] == record:
            runs[-1] = (runs[-1][0], position, record)
        else:
            runs.append((position, position, record))
    last = len(minors) - 1
    return {
        f"{'' if a == 0 else minors[a]}..{'' if b == last else minors[b]}": record
        for a, b, record in runs
    }


def bounds(key: str, minors: Sequence[str]) -> tuple[int, int]:
    """Return the first and last position that an interval key spans.

    Raises:
        ValueError: if an end is not a measured minor.
    """
    first, _, last = key.partition("..")
    start = minors.index(first) if first else 0
    end = minors.index(last) if last else len(minors) - 1
    return start, end


def expand(merged: Mapping[str, Any], minors: Sequence[str]) -> dict[str, Any]:
    """Undo ``compress``: minor -> record."""
    result: dict[str, Any] = {}
    for key, record in merged.items():
        start, end = bounds(key, minors)
        for minor in minors[start : end + 1]:
            result[minor] = record
    return result
