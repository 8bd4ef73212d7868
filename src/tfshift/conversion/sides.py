"""The two sides of a proof: a model, run in a release of its own on given inputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tfshift.agent
from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Signature, TensorSpec
from tfshift.environment import interpreters, store
from tfshift.environment.lock import make_lock, read_lock
from tfshift.facts import Facts
from tfshift.model.feeds import feeds

if TYPE_CHECKING:
    from tfshift.domain.environments import Environment

Say = Callable[[str], None]
_AGENTS = Path(tfshift.agent.__file__).parent
_WITHIN_S = 900

Call = tuple[Signature, dict[str, Any]]


def origin(model: Model, facts: Facts, say: Say) -> str:
    """Return the release in which the original is run: the one that made it, else one that loads it."""
    minor = ".".join((model.produced_by or "").split(".")[:2])
    if minor in facts.minors:
        return minor
    from tfshift.model.check import check

    loading = [t.version for t in check(model, facts, facts.minors) if t.verdict == "yes"]
    held = {e.tensorflow for e in store.list_environments()}
    # One that is there already saves the making of another.
    chosen = next(
        (v for v in reversed(loading) if v in held), loading[-1] if loading else facts.minors[-1]
    )
    say(f"the release that made the model is not known: it is run in {chosen}, which loads it")
    return chosen


@dataclass(frozen=True)
class Side:
    """What one side gave: arrays by ``CALL/NAME``, the loader that worked, or why none did."""

    arrays: dict[str, Any]
    loader: str
    error: str


def calls_of(signatures: Sequence[Signature], inputs: Path | None) -> list[Call]:
    """Return how a model is called: with the user's inputs, or with some that fit its signatures.

    Raises:
        ValueError: if nothing tells how.
        TfshiftError: if the user's inputs cannot be read or fit no signature.
    """
    if not signatures:
        raise ValueError("the model tells no signature")
    if inputs is None:
        return feeds(signatures)
    import numpy as np

    try:
        given = dict(np.load(inputs, allow_pickle=False))
    except (OSError, ValueError) as error:
        raise TfshiftError("cannot read the inputs", where=str(inputs), why=str(error)) from None
    fitting = [s for s in signatures if all(_taken(t, given.get(t.name)) for t in s.inputs)]
    if not fitting:
        names = ", ".join(t.name for t in signatures[0].inputs)
        raise TfshiftError(
            "the inputs fit no signature", where=str(inputs), why=f"wanted are {names}"
        )
    return [(s, {t.name: given[t.name] for t in s.inputs}) for s in fitting]


def _taken(spec: TensorSpec, array: Any) -> bool:
    """Tell whether an input takes what the user gives under its name: text, or numbers."""
    if array is None:
        return False
    return not spec.dtype or (spec.dtype == "string") == (array.dtype.kind in "SUO")


def environment_for(
    facts: Facts, version: str, say: Say, keras: str | None = None, *, offline: bool
) -> Environment:
    """Return an environment with a release, an existing one where it fits, else a new one.

    Args:
        facts: the opened facts.
        version: the release.
        say: told what is going on.
        keras: the oldest Keras that it may hold, where that matters.
        offline: use uv's cache only.

    Raises:
        TfshiftError: if none can be made.
    """
    release = facts.release(version)
    interpreter = interpreters.pick(release)
    for made in store.list_environments():
        if made.tensorflow != release.version:
            continue
        held = dict(read_lock(store.lock_of(made)).packages)
        if keras is None or _key(held.get("keras", "0")) >= _key(keras):
            return made
    say(f"making an environment with TensorFlow {release.version}")
    wanted = [f"keras=={keras}"] if keras else []
    lock = make_lock(release, interpreter.python, wanted, offline=offline, say=say)
    return store.create(lock, interpreter, offline=offline, say=say)


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def write_inputs(place: Path, calls: Sequence[Call]) -> Path:
    """Write what is fed as the agent reads it."""
    import numpy as np

    arrays = {f"{n}/{key}": value for n, (_, fed) in enumerate(calls) for key, value in fed.items()}
    plain = {k: v.astype("S") if v.dtype == object else v for k, v in arrays.items()}
    file = place / "inputs.npz"
    np.savez(file, **plain)
    return file


def asked(
    environment: Environment, agent: Sequence[str], place: Path, told: Path, **more: str
) -> tuple[dict[str, Any] | None, str]:
    """Run an agent in an environment.

    Args:
        environment: a made one.
        agent: its module, and what it is told.
        place: where it runs.
        told: the JSON file that it writes.
        more: further variables.

    Returns:
        What it wrote; None where it wrote nothing, and why.
    """
    variables = store.activated(environment, os.environ) | {
        "PYTHONPATH": str(_AGENTS), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [str(store.python_of(environment)), "-W", "ignore", "-m", *agent],
            cwd=place, env=variables, capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=_WITHIN_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, f"no answer within {_WITHIN_S} s"
    if not told.is_file():
        return None, (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    answer: dict[str, Any] = json.loads(told.read_text("utf-8"))
    return answer, ""


def run_side(
    environment: Environment,
    model: Model,
    path: Path,
    calls: Sequence[Call],
    data: Path,
    place: Path,
    *,
    threads: int,
) -> Side:
    """Load and run a model in an environment; ``place`` is a new folder for what passes between."""
    import numpy as np

    place.mkdir()
    request = {
        "kind": model.format,
        "path": str(_loaded(model, path)),
        "prefix": str(
            model.content.index.prefix.absolute()
            if model.format == "checkpoint"
            else path.with_name(path.name.removesuffix(".meta")).absolute()
        ),
        "tags": ["serve"],
        "calls": [
            {
                "signature": s.name,
                "inputs": {t.name: f"{t.name}:0" for t in s.inputs},
                "outputs": {t.name: f"{t.name}:0" for t in s.outputs},
            }
            for s, _ in calls
        ],
        "data": str(data),
        "out": str(place / "out.npz"),
        "told": str(place / "told.json"),
    }
    file = place / "request.json"
    file.write_text(json.dumps(request), "utf-8")
    answer, why = asked(
        environment, ("run_model", str(file)), place, place / "told.json",
        OMP_NUM_THREADS=str(threads), TF_ENABLE_ONEDNN_OPTS="0", TF_NUM_INTRAOP_THREADS=str(threads),
    )  # fmt: skip
    if answer is None:
        return Side({}, "", why[:300])
    if answer["loader"] is None:
        return Side({}, "", "; ".join(answer["errors"].values())[:400])
    return Side(dict(np.load(place / "out.npz", allow_pickle=False)), answer["loader"], "")


def _loaded(model: Model, path: Path) -> Path:
    if model.format != "saved_model":
        return path.absolute()
    from tfshift.model.formats.saved_model import folder_of

    return (folder_of(path) or path).absolute()
