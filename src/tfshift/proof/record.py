"""Run a command unchanged in an environment and write down what it did."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tfshift import __version__
from tfshift.domain.errors import TfshiftError
from tfshift.proof import exports, settings
from tfshift.proof.assemble import CONFIG, STREAM, assemble, exported
from tfshift.proof.process import Ended, Live, Running
from tfshift.proof.recording import ARRAYS, RECORDING

if TYPE_CHECKING:
    import numpy

Say = Callable[[str], None]
Status = Literal["finished", "failed", "cut short"]

_LINES = 20000
_STDOUT_BYTES = 4 * 2**20
_STDERR_BYTES = 64 * 2**10
_MODELS_SECONDS = 600.0
_ENDED_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


@dataclass(frozen=True)
class RecordedRun:
    """What became of a recorded command.

    Args:
        exit_status: its exit status; negative: the signal that killed it.
        status: ``cut short`` where it was killed or stopped from outside.
        path: folder of the recording.
        seconds: wall time.
        reason: why it did not finish, or empty.
        steps: how many steps were recorded.
    """

    exit_status: int
    status: Status
    path: Path
    seconds: float
    reason: str = ""
    steps: int = 0


class _Tee:
    """Pass output on while keeping it: stdout in a file, the end of stderr in memory."""

    def __init__(self, folder: Path, live: Live) -> None:
        self._folder = folder
        self._live = live
        self._room = _STDOUT_BYTES
        self._file = (folder / "stdout").open("ab", buffering=0)
        self._stderr: deque[bytes] = deque()
        self._held = 0

    def __call__(self, name: str, data: bytes) -> None:
        if name == "stdout":
            self._keep_stdout(data)
        else:
            self._keep_stderr(data)
        self._live(name, data)

    def _keep_stdout(self, data: bytes) -> None:
        self._file.write(data[: self._room])
        if len(data) > self._room:
            (self._folder / "cut").touch()
        self._room = max(0, self._room - len(data))

    def _keep_stderr(self, data: bytes) -> None:
        self._stderr.append(data)
        self._held += len(data)
        while self._held > _STDERR_BYTES and len(self._stderr) > 1:
            self._held -= len(self._stderr.popleft())

    def close(self) -> str:
        """Close the file and return the end of stderr."""
        self._file.close()
        return b"".join(self._stderr)[-_STDERR_BYTES:].decode("utf-8", "replace")


def _lines(say: Say) -> Live:
    """Make a listener that says whole lines."""
    rest = {"stdout": b"", "stderr": b""}

    def live(name: str, data: bytes) -> None:
        *whole, rest[name] = (rest[name] + data).split(b"\n")
        for line in whole:
            say(line.decode("utf-8", "replace"))

    return live


def _fresh(out: Path) -> Path:
    """Make an empty stream folder; an older recording in ``out`` ends here."""
    stream = out / STREAM
    shutil.rmtree(stream, ignore_errors=True)
    for name in (RECORDING, ARRAYS):
        (out / name).unlink(missing_ok=True)
    stream.mkdir(parents=True)
    return stream


def _write_config(
    stream: Path, about: Mapping[str, Any], seed: int | None, rounding: float | None
) -> Path:
    config = {
        "stream": str(stream),
        "seed": seed,
        "rounding": rounding,
        "lines": _LINES,
        "about": dict(about),
        **settings.LIMITS,
    }
    path = stream / CONFIG
    path.write_text(json.dumps(config), "utf-8")
    return path


def _status(ended: Ended) -> tuple[Status, str]:
    if ended.stopped:
        return "cut short", ended.stopped
    if ended.status == 0:
        return "finished", ""
    # A shell between us and the program reports its death by a signal as 128 + number.
    number = -ended.status if ended.status < 0 else ended.status - 128
    if number in _ENDED_FROM_OUTSIDE:
        return "cut short", f"killed by {signal.Signals(number).name}"
    if ended.status < 0:
        return "failed", f"died of {signal.Signals(number).name}"
    return "failed", f"exit status {ended.status}"


def _run_models(
    stream: Path, python: Path, environ: Mapping[str, str], cwd: Path, say: Say
) -> tuple[list[str], list[str]]:
    """Run the signatures of the written SavedModels; return their names and notes."""
    found, gone = exports.models(exported(stream), cwd)
    notes = [f"the SavedModel {name} was gone after the command had ended" for name in gone]
    if not found:
        return [], notes
    say(f"running the signatures of {len(found)} SavedModel{'s' if len(found) > 1 else ''}")
    folder = stream / "models"
    folder.mkdir()
    config = folder / CONFIG
    content = {"stream": str(folder), "models": found, **settings.LIMITS}
    config.write_text(json.dumps(content), "utf-8")
    script = settings.HOOK / "tfshift_recorder" / "models.py"
    surroundings = settings.surroundings(environ, python, None, seeded=False)
    tail: deque[bytes] = deque(maxlen=50)
    command = [str(python), "-B", str(script), str(config)]
    running = Running(command, surroundings, stream, lambda name, data: tail.append(data))
    ended = running.wait(_MODELS_SECONDS)
    if ended.stopped == "interrupted":
        raise KeyboardInterrupt
    if ended.status != 0:
        last = b"".join(tail).decode("utf-8", "replace").strip().splitlines()
        why = ended.stopped or (last[-1] if last else "")
        notes.append(f"running the SavedModels failed: {why}")
    return [model["name"] for model in found], notes


def _save(out: Path, data: Mapping[str, Any], pools: Mapping[str, numpy.ndarray[Any, Any]]) -> None:
    """Write the arrays, then the JSON that makes them a recording; each appears at once."""
    import numpy

    with tempfile.NamedTemporaryFile(dir=out, prefix=".outputs.", delete=False) as file:
        numpy.savez(file, **pools)  # type: ignore[arg-type]
    _publish(Path(file.name), out / ARRAYS)
    with tempfile.NamedTemporaryFile(
        "w", dir=out, prefix=".recording.", delete=False, encoding="utf-8"
    ) as text:
        json.dump(data, text, indent=1, allow_nan=False)
    _publish(Path(text.name), out / RECORDING)


def _publish(temporary: Path, final: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod(0o666 & ~umask)
    temporary.replace(final)


def _check(command: Sequence[str], python: Path, cwd: Path) -> None:
    if not command:
        raise TfshiftError("no command to record", remedy="give it after --")
    if not python.is_file() or not os.access(python, os.X_OK):
        raise TfshiftError(
            "no such interpreter", where=str(python), remedy="give a Python with --python"
        )
    if not cwd.is_dir():
        raise TfshiftError("no such folder", where=str(cwd))


def record(
    command: Sequence[str],
    *,
    python: Path,
    environ: Mapping[str, str],
    cwd: Path,
    out: Path,
    seed: int | None = 0,
    say: Say = lambda line: None,
    live: Live | None = None,
    timeout: float | None = None,
    rounding: float | None = None,
) -> RecordedRun:
    """Run a command unchanged and leave its recording in ``out``.

    Args:
        command: program and arguments; ``python`` means the given interpreter.
        python: interpreter of the environment, not resolved through links.
        environ: variables of the environment; those for comparable runs are added.
        cwd: the command's working folder.
        out: folder for recording.json and outputs.npz; an older recording is replaced.
        seed: for Python, NumPy and TensorFlow; None leaves all as it is.
        say: told a line at a time what goes on, and the command's output if ``live`` is None.
        live: told (``stdout`` or ``stderr``, bytes) as the command writes.
        timeout: seconds after which the command is stopped and the recording is cut short.
        rounding: by how much of itself each initial value of a trainable variable moves.

    Raises:
        TfshiftError: if the command cannot be started.
        KeyboardInterrupt: after SIGINT or SIGTERM; a recording that is cut short is left.
    """
    python, out, cwd = Path(os.path.abspath(python)), out.absolute(), cwd.absolute()  # noqa: PTH100
    _check(command, python, cwd)
    stream = _fresh(out)
    about = {
        "tfshift": __version__,
        "command": list(command),
        "python": str(python),
        "cwd": str(cwd),
        "seed": seed,
        "environment": settings.chosen(environ, seeded=seed is not None),
    }
    config = _write_config(stream, about, seed, rounding)
    tee = _Tee(stream, live or _lines(say))
    surroundings = settings.surroundings(environ, python, config, seeded=seed is not None)
    try:
        running = Running(settings.resolved(command, python), surroundings, cwd, tee)
    except TfshiftError:
        tee.close()
        shutil.rmtree(stream, ignore_errors=True)
        raise
    ended = running.wait(timeout)
    return _finish(ended, running.pid, tee.close(), stream, python, environ, cwd, out, say)


def _finish(
    ended: Ended,
    pid: int,
    stderr: str,
    stream: Path,
    python: Path,
    environ: Mapping[str, str],
    cwd: Path,
    out: Path,
    say: Say,
) -> RecordedRun:
    status, reason = _status(ended)
    run = RecordedRun(ended.status, status, out, ended.seconds, reason)
    models: list[str] = []
    notes: list[str] = []
    interrupted = ended.stopped == "interrupted"
    try:
        if status == "finished":
            models, notes = _run_models(stream, python, environ, cwd, say)
    except KeyboardInterrupt:
        interrupted = True
        run = replace(run, status="cut short", reason="interrupted")
    facts = {
        "pid": pid,
        "status": run.status,
        "reason": run.reason,
        "exit_status": run.exit_status,
        "seconds": round(run.seconds, 3),
        "max_rss_mb": round(ended.max_rss_mb, 1),
        "models": models,
        "notes": notes,
        "stderr": stderr,
    }
    data, pools = assemble(stream, facts)
    _save(out, data, pools)
    shutil.rmtree(stream, ignore_errors=True)
    if interrupted:
        raise KeyboardInterrupt
    return replace(run, steps=len(data["steps"]))
