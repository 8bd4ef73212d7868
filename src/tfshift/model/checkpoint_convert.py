"""Convert a checkpoint: other names for its tensors, or an index that older releases can read.

The data files are copied as they are: no value is read but to tell tensors of one shape apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Problem
from tfshift.facts import Facts
from tfshift.model import bundles
from tfshift.model.checkpoints import OBJECT_GRAPH, Index
from tfshift.model.convert import PLAIN_INDEX, Converted, Step
from tfshift.model.formats import read_model
from tfshift.model.loaders.e_checkpoint import outlook
from tfshift.model.name_map import Tensor, infer

_MOST_MAP_BYTES = 16 << 20
_SHOWN = 5


def convert_checkpoint(
    model: Model,
    out: Path,
    facts: Facts,
    version: str,
    *,
    like: Path | None = None,
    names: Path | None = None,
) -> Converted:
    """Write a checkpoint that a release, or other code, restores.

    Args:
        model: a checkpoint as it was read.
        out: the new prefix; nothing is written where the conversion is refused.
        facts: the opened facts.
        version: the target.
        like: a checkpoint of the code that shall restore it: its names are taken.
        names: a JSON file, old name -> new name.

    Returns:
        What was done; its problems name what is ambiguous or has no counterpart.

    Raises:
        TfshiftError: if a file is missing or broken, or something is at ``out``.
    """
    index: Index = model.content.index
    if index.version == 1:
        raise TfshiftError(
            "a checkpoint of the old form (V1) is restored by every release as it is",
            where=str(index.prefix), remedy="to give it other names, save it once with tf.train.Saver",
        )  # fmt: skip
    given = read_names(names)
    if like is not None:
        template = read_model(like)
        if template.format != "checkpoint" or template.content.index.version != 2:
            raise TfshiftError("not a checkpoint whose names can be taken", where=str(like))
        return _as_like(index, template.content.index, given, out)
    if given:
        return _renamed(index, given, out)
    look = outlook(model, facts, facts.position(version))
    steps = []
    entries = dict(index.entries)
    if look is not None and any(p.name == "object graph" for p in look.problems):
        own = _own_names(index)
        entries = {new: index.entries[old] for old, new in own.items()}
        steps.append(Step("objects -> names of variables", len(own)))
    if look is not None and any(p.name == "snappy" for p in look.problems):
        steps.append(Step(PLAIN_INDEX, 1))
    bundles.write(out, entries, bundles.data_files(index), of={})
    return Converted(tuple(steps), "yes", ())


def read_names(file: Path | None) -> dict[str, str]:
    """Read which tensor is which, as the user knows it; nothing where there is no file.

    Raises:
        TfshiftError: if it is no such file.
    """
    if file is None:
        return {}
    try:
        if file.stat().st_size > _MOST_MAP_BYTES:
            raise ValueError("it is too large")
        found = json.loads(file.read_text("utf-8"))
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            raise ValueError('it is not {"old name": "new name", ...}')
    except (OSError, ValueError, RecursionError) as error:
        raise TfshiftError("the names cannot be read", where=str(file), why=str(error)) from None
    return found


def _renamed(index: Index, given: Mapping[str, str], out: Path) -> Converted:
    """Rename some tensors; the others keep their names."""
    wrong = sorted(given.keys() - index.entries.keys())
    if wrong:
        raise TfshiftError(
            "the checkpoint has no such tensor", where=str(index.prefix), why=", ".join(wrong[:_SHOWN])
        )  # fmt: skip
    split = [name for name in given if index.entries[name].slices]
    if split:
        return Converted((), "no", tuple(_partitioned(name) for name in split))
    new = [given.get(name, name) for name in index.entries]
    twice = sorted({name for name in new if new.count(name) > 1})
    if twice:
        raise TfshiftError("two tensors would have one name", where=", ".join(twice[:_SHOWN]))
    # What the object graph says of keys would no longer be true.
    entries = {
        given.get(name, name): e for name, e in index.entries.items() if name != OBJECT_GRAPH
    }
    bundles.write(out, entries, bundles.data_files(index), of={})
    return Converted((Step("tensors renamed", len(given)),), "yes", ())


def _own_names(index: Index) -> dict[str, str]:
    """Return key -> the variable's own name, for the tensors that have one."""
    own = {key: name for key, name in bundles.full_names(index) if key in index.entries}
    names = list(own.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not own:
        raise TfshiftError(
            "its tensors cannot be named by their variables", where=str(index.prefix),
            why=f"several are called {', '.join(twice[:_SHOWN])}" if twice else "no variable has a name",
            remedy="give --like CHECKPOINT or --names FILE",
        )  # fmt: skip
    return own


def tensors(index: Index) -> list[Tensor]:
    """Return the tensors of a checkpoint, with what its object graph calls them."""
    own = dict(bundles.full_names(index)) if not index.missing else {}
    return [
        Tensor(
            v.name, v.dtype, v.shape,
            f"{index.entries[v.name].crc32c:08x}-{index.entries[v.name].size}",
            own.get(v.name, ""),
        )
        for v in index.variables
    ]  # fmt: skip


def _as_like(index: Index, template: Index, given: Mapping[str, str], out: Path) -> Converted:
    """Give a checkpoint the names of another; what only a trainer needs is taken from that one."""

    def spread(name: str) -> tuple[float, float]:
        values = bundles.value(index, name)
        return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)

    wanted = tensors(template)
    found = infer(tensors(index), wanted, given, spread)
    needed = [t for t in wanted if not t.bookkeeping]
    problems = tuple(found.problems("checkpoint", "tensor", needed, lambda n: _told(index, n)))
    if problems:
        return Converted((), "no", problems)
    split = [n for n in found.of.values() if index.entries[n].slices]
    if split:
        return Converted((), "no", tuple(_partitioned(name) for name in split))
    entries = {new: index.entries[old] for new, old in found.of.items()}
    kept = [name for name in template.entries if name not in entries and "\0" not in name]
    files = bundles.data_files(index)
    moved = {}
    if kept:
        entries |= {name: template.entries[name] for name in kept}
        moved = dict.fromkeys(kept, len(files))
        files += bundles.data_files(template)
    bundles.write(out, entries, files, of=moved)
    renamed = sum(new != old for new, old in found.of.items())
    own = [name for name in kept if name != OBJECT_GRAPH]
    steps = [Step("tensors renamed", renamed)] if renamed else []
    steps += [Step("bookkeeping taken from the other checkpoint", len(own))] if own else []
    return Converted(tuple(steps), "yes", (), names={new: [old, found.why[new]] for new, old in sorted(found.of.items())})  # fmt: skip


def _told(index: Index, name: str) -> str:
    """Describe a tensor by its values, for a person who has to choose."""
    try:
        values = bundles.value(index, name)
        told = f"mean {values.mean():.3g}, from {values.min():.3g} to {values.max():.3g}"
    except (TfshiftError, TypeError, ValueError):
        told = "values not read"
    return f"{name} ({told})"


def _partitioned(name: str) -> Problem:
    return Problem(
        "checkpoint", name, 1, f"{name} is kept in several parts: it cannot be renamed as one"
    )
