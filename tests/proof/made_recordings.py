"""Recordings made in memory, for the tests of comparing."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfshift.proof.recording import Output, Recording, Step


class Maker:
    """Builds recordings the way the agent writes them, without a file."""

    def __init__(self) -> None:
        self.pools: dict[str, np.ndarray[Any, Any]] = {}

    def output(self, name: str, value: Any, limit: int = 65536) -> Output:
        array = np.asarray(value)
        if array.dtype.kind in "OSU":
            facts = {"text": [str(item) for item in array.reshape(-1)]}
            return Output(name, "", "string", array.shape, "text", facts)
        flat = np.ascontiguousarray(array).reshape(-1)
        facts = {"stored": flat.dtype.name}
        kept = "all"
        if flat.size > limit:
            facts |= {
                "crc": zlib.crc32(flat.tobytes()),
                "mean": repr(float(flat.mean())),
                "min": repr(float(flat.min())),
                "max": repr(float(flat.max())),
            }
            kept, flat = "sample", flat[:: -(-flat.size // limit)]
        pool = self.pools.get(flat.dtype.name, np.empty(0, flat.dtype))
        facts |= {"at": int(pool.size), "size": int(flat.size)}
        self.pools[flat.dtype.name] = np.concatenate([pool, flat])
        return Output(name, "", array.dtype.name, array.shape, kept, facts)

    def step(self, kind: str = "session.run", updates: int = 0, **values: Any) -> Step:
        outputs = tuple(self.output(name, value) for name, value in values.items())
        return Step(kind, "", 0, 0, 0.0, updates, outputs)

    def recording(
        self, steps: Sequence[Step] = (), stdout: Sequence[str] = (), **about: Any
    ) -> Recording:
        facts = {
            "status": "finished",
            "reason": "",
            "seconds": 1.0,
            "stdout": {"lines": list(stdout), "truncated": False},
            **about,
        }
        return Recording(facts, tuple(steps), None, self.pools)


def recording(
    values: Sequence[Any] = (), stdout: Sequence[str] = (), updates: int = 0, **about: Any
) -> Recording:
    """Make a recording of one Session.run for each value."""
    maker = Maker()
    steps = [maker.step(updates=updates, v=value) for value in values]
    return maker.recording(steps, stdout, **about)
