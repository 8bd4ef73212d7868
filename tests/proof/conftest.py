from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift.proof.record import RecordedRun, record

Run = Callable[..., RecordedRun]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Record a program given as text with the interpreter that runs the tests."""

    def start(program: str, **named: object) -> RecordedRun:
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        (folder / "program.py").write_text(program)
        options: dict = {
            "python": Path(sys.executable),
            "environ": os.environ,
            "cwd": folder,
            "out": tmp_path / "out",
            **named,
        }
        return record(options.pop("command", ["python", "program.py"]), **options)

    return start
