"""Pair the steps of two recordings, also where one side has more than the other (pure)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher

Pair = tuple[int | None, int | None]

# difflib needs time and memory for each pair of equal items; beyond this, look ahead instead.
_EXACT = 4_000_000
_WINDOW = 64


def _prefix(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    size = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        size += 1
    return size


def _resync(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[int, int]:
    """Return how much to skip on each side until both agree again, at the least cost."""
    for cost in range(1, 2 * _WINDOW):
        for i in range(max(0, cost - _WINDOW), min(cost, _WINDOW, len(a)) + 1):
            j = cost - i
            if i < len(a) and j < len(b) and a[i] == b[j]:
                return i, j
    return min(_WINDOW, len(a)), min(_WINDOW, len(b))


def _blocks(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Return matching blocks (start in a, start in b, size)."""
    if len(a) * len(b) <= _EXACT:
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        return [(m.a, m.b, m.size) for m in matcher.get_matching_blocks() if m.size]
    blocks: list[tuple[int, int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        run = 0
        while i + run < len(a) and j + run < len(b) and a[i + run] == b[j + run]:
            run += 1
        if run:
            blocks.append((i, j, run))
            i, j = i + run, j + run
        else:
            skip_a, skip_b = _resync(a[i : i + _WINDOW], b[j : j + _WINDOW])
            i, j = i + skip_a, j + skip_b
    return blocks


def _gap(
    left: range, right: range, kinds_a: Sequence[Hashable], kinds_b: Sequence[Hashable]
) -> list[Pair]:
    """Pair what lies between two blocks by kind, in order; the rest stands alone."""
    waiting: dict[Hashable, list[int]] = {}
    for j in right:
        waiting.setdefault(kinds_b[j], []).append(j)
    pairs: list[Pair] = []
    last = -1
    for i in left:
        found = next((j for j in waiting.get(kinds_a[i], []) if j > last), None)
        pairs.append((i, found))
        if found is not None:
            last = found
    taken = {j for _, j in pairs}
    return pairs + [(None, j) for j in right if j not in taken]


def align(
    a: Sequence[Hashable],
    b: Sequence[Hashable],
    kinds_a: Sequence[Hashable] | None = None,
    kinds_b: Sequence[Hashable] | None = None,
) -> list[Pair]:
    """Pair the positions of two sequences; every position occurs in exactly one pair.

    Args:
        a: signatures of the first side: equal signatures may be paired.
        b: signatures of the second side.
        kinds_a: coarser signatures, by which what is left between matches is paired.
        kinds_b: likewise for the second side.
    """
    kinds_a, kinds_b = kinds_a or a, kinds_b or b
    start = _prefix(a, b)
    end = _prefix(a[start:][::-1], b[start:][::-1])
    pairs: list[Pair] = [(i, i) for i in range(start)]
    i = j = start
    stop_a, stop_b = len(a) - end, len(b) - end
    for at_a, at_b, size in _blocks(a[start:stop_a], b[start:stop_b]):
        pairs += _gap(range(i, start + at_a), range(j, start + at_b), kinds_a, kinds_b)
        pairs += [(start + at_a + k, start + at_b + k) for k in range(size)]
        i, j = start + at_a + size, start + at_b + size
    pairs += _gap(range(i, stop_a), range(j, stop_b), kinds_a, kinds_b)
    return pairs + [(stop_a + k, stop_b + k) for k in range(end)]
