"""A second process that builds: its builder says so in LOG, then waits for GO to appear."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from samples import RUNNING, fill, lock_of_text, pylock

from tfshift.domain.environments import Lock
from tfshift.environment import store
from tfshift.environment.interpreters import Interpreter

LOG, GO = map(Path, sys.argv[1:])


def slow(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
    fill(folder, lock, interpreter, offline)
    with LOG.open("a") as stream:
        stream.write("built\n")
    while not GO.exists():
        time.sleep(0.01)


running = Interpreter(RUNNING, sys.executable, "", "path")
made = store.create(lock_of_text(pylock()), running, builder=slow)
sys.stdout.write(made.path)
