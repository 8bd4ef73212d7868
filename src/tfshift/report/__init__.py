"""One result value, many formats; a format is a module of ``tfshift.report.formats``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from tfshift import __version__
from tfshift.atomic import write_atomic
from tfshift.report.result import Result

__all__ = ["Result", "emit", "render"]


def render(result: Result, format_: str) -> str:
    """Spell a result in a format.

    Raises:
        TfshiftError: if this kind of result has no such format.
    """
    text = import_module(f"tfshift.report.formats.{format_}").render(result, __version__)
    assert isinstance(text, str)
    return text


def emit(result: Result, format_: str, output: Path | None) -> None:
    """Print a result to stdout, or write it to a file at once."""
    text = render(result, format_)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_atomic(output, text if text.endswith("\n") else text + "\n")
