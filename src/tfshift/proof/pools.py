"""The kept numbers of a recording: one growing pool a dtype, written and read piece by piece."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tfshift.proof.streams import Raw

if TYPE_CHECKING:
    import numpy

_BLOCK = 1 << 20
# What stands in a zip file before a member's data, without its name and extra field.
_LOCAL_HEADER = 30


class Pools:
    """What is going to be written; the bytes stay where they are until then.

    Args:
        limit: bytes to keep in all.
    """

    def __init__(self, limit: int) -> None:
        self._parts: dict[str, list[Raw]] = {}
        self._sizes: dict[str, int] = {}
        self._room = limit

    def put(self, output: dict[str, Any], raw: Raw) -> None:
        """Keep an output's bytes and note their place; beyond the limit only statistics stay."""
        if raw.size > self._room:
            output["kept"], output["size"] = "statistics", 0
            return
        self._room -= raw.size
        dtype = output["stored"]
        output["at"] = self._sizes.get(dtype, 0)
        self._sizes[dtype] = output["at"] + output["size"]
        self._parts.setdefault(dtype, []).append(raw)

    def write(self, file: IO[bytes]) -> None:
        """Write an archive that ``numpy.load`` reads, holding one block in memory.

        Raises:
            OSError: if a stream cannot be read or the file not be written.
        """
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for dtype, parts in sorted(self._parts.items()):
                _member(archive, dtype, dtype, (self._sizes[dtype],), parts)

    def arrays(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """Return the pools by dtype, in memory."""
        import numpy

        return {
            dtype: numpy.frombuffer(
                b"".join(_read(raw, source) for raw, source in _opened(parts)), dtype=dtype
            )
            for dtype, parts in sorted(self._parts.items())
        }


@dataclass(frozen=True)
class Arrays:
    """Whole arrays, each under its number.

    Args:
        found: dtype, shape and bytes of each.
    """

    found: Sequence[tuple[str, tuple[int, ...], Raw]]

    def write(self, file: IO[bytes]) -> None:
        """Write an archive that ``numpy.load`` reads, holding one block in memory.

        Raises:
            OSError: if a stream cannot be read or the file not be written.
        """
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, (dtype, shape, raw) in enumerate(self.found):
                _member(archive, str(number), dtype, shape, [raw])


def _member(
    archive: zipfile.ZipFile, name: str, dtype: str, shape: tuple[int, ...], parts: list[Raw]
) -> None:
    import numpy

    descr = numpy.lib.format.dtype_to_descr(numpy.dtype(dtype))
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        numpy.lib.format.write_array_header_1_0(member, header)
        for raw, source in _opened(parts):
            _copy(raw, source, member)


def _opened(parts: list[Raw]) -> Iterator[tuple[Raw, IO[bytes]]]:
    """Yield each part with its file; one file is open at a time."""
    source: IO[bytes] | None = None
    path: Path | None = None
    try:
        for raw in parts:
            if raw.path != path:
                if source is not None:
                    source.close()
                source, path = raw.path.open("rb"), raw.path
            assert source is not None
            yield raw, source
    finally:
        if source is not None:
            source.close()


def _read(raw: Raw, source: IO[bytes]) -> bytes:
    source.seek(raw.start)
    return source.read(raw.size)


def _copy(raw: Raw, source: IO[bytes], target: IO[bytes]) -> None:
    source.seek(raw.start)
    left = raw.size
    while left:
        block = source.read(min(left, _BLOCK))
        if not block:
            raise OSError(f"{raw.path} is shorter than it was")
        target.write(block)
        left -= len(block)


class StoredPools:
    """The pools of a finished recording; an output's numbers are read when they are asked for.

    Args:
        path: outputs.npz.

    Raises:
        OSError, ValueError, zipfile.BadZipFile: if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._places: dict[str, tuple[int, int, numpy.dtype[Any]]] = {}
        with zipfile.ZipFile(self._file) as archive:
            for member in archive.infolist():
                if member.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f"{member.filename} is compressed")
                self._place(member)

    def _place(self, member: zipfile.ZipInfo) -> None:
        import numpy

        file = self._file
        file.seek(member.header_offset)
        local = file.read(_LOCAL_HEADER)
        if len(local) < _LOCAL_HEADER:
            raise ValueError(f"{member.filename} is cut off")
        lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
        file.seek(member.header_offset + _LOCAL_HEADER + lengths)
        if numpy.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{member.filename} has an unknown format")
        shape, _, dtype = numpy.lib.format.read_array_header_1_0(file)
        if len(shape) != 1 or dtype.hasobject:
            raise ValueError(f"{member.filename} is no pool")
        self._places[member.filename.removesuffix(".npy")] = (file.tell(), shape[0], dtype)

    def read(self, name: str, at: int, size: int) -> numpy.ndarray[Any, Any]:
        """Return some elements of a pool.

        Args:
            name: the pool's dtype.
            at: the first element.
            size: how many.

        Raises:
            KeyError: if there is no such pool.
            ValueError: if it is too short.
        """
        import numpy

        start, count, dtype = self._places[name]
        if at < 0 or size < 0 or at + size > count:
            raise ValueError(f"the pool of {name} is too short")
        self._file.seek(start + at * dtype.itemsize)
        found = numpy.frombuffer(self._file.read(size * dtype.itemsize), dtype)
        if found.size != size:
            raise ValueError(f"the pool of {name} is cut off")
        return found
