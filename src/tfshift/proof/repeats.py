"""Compare runs that draw other numbers on purpose: many of each side, by a test of their means.

Where random streams differ between two releases, single runs cannot agree. What can be asked is
whether losses and accuracies come from the same distribution, as far as so many runs can tell.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.recordings import Agreement, Comparison, OutputComparison, Tolerance
from tfshift.proof import text
from tfshift.proof.curves import series
from tfshift.proof.recording import Recording, load
from tfshift.proof.tolerance import default as default_tolerance

if TYPE_CHECKING:
    import numpy

REPEATS = "repeats.json"
SCHEMA = "tfshift.repeats/1"
# A difference counts where chance alone would show one as large in fewer than one in a hundred
# comparisons; the power is how often a true difference of the size named would be seen.
ALPHA = 0.01
POWER = 0.8
_MOST = 50_000


def is_repeated(folder: Path) -> bool:
    """Tell whether a folder holds several recordings of one command."""
    return (folder / REPEATS).is_file()


def load_all(folder: Path) -> list[Recording]:
    """Read all recordings of a folder that ``record --repeats`` wrote.

    Raises:
        TfshiftError: if the folder's list is damaged, or one of them cannot be read.
    """
    try:
        data = json.loads((folder / REPEATS).read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(f"it is {data['schema']}, this tfshift reads {SCHEMA}")
        runs = [str(name) for name in data["runs"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TfshiftError(
            "the list of repeated recordings is damaged", where=str(folder / REPEATS),
            why=str(error), remedy="record them again with tfshift record --repeats",
        ) from None  # fmt: skip
    return [load(folder / name) for name in runs]


@dataclass(frozen=True)
class Tested:
    """What a test of two samples' means says.

    Args:
        p: how often chance alone shows a difference at least as large.
        detectable: the size of a true difference that would be seen with the stated power.
        least: the smallest p that so few runs can have.
    """

    p: float
    detectable: float
    least: float


def permutation_test(one: Sequence[float], other: Sequence[float], alpha: float) -> Tested:
    """Test whether two samples have the same mean, by exchanging their members.

    Args:
        one: values of one side.
        other: values of the other side.
        alpha: the level at which a difference counts; the detectable size depends on it.
    """
    import numpy

    n, m = len(one), len(other)
    pooled = numpy.array([*one, *other], "float64")
    apart = abs(statistics.fmean(one) - statistics.fmean(other))
    places = _choices(n, m)
    sums = pooled[places].sum(axis=1)
    gaps = numpy.abs(sums / n - (pooled.sum() - sums) / m)
    slack = 1e-12 * max(1.0, float(numpy.abs(pooled).max()))
    seen, ways = int((gaps >= apart - slack).sum()), math.comb(n + m, n)
    # Where ways are drawn, what was observed is one of them as well.
    drawn = len(places) < ways
    p = (seen + drawn) / (len(places) + drawn)
    return Tested(p, _detectable(one, other, alpha), (2 if n == m else 1) / ways)


@lru_cache(maxsize=4)
def _choices(n: int, m: int) -> numpy.ndarray[Any, Any]:
    """Return the ways to choose n of n + m, a row each: all of them, or as many as are enough."""
    import numpy

    if math.comb(n + m, n) <= _MOST:
        return numpy.array(list(itertools.combinations(range(n + m), n)))
    draw = numpy.random.RandomState(20200101)
    return numpy.array([draw.permutation(n + m)[:n] for _ in range(_MOST)])


def _detectable(one: Sequence[float], other: Sequence[float], alpha: float) -> float:
    """Return the true difference of means that is seen with the stated power (normal approximation)."""
    normal = statistics.NormalDist()
    spread = sum(statistics.variance(side) / len(side) if len(side) > 1 else math.inf
                 for side in (one, other))  # fmt: skip
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(POWER)) * math.sqrt(spread)


def final_values(recording: Recording) -> dict[str, float]:
    """Return the last value of each loss, accuracy or other number that a run gave or printed.

    Args:
        recording: of one run.

    Returns:
        Name -> value; of a series (the epochs of a fit, the scalars of a summary) the last one.
    """
    found = {name: values[-1] for name, values in series(recording).items()}
    lines, _ = text.lines(recording.stdout, text.literals_of(recording.about))
    for line in lines:
        for place, figure in enumerate(line.numbers):
            if not figure.lstrip("+-").isdigit():
                found[f"stdout {line.skeleton} [{place + 1}]"] = float(figure)
    return found


def compare_repeats(before: Sequence[Recording], after: Sequence[Recording]) -> Comparison:
    """Compare the last losses, accuracies and other numbers of two sets of runs.

    Args:
        before: runs of the reference.
        after: runs of what is judged.
    """
    sides = before, after
    tolerance = default_tolerance("float32", 0)
    stated = Tolerance(
        tolerance.rtol, tolerance.atol,
        f"permutation test of means, level {ALPHA:g} over all numbers (Holm), "
        f"{len(before)} and {len(after)} runs; detectable sizes at a power of {POWER:g}",
    )  # fmt: skip
    reason = _unfinished(before, after)
    values = [[final_values(run) for run in side] for side in sides] if not reason else [[], []]
    outputs, notes = _judged(values[0], values[1], stated)
    if not reason and not outputs:
        reason = "no number was found in all runs of both sides"
    agreement: Agreement = "unknown"
    why = reason
    if not reason:
        agreement, why = _verdict(outputs)
    times = [[float(r.about["seconds"]) for r in side if r.about.get("seconds")] for side in sides]
    memory = [
        [float(r.about["max_rss_mb"]) for r in side if r.about.get("max_rss_mb")] for side in sides
    ]
    for name, found in (("time", times), ("memory in MB", memory)):
        if all(found):
            spans = [f"{statistics.median(v):.4g} ({min(v):.4g} to {max(v):.4g})" for v in found]
            notes.append(f"{name}: {spans[0]} before, {spans[1]} after")
    return Comparison(
        agreement=agreement,
        reason=why,
        tolerance=stated,
        outputs=tuple(outputs) if not reason else (),
        before_s=statistics.median(times[0]) if times[0] else None,
        after_s=statistics.median(times[1]) if times[1] else None,
        notes=tuple(notes),
        before_mb=statistics.median(memory[0]) if memory[0] else None,
        after_mb=statistics.median(memory[1]) if memory[1] else None,
    )


def _unfinished(*sides: Sequence[Recording]) -> str:
    for name, side in zip(("first", "second"), sides, strict=True):
        bad = [run for run in side if run.status != "finished"]
        if bad:
            why = bad[0].about.get("reason") or bad[0].status
            return f"{len(bad)} of {len(side)} runs of the {name} side did not finish ({why})"
    return ""


def _judged(
    one: Sequence[Mapping[str, float]], other: Sequence[Mapping[str, float]], bounds: Tolerance
) -> tuple[list[OutputComparison], list[str]]:
    names = [n for n in (one[0] if one else ()) if all(n in run for run in (*one, *other))]
    left = sorted({n for run in (*one, *other) for n in run} - set(names))
    notes = [f"not in all runs, not compared: {', '.join(left[:5])}"] if left else []
    tested: list[tuple[str, list[float], list[float], Tested]] = []
    for name in names:
        sides = [[run[name] for run in side] for side in (one, other)]
        if all(math.isfinite(v) for side in sides for v in side):
            level = ALPHA / len(names)
            found = permutation_test(sides[0], sides[1], level)
            tested.append((name, sides[0], sides[1], found))
        else:
            notes.append(f"not finite in some runs, not compared: {name}")
    adjusted = _holm([row[3].p for row in tested])
    return [
        _row(*row, p, len(tested), bounds) for row, p in zip(tested, adjusted, strict=True)
    ], notes


def _holm(values: Sequence[float]) -> list[float]:
    """Adjust p values for their number, after Holm."""
    result = [0.0] * len(values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        largest = max(largest, min(1.0, values[place] * (len(values) - rank)))
        result[place] = largest
    return result


def _row(
    name: str, one: list[float], other: list[float], tested: Tested, p: float, count: int,
    bounds: Tolerance,
) -> OutputComparison:  # fmt: skip
    means = statistics.fmean(one), statistics.fmean(other)
    apart = abs(means[1] - means[0])
    relative = apart / abs(means[0]) if means[0] else (math.inf if apart else 0.0)
    agreement: Agreement
    if sorted(one) == sorted(other):
        agreement = "equal"
    elif apart <= bounds.atol + bounds.rtol * abs(means[0]):
        agreement = "close"
    elif p < ALPHA:
        agreement = "different"
    elif tested.least * count >= ALPHA:
        agreement = "unknown"
    else:
        agreement = "close"
    note = (
        f"mean {means[0]:.6g} before, {means[1]:.6g} after, p {p:.3g}; "
        f"a difference of {tested.detectable:.3g} would have been seen"
    )
    return OutputComparison(0, name, agreement, apart, relative, note)


def _verdict(outputs: Sequence[OutputComparison]) -> tuple[Agreement, str]:
    by = {kind: [o for o in outputs if o.agreement == kind] for kind in ("different", "unknown")}
    total = len(outputs)
    if by["different"]:
        first = by["different"][0]
        return (
            "different",
            f"{len(by['different'])} of {total} numbers differ, first {first.name} ({first.note})",
        )
    if by["unknown"]:
        return "unknown", (
            f"so few runs cannot tell of {len(by['unknown'])} of {total} numbers; "
            f"{needed_runs(total)} runs of each side can"
        )
    if all(o.agreement == "equal" for o in outputs):
        return "equal", f"all {total} numbers are the same in all runs"
    return "close", f"no difference was found in {total} numbers"


def needed_runs(count: int) -> int:
    """Return how many runs of each side it takes before any difference could be told.

    Args:
        count: how many numbers are compared.
    """
    runs = 2
    while 2 / math.comb(2 * runs, runs) * count >= ALPHA:
        runs += 1
    return runs
