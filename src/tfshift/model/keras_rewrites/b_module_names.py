"""Newer Keras writes modules and registered names beside classes; others have no use for them."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "take module names away"
ORDER = 20
_KEYS = ("module", "registered_name", "build_config")


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Classes of Keras's own are found by their names alone."""
    if classes.three:
        return 0
    count = 0
    for entry in objects(config):
        if entry.get("registered_name") not in (None, entry["class_name"]):
            continue
        found = [key for key in _KEYS if key in entry]
        for key in found:
            del entry[key]
        count += bool(found)
    return count
