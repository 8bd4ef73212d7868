"""Session code as functions: the rewriting against the parse, a migrated step against the session's."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.timing import Claim

if TYPE_CHECKING:
    from tfshift.code.destinations import Move
    from tfshift.code.project import CodeFile
    from tfshift.domain.findings import Finding

_PROGRAMS = Path(__file__).parents[1] / "tests" / "code" / "programs" / "graphs"
# One step of a small network, as a training loop does it; what it printed is its median time.
_STEPS = """
import time

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 64])
y = tf.placeholder(tf.float32, [None, 10])
h = tf.layers.dense(x, 128, tf.nn.relu)
h = tf.layers.dense(h, 128, tf.nn.relu)
loss = tf.losses.softmax_cross_entropy(y, tf.layers.dense(h, 10))
train = tf.train.AdamOptimizer(0.001).minimize(loss)
data = np.random.RandomState(0).rand(128, 64).astype(np.float32)
labels = np.eye(10, dtype=np.float32)[np.arange(128) % 10]
times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(600):
        begun = time.perf_counter()
        _, cost = sess.run([train, loss], {x: data, y: labels})
        times.append(time.perf_counter() - begun)
print("median", sorted(times[100:])[250])
"""


def _rewritten(folder: Path) -> None:
    from tfshift import facts
    from tfshift.code import writing
    from tfshift.code.check import check, fix_file
    from tfshift.code.destinations import Move

    result = check([folder], Move(facts.open(), "1.15", "2.15", "native"))
    writing.write(folder, [fix_file(r, unsafe=True) for r in result.results])


def _median(python: Path, folder: Path) -> float:
    done = subprocess.run(
        [str(python), "steps.py"], cwd=folder, capture_output=True, text=True, check=True
    )
    found = re.search(r"median (\S+)", done.stdout)
    assert found is not None
    return float(found.group(1))


def measure() -> Iterator[Claim]:
    """Yield what was measured: (claim, value, limit, whether at least)."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.conftest import _python

    from tfshift import facts
    from tfshift.code.check import check
    from tfshift.code.destinations import Move
    from tfshift.code.styles import native

    move = Move(facts.open(), "1.15", "2.15", "native")
    texts = [path.read_bytes() for path in sorted(_PROGRAMS.glob("*.py"))] * 5
    taken: list[float] = []
    original = native.restructured

    def timed(file: CodeFile, move: Move) -> tuple[bytes, tuple[str, ...]] | Finding | None:
        begun = time.process_time()
        try:
            return original(file, move)
        finally:
            taken.append(time.process_time() - begun)

    with tempfile.TemporaryDirectory() as name:
        for number, text in enumerate(texts):
            (Path(name) / f"p{number}.py").write_bytes(text)
        native.restructured = timed
        passes = []
        for _ in range(5):
            taken.clear()
            check([Path(name)], move, jobs=1)
            begun = time.process_time()
            for text in texts:
                ast.parse(text)
            passes.append(sum(taken) / (time.process_time() - begun))
        native.restructured = original
    # The parse reads about 200,000 lines a second: five times that is 40,000.
    yield (
        "graphs read and written as functions, times the parse",
        statistics.median(passes),
        5,
        False,
    )
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        old, new = Path(name) / "old", Path(name) / "new"
        for folder in (old, new):
            folder.mkdir()
            (folder / "steps.py").write_text(_STEPS)
        _rewritten(new)
        for _ in range(3):
            ratios.append(_median(_python("2.15"), new) / _median(_python("1.15"), old))
    yield (
        "a migrated training step, times the session's of 1.15",
        statistics.median(ratios),
        1.3,
        False,
    )
