"""How exact a program is by itself: one release against itself, initial values moved (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tfshift.domain.recordings import OutputComparison
from tfshift.proof.recording import Recording

# An output of the first recording: step (or printed line) and name.
Key = tuple[int, str]
Noise = Mapping[Key, float]

# By how much of themselves initial values move: what sums of a few up to a thousand terms lose.
# What comes of it may jump (ties of a pooling, signs at a ReLU): one size alone would miss that.
MOVED = tuple(factor * 2.0**-23 for factor in (4, 16, 64))
# One run draws one spread; another release may well land on the other side of it, and further out.
FACTOR = 4.0


def was_moved(recording: Recording) -> bool:
    """Tell whether any initial value was moved in a recording."""
    return bool(recording.about.get("rounding"))


def spread(outputs: Iterable[OutputComparison]) -> dict[Key, float]:
    """Return by output how far it has moved so far, at most, between two runs of one release.

    Args:
        outputs: the comparison of the two, in the order of their steps.

    A program that has once gone astray stays so: an output's spread never shrinks in later steps.
    """
    result: dict[Key, float] = {}
    reached: dict[str, float] = {}
    for output in outputs:
        if output.max_abs is not None and math.isfinite(output.max_abs):
            largest = max(reached.get(output.name, 0.0), output.max_abs)
            result[output.step, output.name] = reached[output.name] = largest
    return result


def excuse(outputs: Iterable[OutputComparison], noise: Noise) -> list[OutputComparison]:
    """Call outputs close that differ no more than the program does from itself.

    Args:
        outputs: as compared without knowing of the noise.
        noise: as ``spread`` tells it.
    """
    return [_excused(output, noise.get((output.step, output.name), 0.0)) for output in outputs]


def noted(count: int) -> str:
    """Say of how many outputs the program's own noise decided."""
    what = "1 output differs" if count == 1 else f"{count} outputs differ"
    return (
        f"{what} by more than the tolerance, but by no more than {FACTOR:g} times what "
        f"the first release differs from itself where initial values move by {MOVED[0]:.1g} to "
        f"{MOVED[-1]:.1g} of themselves"
    )


def _excused(output: OutputComparison, own: float) -> OutputComparison:
    size = output.max_abs
    if output.agreement != "different" or size is None or not own or size > FACTOR * own:
        return output
    note = (
        f"the first release differs from itself by {own:.3g} where initial values move by roundings"
    )
    return replace(output, agreement="close", note=note)
