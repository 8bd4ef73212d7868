"""The losses and accuracies of two runs as series, to be laid over one another (pure, but for reading)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tfshift.proof.compare import title
from tfshift.proof.recording import Recording

_LEAST, _MOST_POINTS, _MOST_CURVES = 3, 200, 8
_SERIES = {"keras.fit", "summary"}


@dataclass(frozen=True)
class Curve:
    """One number over the course of two runs.

    Args:
        name: TensorFlow's name for it, or what it was called in which call.
        before: its values in the first run, in order; of a long run every so many.
        after: the same of the second run.
    """

    name: str
    before: tuple[float, ...]
    after: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """Spell it for a report."""
        return {"name": self.name, "before": list(self.before), "after": list(self.after)}


def curves(before: Recording, after: Recording) -> list[Curve]:
    """Return what both runs gave at least three times, in the order in which it came up.

    Args:
        before: the first run.
        after: the second run.

    Raises:
        TfshiftError: if a recording's numbers cannot be read.
    """
    one, other = _finite(before), _finite(after)
    names = [n for n in one if len(one[n]) >= _LEAST and len(other.get(n, ())) >= _LEAST]
    return [Curve(n, _thinned(one[n]), _thinned(other[n])) for n in names[:_MOST_CURVES]]


def series(recording: Recording) -> dict[str, list[float]]:
    """Return what each loss, accuracy or other single number was in the course of a run.

    Args:
        recording: of the run.

    Returns:
        Name -> values in order; the epochs of a fit and the scalars of a summary count one by one.

    Raises:
        TfshiftError: if the recording's numbers cannot be read.
    """
    found: dict[str, list[float]] = {}
    for step in recording.steps:
        for output in step.outputs:
            single = output.shape == () or (step.kind in _SERIES and len(output.shape) == 1)
            if single and output.dtype.startswith(("float", "bfloat")):
                values = map(float, recording.array(output))
                found.setdefault(title(step, output), []).extend(values)
    return {name: values for name, values in found.items() if values}


def _finite(recording: Recording) -> dict[str, list[float]]:
    return {name: list(filter(math.isfinite, v)) for name, v in series(recording).items()}


def _thinned(values: Sequence[float]) -> tuple[float, ...]:
    stride = -(-len(values) // _MOST_POINTS)
    return tuple(values[::stride])
