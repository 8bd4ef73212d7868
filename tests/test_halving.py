"""Halving against brute force, with holes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tfshift.halving import first_bad


@given(st.integers(0, 30), st.integers(0, 30), st.sets(st.integers(0, 29)))
def test_as_brute_force_says(count: int, edge: int, holes: set[int]) -> None:
    edge = min(edge, count)
    asked: list[int] = []

    def is_good(number: int) -> bool | None:
        asked.append(number)
        return None if number in holes else number < edge

    found = first_bad(range(count), count, is_good)
    known_bad = [n for n in range(edge, count) if n not in holes]
    known_good = [n for n in range(edge) if n not in holes]
    assert found.first_bad == (known_bad[0] if known_bad else count)
    last_good = known_good[-1] if known_good else -1
    assert list(found.untested) == list(range(last_good + 1, found.first_bad))
    assert len(asked) == len(set(asked))


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_few_questions_without_holes(count: int, edge: int) -> None:
    asked: list[int] = []
    first_bad(range(count), count, lambda n: asked.append(n) or n < edge)  # type: ignore[func-returns-value]
    assert len(asked) <= count.bit_length()


@given(st.integers(1, 200), st.integers(0, 200), st.sets(st.integers(0, 199), max_size=20))
def test_every_question_but_the_first_was_announced(count: int, edge: int, holes: set[int]) -> None:
    asked: list[int] = []
    announced: list[set[int]] = []

    def is_good(number: int) -> bool | None:
        asked.append(number)
        return None if number in holes else number < edge

    first_bad(range(count), count, is_good, lambda numbers: announced.append(set(numbers)))
    assert all(len(numbers) <= 2 for numbers in announced)
    # A hole shifts the middle: only answers are foreseen.
    for place, number in enumerate(asked[1:]):
        if asked[place] not in holes:
            assert number in announced[place]
