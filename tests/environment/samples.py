"""Small locks and a small builder that the tests share."""

from __future__ import annotations

import sys
from pathlib import Path

from tfshift.domain.environments import Lock
from tfshift.environment.interpreters import Interpreter

RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"

PYLOCK = """\
lock-version = "1.0"
created-by = "uv"
requires-python = ">={python}"

[[packages]]
name = "tensorflow-cpu"
version = "{version}"
wheels = [
    {{ url = "https://mirror.example/{version}.whl", upload-time = 2021-01-06T00:00:00Z, \
hashes = {{ sha256 = "{hash}" }} }},
]
"""


def pylock(version: str = "1.15.5", python: str = RUNNING, sha: str = "ab" * 32) -> str:
    return PYLOCK.format(version=version, python=python, hash=sha)


def lock_of_text(text: str, version: str = "1.15.5", python: str = RUNNING) -> Lock:
    return Lock(version, python, text, (("tensorflow-cpu", version),))


def fill(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
    """A builder that makes the least that counts as an environment."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(interpreter.path)
