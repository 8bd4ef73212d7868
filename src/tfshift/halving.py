"""Find the first bad one of an ordered list with few questions; some may have no answer. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Halved(Generic[T]):
    """What halving found.

    Args:
        first_bad: the first that is known to be bad; the one before it is good or in ``untested``.
        untested: those between the last good and the first bad that had no answer, in order.
    """

    first_bad: T
    untested: tuple[T, ...]


def first_bad(
    between: Sequence[T],
    bad_end: T,
    is_good: Callable[[T], bool | None],
    ahead: Callable[[Sequence[T]], None] = lambda candidates: None,
) -> Halved[T]:
    """Halve a list whose good ones come before its bad ones.

    Args:
        between: candidates after a good one and before ``bad_end``, in order.
        bad_end: known to be bad.
        is_good: answers for one candidate; None where it cannot be tried. Asked once each.
        ahead: told before each question what the next one may be about, the likelier ones first.

    Returns:
        The first bad one, and what lies untested right before it.
    """
    unknown: set[int] = set()
    low, high = -1, len(between)
    while True:
        open_ones = [i for i in range(low + 1, high) if i not in unknown]
        if not open_ones:
            break
        middle = _middle(open_ones)
        below = [i for i in open_ones if i < middle]
        above = [i for i in open_ones if i > middle]
        ahead([between[_middle(side)] for side in (below, above) if side])
        answer = is_good(between[middle])
        if answer is None:
            unknown.add(middle)
        elif answer:
            low = middle
        else:
            high = middle
    bad = between[high] if high < len(between) else bad_end
    return Halved(bad, tuple(between[i] for i in range(low + 1, high)))


def _middle(places: Sequence[int]) -> int:
    return places[len(places) // 2]
