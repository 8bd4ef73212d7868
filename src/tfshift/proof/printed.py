"""Compare what two runs printed, line by line (pure)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from tfshift.domain.recordings import OutputComparison, Tolerance
from tfshift.proof import align, text
from tfshift.proof.recording import Recording

# (before, after) values that were recorded and are close: they explain a last digit.
Explained = Collection[tuple[float, float]]


def _is_whole(figure: str) -> bool:
    return figure.lstrip("+-").isdigit()


def _unit(figure: str) -> float:
    """Return the value of one unit of the last printed digit."""
    mantissa, _, exponent = figure.lower().partition("e")
    _, _, decimals = mantissa.partition(".")
    return float(10.0 ** (int(exponent or 0) - len(decimals)))


def _explains(pairs: Explained, one: str, other: str) -> bool:
    """Tell whether a recorded pair, itself close, is printed as these two figures."""
    a, b = float(one), float(other)
    unit_a, unit_b = _unit(one) * 0.5000001, _unit(other) * 0.5000001
    return any(
        abs(left * factor - a) <= unit_a and abs(right * factor - b) <= unit_b
        for left, right in pairs
        for factor in (1.0, 100.0)
    )


def _figure(
    one: str, other: str, tolerance: Tolerance, pairs: Explained
) -> tuple[float, float, bool]:
    """Return absolute and relative difference of two printed numbers, and whether it may be."""
    a, b = float(one), float(other)
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0, 0.0, True
    if not (math.isfinite(a) and math.isfinite(b)):
        return math.inf, math.inf, False
    apart = abs(a - b)
    relative = apart / max(abs(a), 1e-300)
    if _is_whole(one) and _is_whole(other):
        return apart, relative, False
    unit = max(_unit(one), _unit(other))
    fine = unit <= 1e-3 or unit <= 0.01 * min(abs(a), abs(b))
    bound = tolerance.atol + tolerance.rtol * abs(a) + (unit * 1.0000001 if fine else 0.0)
    return apart, relative, apart <= bound or _explains(pairs, one, other)


def _line(
    before: text.Line, after: text.Line, tolerance: Tolerance, pairs: Explained
) -> OutputComparison:
    name = f"stdout:{before.number}"
    if before.skeleton != after.skeleton or len(before.numbers) != len(after.numbers):
        note = f"printed {_short(after.text)} instead of {_short(before.text)}"
        return OutputComparison(before.number, name, "different", None, None, note)
    if before.numbers == after.numbers:
        zero = 0.0 if before.numbers else None
        return OutputComparison(before.number, name, "equal", zero, zero)
    measured = [
        _figure(one, other, tolerance, pairs)
        for one, other in zip(before.numbers, after.numbers, strict=True)
    ]
    largest = max(m[0] for m in measured), max(m[1] for m in measured)
    if all(m[2] for m in measured):
        agreement = "close" if largest[0] else "equal"
        return OutputComparison(before.number, name, agreement, *largest)  # type: ignore[arg-type]
    note = f"printed {_short(after.text)} instead of {_short(before.text)}"
    return OutputComparison(before.number, name, "different", *largest, note)


def _short(line: str) -> str:
    plain = " ".join(line.split())
    return repr(plain if len(plain) <= 80 else plain[:77] + "...")


def compare_printed(
    before: Recording, after: Recording, tolerance: Tolerance, pairs: Explained
) -> tuple[list[OutputComparison], list[str]]:
    """Compare the lines of two runs.

    Args:
        before: the reference.
        after: what is judged.
        tolerance: for numbers with decimals; whole numbers have to be the same.
        pairs: recorded values that are close although not equal.

    Returns:
        One comparison a line, named ``stdout:LINE``, and notes on what was not compared.
    """
    mine, skipped = text.lines(before.stdout, text.literals_of(before.about))
    theirs, others = text.lines(after.stdout, text.literals_of(after.about))
    notes = []
    if skipped or others:
        notes.append(f"progress bars and rulers were not compared ({skipped} and {others} lines)")
    masked = sum(line.masked for line in mine)
    if masked:
        notes.append(f"times, dates, paths, addresses and versions in {masked} lines were masked")
    for side, name in ((before, "first"), (after, "second")):
        if side.about["stdout"]["truncated"]:
            notes.append(f"only the beginning of the {name} output was kept")
    cut = any(side.about["stdout"]["truncated"] for side in (before, after))
    return list(_lines(mine, theirs, tolerance, pairs, cut=cut)), notes


def _lines(
    mine: list[text.Line],
    theirs: list[text.Line],
    tolerance: Tolerance,
    pairs: Explained,
    *,
    cut: bool,
) -> Iterator[OutputComparison]:
    shapes = [line.skeleton for line in mine], [line.skeleton for line in theirs]
    words = [[s.partition("#")[0] for s in side] for side in shapes]
    if cut:
        kept = min(len(mine), len(theirs))
        mine, theirs = mine[:kept], theirs[:kept]
        shapes, words = (shapes[0][:kept], shapes[1][:kept]), [w[:kept] for w in words]
    last = 0
    for i, j in align.align(*shapes, *words):
        last = mine[i].number if i is not None else last
        if i is not None and j is not None:
            yield _line(mine[i], theirs[j], tolerance, pairs)
        elif i is not None:
            note = f"no longer printed: {_short(mine[i].text)}"
            yield OutputComparison(last, f"stdout:{last}", "different", None, None, note)
        elif j is not None:
            note = f"printed in addition: {_short(theirs[j].text)}"
            yield OutputComparison(
                last, f"stdout:+{theirs[j].number}", "different", None, None, note
            )
