from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tfshift.domain.environments import Lock
from tfshift.environment.interpreters import Interpreter

from .samples import RUNNING, lock_of_text, pylock


@pytest.fixture
def lock() -> Lock:
    return lock_of_text(pylock())


@pytest.fixture
def other() -> Lock:
    return lock_of_text(pylock(sha="cd" * 32))


@pytest.fixture
def running() -> Interpreter:
    return Interpreter(RUNNING, sys.executable, f"{RUNNING}.0", "running")


@pytest.fixture
def store_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    monkeypatch.setenv("TFSHIFT_STORE", str(folder))
    return folder
