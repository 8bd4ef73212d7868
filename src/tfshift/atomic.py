"""The one way in which files are written: all or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tfshift.domain.errors import TfshiftError


def refuse_existing(out: Path) -> None:
    """Refuse to write where something is.

    Raises:
        TfshiftError: if something is there already.
    """
    if out.exists():
        raise TfshiftError(
            "something is there already", where=str(out), remedy="choose another OUT"
        )


def write_atomic(path: Path, data: str | bytes) -> None:
    """Write a file so that readers see the old content or the new, never a part.

    A link is written through, and what is no regular file (a device, a pipe) is written into.
    """
    import tempfile

    raw = data.encode("utf-8") if isinstance(data, str) else data
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(raw)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod((path.stat().st_mode & 0o777) if path.exists() else 0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
