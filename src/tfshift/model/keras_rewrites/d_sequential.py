"""Sequential: a list of layers until 1.8, then a dictionary; in Keras 3 it begins with an InputLayer."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "Sequential as the target reads it"
ORDER = 40


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Change the form; the layers stay."""
    count = 0
    for entry in list(objects(config)):
        if entry["class_name"] != "Sequential":
            continue
        inner = entry["config"]
        if isinstance(inner, list) and classes.sequential_as_dict:
            entry["config"] = inner = {"name": "sequential", "layers": inner}
            count += 1
        elif isinstance(inner, dict) and not classes.sequential_as_dict:
            layers = inner.get("layers", [])
            first = _without_input(layers)
            entry["config"] = first
            count += 1
            continue
        if classes.three and isinstance(inner, dict):
            count += _with_input(inner.get("layers", []))
    return count


def _without_input(layers: list[Any]) -> list[Any]:
    """Give the shape to the first layer: the list of old has no InputLayer."""
    if len(layers) > 1 and layers[0].get("class_name") == "InputLayer":
        shape = layers[0]["config"].get("batch_input_shape")
        layers[1]["config"].setdefault("batch_input_shape", shape)
        return layers[1:]
    return layers


def _with_input(layers: list[Any]) -> int:
    if not layers or layers[0].get("class_name") == "InputLayer":
        return 0
    inner = layers[0].get("config", {})
    shape = inner.pop("batch_input_shape", None)
    if shape is None:
        return 0
    dtype = inner.get("dtype", "float32")
    name = f"{inner.get('name', 'layer')}_input"
    layers.insert(
        0,
        {
            "class_name": "InputLayer",
            "config": {"batch_shape": shape, "dtype": dtype, "name": name},
        },
    )
    return 1
