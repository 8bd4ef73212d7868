"""L1 and L2 are L1L2 with one number, in releases that have no classes of their own for them."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "L1, L2 -> L1L2"
ORDER = 61


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Spell the regularizer as the general one."""
    count = 0
    for entry in objects(config):
        name, inner = entry["class_name"], entry["config"]
        if name not in ("L1", "L2") or not isinstance(inner, dict):
            continue
        if classes.takes(("regularizers",), name) is not None:
            continue
        entry["class_name"] = "L1L2"
        entry["config"] = {"l1": inner.get("l1", 0.0), "l2": inner.get("l2", 0.0)}
        count += 1
    return count
