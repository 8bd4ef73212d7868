"""Take away attributes that the target does not know where they have their default value."""

from __future__ import annotations

from functools import cache
from typing import Any

from tfshift.facts import Facts
from tfshift.model.graphs import plain_value
from tfshift.model.rewrites import Work

TITLE = "strip attributes at their default"
ORDER = 20
EXAMPLES = ("Conv2D(explicit_paddings=[]) -> Conv2D()",)
# Attributes that say nothing of what is computed: names, hints for optimisers, layouts of calls.
_HINTS = {
    ("VarHandleOp", "debug_name"),
    ("MatMul", "grad_a"),
    ("MatMul", "grad_b"),
    ("BatchMatMul", "grad_x"),
    ("BatchMatMul", "grad_y"),
    ("BatchMatMulV2", "grad_x"),
    ("BatchMatMulV2", "grad_y"),
    ("BatchMatMulV3", "grad_x"),
    ("BatchMatMulV3", "grad_y"),
    ("StatelessIf", "output_shapes"),
    ("If", "output_shapes"),
    ("StatelessWhile", "output_shapes"),
    ("While", "output_shapes"),
    ("While", "parallel_iterations"),
    ("StatelessWhile", "parallel_iterations"),
    ("StatefulPartitionedCall", "config"),
    ("StatefulPartitionedCall", "config_proto"),
    ("StatefulPartitionedCall", "executor_type"),
    ("PartitionedCall", "config"),
    ("PartitionedCall", "config_proto"),
    ("PartitionedCall", "executor_type"),
}


def rewrite(work: Work) -> int:
    """Strip what is unknown and without effect, in functions as well."""
    count = 0
    for body in work.bodies():
        for node in body:
            defined = work.registry.op(node.op)
            if defined is None:
                continue
            unknown = [k for k in node.attr if not k.startswith("_") and k not in defined.attrs]
            spare = [
                k
                for k in unknown
                if (node.op, k) in _HINTS or _is_default(work.registry.facts, node, k)
            ]
            for name in spare:
                del node.attr[name]
            count += bool(spare)
    return count


def _is_default(facts: Facts, node: Any, name: str) -> bool:
    known = _defaults(facts, node.op, name)
    return any(default == plain_value(node.attr[name]) for default in known)


@cache
def _defaults(facts: Facts, op: str, name: str) -> tuple[Any, ...]:
    """Return the defaults that an attribute had in any release."""
    found = []
    for position in range(len(facts.minors)):
        record = facts.at("ops", op, position)
        for attribute in (record or {}).get("attrs", ()):
            if (
                attribute["name"] == name
                and "default" in attribute
                and attribute["default"] not in found
            ):
                found.append(attribute["default"])
    return tuple(found)
