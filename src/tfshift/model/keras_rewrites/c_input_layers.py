"""InputLayer's shape is batch_input_shape until Keras 3, where it is batch_shape."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "batch_shape <-> batch_input_shape"
# After Sequential has taken the shape of its first layer from it.
ORDER = 45


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
        elif classes.three and isinstance(inner, dict) and "batch_input_shape" in inner:
            # Other layers were given what their model's inputs tell.
            takes = classes.takes(("layers",), entry["class_name"])
            if takes is not None and old not in takes:
                del inner[old]
                count += 1
    return count
