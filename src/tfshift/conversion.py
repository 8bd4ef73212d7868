"""Prove a conversion: the original and the result, each in its own release, on the same inputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Signature
from tfshift.environment import interpreters, store
from tfshift.environment.lock import make_lock, read_lock
from tfshift.facts import Facts
from tfshift.model.feeds import feeds
from tfshift.model.formats import read_model

if TYPE_CHECKING:
    from tfshift.domain.environments import Environment

Say = Callable[[str], None]
_AGENTS = Path(__file__).parent / "agent"
_WITHIN_S = 900
# What sums of float32 in another order may differ by in a small model.
TOLERANCE = 1e-5

Call = tuple[Signature, dict[str, Any]]


@dataclass(frozen=True)
class Proof:
    """What running both sides showed.

    Args:
        verdict: ``equal`` (to the bit), ``close``, ``different`` or ``unknown``.
        reason: of an unknown, why.
        outputs: name -> largest absolute, relative and ULP difference.
        noise: what the original differs from itself, one thread against two.
        before: version and loader of the original.
        after: version and loader of the result.
    """

    verdict: str
    reason: str
    outputs: dict[str, dict[str, float]]
    noise: float
    before: str
    after: str

    @property
    def max_abs_error(self) -> float | None:
        """The largest absolute difference of all outputs; None where nothing was compared."""
        return max((o["max_abs"] for o in self.outputs.values()), default=None)

    def to_json(self) -> dict[str, Any]:
        """Spell it as JSON."""
        return {
            "verdict": self.verdict,
            "reason": self.reason,
            "outputs": self.outputs,
            "noise": self.noise,
            "before": self.before,
            "after": self.after,
            "tolerance": TOLERANCE,
        }


def prove(
    model: Model,
    original: Path,
    converted: Path,
    facts: Facts,
    version: str,
    say: Say,
    *,
    inputs: Path | None = None,
    offline: bool = False,
) -> Proof:
    """Run a model before and after its conversion and compare each output.

    Args:
        model: the original as it was read.
        original: where it lies.
        converted: where the result lies.
        facts: the opened facts.
        version: the target.
        say: told what is going on.
        inputs: an ``.npz`` with the user's own inputs by name; made up where None.
        offline: use uv's cache only.

    Raises:
        TfshiftError: if an environment cannot be made.
    """
    minor = origin(model, facts, say)
    try:
        calls: Sequence[Call] = calls_of(model.signatures, inputs)
    except ValueError as error:
        return Proof("unknown", f"{error}: give --inputs FILE.npz", {}, 0.0, minor, version)
    # A file of Keras 3 wants one that is at least as new; a release's own time may have had older.
    keras = re.fullmatch(r"keras (3\.\d+\.\d+)", model.produced_by or "")
    before = environment_for(facts, minor, say, keras[1] if keras else None, offline=offline)
    after = environment_for(facts, version, say, offline=offline)
    result = read_model(converted)
    keras_files = ("keras_h5", "keras")
    if (model.format in keras_files) != (result.format in keras_files):
        # A Keras file has one way to be called, a SavedModel of Keras several that do the same.
        calls = _whole(calls)
    with tempfile.TemporaryDirectory(prefix="tfshift-prove-") as place:
        data = write_inputs(Path(place), calls)
        one = run_side(before, model, original, calls, data, Path(place) / "one", threads=1)
        again = run_side(before, model, original, calls, data, Path(place) / "again", threads=2)
        calls, rename = _same_calls(model, result, calls)
        data = write_inputs(Path(place), calls)
        other = run_side(after, result, converted, calls, data, Path(place) / "other", threads=1)
        other = replace(other, arrays={rename.get(k, k): v for k, v in other.arrays.items()})
        for name, side in (("the original", one), ("the converted model", other)):
            if side.error:
                return Proof(
                    "unknown",
                    f"{name} does not run: {side.error}",
                    {},
                    0.0,
                    before.tensorflow,
                    after.tensorflow,
                )
        outputs, verdict = compared(one.arrays, other.arrays)
        noise, _ = compared(one.arrays, again.arrays)
    worst = max((o["max_abs"] for o in noise.values()), default=0.0)
    return Proof(
        verdict, "", outputs, worst,
        f"{before.tensorflow} ({one.loader})", f"{after.tensorflow} ({other.loader})",
    )  # fmt: skip


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


def _whole(calls: Sequence[Call]) -> Sequence[Call]:
    """Return the call that stands for the model as a whole."""
    default = [c for c in calls if c[0].name == "serving_default"]
    return (default or list(calls))[:1]


def _same_calls(
    model: Model, result: Model, calls: Sequence[Call]
) -> tuple[Sequence[Call], dict[str, str]]:
    """Return the calls as the result takes them, and what its outputs are called in the original.

    The forms of a Keras model name its inputs alike, and its outputs only where they are several.
    """
    keras = ("keras_h5", "keras")
    if (model.format in keras) == (result.format in keras) or not result.signatures:
        return calls, {}
    signature = next(
        (s for s in result.signatures if s.name == "serving_default"), result.signatures[0]
    )
    taken, given = signature.inputs, [t.name for t in signature.outputs]
    adapted = []
    for _, fed in calls:
        by_name = all(t.name in fed for t in taken)
        values = (
            [fed[t.name] for t in taken] if by_name else list(fed.values())[: max(len(taken), 1)]
        )
        names = [t.name for t in taken] or list(fed)
        adapted.append((signature, dict(zip(names, values, strict=True))))
    before = [t.name for t in calls[0][0].outputs] or ["output_0"]
    rename = {
        f"0/{new}": f"0/{old}" for new, old in zip(given or ["output_0"], before, strict=False)
    }
    return adapted, rename


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
    fitting = [s for s in signatures if all(t.name in given for t in s.inputs)]
    if not fitting:
        names = ", ".join(t.name for t in signatures[0].inputs)
        raise TfshiftError(
            "the inputs fit no signature", where=str(inputs), why=f"wanted are {names}"
        )
    return [(s, {t.name: given[t.name] for t in s.inputs}) for s in fitting]


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
        "prefix": str(path).removesuffix(".meta"),
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
    variables = store.activated(environment, os.environ) | {
        "PYTHONPATH": str(_AGENTS), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": str(threads), "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": str(threads),
    }  # fmt: skip
    command = [str(store.python_of(environment)), "-W", "ignore", "-m", "run_model", str(file)]
    try:
        done = subprocess.run(
            command, cwd=place, env=variables, capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=_WITHIN_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Side({}, "", f"no answer within {_WITHIN_S} s")
    told = place / "told.json"
    if not told.is_file():
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return Side({}, "", last[:300])
    answer = json.loads(told.read_text("utf-8"))
    if answer["loader"] is None:
        return Side({}, "", "; ".join(answer["errors"].values())[:400])
    return Side(dict(np.load(place / "out.npz", allow_pickle=False)), answer["loader"], "")


def _loaded(model: Model, path: Path) -> Path:
    if model.format != "saved_model":
        return path.absolute()
    from tfshift.model.formats.saved_model import folder_of

    return (folder_of(path) or path).absolute()


def compared(one: dict[str, Any], other: dict[str, Any]) -> tuple[dict[str, dict[str, float]], str]:
    """Return the largest differences by output, and the verdict: equal, close or different."""
    import numpy as np

    outputs: dict[str, dict[str, float]] = {}
    verdict = "equal"
    for name in sorted(one.keys() | other.keys()):
        a, b = one.get(name), other.get(name)
        key = name.partition("/")[2]
        if a is None or b is None or a.shape != b.shape or a.dtype.kind != b.dtype.kind:
            outputs[key] = {
                "max_abs": float("inf"),
                "max_rel": float("inf"),
                "max_ulp": float("inf"),
            }
            verdict = "different"
            continue
        if a.dtype.kind not in "fc":
            same = bool(np.array_equal(a, b))
            verdict = verdict if same else "different"
            outputs.setdefault(
                key, {"max_abs": 0.0 if same else float("inf"), "max_rel": 0.0, "max_ulp": 0.0}
            )
            continue
        gap = np.abs(a.astype("float64") - b.astype("float64"))
        both_nan = np.isnan(a) & np.isnan(b)
        gap = np.where(both_nan | (a == b), 0.0, gap)
        absolute = float(np.nan_to_num(gap, nan=np.inf).max(initial=0.0))
        scale = np.maximum(np.abs(a.astype("float64")), np.finfo(a.dtype).tiny)
        relative = float(np.nan_to_num(gap / scale, nan=np.inf).max(initial=0.0))
        ulp = float(
            np.nan_to_num(gap / np.spacing(np.abs(a) + np.finfo(a.dtype).tiny), nan=np.inf).max(
                initial=0.0
            )
        )
        before = outputs.get(key, {"max_abs": 0.0, "max_rel": 0.0, "max_ulp": 0.0})
        outputs[key] = {
            "max_abs": max(before["max_abs"], absolute),
            "max_rel": max(before["max_rel"], relative),
            "max_ulp": max(before["max_ulp"], ulp),
        }
        if absolute == 0.0:
            continue
        close = bool((gap <= TOLERANCE + 1e-4 * np.abs(a.astype("float64"))).all())
        verdict = "different" if not close else "close" if verdict != "different" else verdict
    return outputs, verdict
