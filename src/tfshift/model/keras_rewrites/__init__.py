"""Rewrites that take a Keras configuration to a release that rejected it: one module an edge.

A rewrite has ``TITLE``, ``ORDER`` and ``rewrite(config, classes) -> int``, which changes the
configuration in place and returns how many places it touched. What a layer computes must not change;
how its weights would have been initialised may, since they are loaded.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_DEEPEST = 200


@cache
def all_rewrites() -> tuple[ModuleType, ...]:
    """Import every rewrite, in their order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda m: (m.ORDER, m.__name__)))


def objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every entry with a class and a configuration, the outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if isinstance(value.get("class_name"), str) and "config" in value:
            yield value
        for item in value.values():
            yield from objects(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item, depth + 1)
