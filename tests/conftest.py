"""Environments of real TensorFlow releases, made once and shared by all runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

import pytest


class PythonOf(Protocol):
    """Gives the interpreter of an environment that holds a release and some packages."""

    def __call__(self, version: str, *packages: str) -> Path: ...


@cache
def _python(version: str, *packages: str) -> Path:
    from tfshift import facts
    from tfshift.environment import interpreters, store
    from tfshift.environment.lock import make_lock, read_lock

    release = facts.open().release(version)
    interpreter = interpreters.pick(release)
    locks = store.root() / "test-locks"
    name = "-".join([release.version, interpreter.python, *packages])
    file = locks / f"{name}.lock"
    if not file.is_file():
        lock = make_lock(release, interpreter.python, packages)
        locks.mkdir(parents=True, exist_ok=True)
        file.write_text(lock.text, "utf-8")
    return store.python_of(store.create(read_lock(file), interpreter))


@pytest.fixture(scope="session")
def tensorflow_python() -> PythonOf:
    """Give the interpreter of an environment that holds a release, by version argument.

    Packages that it must hold as well come after it.
    """
    return _python


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what runs real releases, the longest files first.

    The short tests fill the end, when one worker has no more of it: for that the order must be kept,
    with ``--no-loadscope-reorder``.
    """
    longest = ("migrate", "model")

    def order(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("truth") is None, item.path.parent.name not in longest

    items.sort(key=order)
