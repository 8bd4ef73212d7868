"""Keras 2 writes the shapes from which some layers were built, and its from_config wants them back."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "shapes that a layer was built from"
ORDER = 66
BUILT_FROM = {"MultiHeadAttention": ("query_shape", "key_shape", "value_shape")}


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Take them away for Keras 3; for Keras 2 say that they are not known: the first call builds."""
    count = 0
    for entry in objects(config):
        inner, keys = entry["config"], BUILT_FROM.get(entry["class_name"], ())
        if not isinstance(inner, dict) or not keys:
            continue
        found = [key for key in keys if (key in inner) == classes.three]
        for key in found:
            if classes.three:
                del inner[key]
            else:
                inner[key] = None
        count += bool(found)
    return count
