"""Golden outputs of a model: what it gives in the release that made it, kept beside it."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfshift.conversion.prove import TOLERANCE, compared
from tfshift.conversion.sides import (
    Say,
    calls_of,
    environment_for,
    origin,
    run_side,
    write_inputs,
)
from tfshift.domain.models import Model
from tfshift.facts import Facts

RUNNABLE = ("saved_model", "graph_def", "meta_graph", "keras_h5", "keras")


def golden(
    model: Model, path: Path, facts: Facts, say: Say, *, inputs: Path | None, offline: bool
) -> dict[str, Any]:
    """Run a model where it was made.

    Args:
        model: as it was read.
        path: where it lies.
        facts: the opened facts.
        say: told what is going on.
        inputs: an ``.npz`` with the user's inputs by name; made up where None.
        offline: use uv's cache only.

    Returns:
        ``{tensorflow, loader, inputs, outputs}``, arrays as base64 of ``.npz``; ``{reason}`` where it
        could not be run.

    Raises:
        TfshiftError: if an environment cannot be made.
    """
    if model.format not in RUNNABLE:
        return {"reason": f"a {model.format} is not run by itself"}
    try:
        calls = calls_of(model.signatures, inputs)
    except ValueError as error:
        return {"reason": f"{error}: give --inputs FILE.npz"}
    environment = environment_for(facts, origin(model, facts, say), say, offline=offline)
    with tempfile.TemporaryDirectory(prefix="tfshift-golden-") as place:
        data = write_inputs(Path(place), calls)
        side = run_side(environment, model, path, calls, data, Path(place) / "run", threads=1)
        if side.error:
            return {"reason": side.error}
        return {
            "tensorflow": environment.tensorflow,
            "loader": side.loader,
            "inputs": base64.b64encode(data.read_bytes()).decode("ascii"),
            "outputs": _packed(side.arrays),
        }


def repeat(
    recorded: Mapping[str, Any],
    model: Model,
    path: Path,
    facts: Facts,
    version: str,
    say: Say,
    *,
    offline: bool,
) -> dict[str, Any]:
    """Run a model on its golden inputs in a release and hold the outputs against the golden ones.

    Args:
        recorded: as ``golden`` gave it.
        model: as it was read.
        path: where it lies.
        facts: the opened facts.
        version: the release.
        say: told what is going on.
        offline: use uv's cache only.

    Returns:
        ``{verdict, reason, outputs, tolerance}``.
    """
    calls = calls_of(model.signatures, None)
    environment = environment_for(facts, version, say, offline=offline)
    with tempfile.TemporaryDirectory(prefix="tfshift-golden-") as place:
        data = Path(place) / "inputs.npz"
        data.write_bytes(base64.b64decode(recorded["inputs"]))
        side = run_side(environment, model, path, calls, data, Path(place) / "run", threads=1)
    if side.error:
        return {"verdict": "unknown", "reason": side.error, "outputs": {}, "tolerance": TOLERANCE}
    outputs, verdict = compared(_unpacked(recorded["outputs"]), side.arrays)
    return {"verdict": verdict, "reason": "", "outputs": outputs, "tolerance": TOLERANCE}


def _packed(arrays: Mapping[str, Any]) -> str:
    import numpy as np

    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _unpacked(text: str) -> dict[str, Any]:
    import numpy as np

    return dict(np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False))
