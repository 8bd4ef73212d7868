"""Read what the agent streamed: records of one JSON line each, followed by their raw bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Raw:
    """The bytes of a record, which stay on disk until they are wanted: there may be gigabytes.

    Args:
        path: the file.
        start: where they begin.
        size: how many there are.
    """

    path: Path
    start: int
    size: int

    def part(self, start: int, size: int) -> Raw:
        """Return a part of them."""
        return Raw(self.path, self.start + start, size)


@dataclass
class ProcessStream:
    """All that one process of the command wrote, in the order in which it happened.

    Args:
        pid: its process number.
        started: milliseconds since the epoch, from the file's name.
        records: (record, raw bytes) pairs; a record that was cut off is left out.
    """

    pid: int
    started: int
    records: list[tuple[dict[str, Any], Raw]] = field(default_factory=list)


def _records(path: Path) -> Iterator[tuple[dict[str, Any], Raw]]:
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        while line := file.readline():
            try:
                record = json.loads(line)
                size = int(record["bytes"])
            except (ValueError, KeyError, TypeError):
                return
            start = file.tell()
            if not line.endswith(b"\n") or start + size > end:
                return
            yield record, Raw(path, start, size)
            file.seek(size, os.SEEK_CUR)


def read_stream(path: Path) -> ProcessStream:
    """Read one process' file; a torn tail (the process was killed) is dropped.

    Raises:
        OSError: if the file cannot be read.
    """
    started, _, pid = path.stem.partition("-")
    return ProcessStream(int(pid), int(started), list(_records(path)))


def read_streams(folder: Path, root: int | None) -> list[ProcessStream]:
    """Read all files of a folder: the command's own process first, then by time of start.

    Args:
        folder: where the agent wrote.
        root: the command's process number, if known.
    """
    streams = [read_stream(path) for path in sorted(folder.glob("*-*.steps"))]
    return sorted(streams, key=lambda s: (s.pid != root, s.started, s.pid))
