"""Read a recording: its steps, and its numbers where they are asked for."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.proof.assemble import SCHEMA, STREAM, assemble
from tfshift.proof.pools import StoredPools

if TYPE_CHECKING:
    import numpy

RECORDING = "recording.json"
ARRAYS = "outputs.npz"
INITIALS = "initials.npz"

# How a program gets at numbers: other calls where its graph has become functions.
_RUNS = {"session.run", "function", "data", "eager"}


@dataclass(frozen=True)
class Output:
    """One output of a step.

    Args:
        name: where it lies in what the call returned.
        label: TensorFlow's name for it, or empty.
        dtype: NumPy's name of its type (``bfloat16`` and ``string`` too).
        shape: its full shape.
        kept: ``all``, ``sample``, ``statistics`` or ``text``.
        facts: the rest as recorded (crc, mean, min, max, text, place in the pool).
    """

    name: str
    label: str
    dtype: str
    shape: tuple[int, ...]
    kept: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Step:
    """One recorded call: what kind, by which process and thread, in which test, and what it returned."""

    kind: str
    name: str
    process: int
    thread: int
    seconds: float
    updates: int
    outputs: tuple[Output, ...]
    test: str = ""


@dataclass
class Recording:
    """A whole recording; ``about`` holds everything but the steps, as in recording.json."""

    about: Mapping[str, Any]
    steps: tuple[Step, ...]
    file: Path | None = None
    pools: dict[str, numpy.ndarray[Any, Any]] = field(default_factory=dict)

    def without_runs(self) -> Recording:
        """Leave out what sessions and functions gave.

        Where graphs became functions, a run is no longer the same call: what was printed, trained
        with Keras, estimated and written is what both sides have.
        """
        kept = tuple(s for s in self.steps if s.kind not in _RUNS)
        return replace(self, steps=kept)

    @property
    def drawn(self) -> dict[str, list[tuple[int, tuple[int, int]]]]:
        """Path -> line and seeds of operations that drew by their place in a graph, in order."""
        found: dict[str, list[tuple[int, tuple[int, int]]]] = {}
        for draw in self.about.get("draws", ()):
            one, other = draw["seeds"]
            found.setdefault(draw["path"], []).append((draw["line"], (one, other)))
        return found

    @property
    def operations(self) -> Mapping[str, list[Any]]:
        """What results are computed from, by name: type, names before it, value, attributes."""
        found: Mapping[str, list[Any]] = self.about.get("operations", {})
        return found

    @property
    def initials(self) -> list[str]:
        """The names of the variables whose first values were kept, in order."""
        return list(self.about.get("initials", ()))

    @property
    def tests(self) -> dict[str, tuple[str, str]]:
        """Node id -> outcome (``passed``, ``failed``, ``error``, ``skipped``) and why."""
        rows = self.about.get("tests", ())
        return {row["id"]: (row["outcome"], row["reason"]) for row in rows}

    @property
    def status(self) -> str:
        """``finished``, ``failed`` or ``cut short``."""
        return str(self.about["status"])

    @property
    def stdout(self) -> list[str]:
        """The lines that the command printed."""
        return list(self.about["stdout"]["lines"])

    def array(self, output: Output) -> numpy.ndarray[Any, Any]:
        """Return the kept elements of an output, flat.

        Raises:
            TfshiftError: if outputs.npz is missing or corrupt.
        """
        import numpy

        size = int(output.facts.get("size", 0))
        if not size:
            return numpy.empty(0, output.facts.get("stored", "float64"))
        dtype, at = output.facts["stored"], output.facts["at"]
        try:
            if dtype in self.pools:
                found = self.pools[dtype][at : at + size]
                if found.size != size:
                    raise ValueError(f"the pool of {dtype} is too short")
                return found
            return self._stored.read(dtype, at, size)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise _corrupt(self.file, str(error)) from None

    @cached_property
    def _stored(self) -> StoredPools:
        if self.file is None:
            raise ValueError("there are no numbers")
        return StoredPools(self.file)


def _corrupt(where: Path | None, why: str) -> TfshiftError:
    return TfshiftError(
        "the recording is damaged",
        where=str(where or ""),
        why=why,
        remedy="record it again with tfshift record",
    )


def _output(data: Mapping[str, Any]) -> Output:
    named = ("name", "label", "dtype", "shape", "kept")
    facts = {key: value for key, value in data.items() if key not in named}
    shape = tuple(data["shape"])
    return Output(data["name"], data["label"], data["dtype"], shape, data["kept"], facts)


def _step(data: Mapping[str, Any]) -> Step:
    outputs = tuple(_output(item) for item in data["outputs"])
    return Step(
        kind=data["kind"],
        name=data["name"],
        process=data["process"],
        thread=data["thread"],
        seconds=data["seconds"],
        updates=data["updates"],
        outputs=outputs,
        test=data.get("test", ""),
    )


def from_json(data: Mapping[str, Any], file: Path | None = None) -> Recording:
    """Make a recording of its JSON.

    Raises:
        KeyError, TypeError: if something is missing in it.
    """
    about = {key: value for key, value in data.items() if key != "steps"}
    _ = about["status"], about["stdout"]["lines"]
    return Recording(about, tuple(_step(item) for item in data["steps"]), file)


def _unfinished(folder: Path) -> Recording:
    """Read what a killed recorder left behind."""
    try:
        data, pools, _ = assemble(folder / STREAM, {})
        result = from_json(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _corrupt(folder, str(error)) from None
    result.pools.update(pools.arrays())
    return result


def load(folder: Path) -> Recording:
    """Read the recording in a folder; one whose recorder was killed counts as cut short.

    Raises:
        TfshiftError: if there is none, if it is damaged, or if a newer tfshift wrote it.
    """
    path = folder / RECORDING
    if not path.is_file():
        if (folder / STREAM).is_dir():
            return _unfinished(folder)
        raise TfshiftError(
            "no recording here",
            where=str(folder),
            why=f"it holds no {RECORDING}",
            remedy="make one with tfshift record -o " + str(folder),
        )
    try:
        data = json.loads(path.read_text("utf-8"))
        schema = str(data["schema"])
    except (ValueError, KeyError, TypeError) as error:
        raise _corrupt(path, f"{type(error).__name__}: {error}") from None
    if schema != SCHEMA:
        raise TfshiftError(
            "this recording has a format that is not known here",
            where=str(path),
            why=f"it is {schema}, this tfshift reads {SCHEMA}",
            remedy="update tfshift or record it again",
        )
    try:
        return from_json(data, folder / ARRAYS)
    except (KeyError, TypeError, ValueError) as error:
        raise _corrupt(path, f"{type(error).__name__}: {error}") from None
