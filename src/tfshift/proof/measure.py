"""Compare one output of two recordings: shapes, dtypes and numbers (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tfshift.domain.recordings import Agreement, Tolerance

if TYPE_CHECKING:
    import numpy

    from tfshift.proof.recording import Output, Recording

    Array = numpy.ndarray[Any, Any]


_PIECE = 8192


@dataclass(frozen=True)
class Measured:
    """How two outputs agree: the largest absolute and relative difference, remarks, and the ULP."""

    agreement: Agreement
    max_abs: float | None = None
    max_rel: float | None = None
    note: str = ""
    max_ulp: float | None = None


def _scale(values: Array) -> float:
    """Return the root mean square: weights that are a little off move every element by that."""
    import numpy

    total, count = 0.0, 0
    for start in range(0, values.size, _PIECE):
        piece = numpy.abs(values[start : start + _PIECE]).astype("float64")
        finite = numpy.isfinite(piece)
        total += float(numpy.square(piece).sum(where=finite))
        count += int(finite.sum())
    return math.sqrt(total / count) if count else 0.0


def numbers(before: Array, after: Array, tolerance: Tolerance, *, scaled: bool = True) -> Measured:
    """Compare two flat arrays of the same size.

    Args:
        before: the reference.
        after: what is judged.
        tolerance: bounds for ``|after - before|``.
        scaled: whether the bounds count in root mean squares of ``before`` where that is more:
            an element near zero is the difference of terms as large as its neighbours.
    """
    if before.dtype == after.dtype and before.tobytes() == after.tobytes():
        return Measured("equal", 0.0, 0.0, max_ulp=0.0 if before.dtype.kind == "f" else None)
    scale = _scale(before) if scaled else 0.0
    largest, relative, places, close = 0.0, 0.0, 0.0, True
    # In pieces that stay in the processor's cache: fresh pages would cost more than the arithmetic.
    for start in range(0, before.size, _PIECE):
        piece = slice(start, start + _PIECE)
        found = _piece(before[piece], after[piece], tolerance, scale)
        if found is None:
            return Measured("different", math.inf, math.inf, "not finite on one side only")
        largest, relative = max(largest, found[0]), max(relative, found[1])
        places, close = max(places, found[2]), close and found[3]
    # -0.0 and 0.0, or two kinds of NaN: the same number, though not the same bits.
    exact = not largest and before.dtype == after.dtype
    agreement: Agreement = "equal" if exact else "close" if close else "different"
    floats = before.dtype.kind == "f" and after.dtype.kind == "f"
    return Measured(agreement, largest, relative, max_ulp=places if floats else None)


def _piece(
    before: Array, after: Array, tolerance: Tolerance, scale: float
) -> tuple[float, float, float, bool] | None:
    """Return the largest absolute and relative difference, that in last places, and whether all is close.

    None where a number is finite on one side only.
    """
    import numpy

    wide = "complex128" if "c" in (before.dtype.kind, after.dtype.kind) else "float64"
    a, b = before.astype(wide), after.astype(wide)
    with numpy.errstate(all="ignore"):
        apart = numpy.abs(b - a)
        if not numpy.isfinite(apart).all():
            same = (a == b) | (numpy.isnan(a) & numpy.isnan(b))
            if not (same | (numpy.isfinite(a) & numpy.isfinite(b))).all():
                return None
            apart = numpy.where(same, 0.0, apart)
            # What is the same needs no bound.
            a = numpy.where(numpy.isfinite(a), a, 0.0)
        size = numpy.abs(a)
        relative = apart / numpy.maximum(size, _tiny(before))
    bound = tolerance.atol * max(1.0, scale) + tolerance.rtol * numpy.maximum(size, scale)
    return (
        float(apart.max(initial=0.0)),
        float(relative.max(initial=0.0)),
        _last_places(before, after),
        bool((apart <= bound).all()),
    )


def _last_places(before: Array, after: Array) -> float:
    """Return how many representable numbers lie between the two at most, in the coarser's type."""
    import numpy

    if before.dtype.kind != "f" or after.dtype.kind != "f":
        return 0.0
    dtype = min(before.dtype, after.dtype, key=lambda d: d.itemsize)
    least = numpy.iinfo(f"i{dtype.itemsize}").min
    places = []
    with numpy.errstate(all="ignore"):
        for side in (before, after):
            bits = side.astype(dtype).view(f"i{dtype.itemsize}")
            # Bit patterns of floats are in order as magnitudes: mirror the negative ones.
            places.append(numpy.where(bits < 0, least - bits, bits).astype("float64"))
        good = numpy.isfinite(before) & numpy.isfinite(after)
        return float(numpy.abs(places[0] - places[1]).max(initial=0.0, where=good))


