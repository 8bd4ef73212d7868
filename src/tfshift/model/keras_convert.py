"""Convert Keras files: their configuration is rewritten, their weights are copied as they are.

The result is an HDF5 file: every release reads it, whatever made the original.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfshift.atomic import refuse_existing
from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.facts import Facts
from tfshift.model.check import check
from tfshift.model.convert import Converted, Step
from tfshift.model.formats.keras_h5 import Content
from tfshift.model.keras_rewrites import all_rewrites
from tfshift.model.keras_weights import by_layer
from tfshift.model.loaders.f_keras import Classes

# What Keras itself takes for the most that an attribute of HDF5 can hold.
_MOST_ATTRIBUTE = 64512


def convert_config(model: Model, facts: Facts, version: str) -> tuple[dict[str, Any], Converted]:
    """Rewrite a copy of a model's configuration for a release.

    Args:
        model: a whole HDF5 model or a .keras archive as it was read.
        facts: the opened facts.
        version: the target.

    Returns:
        The configuration, and what was done.
    """
    source = model.content
    config: dict[str, Any] = copy.deepcopy(
        {k: v for k, v in source.config.items() if k in ("class_name", "config", "registered_name")}
    )
    if model.format == "keras":
        # It would be an HDF5 file.
        h5 = Content(source.path, config, None, source.keras_version, new_layout=False)
        model = replace(model, format="keras_h5", content=h5)
    three = str(source.keras_version or "").startswith("3")
    classes = Classes(facts, facts.position(version), from_three=three)
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

    Args:
        model: the original.
        config: the rewritten configuration.
        out: a new file.

    Raises:
        TfshiftError: if something is there already, or the order of weights cannot be told.
    """
    import h5py

    refuse_existing(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        file = Path(scratch) / "model.h5"
        if model.format == "keras":
            _write_archive(model, file)
        else:
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


def can_be_written(model: Model) -> bool:
    """Tell whether the order of a model's weights is known."""
    if model.format != "keras":
        return True
    try:
        with _weights_of(model) as store:
            for _ in by_layer(store, model.content.config):
                pass
    except TfshiftError:
        return False
    return True


@contextmanager
def _weights_of(model: Model) -> Iterator[Any]:
    import h5py

    content = model.content
    if content.weights is None:
        raise TfshiftError("the archive holds no weights", where=str(content.path))
    try:
        with (
            zipfile.ZipFile(content.path) as archive,
            archive.open(content.weights) as stream,
            h5py.File(stream, "r") as store,
        ):
            yield store
    except (zipfile.BadZipFile, OSError, KeyError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise TfshiftError("the .keras file is broken", where=str(content.path), why=why) from None


def _write_archive(model: Model, file: Path) -> None:
    """Write the weights of an archive as HDF5 files have them, one at a time."""
    import h5py
    import numpy as np

    version = str(model.content.keras_version or "").encode("utf-8")
    with _weights_of(model) as store, h5py.File(file, "w") as made:
        whole = made.create_group("model_weights")
        for place in (made, whole):
            place.attrs["backend"] = b"tensorflow"
            place.attrs["keras_version"] = version
        names = []
        for layer, weights in by_layer(store, model.content.config):
            group = whole.create_group(layer)
            paths = []
            for path, value in weights:
                below = path.removeprefix("layers/").partition("/")[2] or path
                name = f"{layer}/{below}:0"
                data = np.int64(value) if isinstance(value, int) else value[()]
                if np.asarray(data).dtype.kind == "V":
                    raise TfshiftError(
                        "a weight has a type that HDF5 of old does not know", where=name
                    )
                group.create_dataset(name, data=data)
                paths.append(name)
            _list(group, "weight_names", paths)
            names.append(layer)
        _list(whole, "layer_names", names)


def _list(group: Any, name: str, values: list[str]) -> None:
    """Write names as Keras does: an attribute holds no more than 64 kB, then they are several."""
    import numpy as np

    encoded = [value.encode("utf-8") for value in values]
    longest = max((len(value) for value in encoded), default=1) or 1
    most = max(1, _MOST_ATTRIBUTE // longest)
    if len(encoded) <= most:
        group.attrs[name] = np.array(encoded, dtype=f"S{longest}")
        return
    for part in range(0, len(encoded), most):
        group.attrs[f"{name}{part // most}"] = np.array(
            encoded[part : part + most], dtype=f"S{longest}"
        )
