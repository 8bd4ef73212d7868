"""An environment as other tools take it: one module a form, found by discovery.

A form has ``TITLE`` and ``render(lock, release) -> str``.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError


def form_names() -> list[str]:
    """Return the names of all forms."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__))


def form(name: str) -> ModuleType:
    """Return a form's module."""
    return import_module(f"{__name__}.{name}")


def table(lock: Lock) -> dict[str, Any]:
    """Return a lock as TOML reads it."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    found: dict[str, Any] = tomllib.loads(lock.text)
    return found


def hashes(package: dict[str, Any]) -> Iterator[str]:
    """Yield the SHA-256 of each file that a lock names for a package."""
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
    for file in files:
        digest = file.get("hashes", {}).get("sha256")
        if digest:
            yield digest


def pinned(lock: Lock) -> list[tuple[str, str, list[str]]]:
    """Return name, version and hashes of each package of a lock, sorted by name.

    Raises:
        TfshiftError: if one has no version: only files of an index can be pinned.
    """
    rows = []
    for package in table(lock)["packages"]:
        if "version" not in package:
            raise TfshiftError("the lock has a package without a version", where=package["name"])
        rows.append((package["name"], str(package["version"]), sorted(set(hashes(package)))))
    return sorted(rows)


def gpu_wheels(lock: Lock) -> bool:
    """Tell whether a lock brings CUDA in wheels of its own."""
    return any(re.match(r"nvidia-cu", name) for name, _ in lock.packages)
