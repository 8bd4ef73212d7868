"""A comparison spelled as the contract's JSON and as lines for people (pure)."""

from __future__ import annotations

import math
from typing import Any

from tfshift.domain.recordings import Comparison, OutputComparison

_LISTED = 2000


def _number(value: float | None) -> float | None:
    """JSON has no infinity: what is not finite is said in the note."""
    return value if value is not None and math.isfinite(value) else None


def _brief(output: OutputComparison | None) -> dict[str, Any] | None:
    if output is None:
        return None
    return {
        "step": output.step,
        "name": output.name,
        "max_abs": _number(output.max_abs),
        "max_rel": _number(output.max_rel),
    }


def _full(output: OutputComparison) -> dict[str, Any]:
    brief = _brief(output) or {}
    rest = {"max_ulp": output.max_ulp, "agreement": output.agreement, "note": output.note}
    return {**brief, **rest}


def _listed(comparison: Comparison) -> list[OutputComparison]:
    """Choose what is listed: differences first, then what is close, in order of their steps."""
    rank = {"different": 0, "unknown": 1, "close": 2, "equal": 3}
    ranked = sorted(enumerate(comparison.outputs), key=lambda p: (rank[p[1].agreement], p[0]))
    return [output for _, output in sorted(ranked[:_LISTED], key=lambda p: p[0])]


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the contract's fields of ``compare``."""
    listed = _listed(comparison)
    tolerance = comparison.tolerance
    return {
        "verdict": comparison.agreement,
        "reason": comparison.reason,
        "tolerance": {
            "rtol": tolerance.rtol,
            "atol": tolerance.atol,
            "reason": tolerance.reason,
        },
        "first_difference": _brief(comparison.first_difference),
        "feeds": [
            {"name": f.name, "what": f.what, "before": f.before, "after": f.after}
            for f in comparison.feeds
        ],
        "largest": _brief(comparison.largest),
        "counts": {
            kind: sum(o.agreement == kind for o in comparison.outputs)
            for kind in ("equal", "close", "different", "unknown")
        },
        "outputs": [_full(output) for output in listed],
        "outputs_left_out": len(comparison.outputs) - len(listed),
        "unstable": list(comparison.unstable),
        "notes": list(comparison.notes),
        "speed": {
            "before_s": comparison.before_s,
            "after_s": comparison.after_s,
            "ratio": comparison.ratio,
        },
        "memory": {"before_mb": comparison.before_mb, "after_mb": comparison.after_mb},
    }


def _place(output: OutputComparison) -> str:
    named = output.name.startswith(("stdout", "test "))
    where = output.name if named else f"step {output.step} {output.name}"
    if output.max_abs is None:
        return f"{where}: {output.note}"
    size = f"absolute {output.max_abs:.3g}, relative {output.max_rel:.3g}"
    return f"{where}: {size}" + (f" ({output.note})" if output.note else "")


def to_lines(comparison: Comparison) -> tuple[str, ...]:
    """Return a short account for people."""
    tolerance = comparison.tolerance
    lines = [f"{comparison.agreement}: {comparison.reason}"]
    if comparison.first_difference:
        lines.append(f"first difference: {_place(comparison.first_difference)}")
    lines += [
        f"it is computed from {f.name}, whose {f.what} was {f.before} and is {f.after}"
        for f in comparison.feeds
    ]
    if comparison.largest:
        lines.append(f"largest difference: {_place(comparison.largest)}")
    bounds = f"rtol {tolerance.rtol:.2g}, atol {tolerance.atol:.2g}"
    lines.append(f"tolerance: {bounds} ({tolerance.reason})")
    if comparison.unstable:
        lines.append(
            f"left out, differ between two runs of one release: {len(comparison.unstable)}"
        )
    lines += [f"note: {note}" for note in comparison.notes]
    if comparison.ratio is not None:
        lines.append(
            f"time: {comparison.before_s:.1f} s before, {comparison.after_s:.1f} s after"
            f" ({comparison.ratio:.2f} times)"
        )
    if comparison.before_mb and comparison.after_mb:
        lines.append(
            f"memory: {comparison.before_mb:.0f} MB before, {comparison.after_mb:.0f} MB after"
        )
    return tuple(lines)
