"""Newer Keras writes modules and registered names beside classes; Keras 3 wants its own ones there."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "module names as the target has them"
ORDER = 20
_KEYS = ("module", "registered_name", "build_config")
_MODELS = {
    "Sequential": "keras",
    "Functional": "keras.src.models.functional",
    "Model": "keras.src.models.functional",
}


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Take them away for Keras 2, which goes by the classes' names; for Keras 3 write them to layers.

    A layer within a layer is only found there by its module.
    """
    if classes.three:
        return _for_three(config, classes)
    count = 0
    for entry in objects(config):
        if entry.get("registered_name") not in (None, entry["class_name"]):
            continue
        found = [key for key in _KEYS if key in entry]
        for key in found:
            del entry[key]
        count += bool(found)
    return count


def _for_three(config: dict[str, Any], classes: Any) -> int:
    count = 0
    for entry in objects(config):
        name = entry["class_name"]
        if classes.from_three and "module" in entry:
            continue
        module = _MODELS.get(name)
        if module is None and classes.takes(("layers",), name) is not None:
            module = "keras.layers"
        if module is None or entry.get("registered_name") not in (None, name):
            continue
        count += entry.get("module") != module
        entry["module"] = module
        entry["registered_name"] = "Functional" if name in ("Functional", "Model") else None
        if name == "Model":
            entry["class_name"] = "Functional"
        entry.pop("build_config", None)
    return count
