"""Apply edits to bytes: sorted, never overlapping, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

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


def between(before: bytes, after: bytes, encoding: str = "utf-8") -> Iterator[Edit]:
    """Yield the edits by whole lines that make one file of another.

    Args:
        before: the file as it is on disk.
        after: what it shall be.
        encoding: of both.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0, *accumulate(len(line) for line in old)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield Edit(starts[a], starts[b], b"".join(new[c:d]).decode(encoding))
