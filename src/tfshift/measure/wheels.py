"""Read single files out of wheels that lie on an index, without fetching the whole of them."""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from typing import IO, Any, cast

from tfshift.domain.errors import TfshiftError

_AHEAD = 1 << 18
_SECONDS = 60


class _Ranges(io.RawIOBase):
    """A file behind an address that answers to ranges."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.at = 0
        self._start, self._data = 0, b""
        head = urllib.request.Request(url, method="HEAD")  # noqa: S310 (from the lock of an index)
        with urllib.request.urlopen(head, timeout=_SECONDS) as answer:  # noqa: S310
            self.size = int(answer.headers["Content-Length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self.size - self.at)
        if wanted <= 0:
            return 0
        inside = self.at - self._start
        if not 0 <= inside < len(self._data):
            self._fetch(max(wanted, _AHEAD))
            inside = 0
        part = self._data[inside : inside + wanted]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)

    def _fetch(self, count: int) -> None:
        last = min(self.at + count, self.size) - 1
        asked = urllib.request.Request(self.url, headers={"Range": f"bytes={self.at}-{last}"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            if answer.status != 206:
                raise TfshiftError("the index does not answer to ranges", where=self.url)
            self._start, self._data = self.at, answer.read()


def open_wheel(url: str) -> zipfile.ZipFile:
    """Open a wheel by its address.

    Raises:
        TfshiftError: if it cannot be read there.
    """
    try:
        return zipfile.ZipFile(
            cast("IO[bytes]", io.BufferedReader(cast(Any, _Ranges(url)), _AHEAD))
        )
    except (OSError, urllib.error.URLError, zipfile.BadZipFile, KeyError) as error:
        raise TfshiftError(
            "cannot read a wheel on the index", where=url.rsplit("/", 1)[-1], why=str(error)
        ) from None


def beginning(wheel: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return up to ``limit`` bytes from the start of one file in a wheel."""
    with wheel.open(name) as stream:
        return stream.read(limit)


def pick(urls: Sequence[str]) -> str | None:
    """Return the first wheel for Linux on x86-64, or None."""
    fitting = re.compile(r"linux.*x86_64\.whl$")
    return next((url for url in urls if fitting.search(url)), None)
