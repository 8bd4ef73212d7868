"""Prove a conversion: the original and the result, each in its own release, on the same inputs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tfshift.conversion.sides import (
    Call,
    Say,
    Side,
    calls_of,
    environment_for,
    origin,
    run_side,
    write_inputs,
)
from tfshift.domain.models import Model, Signature
from tfshift.facts import Facts
from tfshift.model.formats import read_model

# What sums of float32 in another order may differ by in a small model.
TOLERANCE = 1e-5


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
    names: Mapping[str, Sequence[str]] | None = None,
    offline: bool = False,
) -> Proof:
    """Run a model before and after its conversion and compare each output; of checkpoints, each tensor.

    Args:
        model: the original as it was read.
        original: where it lies.
        converted: where the result lies.
        facts: the opened facts.
        version: the target.
        say: told what is going on.
        inputs: an ``.npz`` with the user's own inputs by name; made up where None.
        names: of a checkpoint, new name -> old name and why; as they were where empty.
        offline: use uv's cache only.

    Raises:
        TfshiftError: if an environment cannot be made.
    """
    minor = origin(model, facts, say)
    try:
        calls: Sequence[Call] = (
            [(Signature("tensors", (), ()), {})]
            if model.format == "checkpoint"
            else calls_of(model.signatures, inputs)
        )
    except ValueError as error:
        return Proof("unknown", f"{error}: give --inputs FILE.npz", {}, 0.0, minor, version)
    # A file of Keras 3 wants one that is at least as new; a release's own time may have had older.
    keras = re.fullmatch(r"keras (3\.\d+\.\d+)", model.produced_by or "")
    before = environment_for(facts, minor, say, keras[1] if keras else None, offline=offline)
    after = environment_for(facts, version, say, offline=offline)
    result = read_model(converted)
    if _way(model) != _way(result):
        # A Keras file has one way to be called, a SavedModel of Keras several that do the same.
        calls = _whole(calls)
    with tempfile.TemporaryDirectory(prefix="tfshift-prove-") as place:
        data = write_inputs(Path(place), calls)
        one = run_side(before, model, original, calls, data, Path(place) / "one", threads=1)
        again = run_side(before, model, original, calls, data, Path(place) / "again", threads=2)
        calls, rename = _same_calls(model, result, calls)
        data = write_inputs(Path(place), calls)
        other = run_side(after, result, converted, calls, data, Path(place) / "other", threads=1)
        if names:
            # What the other checkpoint gave besides is not the model's.
            rename = {f"0/{new}": f"0/{old}" for new, (old, _) in names.items()}
            one = _only(one, rename.values())
            other = _only(other, rename)
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


def _only(side: Side, names: Iterable[str]) -> Side:
    """Return a side with some of its arrays; what it does not have is missed later."""
    return replace(side, arrays={n: side.arrays[n] for n in names if n in side.arrays})


def _way(model: Model) -> str:
    """Say how a model is called: as a Keras model, by a TFLite interpreter, or by signatures."""
    if model.format in ("keras_h5", "keras"):
        return "keras"
    return model.format if model.format in ("tflite", "checkpoint") else "signatures"


def _key_of(name: str) -> str:
    """Return what a signature calls an input of TFLite: ``x`` for ``serving_default_x:0``."""
    return re.sub(r"^serving_default_|:0$", "", name)


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
    if _way(model) == _way(result) or not result.signatures:
        return calls, {}
    signature = next(
        (s for s in result.signatures if s.name == "serving_default"), result.signatures[0]
    )
    taken, given = signature.inputs, [t.name for t in signature.outputs]
    adapted = []
    for _, fed in calls:
        keys = [_key_of(t.name) for t in taken]
        by_name = all(key in fed for key in keys)
        values = [fed[k] for k in keys] if by_name else list(fed.values())[: max(len(taken), 1)]
        names = [t.name for t in taken] or list(fed)
        adapted.append((signature, dict(zip(names, values, strict=True))))
    if result.format == "tflite":
        given = sorted(given, key=lambda name: int(re.search(r"(?::(\d+))?$", name)[1] or 0))  # type: ignore[index]
    # A Keras file's own outputs are named by their place.
    places = [f"output_{n}" for n in range(max(len(given), 1))]
    before = places if _way(model) == "keras" else [t.name for t in calls[0][0].outputs] or places
    rename = {f"0/{new}": f"0/{old}" for new, old in zip(given or places, before, strict=False)}
    return adapted, rename


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
