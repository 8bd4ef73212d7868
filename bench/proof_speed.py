"""Recording against the command alone; comparing two recordings of a gigabyte each."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.timing import Claim, ratio

_TRAINING = """
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 512])
y = tf.placeholder(tf.float32, [None, 10])
h = x
for size in (512, 512, 512, 256):
    h = tf.nn.relu(tf.matmul(h, tf.get_variable("w%d" % size + h.op.name.replace("/", ""), [h.shape[1], size])))
out = tf.matmul(h, tf.get_variable("last", [256, 10]))
loss = tf.reduce_mean(tf.square(out - y))
train = tf.train.AdamOptimizer().minimize(loss)
features, labels = np.random.rand(256, 512), np.random.rand(256, 10)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(300):
        _, value = sess.run([train, loss], {x: features, y: labels})
print("%.3f" % value)
"""
_FIT = """
import numpy as np
import tensorflow as tf
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(512, "relu") for _ in range(3)] + [tf.keras.layers.Dense(10)])
model.compile("adam", "mse")
x, y = np.random.rand(16384, 256).astype("float32"), np.random.rand(16384, 10).astype("float32")
model.fit(x, y, batch_size=128, epochs=4, verbose=0)
print(model.predict(x, verbose=0).shape)
"""
_COMPARE = """
import resource, sys, time
from pathlib import Path
from tfshift.proof.compare import compare
from tfshift.proof.recording import load
start = time.time()
result = compare(load(Path(sys.argv[1])), load(Path(sys.argv[2])))
assert result.agreement == sys.argv[3], result.reason
print(time.time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_STEPS, _ELEMENTS = 4096, 65536


def _overhead(program: str) -> float:
    from tests.conftest import _python

    from tfshift.proof import settings
    from tfshift.proof.record import record

    python = _python("2.15")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "program.py").write_text(program)
        # Unseeded: under TF_DETERMINISTIC_OPS random operations without seeds are refused.
        environ = settings.surroundings(os.environ, python, None, seeded=False)

        def plain() -> None:
            subprocess.run([python, "program.py"], cwd=folder, env=environ, check=True,
                           capture_output=True)  # fmt: skip

        def recorded() -> None:
            run = record(["python", "program.py"], python=python, environ=os.environ, cwd=folder,
                         out=folder / "out", live=lambda name, data: None)  # fmt: skip
            assert run.status == "finished"

        return ratio(recorded, plain, 3)


def _write(folder: Path, factor: float) -> None:
    """Write a recording of a gigabyte as the recorder does, its stream first."""
    import json

    import numpy

    from tfshift.proof.assemble import CONFIG, STREAM, assemble
    from tfshift.proof.record import _save
    from tfshift.proof.settings import LIMITS

    stream = folder / STREAM
    stream.mkdir(parents=True)
    about = {"command": ["x"], "environment": {}, "cwd": "/", "python": "/python"}
    config = {**LIMITS, "bytes": 2**40, "lines": 10, "about": about}
    (stream / CONFIG).write_text(json.dumps(config))
    draw = numpy.random.default_rng(0)
    with (stream / "1-1.steps").open("wb") as file:
        for index in range(_STEPS):
            payload = (draw.random(_ELEMENTS, "float32") * numpy.float32(factor)).tobytes()
            output = {"name": "0", "label": "", "dtype": "float32", "stored": "float32", "kept": "all",
                      "shape": [_ELEMENTS], "size": _ELEMENTS}  # fmt: skip
            record = {"t": "step", "kind": "session.run", "name": "", "index": index, "thread": 0,
                      "seconds": 0.0, "updates": 1, "outputs": [output], "bytes": len(payload)}  # fmt: skip
            file.write(json.dumps(record).encode() + b"\n" + payload)
    data, pools, initials = assemble(stream, {"pid": 1, "status": "finished", "seconds": 1.0})
    _save(folder, data, pools, initials)


def _gigabytes() -> tuple[float, float, float]:
    """Return seconds and megabytes of comparing, and megabytes of writing one."""
    with tempfile.TemporaryDirectory() as place:
        one, other = Path(place) / "one", Path(place) / "other"
        _write(one, 1.0)
        _write(other, 1.0 + 2.0**-22)
        assert (one / "outputs.npz").stat().st_size >= 2**30
        done = subprocess.run(
            [sys.executable, "-c", _COMPARE, str(one), str(other), "close"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> Iterator[Claim]:
    start = time.time()
    seconds, megabytes, written = _gigabytes()
    print(f"     made and compared two recordings of 1 GB in {time.time() - start:.0f} s")
    yield "MB to assemble a recording of 1 GB", written, 500, False
    yield "s to compare two recordings of 1 GB", seconds, 20, False
    yield "MB to compare two recordings of 1 GB", megabytes, 500, False
    yield "recorded / plain, 300 runs of a session", _overhead(_TRAINING), 1.05, False
    yield "recorded / plain, 4 epochs of Keras", _overhead(_FIT), 1.05, False
