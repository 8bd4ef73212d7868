"""Options that every command takes, configuration from pyproject.toml, and the way out."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tfshift.domain.errors import TfshiftError

FORMATS = ("text", "json", "markdown", "html", "sarif", "github")
CONFIGURATION = {"from", "to", "style", "exclude", "select", "ignore", "baseline"}


@dataclass(frozen=True)
class Settings:
    """What the common options say.

    Args:
        format: one of FORMATS.
        output: file for the result, or None for stdout.
        verbosity: -1 quiet, 0 normal, 1 and more verbose.
        offline: never reach for the network.
        progress: whether progress may be drawn (a terminal, and not forbidden).
        jobs: how many processes may run at once.
    """

    format: str = "text"
    output: Path | None = None
    verbosity: int = 0
    offline: bool = False
    progress: bool = False
    jobs: int = 1

    def say(self, line: str, *, level: int = 0) -> None:
        """Print a line of progress to stderr unless told to be quiet."""
        if self.verbosity >= level:
            click.echo(line, err=True)


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the common options; it receives them as ``settings``."""

    @click.option(
        "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True
    )
    @click.option("-o", "output", type=click.Path(path_type=Path), help="Write the result to FILE.")
    @click.option("-q", "--quiet", is_flag=True, help="Only the result.")
    @click.option("-v", "--verbose", count=True, help="Say more.")
    @click.option("--offline", is_flag=True, help="Never reach for the network.")
    @click.option("--no-progress", is_flag=True, help="No progress bars.")
    @click.option("--jobs", type=click.IntRange(1), default=None, help="Processes at once.")
    @functools.wraps(function)
    def wrapper(
        *arguments: Any,
        format_: str,
        output: Path | None,
        quiet: bool,
        verbose: int,
        offline: bool,
        no_progress: bool,
        jobs: int | None,
        **named: Any,
    ) -> Any:
        settings = Settings(
            format=format_,
            output=output,
            verbosity=-1 if quiet else verbose,
            offline=offline,
            progress=sys.stderr.isatty() and not no_progress and not quiet,
            jobs=jobs or os.cpu_count() or 1,
        )
        return function(*arguments, settings=settings, **named)

    return wrapper


def configuration(project: Path) -> dict[str, Any]:
    """Read ``[tool.tfshift]`` of the project's pyproject.toml; empty where there is none.

    Raises:
        TfshiftError: if the file cannot be parsed or holds an unknown key.
    """
    file = (project if project.is_dir() else project.parent) / "pyproject.toml"
    if not file.is_file():
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("tfshift", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TfshiftError(
            "cannot read the configuration", where=str(file), why=str(error)
        ) from None
    unknown = sorted(set(table) - CONFIGURATION)
    if unknown:
        raise TfshiftError(
            f"unknown key in [tool.tfshift]: {unknown[0]}",
            where=str(file),
            why=f"known keys are {', '.join(sorted(CONFIGURATION))}",
        )
    return dict(table)
