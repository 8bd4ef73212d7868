"""Bring a Keras model into another form by the Keras of a release itself."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tfshift.atomic import refuse_existing
from tfshift.conversion.sides import Say, asked, environment_for, origin
from tfshift.domain.errors import TfshiftError
from tfshift.facts import Facts
from tfshift.model import convert as graphs
from tfshift.model.convert import Converted, Step
from tfshift.model.edges import passed
from tfshift.model.formats import read_model
from tfshift.model.keras_convert import convert_config, write_h5

if TYPE_CHECKING:
    from tfshift.conversion import Wishes
    from tfshift.domain.models import Model

FORMS = {"h5": ".h5", "keras": ".keras", "saved_model": "", "tflite": ".tflite"}


def form_of(out: Path, source: str) -> str:
    """Return the form that the name of a result asks for.

    Args:
        out: the result's path.
        source: the format of the original, which stays where the name asks for nothing.
    """
    if out.suffix in (".h5", ".hdf5"):
        return "h5"
    if out.suffix in (".keras", ".tflite"):
        return out.suffix.removeprefix(".")
    return "saved_model" if source == "saved_model" else "h5"


def resave(
    path: Path,
    out: Path,
    form: str,
    facts: Facts,
    version: str,
    say: Say,
    *,
    original: Path | None = None,
    offline: bool = False,
) -> None:
    """Load a model in a release and let it save it, or convert it to TFLite.

    Args:
        path: a model that the release loads.
        out: a new file, or a new folder for a SavedModel.
        form: one of FORMS.
        facts: the opened facts.
        version: the release.
        say: told what is going on.
        original: what the user gave, for messages; ``path`` where None.
        offline: use uv's cache only.

    Raises:
        TfshiftError: if something is at ``out``, or the release cannot; the reason is its own.
    """
    refuse_existing(out)
    environment = environment_for(facts, version, say, offline=offline)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made, told = Path(scratch).absolute() / f"model{FORMS[form]}", Path(scratch) / "told.json"
        agent = ("resave", str(path.absolute()), str(made), str(told.absolute()))
        answer, why = asked(environment, agent, Path(scratch), told)
        error = why if answer is None else answer["error"]
        if error:
            raise TfshiftError(
                f"TensorFlow {environment.tensorflow} cannot save the model anew",
                where=str(original or path), why=error[:400],
            )  # fmt: skip
        # A folder is moved as a whole, a file as well.
        shutil.move(str(made), str(out))


def as_h5(model: Model, path: Path, place: Path, facts: Facts, say: Say, *, offline: bool) -> Model:
    """Let the release that made a SavedModel of Keras write it as HDF5.

    Raises:
        TfshiftError: if its Keras does not take it for a model of its own.
    """
    version = origin(model, facts, say)
    file = place / "original.h5"
    resave(path, file, "h5", facts, version, say, offline=offline)
    return read_model(file)


def convert_keras(
    model: Model,
    path: Path,
    out: Path,
    form: str,
    facts: Facts,
    version: str,
    say: Say,
    *,
    offline: bool = False,
) -> Converted:
    """Convert a Keras model, and write it in another form where that is asked for.

    Args:
        model: an HDF5 model, a .keras archive or a SavedModel of Keras as it was read.
        path: where it lies.
        out: a new file or folder; nothing is written where the conversion is refused.
        form: one of FORMS.
        facts: the opened facts.
        version: the target.
        say: told what is going on.
        offline: use uv's cache only.

    Returns:
        What was done.

    Raises:
        TfshiftError: if something is at ``out``, or a release cannot do its part.
    """
    refuse_existing(out)
    with tempfile.TemporaryDirectory(prefix="tfshift-convert-") as scratch:
        place = Path(scratch)
        if model.format == "saved_model":
            model = as_h5(model, path, place, facts, say, offline=offline)
        config, done = convert_config(model, facts, version)
        if done.verdict == "no":
            return done
        if form == "keras" and not passed(facts, facts.position(version), "keras-archive"):
            say(
                f"TensorFlow {version} knows no .keras archive: the file holds HDF5, which it loads"
            )
            form = "h5"
        if form == "h5":
            write_h5(model, config, out)
            return done
        middle = place / "converted.h5"
        write_h5(model, config, middle)
        resave(middle, out, form, facts, version, say, offline=offline)
        title = {"keras": "HDF5 -> .keras", "saved_model": "HDF5 -> SavedModel"}[form]
        return replace(done, steps=(*done.steps, Step(title, 1)))


def to_tflite(
    model: Model, path: Path, out: Path, facts: Facts, version: str, say: Say, wishes: Wishes
) -> Converted:
    """Let a release's own converter write a model as TFLite: what it writes its interpreter runs.

    Args:
        model: a SavedModel or a Keras model as it was read.
        path: where it lies.
        out: a new file; nothing is written where the conversion is refused.
        facts: the opened facts.
        version: the target.
        say: told what is going on.
        wishes: what else was asked.

    Returns:
        What was done.

    Raises:
        TfshiftError: if the model is of another format, something is at ``out``, or the release's
            converter refuses it.
    """
    if model.format not in ("saved_model", "keras_h5", "keras"):
        raise TfshiftError(
            f"a model of format {model.format} cannot be written as TFLite", where=str(path),
            remedy="give the SavedModel or Keras model that it was made from",
        )  # fmt: skip
    refuse_existing(out)
    with tempfile.TemporaryDirectory(prefix="tfshift-convert-") as scratch:
        if model.format == "saved_model":
            middle = Path(scratch) / "model"
            message, done = graphs.convert(model, facts, version, approximate=wishes.approximate)
            if done.verdict == "no":
                return done
            graphs.write(model, message, middle, done.steps)
        else:
            middle = Path(scratch) / "model.h5"
            config, done = convert_config(model, facts, version)
            if done.verdict == "no":
                return done
            write_h5(model, config, middle)
        resave(middle, out, "tflite", facts, version, say, original=path, offline=wishes.offline)
    title = "SavedModel -> TFLite" if model.format == "saved_model" else "Keras -> TFLite"
    return replace(done, verdict="yes", steps=(*done.steps, Step(title, 1)))
