"""BatchMatMulV3 -> V2 -> BatchMatMul, where nothing is broadcast."""

from __future__ import annotations

from typing import Any

from tfshift.model.graphs import shape_of
from tfshift.model.rewrites import Work, rename

TITLE = "BatchMatMulV2 -> BatchMatMul"
ORDER = 50
EXAMPLES = ("BatchMatMulV2([b, n, k], [b, k, m]) -> BatchMatMul",)


def rewrite(work: Work) -> int:
    """Rename where the shapes that the graph carries have the same batch sizes."""
    count = rename(work, "BatchMatMulV3", "BatchMatMulV2") if _same_types(work) else 0
    if work.has("BatchMatMulV2") or work.lacks("BatchMatMul"):
        return count
    nodes = {node.name: node for node in work.graph.node}
    for node in work.graph.node:
        if node.op != "BatchMatMulV2":
            continue
        one, other = (_shape(nodes, name) for name in node.input[:2])
        if one is None or other is None or len(one) != len(other) or one[:-2] != other[:-2]:
            continue
        # An open size on both sides may be two sizes: only one of them may be open.
        if sum(size is None for size in one[:-2]) > 1:
            continue
        node.op = "BatchMatMul"
        count += 1
    return count


def _same_types(work: Work) -> bool:
    nodes = [n for body in work.bodies() for n in body if n.op == "BatchMatMulV3"]
    for node in nodes:
        kinds = {node.attr[k].type for k in ("Ta", "Tb", "Tout")}
        if len(kinds) != 1:
            return False
    for node in nodes if work.lacks("BatchMatMulV3") else ():
        node.attr["T"].type = node.attr["Ta"].type
        for key in ("Ta", "Tb", "Tout"):
            del node.attr[key]
    return True


def _shape(nodes: dict[str, Any], name: str) -> tuple[int | None, ...] | None:
    plain, _, port = name.partition(":")
    node = nodes.get(plain)
    if node is None or "_output_shapes" not in node.attr:
        return None
    shapes = node.attr["_output_shapes"].list.shape
    # A function's nodes are named with the argument in between: node:output:0.
    at = int(port.rpartition(":")[2] or 0)
    if at >= len(shapes) or (":" in port and len(shapes) > 1):
        return None
    return shape_of(shapes[at])
