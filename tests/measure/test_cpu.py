"""Which processor a build needs, on made-up builds whose needs are known."""

from __future__ import annotations

import pytest

from tfshift.measure.cpu import PROCESSORS, needed

NAMES = [name for name, _ in PROCESSORS]


@pytest.mark.parametrize("least", range(len(NAMES) + 1))
@pytest.mark.parametrize("guess", [None, *NAMES])
def test_the_oldest_processor_is_found_from_any_guess(least: int, guess: str | None) -> None:
    asked: list[str] = []

    def runs(name: str) -> bool:
        asked.append(name)
        return NAMES.index(name) >= least

    features, said, processor = needed(runs, guess)
    if least == len(NAMES):
        assert (features, processor) == (None, None)
        return
    assert processor == NAMES[least]
    assert features == (list(PROCESSORS[least][1]) if least else [])
    assert NAMES[least] in said
    assert len(asked) == len(set(asked))


def test_a_right_guess_takes_two_trials() -> None:
    asked: list[str] = []

    def runs(name: str) -> bool:
        asked.append(name)
        return NAMES.index(name) >= 3

    needed(runs, NAMES[3])
    assert asked == [NAMES[3], NAMES[2]]
