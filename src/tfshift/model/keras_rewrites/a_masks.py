"""Keras 3 writes the operations that compute masks into the model; Keras 2 computes them again by itself."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "masks are left to the layers"
# Before the operations lose the modules that they are known by.
ORDER = 15
_DEEPEST = 64


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Drop operations that lead to nothing but masks, where a layer of the model makes masks."""
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        if not classes.from_three or not isinstance(inner, dict):
            continue
        layers = inner.get("layers")
        if entry["class_name"] == "Functional" and isinstance(layers, list):
            count += _without_masks(layers, classes)
    return count


def _without_masks(layers: list[Any], classes: Any) -> int:
    if not any(_masks(layer) for layer in layers):
        return 0
    operations = {
        str(layer["config"].get("name"))
        for layer in layers
        if str(layer.get("module", "keras.src.ops")).startswith("keras.src.ops")
        and not classes.is_layer(str(layer.get("class_name")))
    }
    # What something else than a mask is made of stays.
    while kept := {
        name
        for layer in layers
        if str(layer["config"].get("name")) not in operations
        for name in _read(layer, masks=False)
        if name in operations
    }:
        operations -= kept
    if not operations:
        return 0
    for layer in layers:
        for node in layer.get("inbound_nodes") or ():
            kwargs = node.get("kwargs", {}) if isinstance(node, dict) else {}
            for key in [k for k in kwargs if "mask" in k]:
                if set(_names(kwargs[key], 0)) & operations:
                    kwargs[key] = None
    layers[:] = [e for e in layers if str(e["config"].get("name")) not in operations]
    return len(operations)


def _masks(layer: dict[str, Any]) -> bool:
    inner = layer.get("config") or {}
    return layer.get("class_name") == "Masking" or inner.get("mask_zero") is True


def _read(layer: dict[str, Any], *, masks: bool) -> list[str]:
    """Return the layers that a layer reads."""
    found = []
    for node in layer.get("inbound_nodes") or ():
        if isinstance(node, dict):
            found += _names(node.get("args"), 0)
            for key, value in node.get("kwargs", {}).items():
                if masks or "mask" not in key:
                    found += _names(value, 0)
    return found


def _names(value: Any, depth: int) -> list[str]:
    if depth > _DEEPEST:
        return []
    if isinstance(value, dict):
        history = value.get("config", {}).get("keras_history") if "config" in value else None
        if isinstance(history, list):
            return [str(history[0])]
        return [n for item in value.values() for n in _names(item, depth + 1)]
    if isinstance(value, list):
        return [n for item in value for n in _names(item, depth + 1)]
    return []
