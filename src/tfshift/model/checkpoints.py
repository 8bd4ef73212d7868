"""Checkpoints: the index of a bundle (V2) and the table of the old form (V1), without their values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import TensorSpec
from tfshift.model import graphs
from tfshift.model.protos import dtype_names, parse

MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
# An index with more than this is no checkpoint of anyone's.
_MOST_BYTES = 1 << 30
_PLAIN = {"float": "float32", "double": "float64", "half": "float16"}


@dataclass(frozen=True)
class Index:
    """What the index of a checkpoint tells.

    Args:
        prefix: the checkpoint's.
        version: 2 for bundles, 1 for the old form.
        variables: name, type and shape of each tensor.
        entries: BundleEntryProto by name, for bundles.
        shards: how many data files there are.
        compressed: whether a block is compressed: releases before 1.5 cannot read it.
        missing: data files that are not there.
    """

    prefix: Path
    version: int
    variables: tuple[TensorSpec, ...]
    entries: dict[str, Any]
    shards: int
    compressed: bool
    missing: tuple[str, ...] = ()

    @property
    def object_based(self) -> bool:
        """Whether it was written by ``tf.train.Checkpoint``."""
        return OBJECT_GRAPH in self.entries


def is_table(path: Path) -> bool:
    """Tell by its end whether a file is a table of keys and values."""
    try:
        size = path.stat().st_size
        if not path.is_file() or size < _FOOTER:
            return False
        with path.open("rb") as stream:
            stream.seek(size - 8)
            return bool(struct.unpack("<Q", stream.read(8))[0] == MAGIC)
    except OSError:
        return False


def read_index(prefix: Path) -> Index:
    """Read a bundle's index; of the data files only their names are looked at.

    Raises:
        TfshiftError: if it is broken.
    """
    file = prefix.with_name(prefix.name + ".index")
    rows, compressed = _table(file)
    header = parse("BundleHeaderProto", rows.pop(b"", b""), str(file))
    entries: dict[str, Any] = {}
    variables = []
    for key, value in rows.items():
        name = key.decode("utf-8", "replace")
        entry = parse("BundleEntryProto", value, f"{file}: {name}")
        # The keys of parts of variables are no text.
        entries[key.decode("utf-8", "surrogateescape")] = entry
        if name != OBJECT_GRAPH and b"\0" not in key:
            variables.append(TensorSpec(name, _dtype(entry.dtype), graphs.shape_of(entry.shape)))
    shards = max(header.num_shards, 1)
    names = [f"{prefix.name}.data-{n:05}-of-{shards:05}" for n in range(shards)]
    missing = tuple(n for n in names if not prefix.with_name(n).is_file())
    found = tuple(sorted(variables, key=lambda v: v.name))
    return Index(prefix, 2, found, entries, shards, compressed, missing)


def read_old(file: Path) -> Index:
    """Read a checkpoint of the old form, one table with the values in it.

    Raises:
        TfshiftError: if it is broken.
    """
    rows, compressed = _table(file)
    meta = parse("SavedTensorSlices", rows.get(b"", b""), str(file)).meta
    variables = [TensorSpec(t.name, _dtype(t.type), graphs.shape_of(t.shape)) for t in meta.tensor]
    return Index(file, 1, tuple(sorted(variables, key=lambda v: v.name)), {}, 1, compressed)


def _dtype(number: int) -> str:
    # References are 100 above.
    name = dtype_names().get(number % 100, "").removeprefix("DT_").lower()
    return _PLAIN.get(name, name)


def _table(file: Path) -> tuple[dict[bytes, bytes], bool]:
    """Read all keys and values of a table, and whether a block was compressed."""
    size = file.stat().st_size
    if size < _FOOTER or (size > _MOST_BYTES and file.suffix == ".index"):
        raise TfshiftError("not a checkpoint", where=str(file), why=f"{size} bytes")
    compressed = False
    rows: dict[bytes, bytes] = {}
    with file.open("rb") as stream:
        stream.seek(size - _FOOTER)
        footer = stream.read(_FOOTER)
        if struct.unpack("<Q", footer[-8:])[0] != MAGIC:
            raise TfshiftError("not a checkpoint", where=str(file), why="its end is another one")
        try:
            _, at = _handle(footer, 0)
            index, _ = _handle(footer, at)
            block, packed = _block(stream, *index, size, str(file))
            compressed |= packed
            for _, value in _pairs(block):
                handle, _ = _handle(value, 0)
                block, packed = _block(stream, *handle, size, str(file))
                compressed |= packed
                rows.update(_pairs(block))
        except (IndexError, struct.error, ValueError) as error:
            raise TfshiftError(
                "the checkpoint is broken", where=str(file), why=str(error) or "it ends too early"
            ) from None
    return rows, compressed


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return (offset, size), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number without end")


def _block(stream: Any, offset: int, size: int, whole: int, where: str) -> tuple[bytes, bool]:
    if offset + size + 5 > whole:
        raise ValueError("a block lies beyond the file's end")
    stream.seek(offset)
    data = stream.read(size)
    kind, crc = stream.read(1), struct.unpack("<I", stream.read(4))[0]
    if masked(crc32c(data + kind)) != crc:
        raise ValueError(f"the checksum of a block at byte {offset} does not hold")
    if kind == b"\0":
        return data, False
    if kind == b"\1":
        import cramjam

        try:
            return bytes(cramjam.snappy.decompress_raw(data)), True
        except cramjam.DecompressionError as error:
            raise ValueError(f"a compressed block cannot be read: {error}") from None
    raise ValueError(f"a block of unknown kind {kind!r} in {where}")


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pairs of a block; keys share their beginnings."""
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + fresh + length > end:
            raise ValueError("a key or value lies beyond its block")
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_CRC = _crc_table()


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of some bytes."""
    crc, table = 0xFFFFFFFF, _CRC
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def masked(crc: int) -> int:
    """Return a checksum as the files hold it."""
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
