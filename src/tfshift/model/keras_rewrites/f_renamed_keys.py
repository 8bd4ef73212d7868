"""Arguments of layers that Keras 3 calls otherwise."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "keys under their names in the target"
ORDER = 65
# Class -> names until Keras 2 and from Keras 3 on; the values mean the same.
_NAMES = {"LeakyReLU": ("alpha", "negative_slope")}


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Rename what the target knows under the other name."""
    count = 0
    for entry in objects(config):
        pair, inner = _NAMES.get(entry["class_name"]), entry["config"]
        if pair is None or not isinstance(inner, dict):
            continue
        old, new = pair if classes.three else pair[::-1]
        takes = classes.takes(("layers",), entry["class_name"]) or set()
        if old in inner and new in takes and old not in takes:
            inner[new] = inner.pop(old)
            count += 1
    return count
