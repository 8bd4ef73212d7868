"""What the makers publish, kept as data with its source: read where nothing can be measured."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read_toml(file: Path) -> dict[str, Any]:
    """Read an authored file."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(file.read_text("utf-8"))


def published(facts: Path, name: str) -> dict[str, Any]:
    """Read ``facts/published/NAME.toml``."""
    return read_toml(facts / "published" / f"{name}.toml")


def pip_needed(facts: Path, platforms: Iterable[str]) -> str | None:
    """Return the first pip that installs one of some wheels on Linux; None where none is for it.

    Args:
        facts: the ``facts/`` folder.
        platforms: tags such as ``manylinux2010_x86_64``.
    """
    rows: dict[str, str] = published(facts, "pip")["rows"]
    needed = [
        pip for p in platforms if "x86_64" in p for tag, pip in rows.items()
        if p.startswith((f"{tag}_x86", f"{tag}_" if tag.endswith("_2") else f"{tag}_x86"))
    ]  # fmt: skip
    return min(needed, key=lambda v: [int(part) for part in v.split(".")], default=None)