def _tiny(values: Array) -> float:
    import numpy

    if values.dtype.kind in "fc":
        return float(numpy.finfo(values.dtype).tiny)
    return 1.0


def _texts(before: Output, after: Output) -> Measured:
    if list(before.facts.get("text", ())) == list(after.facts.get("text", ())):
        return Measured("equal")
    return Measured("different", note="the strings differ")


def _statistics(before: Output, after: Output, tolerance: Tolerance) -> Measured:
    import numpy

    if before.facts.get("crc") == after.facts.get("crc") and before.dtype == after.dtype:
        return Measured("equal", 0.0, 0.0, "by checksum")
    if "crc" not in before.facts or "crc" not in after.facts:
        return Measured("unknown", note="only statistics of one side were kept")
    keys = ("mean", "min", "max")
    sides = [[float(o.facts.get(key, "nan")) for key in keys] for o in (before, after)]
    result = numbers(numpy.array(sides[0]), numpy.array(sides[1]), tolerance)
    agreement: Agreement = "different" if result.agreement == "different" else "close"
    return Measured(agreement, result.max_abs, result.max_rel, "by mean, least and largest")


def _sampled(result: Measured, before: Output, after: Output, tolerance: Tolerance) -> Measured:
    """Judge an array of which a part was kept also by its checksum and statistics."""
    if before.facts.get("crc") == after.facts.get("crc"):
        return result
    rest = _statistics(before, after, tolerance)
    worse = "different" if "different" in (result.agreement, rest.agreement) else "close"
    agreement: Agreement = "different" if worse == "different" else "close"
    note = "by a sample and statistics"
    return Measured(agreement, result.max_abs, result.max_rel, note, result.max_ulp)


def outputs(
    before: Recording, one: Output, after: Recording, other: Output, tolerance: Tolerance,
    *, scaled: bool = True,
) -> Measured:  # fmt: skip
    """Compare an output with its counterpart.

    Args:
        before: recording that holds ``one``.
        one: the reference.
        after: recording that holds ``other``.
        other: what is judged.
        tolerance: bounds for its numbers.
        scaled: whether the absolute bound counts in root mean squares.

    Raises:
        TfshiftError: if a recording's numbers cannot be read.
    """
    if one.shape != other.shape:
        return Measured("different", note=f"shape {list(one.shape)} became {list(other.shape)}")
    if "text" in (one.kept, other.kept):
        if one.kept != other.kept:
            return Measured("different", note=f"{one.dtype} became {other.dtype}")
        return _texts(one, other)
    if "statistics" in (one.kept, other.kept):
        result = _statistics(one, other, tolerance)
    else:
        result = numbers(before.array(one), after.array(other), tolerance, scaled=scaled)
        if one.kept == "sample":
            result = _sampled(result, one, other, tolerance)
    if one.dtype == other.dtype:
        return result
    note = f"{one.dtype} became {other.dtype}"
    agreement: Agreement = "close" if result.agreement == "equal" else result.agreement
    return Measured(agreement, result.max_abs, result.max_rel, note, result.max_ulp)
