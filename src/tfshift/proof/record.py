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
from typing import Any, Literal

from tfshift import __version__
from tfshift.domain.errors import TfshiftError
from tfshift.proof import exports, settings
from tfshift.proof.assemble import CONFIG, STREAM, assemble, written
from tfshift.proof.pools import Arrays, Pools
from tfshift.proof.process import Ended, Live, Running
from tfshift.proof.recording import ARRAYS, INITIALS, RECORDING, load

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


@dataclass(frozen=True)
class Extent:
    """How much of a command is recorded, and what it starts from.

    Args:
        steps: how many steps a process keeps at most, the first ones; None keeps 20,000 and thins out
            after that.
        only: patterns (``session.run``, ``keras.*``, ``*loss*``) of kinds of steps, and of names of
            outputs; empty keeps all.
        megabytes: how many bytes of numbers a process keeps, beyond which only statistics stay.
        initials: whether first values of trainable variables are kept, to be transplanted.
        transplant: folder of a recording whose first values take the places of this command's.
    """

    steps: int | None = None
    only: tuple[str, ...] = ()
    megabytes: float | None = None
    initials: bool = False
    transplant: Path | None = None

    def config(self, stream: Path) -> dict[str, Any]:
        """Return the agent's settings; the names of what is transplanted go beside its file.

        Raises:
            TfshiftError: if there is nothing to transplant.
        """
        found: dict[str, Any] = {**settings.LIMITS, "initials": self.initials}
        if self.steps is not None:
            found["first"] = self.steps
        if self.only:
            found["only"] = list(self.only)
        if self.megabytes is not None:
            found["bytes"] = int(self.megabytes * 2**20)
        if self.transplant is not None:
            given = load(self.transplant)
            archive = (self.transplant / INITIALS).absolute()
            if not given.initials or not archive.is_file():
                raise TfshiftError(
                    "this recording holds no initial values", where=str(self.transplant),
                    remedy="record it again with --initials",
                )  # fmt: skip
            names = stream / "transplant.json"
            names.write_text(json.dumps(given.initials), "utf-8")
            found["transplant"] = [str(names), str(archive)]
        return found

    def about(self) -> dict[str, Any]:
        """Return what of it a comparison must know."""
        chosen = {"steps": self.steps, "only": list(self.only), "megabytes": self.megabytes}
        given = {name: value for name, value in chosen.items() if value}
        return {"extent": given, "transplanted": self.transplant is not None}


WHOLE = Extent()


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
    for name in (RECORDING, ARRAYS, INITIALS):
        (out / name).unlink(missing_ok=True)
    stream.mkdir(parents=True)
    return stream


def _write_config(
    stream: Path,
    about: Mapping[str, Any],
    seed: int | None,
    rounding: float | None,
    extent: Extent,
) -> Path:
    config = {
        "stream": str(stream),
        "seed": seed,
        "rounding": rounding,
        "lines": _LINES,
        "about": dict(about),
        **extent.config(stream),
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
    """Run the signatures of the written SavedModels and read other files; return names and notes."""
    left = written(stream)
    found, gone = exports.models(left["models"], cwd)
    notes = [f"the SavedModel {name} was gone after the command had ended" for name in gone]
    checkpoints = exports.checkpoints(left["checkpoint"], cwd)
    # Times of files are coarser than those of processes.
    since = (stream / CONFIG).stat().st_mtime - 2
    summaries = exports.summaries(left["summaries"], cwd, since)
    if not found and not checkpoints and not summaries:
        return [], notes
    if found:
        say(f"running the signatures of {len(found)} SavedModel{'s' if len(found) > 1 else ''}")
    folder = stream / "models"
    folder.mkdir()
    config = folder / CONFIG
    kept = json.loads((stream / CONFIG).read_text("utf-8"))
    limits = {name: kept[name] for name in (*settings.LIMITS, "only") if name in kept}
    content = {"stream": str(folder), "models": found, "checkpoints": checkpoints, **limits}
    content["summaries"] = summaries
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
        notes.append(f"reading what was written failed: {why}")
    return [model["name"] for model in found], notes


def _save(out: Path, data: Mapping[str, Any], pools: Pools, initials: Arrays) -> None:
    """Write the arrays, then the JSON that makes them a recording; each appears at once."""
    if data["initials"]:
        with tempfile.NamedTemporaryFile(dir=out, prefix=".initials.", delete=False) as file:
            initials.write(file)
        _publish(Path(file.name), out / INITIALS)
    with tempfile.NamedTemporaryFile(dir=out, prefix=".outputs.", delete=False) as file:
        pools.write(file)
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
    extent: Extent = WHOLE,
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
        extent: how much is recorded, and what the command starts from.

    Raises:
        TfshiftError: if the command cannot be started, or there is nothing to transplant.
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
        **extent.about(),
    }
    try:
        config = _write_config(stream, about, seed, rounding, extent)
    except TfshiftError:
        shutil.rmtree(stream, ignore_errors=True)
        raise
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
        "cpu_s": round(ended.busy_s, 3),
        "max_rss_mb": round(ended.max_rss_mb, 1),
        "models": models,
        "notes": notes,
        "stderr": stderr,
    }
    data, pools, initials = assemble(stream, facts)
    _save(out, data, pools, initials)
    shutil.rmtree(stream, ignore_errors=True)
    if interrupted:
        raise KeyboardInterrupt
    return replace(run, steps=len(data["steps"]))
