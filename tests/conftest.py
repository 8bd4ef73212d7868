"""Environments of real TensorFlow releases, made once and shared by all runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

PythonOf = Callable[[str], Path]


@cache
def _python(version: str) -> Path:
    from tfshift import facts
    from tfshift.environment import interpreters, store
    from tfshift.environment.lock import make_lock, read_lock

    release = facts.open().release(version)
    interpreter = interpreters.pick(release)
    locks = store.root() / "test-locks"
    file = locks / f"{release.version}-{interpreter.python}.lock"
    if not file.is_file():
        lock = make_lock(release, interpreter.python)
        locks.mkdir(parents=True, exist_ok=True)
        file.write_text(lock.text, "utf-8")
    return store.python_of(store.create(read_lock(file), interpreter))


@pytest.fixture(scope="session")
def tensorflow_python() -> PythonOf:
    """Give the interpreter of an environment that holds a release, by version argument."""
    return _python
