"""One module a rule, found by discovery.

A rule has ``ID``, ``TITLE``, ``EXAMPLES`` and ``findings(site) -> Iterator[Finding]``, asked of each
use of a symbol, or ``over_file(whole) -> Iterator[Finding]``, asked once a file. Examples are
(origin, target, code, [(line, symbol), ...]) and run as tests: an empty list says "must not fire".
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def all_rules() -> tuple[ModuleType, ...]:
    """Import every rule, in the order of their names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


@cache
def site_rules() -> tuple[ModuleType, ...]:
    """Return the rules that look at one use of a symbol."""
    return tuple(rule for rule in all_rules() if hasattr(rule, "findings"))


@cache
def file_rules() -> tuple[ModuleType, ...]:
    """Return the rules that look at a whole file."""
    return tuple(rule for rule in all_rules() if hasattr(rule, "over_file"))
