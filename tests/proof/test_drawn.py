"""Random numbers of a graph with a seed of its own: recorded by their places, drawn again in functions."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift import facts
from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.code.destinations import Move
from tfshift.proof.record import record
from tfshift.proof.recording import load

pytestmark = pytest.mark.truth

LOOP = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(50):
        data = np.random.rand(8, 3)
        _, l = sess.run([train, loss], {x: data, y: data[:, :1]})
        if i % 7 == 0:
            print("%.6f" % l)
"""
PROGRAM = (
    """\
import numpy as np
import tensorflow as tf


def weights(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.3))


def layer(inputs, n, m):
    w = weights([n, m])
    return tf.nn.dropout(tf.nn.relu(tf.matmul(inputs, w)), 0.9)


tf.set_random_seed(7)
np.random.seed(7)
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
h = layer(x, 3, 5)
h = layer(h, 5, 4)
h = tf.layers.dense(h, 4, tf.nn.tanh)
w = tf.get_variable("w", [4, 1], initializer=tf.random_normal_initializer(0.0, 0.5))
v = tf.get_variable("v", [1])
noise = tf.random_uniform([], -0.1, 0.1)
loss = tf.reduce_mean(tf.square(tf.matmul(h, w) + v + noise - y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""
    + LOOP
)

# An initialiser with a name, several draws on a line, a loop that makes, and a cell.
OTHER = (
    """\
import numpy as np
import tensorflow as tf

tf.set_random_seed(7)
np.random.seed(7)
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
start = tf.random_normal_initializer(0.0, 0.5)
h = tf.matmul(x, tf.get_variable("w", [3, 4], initializer=start))
for n in [5, 4]:
    h = tf.layers.dense(h, n, tf.nn.tanh)
h = tf.nn.dropout(tf.layers.dense(h, 6), 0.9)
cell = tf.nn.rnn_cell.BasicLSTMCell(4)
s, _ = tf.nn.dynamic_rnn(cell, tf.reshape(h, [-1, 2, 3]), dtype=tf.float32)
guess = tf.layers.dense(s[:, -1], 1, kernel_initializer=start)
loss = tf.reduce_mean(tf.square(guess - y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""
    + LOOP
)


def run(python: Path, folder: Path) -> list[float]:
    """Run the program as anybody would: nothing is seeded but by itself."""
    environ = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [str(python), "train.py"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [float(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("program", "count", "drawing"),
    [
        # Two weights and two dropouts of two calls, a layer, two variables and a draw.
        (PROGRAM, 8, {"return tf.Variable", "return tf.nn.dropout", "h = tf.layers.dense",
                      "w = tf.get_variable", "v = tf.get_variable", "noise = tf.random_uniform"}),
        # A variable, two layers of a loop, a layer and what it drops, a cell, and the last layer.
        (OTHER, 7, {"h = tf.matmul", "h = tf.layers.dense", "h = tf.nn.dropout",
                    "s, _ = tf.nn.dynamic_rnn", "guess = tf.layers.dense"}),
    ],
    ids=["calls", "names"],
)  # fmt: skip
def test_what_drew_by_its_place_draws_the_same_without_any_seed_patched(
    program: str,
    count: int,
    drawing: set[str],
    tensorflow_python: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "train.py").write_text(program)
    before = tensorflow_python("1.15")
    recorded = record(
        ["python", "train.py"],
        python=before,
        environ=os.environ,
        cwd=old,
        out=tmp_path / "recording",
    )
    drawn = load(recorded.path).drawn
    lines = [line for line, _ in drawn["train.py"]]
    assert len(lines) == len(set(drawn["train.py"])) == count
    assert {program.splitlines()[line - 1].split("(")[0].strip() for line in lines} == drawing
    move = Move(facts.open(), "1.15", "2.15", "native")
    move.drawn = drawn
    result = check([new], move)
    writing.write(new, [fix_file(r, unsafe=True) for r in result.results])
    assert "(7, " in (new / "train.py").read_text()
    losses = run(before, old)
    after = run(tensorflow_python("2.15"), new)
    assert len(losses) == len(after) == 8
    assert losses == pytest.approx(after, rel=1e-4, abs=1e-5)
    # Without the places they are other numbers: the comparison can fail.
    move.drawn = {}
    (new / "train.py").write_text(program)
    result = check([new], move)
    writing.write(new, [fix_file(r, unsafe=True) for r in result.results])
    assert run(tensorflow_python("2.15"), new) != pytest.approx(losses, rel=1e-2)
