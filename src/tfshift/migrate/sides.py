"""One side of a move: its lock, its environment, and a recording of the command in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfshift.atomic import write_atomic
from tfshift.code.sources import discover, read_bytes
from tfshift.domain.environments import Environment, Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import parse_minor
from tfshift.environment import interpreters, store
from tfshift.environment.lock import make_lock, read_lock
from tfshift.environment.requirements import read_requirements
from tfshift.migrate.trees import copy_tree
from tfshift.proof.process import Live
from tfshift.proof.record import WHOLE, Extent, RecordedRun, record
from tfshift.proof.recording import load
from tfshift.proof.tested import ran

Say = Callable[[str], None]


@dataclass
class Side:
    """Before or after.

    Args:
        release: the TensorFlow release.
        lock_file: where the lock lies.
    """

    release: Release
    lock_file: Path
    interpreter: interpreters.Interpreter | None = None
    lock: Lock | None = None
    environment: Environment | None = None

    def make_lock(self, requirements: Sequence[str], offline: bool, say: Say) -> Lock:
        """Take the lock from its file, or resolve it now and write it.

        Raises:
            TfshiftError: if no fitting interpreter can be had or nothing resolves.
        """
        if self.lock_file.is_file():
            self.lock = read_lock(self.lock_file)
            self.interpreter = interpreters.find(self.lock.python)
            if self.interpreter is None:
                raise interpreters.missing(self.lock.python)
            return self.lock
        self.interpreter = interpreters.pick(self.release)
        self.lock = make_lock(
            self.release, self.interpreter.python, requirements, offline=offline, say=say
        )
        write_atomic(self.lock_file, self.lock.text)
        return self.lock

    def build(self, offline: bool, say: Say) -> Environment:
        """Build the environment of the lock, or take it from the store."""
        assert self.lock is not None
        assert self.interpreter is not None
        self.environment = store.create(self.lock, self.interpreter, offline=offline, say=say)
        return self.environment

    def run(
        self,
        tree: Path,
        work: Path,
        out: Path,
        command: Sequence[str],
        seed: int | None,
        say: Say,
        live: Live,
        rounding: float | None = None,
        extent: Extent = WHOLE,
    ) -> RecordedRun:
        """Record the command in a fresh copy of a tree, so that the tree itself stays clean.

        Args:
            tree: what to run in a copy of.
            work: where the copy goes for that time.
            out: folder of the recording.
            command: program and arguments.
            seed: given to Python, NumPy and TensorFlow.
            say: told what goes on.
            live: told what the command writes, as it does.
            rounding: by how much of itself each initial value moves.
            extent: what is kept, and what it starts from.
        """
        assert self.environment is not None
        shutil.rmtree(work, ignore_errors=True)
        copy_tree(tree, work)
        try:
            return record(
                command,
                python=store.python_of(self.environment),
                environ=store.activated(self.environment, os.environ),
                cwd=work,
                out=out,
                seed=seed,
                say=say,
                live=live,
                rounding=rounding,
                extent=extent,
            )
        finally:
            shutil.rmtree(work, ignore_errors=True)


def requirements_of(project: Path, named: Sequence[Path], say: Say) -> list[str]:
    """Read the requirement files that were named, else the project's requirements.txt if any.

    Raises:
        TfshiftError: if a file cannot be read.
    """
    files = list(named) or [f for f in (project / "requirements.txt",) if f.is_file()]
    return [line for file in files for line in read_requirements(file, say)]


def for_summaries(project: Path, release: Release) -> list[str]:
    """Return what a project's summaries need beside a release.

    From 2.21 on TensorBoard no longer comes with it, and tf.summary raises TBNotInstalledError without.

    Raises:
        TfshiftError: if the project holds no Python.
    """
    declared = any(line.split(" ")[0].startswith("tensorboard") for line in release.requires)
    if declared or parse_minor(release.minor)[0] < 2:
        return []
    for file in discover([project]).code:
        data = read_bytes(file, str(file))
        if isinstance(data, bytes) and b"tensorflow" in data and b"summary" in data:
            return ["tensorboard"]
    return []


def failure_of(run: RecordedRun) -> str:
    """Return why a run cannot be compared, or nothing; a suite in which tests fail can be."""
    if run.status == "finished" or (run.status == "failed" and ran(load(run.path))):
        return ""
    said = last_words(run.path)
    return f"{run.reason or f'exit status {run.exit_status}'}{f': {said}' if said else ''}"


def last_words(recording: Path) -> str:
    """Return the last line that a failed command printed to stderr."""
    try:
        text = str(load(recording).about.get("stderr", ""))
    except TfshiftError:
        return ""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
