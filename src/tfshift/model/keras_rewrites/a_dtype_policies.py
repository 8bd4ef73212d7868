"""Keras 3 writes a data type as a policy; Keras 2 takes its name."""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "data type policies -> names"
ORDER = 10


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Put the policy's name in its place."""
    if classes.three:
        return 0
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        policy = inner.get("dtype") if isinstance(inner, dict) else None
        if isinstance(policy, dict) and isinstance(policy.get("config"), dict):
            name = policy["config"].get("name")
            if isinstance(name, str):
                inner["dtype"] = name
                count += 1
    return count
