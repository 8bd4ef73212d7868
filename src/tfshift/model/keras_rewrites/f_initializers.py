"""Initializers that the target lacks are spelled as the general one that they are."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "initializers -> VarianceScaling"
ORDER = 60
_SAME = {
    "GlorotUniform": (1.0, "fan_avg", "uniform"),
    "GlorotNormal": (1.0, "fan_avg", "truncated_normal"),
    "HeNormal": (2.0, "fan_in", "truncated_normal"),
    "HeUniform": (2.0, "fan_in", "uniform"),
    "LecunNormal": (1.0, "fan_in", "truncated_normal"),
    "LecunUniform": (1.0, "fan_in", "uniform"),
}
_OLD = {"truncated_normal": "normal", "untruncated_normal": "normal"}


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Each of them is a VarianceScaling with fixed numbers."""
    count = 0
    for entry in objects(config):
        name = entry["class_name"]
        if name not in _SAME:
            continue
        if not _lacking(name, classes):
            count += 0 if classes.three else _trimmed(entry["config"])
            continue
        scale, mode, distribution = _SAME[name]
        seed = entry["config"].get("seed") if isinstance(entry["config"], dict) else None
        entry["class_name"] = "VarianceScaling"
        plain = distribution if classes.long_distributions else _OLD.get(distribution, distribution)
        entry["config"] = {"scale": scale, "mode": mode, "distribution": plain, "seed": seed}
        count += 1
    return count


def _trimmed(config: Any) -> int:
    """Leave the seed alone: Keras 3 writes axes as well, which none before it takes."""
    spare = [k for k in config if k not in ("seed", "dtype")] if isinstance(config, dict) else []
    for key in spare:
        del config[key]
    return bool(spare)


def _lacking(name: str, classes: Any) -> bool:
    if name in ("GlorotUniform", "GlorotNormal"):
        return not (classes.three or classes.has_glorot)
    return classes.takes(("initializers",), name) is None
