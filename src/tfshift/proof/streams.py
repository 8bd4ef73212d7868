"""Read what the agent streamed: records of one JSON line each, followed by their raw bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
    records: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)


def _records(data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    position = 0
    while True:
        end = data.find(b"\n", position)
        if end < 0:
            return
        try:
            record = json.loads(data[position:end])
            size = int(record["bytes"])
        except (ValueError, KeyError, TypeError):
            return
        payload = data[end + 1 : end + 1 + size]
        if len(payload) < size:
            return
        yield record, payload
        position = end + 1 + size


def read_stream(path: Path) -> ProcessStream:
    """Read one process' file; a torn tail (the process was killed) is dropped.

    Raises:
        OSError: if the file cannot be read.
    """
    started, _, pid = path.stem.partition("-")
    return ProcessStream(int(pid), int(started), list(_records(path.read_bytes())))


def read_streams(folder: Path, root: int | None) -> list[ProcessStream]:
    """Read all files of a folder: the command's own process first, then by time of start.

    Args:
        folder: where the agent wrote.
        root: the command's process number, if known.
    """
    streams = [read_stream(path) for path in sorted(folder.glob("*-*.steps"))]
    return sorted(streams, key=lambda s: (s.pid != root, s.started, s.pid))
