"""Convert Keras files: their configuration is rewritten, their weights are copied as they are."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.facts import Facts
from tfshift.model.check import check
from tfshift.model.convert import Converted, Step
from tfshift.model.keras_rewrites import all_rewrites
from tfshift.model.loaders.f_keras import Classes


def convert_config(model: Model, facts: Facts, version: str) -> tuple[dict[str, Any], Converted]:
    """Rewrite a copy of a model's configuration for a release.

    Args:
        model: a whole HDF5 model of Keras as it was read.
        facts: the opened facts.
        version: the target.

    Returns:
        The configuration, and what was done.
    """
    config: dict[str, Any] = copy.deepcopy(dict(model.content.config))
    classes = Classes(facts, facts.position(version))
    steps = []
    for module in all_rewrites():
        count = module.rewrite(config, classes)
        if count:
            steps.append(Step(module.TITLE, count))
    again = replace(model, content=replace(model.content, config=config))
    target = next(iter(check(again, facts, [version])))
    problems = target.best.problems if target.best is not None else ()
    return config, Converted(tuple(steps), target.verdict, problems)


def write_h5(model: Model, config: dict[str, Any], out: Path) -> None:
    """Write a converted HDF5 file: all weights as they are, without the compiled part.

    The optimizer's state goes: other releases read it otherwise, and predictions do not need it.

    Raises:
        TfshiftError: if something is there already.
    """
    import h5py

    if out.exists():
        raise TfshiftError(
            "something is there already", where=str(out), remedy="choose another OUT"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        file = Path(scratch) / "model.h5"
        shutil.copyfile(model.content.path, file)
        with h5py.File(file, "r+") as opened:
            for name in ("training_config",):
                if name in opened.attrs:
                    del opened.attrs[name]
            if "optimizer_weights" in opened:
                del opened["optimizer_weights"]
            # Bytes are what every h5py gives back alike.
            opened.attrs["model_config"] = json.dumps(config).encode("utf-8")
            for name in ("keras_version", "backend"):
                value = opened.attrs.get(name)
                if isinstance(value, str):
                    opened.attrs[name] = value.encode("utf-8")
        file.rename(out)
