"""FusedBatchNormV3 -> V2 -> FusedBatchNorm, each with one output or type less."""

from __future__ import annotations

from typing import Any

from tfshift.model.protos import dtype_names
from tfshift.model.rewrites import Work

TITLE = "FusedBatchNormV3 -> V2 -> FusedBatchNorm"
ORDER = 50
EXAMPLES = ("FusedBatchNormV3(is_training=false) -> FusedBatchNorm(is_training=false)",)
# The sixth output of V3 is only for its gradient.
_RESERVED = 5


def rewrite(work: Work) -> int:
    """Rename where nobody takes the sixth output and, for the oldest, all is float32."""
    count = 0
    used = {name for body in work.bodies() for node in body for name in node.input}
    for body in work.bodies():
        for node in body:
            if (
                node.op == "FusedBatchNormV3"
                and work.lacks(node.op)
                and not _takes_reserved(node, used)
            ):
                node.op = "FusedBatchNormV2"
                _trim(node)
                count += 1
            if node.op == "FusedBatchNormV2" and work.lacks(node.op) and _floats(node):
                node.op = "FusedBatchNorm"
                if "U" in node.attr:
                    del node.attr["U"]
                count += 1
    return count


def _takes_reserved(node: Any, used: set[str]) -> bool:
    return f"{node.name}:{_RESERVED}" in used or f"{node.name}:reserve_space_3:0" in used


def _trim(node: Any) -> None:
    # V3 alone lets a running average in.
    if "exponential_avg_factor" in node.attr and node.attr["exponential_avg_factor"].f == 1.0:
        del node.attr["exponential_avg_factor"]


def _floats(node: Any) -> bool:
    return all(
        dtype_names().get(node.attr[k].type) == "DT_FLOAT" for k in ("T", "U") if k in node.attr
    )
