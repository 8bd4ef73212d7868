"""A difference counts only where it is more than the program differs from itself."""

from __future__ import annotations

import numpy as np

from tfshift.proof.compare import compare, compare_fairly
from tfshift.proof.recording import Recording

from .made_recordings import recording


def losses(*values: float, moved: bool = False) -> Recording:
    about = {"rounding": ["moved"]} if moved else {}
    return recording([np.array([value], "float32") for value in values], **about)


class Reruns:
    """Hands out recordings one after another and counts the sizes that were asked for."""

    def __init__(self, *recordings: Recording | None) -> None:
        self.left = list(recordings)
        self.sizes: list[float] = []

    def __call__(self, size: float) -> Recording | None:
        self.sizes.append(size)
        return self.left.pop(0)


BEFORE = losses(1.0, 2.0, 3.0)


def test_nothing_is_run_again_where_nothing_differs() -> None:
    reruns = Reruns()
    found, noise = compare_fairly(BEFORE, losses(1.0, 2.0, 3.00001), (), reruns)
    assert (found.agreement, reruns.sizes, noise) == ("close", [], {})


def test_a_difference_that_the_program_has_from_itself_is_close_and_says_so() -> None:
    reruns = Reruns(losses(1.0, 2.0, 3.2, moved=True))
    found, _ = compare_fairly(BEFORE, losses(1.0, 2.0, 3.1), (), reruns)
    assert found.agreement == "close"
    assert "differs from itself by 0.2" in found.outputs[2].note
    assert any("1 output differs by more" in note for note in found.notes)


def test_larger_moves_are_tried_until_one_explains_it() -> None:
    reruns = Reruns(losses(1, 2, 3.001, moved=True), losses(1, 2, 3.5, moved=True))
    found, _ = compare_fairly(BEFORE, losses(1.0, 2.0, 3.1), (), reruns)
    assert found.agreement == "close"
    assert reruns.sizes == sorted(reruns.sizes)
    assert len(reruns.sizes) == 2


def test_noise_of_late_steps_does_not_excuse_an_early_difference() -> None:
    moved = [losses(1.0, 2.0, 30.0, moved=True) for _ in range(3)]
    found, _ = compare_fairly(BEFORE, losses(1.1, 2.0, 3.0), (), Reruns(*moved))
    assert found.agreement == "different"
    assert found.first_difference is not None
    assert found.first_difference.step == 1


def test_noise_of_early_steps_holds_for_later_ones_of_the_same_output() -> None:
    reruns = Reruns(losses(1.0, 2.5, 3.0, moved=True))
    assert compare_fairly(BEFORE, losses(1.0, 2.0, 3.5), (), reruns)[0].agreement == "close"


def test_a_command_that_fails_or_moves_nothing_excuses_nothing() -> None:
    after = losses(1.0, 2.0, 3.1)
    assert compare_fairly(BEFORE, after, (), Reruns(None))[0].agreement == "different"
    unmoved = losses(1.0, 2.0, 3.2)
    assert compare_fairly(BEFORE, after, (), Reruns(unmoved))[0].agreement == "different"


def test_what_is_far_beyond_the_noise_stays_different() -> None:
    moved = [losses(1.0, 2.0, 3.01, moved=True) for _ in range(3)]
    found, noise = compare_fairly(BEFORE, losses(1.0, 2.0, 3.1), (), Reruns(*moved))
    assert found.agreement == "different"
    assert noise[3, "session.run v"] > 0.009
    assert compare(BEFORE, losses(1.0, 2.0, 3.1), None, (), noise).agreement == "different"
