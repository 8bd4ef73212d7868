"""What programs printed in an environment, kept by what they are and where they ran.

An environment never changes, and a program that is the same prints the same in it: a real TensorFlow
need not run it again. What failed is not kept. ``TFSHIFT_TEST_FRESH=1`` runs everything anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.environment import store


def key_of(python: Path, *parts: bytes | str) -> str:
    """Return what stands for a run: an environment by the name that its lock gives it, and the rest."""
    digest = hashlib.sha256(platform.platform().encode())
    for part in (python.parent.parent.name, *parts):
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def contents(folder: Path) -> Iterable[bytes | str]:
    """Yield the names and contents of what a folder holds, byte code apart."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield from (str(file.relative_to(folder)), file.read_bytes())


def recalled(key: str) -> Any:
    """Return what is kept under a key; None if nothing is."""
    file = _file(key)
    if os.environ.get("TFSHIFT_TEST_FRESH") or not file.is_file():
        return None
    return json.loads(file.read_text("utf-8"))


def keep(key: str, value: Any) -> None:
    """Keep a run under its key."""
    file = _file(key)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, json.dumps(value))


def remembered(key: str, ran: Callable[[], Any]) -> Any:
    """Return what is kept under a key, or run and keep it."""
    found = recalled(key)
    if found is None:
        found = ran()
        keep(key, found)
    return found


def _file(key: str) -> Path:
    return store.root() / "test-runs" / key[:2] / f"{key}.json"
