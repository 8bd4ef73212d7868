"""Write attributes out that were left out at their default and have none in the target."""

from __future__ import annotations

from typing import Any

from tfshift.model.protos import dtype_names
from tfshift.model.rewrites import Work

TITLE = "write out defaults that the target does not have"
ORDER = 890
EXAMPLES = ("LeakyRelu() -> LeakyRelu(T=DT_FLOAT)",)


def rewrite(work: Work) -> int:
    """Fill in what the newest release would take for granted."""
    facts = work.registry.facts
    count = 0
    for body in work.bodies():
        for node in body:
            defined = work.registry.op(node.op)
            if defined is None:
                continue
            lacking = [
                n for n, a in defined.attrs.items() if "default" not in a and n not in node.attr
            ]
            filled = [n for n in lacking if _fill(node, n, facts)]
            count += bool(filled)
    return count


def _fill(node: Any, name: str, facts: Any) -> bool:
    for position in reversed(range(len(facts.minors))):
        record = facts.at("ops", node.op, position)
        for attribute in (record or {}).get("attrs", ()):
            if attribute["name"] == name and "default" in attribute:
                return _set(node.attr[name], attribute["type"], attribute["default"])
    return False


def _set(value: Any, kind: str, default: Any) -> bool:
    if kind == "type":
        numbers = {text: number for number, text in dtype_names().items()}
        value.type = numbers[default]
    elif kind == "int":
        value.i = default
    elif kind == "float":
        value.f = default
    elif kind == "bool":
        value.b = default
    elif kind == "string":
        value.s = default.encode()
    else:
        return False
    return True
