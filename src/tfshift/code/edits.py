"""Apply edits to bytes: sorted, never overlapping, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from tfshift.domain.findings import Edit


class OverlapError(ValueError):
    """Two edits want to write the same bytes."""


def merge(edits: Iterable[Edit]) -> list[Edit]:
    """Sort edits and drop repeated ones.

    Raises:
        OverlapError: if two different edits touch the same bytes.
    """
    result = sorted(set(edits))
    for before, after in pairwise(result):
        if after.start < before.end:
            raise OverlapError(f"edits at {before.start} and {after.start} overlap")
    return result


def apply(data: bytes, edits: Iterable[Edit], encoding: str = "utf-8") -> bytes:
    """Return the bytes after some edits.

    Args:
        data: the file as it is on disk.
        edits: in any order; equal ones count once.
        encoding: how inserted text is encoded.

    Raises:
        OverlapError: if edits contradict one another.
        ValueError: if an edit lies outside the file.
    """
    parts: list[bytes] = []
    position = 0
    for edit in merge(edits):
        if not 0 <= edit.start <= edit.end <= len(data):
            raise ValueError(f"edit at {edit.start} lies outside the file")
        parts += [data[position : edit.start], edit.text.encode(encoding)]
        position = edit.end
    return b"".join([*parts, data[position:]])
