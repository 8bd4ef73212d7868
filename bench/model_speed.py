"""Models: check of 100 MB against the protobuf library's own parsing and TensorFlow's loading; a large checkpoint."""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.environment_speed import _ours, _python
from bench.timing import Claim, process, ratio, seconds

_MB = 100
_NODES = 20_000
_BIG = 10 << 30


def _graph(file: Path) -> None:
    """Write a frozen graph: 200 constants of half a megabyte and a chain of additions."""
    from tfshift.model.protos import message

    graph, draw = message("GraphDef")(), random.Random(1)
    graph.versions.producer = 1286
    constants = 2 * _MB
    for number in range(constants):
        node = graph.node.add(name=f"w{number}", op="Const")
        node.attr["dtype"].type = 1
        tensor = node.attr["value"].tensor
        tensor.dtype = 1
        tensor.tensor_shape.dim.add(size=125_000)
        tensor.tensor_content = draw.randbytes(500_000)
    node = graph.node.add(name="x", op="Placeholder")
    node.attr["dtype"].type = 1
    before = "x"
    for number in range(_NODES):
        node = graph.node.add(
            name=f"a{number}", op="AddV2", input=[before, f"w{number % constants}"]
        )
        node.attr["T"].type = 1
        before = node.name
    file.write_bytes(graph.SerializeToString())


def _checkpoint(folder: Path) -> Path:
    """Copy a small checkpoint and make its data file 10 GB of nothing: only the index is to be read."""
    samples = Path(__file__).parents[1] / "tests" / "model" / "samples"
    for name in ("m.ckpt-7.index", "m.ckpt-7.data-00000-of-00001"):
        shutil.copy(samples / name, folder)
    with (folder / "m.ckpt-7.data-00000-of-00001").open("r+b") as stream:
        stream.truncate(_BIG)
    return folder / "m.ckpt-7"


def measure() -> Iterator[Claim]:
    from tfshift import facts
    from tfshift.model.check import check
    from tfshift.model.formats import read_model
    from tfshift.model.protos import parse

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "frozen.pb"
        _graph(file)
        database = facts.open()
        ours = lambda: list(check(read_model(file), database, ["2.15"]))  # noqa: E731
        alone = lambda: parse("GraphDef", file.read_bytes(), "frozen.pb")  # noqa: E731
        yield (
            "check of a 100 MB graph / reading and parsing it with protobuf",
            ratio(ours, alone),
            2.0,
            False,
        )
        code = (
            "import sys, tensorflow as tf; g = tf.compat.v1.GraphDef();"
            "g.ParseFromString(open(sys.argv[1], 'rb').read()); tf.compat.v1.import_graph_def(g)"
        )
        loading = process([str(_python()), "-c", code, str(file)])
        checking = process(_ours("model", "check", str(file), "--to", "2.15"))
        yield (
            "loading it in TensorFlow / tfshift model check",
            ratio(loading, checking, 3),
            10.0,
            True,
        )
        peak = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        command = _ours("model", "check", str(file), "--to", "2.15")
        used = int(subprocess.check_output([sys.executable, "-c", peak, *command]))
        unit = 1 if sys.platform == "darwin" else 1024
        yield "peak memory of check / the file", used * unit / file.stat().st_size, 4.0, False
        prefix = _checkpoint(Path(place))
        inspect = process(_ours("model", "inspect", str(prefix)))
        bare = process(_ours("--version"))
        print(
            f"     inspect of 10 GB takes {statistics.median(seconds(inspect) for _ in range(3)):.3f} s"
        )
        yield (
            "inspect of a 10 GB checkpoint / tfshift --version",
            ratio(inspect, bare, 5),
            5.0,
            False,
        )
