"""Environments: create against uv itself, doctor against the import of TensorFlow, explain, infer."""

from __future__ import annotations

import ast
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import corpus, python_files
from bench.timing import Claim, process, ratio, seconds

_LOG_BYTES = 10_000_000
_FILES = 100


def _ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tfshift", *arguments]


def _python() -> Path:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.conftest import _python

    return _python("2.15")


def _log(folder: Path) -> Path:
    """Write what a long training prints, with one error in the middle."""
    draw = random.Random(1)
    lines: list[str] = []
    size = 0
    while size < _LOG_BYTES:
        line = (
            f"2021-01-01 00:00:{draw.randrange(60):02}: I tensorflow/core/common.cc:{draw.randrange(900)}] "
            f"step {len(lines)} loss {draw.random():.5f} accuracy {draw.random():.4f}\n"
        )
        lines.append(line)
        size += len(line)
    lines.insert(len(lines) // 2, "TypeError: Descriptors cannot be created directly.\n")
    file = folder / "training.log"
    file.write_text("".join(lines))
    return file


def _created(lock: Path) -> float:
    """Return how long create takes against uv alone, both from a warm cache into an empty place."""
    from tfshift.environment import uv
    from tfshift.environment.interpreters import find

    interpreter = find("3.11")
    assert interpreter is not None
    results = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as place:
            environ = {**os.environ, "TFSHIFT_STORE": f"{place}/store"}
            took = seconds(process(_ours("env", "create", "--lock", str(lock)), env=environ))

            def alone(place: str = place) -> None:
                folder = f"{place}/plain"
                uv.run(["venv", "-q", f"--python={interpreter.path}", folder])
                shutil.copy(lock, f"{place}/pylock.toml")
                uv.run(["pip", "install", "-q", "--compile-bytecode", f"--python={folder}/bin/python",
                        "-r", f"{place}/pylock.toml"])  # fmt: skip
                code = "import tensorflow as tf; print(tf.constant(1))"
                subprocess.run(
                    [f"{folder}/bin/python", "-c", code], capture_output=True, check=True
                )

            results.append(took / seconds(alone))
    return statistics.median(results)


def measure() -> Iterator[Claim]:
    python = _python()
    lock = python.parents[1] / "pylock.toml"
    yield "env create / uv pip install and the same import", _created(lock), 1.3, False
    with tempfile.TemporaryDirectory() as place:
        doctor = process(_ours("doctor", "--python", str(python)), cwd=place)
        imported = process([str(python), "-c", "import tensorflow"])
        print(f"     doctor takes {statistics.median(seconds(doctor) for _ in range(5)):.3f} s")
        yield "doctor / importing TensorFlow", ratio(doctor, imported, 3), 0.4, False
        log = _log(Path(place))
        explain = process(_ours("explain", str(log)))
        bare = process(_ours("--version"))
        print(f"     explain takes {statistics.median(seconds(explain) for _ in range(5)):.3f} s")
        yield "explain of a 10 MB log / tfshift --version", ratio(explain, bare, 5), 4.0, False
        files = [f for f in python_files(corpus()) if f.stat().st_size < 50_000][:_FILES]
        folder = Path(place) / "project"
        folder.mkdir()
        for number, file in enumerate(files):
            shutil.copy(file, folder / f"m{number}.py")
        infer = process(_ours("infer", str(folder)))
        print(f"     infer of {len(files)} files takes {seconds(infer):.3f} s")

        def parse() -> None:
            for file in files:
                ast.parse(file.read_bytes())

        whole = process([sys.executable, "-c", "pass"])
        both = lambda: (whole(), parse())  # noqa: E731
        yield (
            "infer of 100 files / starting Python and parsing them",
            ratio(infer, both, 3),
            4.0,
            False,
        )
