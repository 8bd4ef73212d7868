"""Read any file that holds Python: plain, of Python 2, or the cells of a notebook."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tfshift.code import notebooks, python2
from tfshift.code.sources import Skipped, Source, decode, parse, parse_text, why_not

_MAGIC = re.compile(r"^\s*[%!?]|^\s*[\w, ]+=\s*[%!]", re.MULTILINE)


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
        plain = _without_magics(shown, data)
        if isinstance(plain, Source):
            return plain
        return python2.read(shown, data, found, root, plain) or skipped
    return found


def _without_magics(shown: str, data: bytes) -> Source | str | None:
    """Read a program that was exported from a notebook: its magics stand in it as they were.

    Returns:
        Its source; else its text without the magics, which is no Python 3 either; None where it has
        none, or where one does not keep its length on disk.
    """
    decoded = decode(shown, data)
    if isinstance(decoded, Skipped) or not _MAGIC.search(decoded[0]):
        return None
    text, encoding, bom = decoded
    plain = notebooks.without_magics(text)
    if plain == text or len(plain.encode(encoding)) + bom != len(data):
        return None
    tree = parse_text(plain)
    return (
        Source(shown, data, plain, encoding, bom, tree) if isinstance(tree, ast.Module) else plain
    )


def code(shown: str, data: bytes) -> bytes:
    """Return what of a file is code, told without parsing it."""
    if shown.endswith(notebooks.SUFFIX):
        return notebooks.code_cells(data).encode("utf-8", "replace")
    return data
