"""InputLayer's shape is batch_input_shape until Keras 3, where it is batch_shape."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "batch_shape <-> batch_input_shape"
ORDER = 30


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Rename the key for the target."""
    old, new = (
        ("batch_input_shape", "batch_shape")
        if classes.three
        else ("batch_shape", "batch_input_shape")
    )
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        if entry["class_name"] == "InputLayer" and isinstance(inner, dict) and old in inner:
            inner[new] = inner.pop(old)
            count += 1
    return count
