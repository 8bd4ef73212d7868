"""Read any file that holds Python: plain, of Python 2, or the cells of a notebook."""

from __future__ import annotations

from pathlib import Path

from tfshift.code import notebooks, python2
from tfshift.code.sources import Skipped, Source, parse, why_not


def read(shown: str, data: bytes, root: Path | None = None) -> Source | Skipped:
    """Read a file's code; never raises for what the file holds.

    Args:
        shown: its path.
        data: its bytes.
        root: what the path is relative to.
    """
    if shown.endswith(notebooks.SUFFIX):
        return notebooks.read(shown, data)
    found = parse(shown, data)
    if isinstance(found, SyntaxError):
        skipped = Skipped(shown, why_not(found))
        return python2.read(shown, data, found, root) or skipped
    return found


def code(shown: str, data: bytes) -> bytes:
    """Return what of a file is code, told without parsing it."""
    if shown.endswith(notebooks.SUFFIX):
        return notebooks.code_cells(data).encode("utf-8", "replace")
    return data
