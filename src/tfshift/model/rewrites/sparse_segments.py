"""Sparse reductions take their rows and segments as int32 alone before 2.3: both are cast.

The op registers int64 for rows, but 1.15 and 2.0 have no kernel for it.
"""

from __future__ import annotations

from typing import Any

from tfshift.model.protos import dtype_number
from tfshift.model.rewrites import Place, Work

TITLE = "SparseSegment* by int64 -> by int32"
ORDER = 50
EXAMPLES = ("SparseSegmentSum(x, i, s: int64) -> SparseSegmentSum(x, i, Cast(s): int32)",)
_OPS = tuple(
    f"SparseSegment{name}{form}"
    for name in ("Sum", "Mean", "SqrtN")
    for form in ("", "WithNumSegments", "Grad")
)
_ROWS, _SEGMENTS = (1, "Tidx"), (2, "Tsegmentids")


def rewrite(work: Work) -> int:
    """Put a Cast before rows and segments where the target takes int32 alone.

    A table has fewer rows, and a batch fewer segments, than int32 can number.
    """
    count = 0
    for place in work.places():
        for node in list(place.nodes):
            defined = work.registry.op(node.op) if node.op in _OPS else None
            if defined is None or _SEGMENTS[1] in defined.attrs or _SEGMENTS[1] not in node.attr:
                continue
            for at, attribute in (_ROWS, _SEGMENTS):
                if node.attr[attribute].type == dtype_number("DT_INT64"):
                    _cast(place, node, at)
                    node.attr[attribute].type = dtype_number("DT_INT32")
            del node.attr[_SEGMENTS[1]]
            count += 1
    return count


def _cast(place: Place, node: Any, at: int) -> None:
    added, now = place.add(f"{node.name}/cast", "Cast", (node.input[at],), "y")
    added.attr["SrcT"].type, added.attr["DstT"].type = (
        dtype_number("DT_INT64"),
        dtype_number("DT_INT32"),
    )
    added.device = node.device
    node.input[at] = now
