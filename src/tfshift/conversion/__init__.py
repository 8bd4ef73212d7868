"""Convert a model of any format for a release, and prove it by running both sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tfshift.domain.errors import TfshiftError

if TYPE_CHECKING:
    from tfshift.conversion.sides import Say
    from tfshift.domain.models import Model
    from tfshift.facts import Facts
    from tfshift.model.convert import Converted

_KERAS = ("keras_h5", "keras")


@dataclass(frozen=True)
class Wishes:
    """What a user asks of a conversion besides the target.

    Args:
        form: ``h5``, ``keras``, ``saved_model`` or ``tflite``; as the result is named where None.
        like: a checkpoint or weights whose names and layout are taken.
        names: a JSON file, old name -> new name.
        approximate: whether rewrites may be used that change the results a little.
        offline: use uv's cache only.
    """

    form: str | None = None
    like: Path | None = None
    names: Path | None = None
    approximate: bool = False
    offline: bool = False


def convert(
    model: Model, path: Path, out: Path, facts: Facts, version: str, say: Say, wishes: Wishes
) -> Converted:
    """Write a model so that a release loads it; where that is refused nothing is written.

    Args:
        model: the original as it was read.
        path: where it lies.
        out: a new path.
        facts: the opened facts.
        version: the target.
        say: told what is going on.
        wishes: what else is asked.

    Returns:
        What was done.

    Raises:
        TfshiftError: if a format cannot be converted, something is at ``out``, or a release cannot do
            its part.
    """
    from tfshift.conversion.resave import convert_keras, form_of, to_tflite
    from tfshift.model import convert as graphs
    from tfshift.model.checkpoint_convert import convert_checkpoint
    from tfshift.model.weights_convert import convert_weights

    named = model.format in ("checkpoint", "keras_h5_weights")
    if (wishes.like or wishes.names) and not named:
        raise TfshiftError(
            "names are given to checkpoints and weights alone", where=str(path), why=f"this is {model.format}"
        )  # fmt: skip
    if model.format == "checkpoint":
        return convert_checkpoint(model, out, facts, version, like=wishes.like, names=wishes.names)
    if model.format == "keras_h5_weights":
        return convert_weights(model, out, facts, version, like=wishes.like, names=wishes.names)
    form = wishes.form or form_of(out, model.format)
    if form == "tflite":
        return to_tflite(model, path, out, facts, version, say, wishes)
    if model.format in _KERAS or (model.format == "saved_model" and form != "saved_model"):
        return convert_keras(model, path, out, form, facts, version, say, offline=wishes.offline)
    message, done = graphs.convert(model, facts, version, approximate=wishes.approximate)
    if done.verdict != "no":
        graphs.write(model, message, out, done.steps)
    return done
