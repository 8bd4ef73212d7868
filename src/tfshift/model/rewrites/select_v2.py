"""SelectV2 -> Select, where nothing is broadcast."""

from __future__ import annotations

from tfshift.model.rewrites import Work
from tfshift.model.rewrites.batch_matmul import _shape

TITLE = "SelectV2 -> Select"
ORDER = 50
EXAMPLES = ("SelectV2([n], [n], [n]) -> Select",)


def rewrite(work: Work) -> int:
    """Rename where all three shapes are known and equal."""
    if work.has("SelectV2") or work.lacks("Select"):
        return 0
    nodes = {node.name: node for node in work.graph.node}
    count = 0
    for node in work.graph.node:
        if node.op != "SelectV2":
            continue
        shapes = [_shape(nodes, name) for name in node.input[:3]]
        if None in shapes or len(set(shapes)) != 1 or sum(s is None for s in shapes[0] or ()) > 1:
            continue
        node.op = "Select"
        count += 1
    return count
