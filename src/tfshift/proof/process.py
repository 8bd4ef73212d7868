"""Run a command in a process group of its own: live output, bounded memory, sure ending."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tfshift.domain.errors import TfshiftError

Live = Callable[[str, bytes], None]

_PATIENCE = 5.0
_DRAIN = 2.0


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Args:
        status: exit status; negative: the number of the signal that killed it.
        seconds: wall time.
        max_rss_mb: largest resident memory of its processes in MiB.
        stopped: why it was stopped by us, or empty.
        busy_s: processor time of its processes.
    """

    status: int
    seconds: float
    max_rss_mb: float
    stopped: str = ""
    busy_s: float = 0.0


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _pump(source: BinaryIO, name: str, live: Live) -> None:
    """Hand on all that arrives; a reader that has gone away must not block the command."""
    dead = False
    while data := os.read(source.fileno(), 65536):
        if not dead:
            try:
                live(name, data)
            except (OSError, ValueError):
                dead = True


@contextlib.contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the command in order, as ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Running:
    """A started command; use ``wait`` once."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], cwd: Path, live: Live
    ) -> None:
        """Start it.

        Raises:
            TfshiftError: if the program or the working folder does not exist or cannot be run.
        """
        self._started = time.monotonic()
        try:
            self._process = subprocess.Popen(
                list(command),
                env=dict(environ),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise TfshiftError(
                "cannot start the command",
                where=str(command[0]),
                why=error.strerror or str(error),
                remedy="check its spelling and that the environment holds it",
            ) from None
        self.pid = self._process.pid
        self._pumps = [
            threading.Thread(target=_pump, args=(source, name, live), daemon=True)
            for name, source in (("stdout", self._process.stdout), ("stderr", self._process.stderr))
            if source is not None
        ]
        for pump in self._pumps:
            pump.start()

    def _reap(self) -> tuple[int, float, float]:
        """Return the exit status, the most memory in MB and the processor time in seconds."""
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        unit = 1024.0 * 1024.0 if sys.platform == "darwin" else 1024.0
        busy = usage.ru_utime + usage.ru_stime
        return self._process.returncode, usage.ru_maxrss / unit, busy

    def _stop(self) -> tuple[int, float, float]:
        """End the whole group: ask, then insist."""
        timers = [
            threading.Timer(delay, _signal_group, (self.pid, number))
            for delay, number in ((_PATIENCE, signal.SIGTERM), (_PATIENCE * 2, signal.SIGKILL))
        ]
        for timer in timers:
            timer.start()
        _signal_group(self.pid, signal.SIGINT)
        try:
            return self._reap()
        finally:
            for timer in timers:
                timer.cancel()
            _signal_group(self.pid, signal.SIGKILL)

    def _drain(self) -> None:
        """Read the rest; what a left-behind background process still says is not waited for."""
        for pump in self._pumps:
            pump.join(_DRAIN)
        if any(pump.is_alive() for pump in self._pumps):
            _signal_group(self.pid, signal.SIGTERM)
            for pump in self._pumps:
                pump.join(_DRAIN)

    def wait(self, timeout: float | None) -> Ended:
        """Wait for the end; after ``timeout`` seconds, on SIGINT or on SIGTERM stop the group."""
        late = threading.Event()

        def too_late() -> None:
            late.set()
            _signal_group(self.pid, signal.SIGKILL)

        timer = threading.Timer(timeout, too_late) if timeout else None
        stopped = ""
        with _terminate_as_interrupt():
            try:
                if timer:
                    timer.start()
                status, memory, busy = self._reap()
            except KeyboardInterrupt:
                stopped = "interrupted"
                status, memory, busy = self._stop()
            finally:
                if timer:
                    timer.cancel()
        seconds = time.monotonic() - self._started
        self._drain()
        if late.is_set():
            stopped = f"stopped after {timeout:g} s"
        return Ended(status, seconds, memory, stopped, busy)
