"""How rewritten code shall look: one module a style, found by discovery.

A style has ``TITLE``; ``ROOTED``, whether names are looked up below ``tf.compat`` on the other side
of 2.0; ``RULES``, the names of rules of its own, and where it has some ``REFUSED`` and ``GRAPHS``, those of
files that stay and of files that are written anew; ``settle(file, move)``, a pass over a whole file that says where single usages go, by the
identity of the usage, before any rule looks at them; ``refuses(file, move, settled)``, which says
in a finding why a file stays in the style ``compat``; ``restructured(file, move)``, where it has to be
written anew before its names are looked at: its bytes, the modules that it needs beside it and what is
otherwise then, or a finding that says why it cannot; ``linked(files, find, move)``, the same for all files
of a program at once;
and ``rewrites(file, move, spelling)``, findings about
more than one usage with the usages that no rule needs to look at any more.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


def style_names() -> list[str]:
    """Return the names of all styles."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__))


@cache
def style_named(name: str) -> ModuleType:
    """Return a style's module."""
    return import_module(f"{__name__}.{name}")
