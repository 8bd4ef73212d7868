"""How far apart numbers may be and still count as close: by dtype and depth, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from tfshift.domain.recordings import Tolerance


@dataclass(frozen=True)
class _Row:
    """Bounds of one dtype: its epsilon, how many of it one step may lose, and where growth ends."""

    epsilon: float
    factor: float
    rtol_cap: float
    atol_cap: float


# Releases order the additions of a kernel differently: a sum of some thousand terms then differs
# by about 100 epsilon. Each update of the weights carries what was lost into the next.
_ROWS = {
    "float16": _Row(2.0**-10, 8, 5e-2, 5e-3),
    "bfloat16": _Row(2.0**-7, 4, 1e-1, 1e-2),
    "float32": _Row(2.0**-23, 128, 2e-3, 1e-4),
    "float64": _Row(2.0**-52, 128, 1e-6, 1e-8),
}
_ROWS["complex64"] = _ROWS["float32"]
_ROWS["complex128"] = _ROWS["float64"]
_PER_UPDATE = 1.0
_ABSOLUTE = 0.05


def default(dtype: str, updates: int) -> Tolerance:
    """Return the tolerance for numbers of ``dtype`` after ``updates`` updates of the weights.

    Integers, booleans and strings have to be the same; 8-bit floats count as bfloat16.
    """
    row = _ROWS.get(dtype)
    if row is None and dtype.startswith(("float", "bfloat")):
        row = _ROWS["bfloat16"]
    if row is None:
        return Tolerance(0.0, 0.0, f"{dtype} must be the same")
    grown = row.epsilon * row.factor * (1 + _PER_UPDATE * updates)
    rtol = min(row.rtol_cap, grown)
    atol = min(row.atol_cap, grown * _ABSOLUTE)
    limit = ", the most that is allowed" if grown >= row.rtol_cap else ""
    reason = (
        f"{dtype}: {row.factor:g} epsilon for sums in another order, "
        f"grown over {updates} updates{limit}; "
        "elements below the output's root mean square are measured by that"
    )
    return Tolerance(rtol, atol, reason)
