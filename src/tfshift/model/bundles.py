"""Write a checkpoint: a new index over data files that are copied as they are."""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tfshift.atomic import refuse_existing
from tfshift.domain.errors import TfshiftError
from tfshift.model.checkpoints import MAGIC, OBJECT_GRAPH, Index, crc32c, masked
from tfshift.model.protos import message, parse

# As LevelDB, whose format the index has: a key in full every so often, blocks of some kilobytes.
_RESTART_EVERY = 16
_BLOCK_BYTES = 4096
_FOOTER_BYTES = 40


def write(
    out: Path, entries: Mapping[str, Any], shards: Sequence[Path], *, of: Mapping[str, int]
) -> None:
    """Write a bundle; its index comes last, so that it is there whole or not at all.

    Args:
        out: the new prefix.
        entries: BundleEntryProto by the key in the new checkpoint, positions as in the old one.
        shards: the data files, copied in this order.
        of: by key, the number that is added to its entry's shard: where its own files begin.

    Raises:
        TfshiftError: if something is there already.
    """
    index = out.with_name(out.name + ".index")
    for place in (index, out):
        refuse_existing(place)
    out.parent.mkdir(parents=True, exist_ok=True)
    data = index_of(entries, len(shards), of)
    written: list[Path] = []
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            made = []
            for number, shard in enumerate(shards):
                name = f"{out.name}.data-{number:05}-of-{len(shards):05}"
                shutil.copyfile(shard, Path(scratch) / name)
                made.append(name)
            (Path(scratch) / index.name).write_bytes(data)
            for name in (*made, index.name):
                target = out.parent / name
                (Path(scratch) / name).replace(target)
                written.append(target)
    except BaseException:
        for file in written:
            with suppress(OSError):
                file.unlink()
        raise


def index_of(entries: Mapping[str, Any], shards: int, of: Mapping[str, int] | None = None) -> bytes:
    """Return an index, not compressed.

    Args:
        entries: BundleEntryProto by key.
        shards: how many data files there are.
        of: by key, the number that is added to its entry's shard.
    """
    header = message("BundleHeaderProto")()
    header.num_shards = shards
    header.version.producer = 1
    rows = {b"": header.SerializeToString(deterministic=True)}
    for key, entry in entries.items():
        moved = type(entry)()
        moved.CopyFrom(entry)
        moved.shard_id += (of or {}).get(key, 0)
        rows[key.encode("utf-8", "surrogateescape")] = moved.SerializeToString(deterministic=True)
    return table(rows)


def table(rows: Mapping[bytes, bytes]) -> bytes:
    """Return a table of keys and values, not compressed: every release reads it."""
    out = bytearray()
    handles: list[tuple[bytes, bytes]] = []
    pending: list[tuple[bytes, bytes]] = []
    size = 0
    for key in sorted(rows):
        pending.append((key, rows[key]))
        size += len(key) + len(rows[key])
        if size >= _BLOCK_BYTES:
            handles.append((key, _add(out, _block(pending))))
            pending, size = [], 0
    if pending:
        handles.append((pending[-1][0], _add(out, _block(pending))))
    meta = _add(out, _block([]))
    index = _add(out, _block(handles))
    footer = meta + index
    out += footer.ljust(_FOOTER_BYTES, b"\0") + struct.pack("<Q", MAGIC)
    return bytes(out)


def _add(out: bytearray, block: bytes) -> bytes:
    """Append a block with its trailer and return the handle that leads to it."""
    handle = _varint(len(out)) + _varint(len(block))
    out += block + b"\0" + struct.pack("<I", masked(crc32c(block + b"\0")))
    return handle


def _block(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    out = bytearray()
    restarts = [0]
    before = b""
    for number, (key, value) in enumerate(pairs):
        shared = 0
        if number % _RESTART_EVERY:
            while shared < min(len(key), len(before)) and key[shared] == before[shared]:
                shared += 1
        elif number:
            restarts.append(len(out))
        out += _varint(shared) + _varint(len(key) - shared) + _varint(len(value))
        out += key[shared:] + value
        before = key
    return bytes(out) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def data_files(index: Index) -> list[Path]:
    """Return the data files of a checkpoint.

    Raises:
        TfshiftError: if one is missing.
    """
    if index.missing:
        raise TfshiftError(
            "a data file of the checkpoint is missing", where=f"{index.prefix}",
            why=index.missing[0], remedy="bring the file back",
        )  # fmt: skip
    place = index.prefix
    return [
        place.with_name(f"{place.name}.data-{n:05}-of-{index.shards:05}")
        for n in range(index.shards)
    ]


def value(index: Index, name: str) -> Any:
    """Return a number tensor's values; they are mapped from the file, not read.

    Raises:
        TfshiftError: if it is not there as a whole.
    """
    import numpy as np

    entry = index.entries[name]
    variable = next(v for v in index.variables if v.name == name)
    shape = tuple(int(s or 0) for s in variable.shape or ())
    file = data_files(index)[entry.shard_id]
    try:
        return np.memmap(file, variable.dtype, "r", entry.offset, shape or (1,)).reshape(shape)
    except (TypeError, ValueError, OSError) as error:
        raise TfshiftError("a tensor cannot be read", where=f"{file}: {name}", why=str(error)) from None  # fmt: skip


def full_names(index: Index) -> Iterator[tuple[str, str]]:
    """Yield key and the name that its variable has of its own, from a checkpoint's object graph.

    Raises:
        TfshiftError: if it is broken.
    """
    entry = index.entries.get(OBJECT_GRAPH)
    if entry is None:
        return
    file = data_files(index)[entry.shard_id]
    with file.open("rb") as stream:
        stream.seek(entry.offset)
        data = stream.read(min(entry.size, 1 << 30))
    # A string tensor: the lengths as varints, their checksum, then the strings.
    at = 0
    while at < len(data) and data[at] & 0x80:
        at += 1
    graph = parse("TrackableObjectGraph", data[at + 5 :], str(file))
    for node in graph.nodes:
        for attribute in node.attributes:
            if attribute.full_name:
                yield attribute.checkpoint_key, attribute.full_name
