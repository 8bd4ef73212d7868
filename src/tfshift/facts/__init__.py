"""Facts about TensorFlow releases, measured on real ones and asked without TensorFlow.

Use ``tfshift.facts.open()``; it opens the one SQLite file that is built from the repository's
``facts/`` folder and shipped in the wheel.
"""

from __future__ import annotations

import functools
from pathlib import Path

from tfshift.facts.database import Facts

__all__ = ["Facts", "open", "version"]

DATABASE = Path(__file__).with_name("facts.sqlite")


@functools.lru_cache(maxsize=4)
def _opened(path: Path) -> Facts:
    return Facts(path)


def open(path: Path | None = None) -> Facts:  # noqa: A001 (the contract's name)
    """Open the built facts, read-only; the same object is handed out again in one process.

    Raises:
        TfshiftError: if the database is missing or not one of ours.
    """
    return _opened(path or DATABASE)


def version() -> str:
    """Return the version of the built facts: a digest of what they were built from."""
    return open().version
