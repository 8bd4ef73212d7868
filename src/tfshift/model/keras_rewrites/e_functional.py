"""Functional was called Model until 2.2; Keras 3 writes what a layer takes in another form."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "Functional as the target reads it"
ORDER = 50


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Rename the class and, from Keras 3 to 2, spell connections as lists."""
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        if entry["class_name"] == "Functional" and not classes.functional:
            entry["class_name"] = "Model"
            count += 1
        if (
            entry["class_name"] not in ("Functional", "Model")
            or not isinstance(inner, dict)
            or classes.three
        ):
            continue
        for layer in inner.get("layers", ()):
            nodes = layer.get("inbound_nodes")
            if isinstance(nodes, list) and any(isinstance(n, dict) for n in nodes):
                layer["inbound_nodes"] = [_node(n) for n in nodes]
                count += 1
        for key in ("input_layers", "output_layers"):
            # One tensor alone is not in a list of its own there.
            if inner.get(key) and isinstance(inner[key][0], str):
                inner[key] = [inner[key]]
    return count


def _node(node: Any) -> Any:
    """Spell ``{args: [tensor], kwargs}`` as ``[[layer, node, tensor, kwargs]]``."""
    if not isinstance(node, dict):
        return node
    arguments = node.get("args", [])
    tensors = [t for a in arguments for t in (a if isinstance(a, list) else [a])]
    kwargs = {k: v for k, v in node.get("kwargs", {}).items() if v is not None}
    return [[*t["config"]["keras_history"], kwargs] for t in tensors]
