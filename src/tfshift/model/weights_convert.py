"""Convert a file of weights alone: between the layouts before and from 2.12 on, and to other names."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfshift.atomic import refuse_existing
from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.facts import Facts
from tfshift.model.checkpoint_convert import read_names
from tfshift.model.convert import Converted, Step
from tfshift.model.formats import read_model
from tfshift.model.loaders.f_keras import outlook
from tfshift.model.name_map import Tensor, infer

_FILES = ("keras_h5_weights", "keras_h5")
# What a layer with four weights of one shape has them for, in Keras's order.
_NORMALIZED = ("gamma", "beta", "moving_mean", "moving_variance")


def convert_weights(
    model: Model,
    out: Path,
    facts: Facts,
    version: str,
    *,
    like: Path | None = None,
    names: Path | None = None,
) -> Converted:
    """Write weights so that a release's ``load_weights`` takes them.

    Args:
        model: an HDF5 file of weights as it was read.
        out: a new file; from 2.12 on its name decides in which layout it is read.
        facts: the opened facts.
        version: the target.
        like: weights, or a whole HDF5 model, saved by the code that shall load these: its layout and
            names are taken.
        names: a JSON file, old name -> new name.

    Returns:
        What was done; its problems name what is ambiguous or has no counterpart.

    Raises:
        TfshiftError: if a file is missing or broken, or something is at ``out``.
    """
    refuse_existing(out)
    given = read_names(names)
    if like is None:
        return _copied(model, out, facts, version)
    template = read_model(like)
    if template.format not in _FILES:
        raise TfshiftError("not an HDF5 file whose weights' names can be taken", where=str(like))
    return _as_like(model, template, given, out)


def _copied(model: Model, out: Path, facts: Facts, version: str) -> Converted:
    """Copy the file where its layout is what the target looks for under the new name."""
    there = replace(model, content=replace(model.content, path=out))
    look = outlook(there, facts, facts.position(version))
    problems = tuple(
        replace(p, remedy="give --like WEIGHTS, saved by the code that shall load them")
        for p in (look.problems if look else ())
    )
    if problems:
        return Converted((), "no", problems)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        shutil.copyfile(model.content.path, Path(scratch) / "weights").replace(out)
    step = Step("the name under which its layout is looked for", 1)
    return Converted((step,) if out.name != model.content.path.name else (), "yes", ())


def _as_like(model: Model, template: Model, given: Mapping[str, str], out: Path) -> Converted:
    import h5py

    with (
        h5py.File(model.content.path, "r") as source,
        h5py.File(template.content.path, "r") as pattern,
    ):
        ours, theirs = _root(source), _root(pattern)
        wanted = list(_tensors(theirs))
        found = infer(list(_tensors(ours)), wanted, given, _spread(ours))
        problems = tuple(found.problems("keras", "weight", wanted))
        if problems:
            return Converted((), "no", problems)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            file = Path(scratch) / "weights.h5"
            with h5py.File(file, "w") as made:
                for name, value in theirs.attrs.items():
                    made.attrs[name] = value
                for name in theirs:
                    if name != "optimizer_weights":
                        theirs.copy(name, made)
                for new, old in found.of.items():
                    made[new][...] = ours[old][...]
            file.replace(out)
    moved = sum(new != old for new, old in found.of.items())
    pairs = {new: [old, found.why[new]] for new, old in sorted(found.of.items())}
    return Converted((Step("weights moved", moved),) if moved else (), "yes", (), names=pairs)


def _root(file: Any) -> Any:
    """Return the group that holds the weights: of a whole model a part of it."""
    return file.get("model_weights", file)


def _tensors(root: Any) -> Iterator[Tensor]:
    """Yield the datasets of a layout, under the name of their layer and part."""
    import h5py

    rows: list[tuple[str, Any]] = []
    # What is linked to another file is no part of this one, and visititems does not follow it.
    root.visititems(
        lambda name, item: rows.append((name, item)) if isinstance(item, h5py.Dataset) else None
    )
    shapes: dict[str, list[tuple[int, ...]]] = {}
    for name, item in rows:
        shapes.setdefault(name.rpartition("/")[0], []).append(tuple(item.shape))
    for name, item in rows:
        if name.split("/")[0] in ("optimizer_weights", "optimizer", "_optimizer"):
            continue
        folder, _, last = name.rpartition("/")
        alias = name
        if folder.endswith("vars") and last.isdigit():
            own = root[folder].attrs.get("name")
            layer = folder.removesuffix("vars").strip("/").removeprefix("layers/")
            alias = f"{own or layer}/{_part(int(last), shapes[folder])}"
        else:
            # Layers stand twice in the old layout: as the group, and in the variable's own name.
            alias = re.sub(r"^([^/]+)/\1/", r"\1/", name)
        yield Tensor(name, str(item.dtype), tuple(item.shape), alias=alias)


def _part(number: int, shapes: list[tuple[int, ...]]) -> str:
    """Name a weight by its place where that can be told from the shapes, else by its number."""
    if len(shapes) == len(_NORMALIZED) and len(set(shapes)) == 1 and len(shapes[0]) == 1:
        return _NORMALIZED[number]
    if len(shapes) in (1, 2) and len(shapes[0]) > 1 and number == 0:
        return "kernel"
    if len(shapes) == 2 and len(shapes[0]) > 1 and shapes[1] == shapes[0][-1:] and number == 1:
        return "bias"
    return str(number)


def _spread(root: Any) -> Any:
    def spread(name: str) -> tuple[float, float]:
        values = root[name][...]
        return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)

    return spread
