"""`check` of a million lines needs at most 300 MB."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import corpus, python_files
from bench.timing import Claim

_LINES = 1_000_000


def _million(folder: Path) -> int:
    """Copy the corpus as often as it takes."""
    files = python_files(corpus())
    total = number = 0
    while total < _LINES:
        for file in files:
            target = folder / f"copy{number}" / file.name.replace(".py", f"_{total}.py")
            target.parent.mkdir(exist_ok=True)
            shutil.copy(file, target)
            total += file.read_bytes().count(b"\n")
            if total >= _LINES:
                break
        number += 1
    return total


def measure() -> Iterator[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        _million(Path(folder))
        command = [
            sys.executable,
            "-m",
            "tfshift",
            "check",
            folder,
            "--from",
            "1.15",
            "--to",
            "2.15",
            "--no-cache",
            "-q",
            "-o",
            "/dev/null",
        ]
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        peak = int(subprocess.check_output([sys.executable, "-c", code, *command]))
    unit = 1 if sys.platform == "darwin" else 1024
    yield "peak memory of check on a million lines, MB", peak * unit / 2**20, 300.0, False
