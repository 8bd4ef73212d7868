"""Times as medians of alternating runs, so that a drifting machine hits both sides alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

Claim = tuple[str, float, float, bool]


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def ratio(one: Callable[[], object], other: Callable[[], object], runs: int = 7) -> float:
    """Return the median of one/other over paired runs, after one run of each unmeasured."""
    one()
    other()
    return statistics.median(seconds(one) / seconds(other) for _ in range(runs))


def process(command: Sequence[str], **options: object) -> Callable[[], object]:
    def run() -> object:
        return subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **options
        )  # type: ignore[call-overload]

    return run
