"""What loads a model in TensorFlow: one module a way, found by discovery.

A loader has ``TITLE``, ``FORMATS`` and ``outlook(model, facts, position) -> Outlook | None``; None
where the release has no such loader.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def all_loaders() -> tuple[ModuleType, ...]:
    """Import every loader, in the order of their names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)
