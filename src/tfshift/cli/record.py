"""``tfshift record``: run a command in an environment and write down what it did."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

if TYPE_CHECKING:
    from tfshift.proof.record import RecordedRun


def _seed(context: click.Context, option: click.Parameter, value: str) -> int | None:
    """Read a whole number or ``none``."""
    if value.lower() == "none":
        return None
    if value.isdigit() and int(value) < 2**31:
        return int(value)
    raise click.BadParameter(f"{value!r} is neither a whole number below 2**31 nor none")


def _interpreter(env: str | None, python: str | None) -> tuple[Path, Mapping[str, str]]:
    """Return the interpreter and the variables to run in."""
    if (env is None) == (python is None):
        raise TfshiftError(
            "one interpreter is needed", remedy="give either --env NAME or --python EXE"
        )
    if env is not None:
        from tfshift.environment import store

        found = store.find(env)
        return store.python_of(found), store.activated(found, os.environ)
    assert python is not None
    path = Path(python)
    if os.sep not in python:
        import shutil

        path = Path(shutil.which(python) or python)
    return path, os.environ


def _lines(run: RecordedRun) -> tuple[str, ...]:
    ending = f"{run.status}, {run.reason}" if run.reason else run.status
    steps = f"{run.steps} step{'' if run.steps == 1 else 's'}"
    return (f"recorded {steps} in {run.seconds:.1f} s ({ending}): {run.path}",)


def _payload(run: RecordedRun, out: Path) -> dict[str, Any]:
    return {
        "recording": out.as_posix(),
        "status": run.status,
        "reason": run.reason,
        "exit_status": run.exit_status,
        "steps": run.steps,
        "seconds": round(run.seconds, 3),
    }


def _result_stream(settings: Settings) -> int:
    """The command's own output shares stdout with the result only where that is plain text."""
    return 1 if settings.format == "text" else 2


@click.command("record")
@click.option("--env", help="An environment of the store.")
@click.option("--python", help="Any interpreter.")
@click.option(
    "--seed", callback=_seed, default="0", show_default=True, metavar="S|none",
    help="For Python, NumPy and TensorFlow; none leaves them alone.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds to wait.")
@click.argument("arguments", metavar="-- CMD", nargs=-1, type=click.UNPROCESSED)
@common
def command(
    env: str | None,
    python: str | None,
    seed: int | None,
    timeout: float | None,
    arguments: tuple[str, ...],
    *,
    settings: Settings,
) -> int:
    """Run CMD unchanged and write its recording to the folder given with -o.

    Exit code: 0 when CMD succeeded, 1 when it failed (the recording says how).
    """
    if settings.output is None:
        raise TfshiftError("no folder for the recording", remedy="give one with -o DIR")
    if settings.output.exists() and not settings.output.is_dir():
        raise TfshiftError("the recording needs a folder", where=str(settings.output))
    from tfshift.proof.record import record
    from tfshift.report import Result, emit

    executable, environ = _interpreter(env, python)
    target = _result_stream(settings)

    def live(name: str, data: bytes) -> None:
        stream = sys.stdout if name == "stdout" and target == 1 else sys.stderr
        if settings.verbosity >= 0:
            stream.buffer.write(data)
            stream.flush()

    run = record(
        arguments,
        python=executable,
        environ=environ,
        cwd=Path.cwd(),
        out=settings.output,
        seed=seed,
        say=settings.say,
        live=live,
        timeout=timeout,
    )
    emit(Result("record", _payload(run, settings.output), _lines(run)), settings.format, None)
    return 0 if run.status == "finished" else 1
