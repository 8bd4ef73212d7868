"""Keys that the target's classes do not take are left out where they hold their default."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects
from tfshift.model.keras_rewrites.f_built_shapes import BUILT_FROM

TITLE = "leave out keys at their default"
ORDER = 70
_PLACES = ("layers", "initializers", "regularizers", "constraints", "optimizers.schedules")
# What says nothing, whatever the default is called.
_NOTHING: tuple[Any, ...] = (None, False, [], {})
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "groups": (1,), "implementation": (0, 1, 2), "use_legacy_format": (True, False), "autocast": (True,),
    "zero_output_for_mask": (False,), "synchronized": (False,), "unroll": (False,), "data_format": ("channels_last",),
    "renorm": (False,), "fused": (True, None), "virtual_batch_size": (None,), "reset_after": (),
}  # fmt: skip
_BASE = {
    "name",
    "trainable",
    "dtype",
    "batch_input_shape",
    "layers",
    "input_layers",
    "output_layers",
}


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Drop what is neutral; what is not stays and is refused by the check."""
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        name = entry["class_name"]
        if not isinstance(inner, dict) or name in ("Sequential", "Model", "Functional"):
            continue
        takes = classes.takes(_PLACES, name)
        if takes is None or "*" in takes:
            continue
        layer = classes.takes(("layers",), name) is not None
        keep = _BASE if layer else {"name"}
        # What a constructor of Keras 2 does not take, its from_config may.
        keep = keep if classes.three else keep | set(BUILT_FROM.get(name, ()))
        spare = [
            k
            for k in inner
            if k not in takes and k not in keep and _neutral(k, inner[k], name, classes)
        ]
        spare += (
            []
            if layer or not classes.three
            else [k for k in ("dtype",) if k in inner and k not in takes]
        )
        for key in dict.fromkeys(spare):
            del inner[key]
        if (
            layer
            and (classes.three or not classes.takes_axis_lists)
            and isinstance(inner.get("axis"), list)
            and len(inner["axis"]) == 1
        ):
            inner["axis"] = inner["axis"][0]
            spare.append("axis")
        count += bool(spare)
    return count


def _neutral(key: str, value: Any, name: str, classes: Any) -> bool:
    if value in _NOTHING or value in _NEUTRAL.get(key, ()):
        return True
    if key.endswith("_initializer"):
        # The weights are loaded: how they began does not matter.
        return True
    return bool(classes.default_anywhere(name, key) == repr(value))
