"""What the introspection agent said of a release, kept until the agent changes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import platformdirs

from tfshift.atomic import write_atomic
from tfshift.measure.agents import digest

# To be counted up where what is kept besides the agent's answers changes.
_FORMAT = 2


def _file(name: str) -> Path:
    folder = Path(platformdirs.user_cache_dir("tfshift")) / "snapshots"
    return folder / f"{name}-{_FORMAT}-{digest('introspect')}.json.gz"


def kept(name: str) -> dict[str, Any] | None:
    """Return what was kept under a name such as ``tensorflow-1.15.5``, or None."""
    try:
        data: dict[str, Any] = json.loads(gzip.decompress(_file(name).read_bytes()))
    except (OSError, EOFError, ValueError):
        return None
    return data


def keep(name: str, data: dict[str, Any]) -> None:
    """Keep what was measured, at once."""
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, sort_keys=True).encode()
    write_atomic(file, gzip.compress(text, mtime=0))
