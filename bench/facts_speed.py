"""Opening the facts takes at most 10 ms, one lookup at most 100 microseconds, a diff 300 ms."""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Iterator

from bench.timing import Claim, process, seconds


def _open_ms() -> float:
    import subprocess

    code = (
        "import time; from tfshift.facts.database import Facts; from tfshift.facts import DATABASE\n"
        "t = time.perf_counter(); f = Facts(DATABASE); f.exists('tf.nn.relu6', '1.8')\n"
        "print((time.perf_counter() - t) * 1e3)"
    )
    runs = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5)]
    return statistics.median(runs)


def _lookup_us() -> float:
    from tfshift.facts import DATABASE
    from tfshift.facts.database import Facts

    names = random.Random(0).sample(Facts(DATABASE).names(), 3000)
    fresh = Facts(DATABASE)
    fresh.exists("tf.nn.relu6", "1.8")
    return (
        seconds(lambda: [fresh.resolve(n, len(fresh.minors) - 2) for n in names]) / len(names) * 1e6
    )


def measure() -> Iterator[Claim]:
    yield "open the facts and look one symbol up, ms", _open_ms(), 10.0, False
    yield "one lookup of a symbol not asked before, microseconds", _lookup_us(), 100.0, False
    diff = process([sys.executable, "-m", "tfshift", "facts", "diff", "1.15", "2.15"])
    diff()
    yield (
        "facts diff 1.15 2.15 as a process, ms",
        statistics.median(seconds(diff) for _ in range(5)) * 1e3,
        300.0,
        False,
    )
