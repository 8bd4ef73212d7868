"""SelectV2 -> Select, whose three inputs have one shape: they are broadcast to it before."""

from __future__ import annotations

from typing import Any

from tfshift.model.protos import dtype_number
from tfshift.model.rewrites import Place, Work
from tfshift.model.rewrites.batch_matmul import _shape

TITLE = "SelectV2 -> Select"
ORDER = 50
EXAMPLES = (
    "SelectV2([n], [n], [n]) -> Select",
    "SelectV2(c, t, e) -> Select(BroadcastTo(c, s), BroadcastTo(t, s), BroadcastTo(e, s))",
)
_BROADCAST = ("Shape", "BroadcastArgs", "BroadcastTo")


def rewrite(work: Work) -> int:
    """Rename where all three shapes are known and equal, broadcast where the target can."""
    if work.has("SelectV2") or work.lacks("Select"):
        return 0
    count = 0
    for place in work.places():
        for node in list(place.nodes):
            if node.op != "SelectV2":
                continue
            if not _alike(place, node):
                if any(map(work.lacks, _BROADCAST)):
                    continue
                _broadcast(place, node)
            node.op = "Select"
            count += 1
    return count


def _alike(place: Place, node: Any) -> bool:
    """Tell whether nothing is broadcast, as far as shapes are known."""
    shapes = {_shape(place.by_name, name) for name in node.input[:3]}
    shape = shapes.pop()
    return not shapes and shape is not None and sum(size is None for size in shape) <= 1


def _broadcast(place: Place, node: Any) -> None:
    """Put a broadcast to the common shape before each input."""
    int32, value = dtype_number("DT_INT32"), node.attr["T"].type
    kinds = (dtype_number("DT_BOOL"), value, value)
    shapes = []
    for taken, kind in zip(node.input[:3], kinds, strict=True):
        shape, name = place.add(f"{node.name}/shape", "Shape", (taken,), "output")
        shape.attr["T"].type, shape.attr["out_type"].type = kind, int32
        shapes.append(name)
    common = shapes[0]
    for other in shapes[1:]:
        both, common = place.add(f"{node.name}/common", "BroadcastArgs", (common, other), "r0")
        both.attr["T"].type = int32
    for at, (taken, kind) in enumerate(zip(list(node.input[:3]), kinds, strict=True)):
        cast, name = place.add(f"{node.name}/broadcast", "BroadcastTo", (taken, common), "output")
        cast.attr["T"].type, cast.attr["Tidx"].type = kind, int32
        node.input[at] = name
