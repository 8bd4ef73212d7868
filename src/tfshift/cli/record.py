"""``tfshift record``: run a command in an environment and write down what it did."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
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
@click.option(
    "--steps", type=click.IntRange(min=1), help="Keep only the first N steps of a process."
)
@click.option(
    "--only", multiple=True, metavar="PATTERN",
    help="Keep only steps of this kind (keras.*), or outputs of this name (*loss*).",
)  # fmt: skip
@click.option(
    "--megabytes", type=click.FloatRange(min=0),
    help="Keep so much of numbers; beyond it only statistics stay. [default: 64]",
)  # fmt: skip
@click.option("--initials", is_flag=True, help="Keep the first values of trainable variables.")
@click.option(
    "--transplant", type=click.Path(path_type=Path), metavar="DIR",
    help="Start from the first values of the recording in DIR.",
)  # fmt: skip
@click.option(
    "--repeats", type=click.IntRange(min=2), help="Record so many runs, each with the next seed."
)
@click.argument("arguments", metavar="-- CMD", nargs=-1, type=click.UNPROCESSED)
@common
def command(
    env: str | None,
    python: str | None,
    seed: int | None,
    timeout: float | None,
    steps: int | None,
    only: tuple[str, ...],
    megabytes: float | None,
    initials: bool,
    transplant: Path | None,
    repeats: int | None,
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
    from tfshift.proof.record import Extent, record
    from tfshift.report import Result, emit

    executable, environ = _interpreter(env, python)
    target = _result_stream(settings)

    def live(name: str, data: bytes) -> None:
        stream = sys.stdout if name == "stdout" and target == 1 else sys.stderr
        if settings.verbosity >= 0:
            stream.buffer.write(data)
            stream.flush()

    def run(out: Path, number: int) -> RecordedRun:
        return record(
            arguments,
            python=executable,
            environ=environ,
            cwd=Path.cwd(),
            out=out,
            seed=None if seed is None else seed + number,
            say=settings.say,
            live=live,
            timeout=timeout,
            extent=Extent(steps, only, megabytes, initials, transplant),
        )

    out = settings.output
    if repeats is None:
        runs = [run(out, 0)]
        payload, lines = _payload(runs[0], out), _lines(runs[0])
    else:
        payload, lines, runs = _repeated(out, repeats, run)
    emit(Result("record", payload, lines), settings.format, None)
    return 0 if all(r.status == "finished" for r in runs) else 1


def _repeated(
    out: Path, repeats: int, run: Callable[[Path, int], RecordedRun]
) -> tuple[dict[str, Any], tuple[str, ...], list[RecordedRun]]:
    """Record several runs below ``out``; their list appears when all of them are there."""
    from tfshift.atomic import write_atomic
    from tfshift.proof.repeats import REPEATS, SCHEMA

    (out / REPEATS).unlink(missing_ok=True)
    names = [f"run-{number + 1}" for number in range(repeats)]
    runs = [run(out / name, number) for number, name in enumerate(names)]
    write_atomic(out / REPEATS, json.dumps({"schema": SCHEMA, "runs": names}) + "\n")
    payload = {
        "recording": out.as_posix(),
        "status": next((r.status for r in runs if r.status != "finished"), "finished"),
        "runs": [_payload(r, out / name) for r, name in zip(runs, names, strict=True)],
    }
    return payload, tuple(line for r in runs for line in _lines(r)), runs
