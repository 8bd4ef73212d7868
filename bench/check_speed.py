"""`check` costs at most twice the parse, and a twentieth of tf_upgrade_v2, over the same tree."""

from __future__ import annotations

import ast
import gc
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import corpus, python_files
from bench.timing import Claim, process, ratio, seconds

_THROUGH = ("magenta-1.3.1", "tensor2tensor-1.15.7", "tensorpack-0.9.8", "tf-slim-1.1.0")


def _parse_all(files: list[Path], *, collected: bool = True) -> None:
    """Parse as everyone does; without the collector, which only walks trees in vain, it is faster."""
    if not collected:
        gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in files:
            try:
                ast.parse(file.read_bytes())
            except (SyntaxError, ValueError):
                continue
    gc.enable()


def _check_all(files: list[Path]) -> None:
    from tfshift import facts
    from tfshift.code.check import check
    from tfshift.code.destinations import Move

    check(files, Move(facts.open(), "1.15", "2.15"))


def _upgrader() -> Path:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.conftest import _python

    return _python("2.15").parent / "tf_upgrade_v2"


def _upgrade(tree: Path) -> None:
    """Run tf_upgrade_v2 over a tree; it refuses an output folder that exists."""
    with tempfile.TemporaryDirectory() as out:
        command = [str(_upgrader()), "--intree", str(tree), "--outtree", f"{out}/tree"]
        done = subprocess.run(
            [*command, "--reportfile", f"{out}/report"], capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"tf_upgrade_v2 does not run: {done.stderr.decode()[-300:]}")


def measure() -> Iterator[Claim]:
    root = corpus()
    files = python_files(root)
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    check = lambda: _check_all(files)  # noqa: E731
    against = ratio(check, lambda: _parse_all(files), 3)
    yield "check / ast.parse of the same files", against, 2.0, False
    bare = ratio(check, lambda: _parse_all(files, collected=False), 3)
    print(f"     {bare:.3g} times ast.parse with the garbage collector off")
    took = statistics.median(seconds(lambda: _check_all(files)) for _ in range(3))
    print(f"     {lines} lines, {lines / took:,.0f} a second in check")
    # tf_upgrade_v2 ends a tree at its first bad file, so it is given packages that it gets through.
    for name in _THROUGH:
        tree = root / name / "src"
        command = [sys.executable, "-m", "tfshift", "check", str(tree)]
        command += ["--from", "1.15", "--to", "2.15"]
        ours = process([*command, "--no-cache"])
        against = ratio(lambda: _upgrade(tree), ours, 3)  # noqa: B023
        yield f"tf_upgrade_v2 / check of {name}, whole processes", against, 20.0, True
    tree = root / _THROUGH[1] / "src"
    command = [
        sys.executable,
        "-m",
        "tfshift",
        "check",
        str(tree),
        "--from",
        "1.15",
        "--to",
        "2.15",
    ]
    again = ratio(process([*command, "--no-cache"]), process(command), 3)
    yield f"first / second check of {_THROUGH[1]}, whole processes", again, 10.0, True
