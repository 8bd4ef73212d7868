"""One result value, many formats; a format is a module of ``tfshift.report.formats``."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click

from tfshift import __version__
from tfshift.report.result import Result

__all__ = ["Result", "emit", "render", "write_atomic"]


def render(result: Result, format_: str) -> str:
    """Spell a result in a format.

    Raises:
        TfshiftError: if this kind of result has no such format.
    """
    text = import_module(f"tfshift.report.formats.{format_}").render(result, __version__)
    assert isinstance(text, str)
    return text


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


def emit(result: Result, format_: str, output: Path | None) -> None:
    """Print a result to stdout, or write it to a file at once."""
    text = render(result, format_)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_atomic(output, text if text.endswith("\n") else text + "\n")
