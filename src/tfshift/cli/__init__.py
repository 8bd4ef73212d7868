"""The command line: parse, call, print. One file a command; each is imported only when it is used."""

from __future__ import annotations

import errno
import os
import pkgutil
import sys
from importlib import import_module

import click

from tfshift import __version__
from tfshift.domain.errors import TfshiftError

INTERRUPTED = 130
_NOT_COMMANDS = {"options"}


class LazyGroup(click.Group):
    """A group whose commands are the modules of this package, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of that name and return its ``command``."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=LazyGroup,
    help="Move TensorFlow code, environments and models between any two versions, with proof.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def root() -> None:
    """Hold the commands together."""


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"no space left on the disk: {error.filename or 'while writing'}; "
            "free some and run the same command again"
        )
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{where}"
    return (
        f"internal error: {type(error).__name__}: {error}; "
        "set TFSHIFT_TRACEBACK=1 and report what it prints"
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Every failure is one line on stderr; a traceback appears only where TFSHIFT_TRACEBACK is set.
    """
    try:
        code = root.main(args=arguments, prog_name="tfshift", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"; see {context.command_path} --help" if context else ""
        click.echo(f"error: {' '.join(error.format_message().split()).rstrip('.')}{hint}", err=True)
        code = 2
    except TfshiftError as error:
        click.echo(f"error: {error}", err=True)
        code = error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone: nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("TFSHIFT_TRACEBACK"):
            raise
        click.echo(f"error: {_one_line(error)}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
