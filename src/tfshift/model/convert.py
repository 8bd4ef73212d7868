"""Convert a model to a release that could not load it: a chain of exact rewrites, nothing else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tfshift.atomic import refuse_existing, write_atomic
from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Problem
from tfshift.facts import Facts
from tfshift.model import bundles, graphs
from tfshift.model.check import check
from tfshift.model.loaders.e_checkpoint import compressed
from tfshift.model.rewrites import Work, all_rewrites

PLAIN_INDEX = "compressed index -> plain index"
GRAPHS = ("saved_model", "graph_def", "meta_graph")


@dataclass(frozen=True)
class Step:
    """One rewrite and how many nodes it touched.

    Args:
        rewrite: its title.
        count: how many.
        approximate: what it does to the results; empty where they stay as they are.
    """

    rewrite: str
    count: int
    approximate: str = ""


@dataclass(frozen=True)
class Converted:
    """What became of a conversion.

    Args:
        steps: the rewrites that changed something, in order.
        verdict: ``yes`` where the target loads the result, as predicted.
        problems: what is left against it.
        names: of a checkpoint, new name -> old name and what showed that they are the same.
    """

    steps: tuple[Step, ...]
    verdict: str
    problems: tuple[Problem, ...]
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)


def convert(
    model: Model, facts: Facts, version: str, *, approximate: bool = False
) -> tuple[Any, Converted]:
    """Rewrite a copy of a model's message for a release.

    Args:
        model: a SavedModel, GraphDef or MetaGraphDef as it was read.
        facts: the opened facts.
        version: the target.
        approximate: whether rewrites may be used that change the results a little.

    Returns:
        The rewritten message, and what was done.

    Raises:
        TfshiftError: if models of this format cannot be converted.
    """
    if model.format not in GRAPHS:
        raise TfshiftError(
            f"a model of format {model.format} cannot be converted yet",
            why=f"can be: {', '.join(GRAPHS)}",
        )
    content = model.content
    position = facts.position(version)
    if model.format == "saved_model":
        whole = _copy(content.proto)
        works = [
            Work(m.graph_def, graphs.Registry(facts, position), set(), m) for m in whole.meta_graphs
        ]
    elif model.format == "meta_graph":
        whole = _copy(content.meta_graph)
        works = [Work(whole.graph_def, graphs.Registry(facts, position), set(), whole)]
    else:
        whole = _copy(content.graph)
        named = {t.name for s in model.signatures for t in (*s.inputs, *s.outputs)}
        works = [Work(whole, graphs.Registry(facts, position), named)]
    counts: dict[ModuleType, int] = {}
    for work in works:
        for module in all_rewrites():
            if getattr(module, "APPROXIMATE", "") and not approximate:
                continue
            count = module.rewrite(work)
            if count:
                counts[module] = counts.get(module, 0) + count
    steps = tuple(
        Step(module.TITLE, count, getattr(module, "APPROXIMATE", ""))
        for module, count in counts.items()
    )
    again = _judged(model, whole)
    if model.format == "saved_model" and any(compressed(content.index, facts.minors[position])):
        steps += (Step(PLAIN_INDEX, 1),)
    target = next(iter(check(again, facts, [version])))
    problems = target.best.problems if target.best is not None else ()
    return whole, Converted(steps, target.verdict, problems)


def write(model: Model, message: Any, out: Path, steps: Sequence[Step] = ()) -> None:
    """Write a converted model; it appears whole or not at all, the original is only read.

    Args:
        model: the original.
        message: the rewritten message.
        out: a new folder for a SavedModel, a new file for a graph.
        steps: what was done: some of it is done to other files.

    Raises:
        TfshiftError: if something is there already.
    """
    refuse_existing(out)
    data = message.SerializeToString(deterministic=True)
    if model.format != "saved_model":
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, data)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        place = Path(scratch) / "model"
        # Variables are copied as files: they may be larger than memory.
        ignored = shutil.ignore_patterns("saved_model.pb", "saved_model.pbtxt", "fingerprint.pb")
        shutil.copytree(model.content.path, place, ignore=ignored)
        (place / "saved_model.pb").write_bytes(data)
        index = model.content.index
        if any(step.rewrite == PLAIN_INDEX for step in steps):
            plain = bundles.index_of(index.entries, index.shards)
            (place / "variables" / "variables.index").write_bytes(plain)
        place.rename(out)


def convertible(model: Model, facts: Facts, versions: Sequence[str]) -> list[str]:
    """Return those of some releases that would load the model once it is converted."""
    if model.format in ("keras_h5", "keras"):
        from tfshift.model.keras_convert import can_be_written, convert_config

        if not can_be_written(model):
            return []
        return [v for v in versions if convert_config(model, facts, v)[1].verdict == "yes"]
    if model.format not in GRAPHS:
        return []
    return [v for v in versions if convert(model, facts, v)[1].verdict == "yes"]


def _copy(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def _judged(model: Model, whole: Any) -> Model:
    """Return the model as it would be read after the conversion."""
    from dataclasses import replace

    content = model.content
    if model.format == "saved_model":
        index = content.index and replace(content.index, compressed=False)
        return replace(model, content=replace(content, proto=whole, index=index))
    if model.format == "meta_graph":
        return replace(model, content=replace(content, meta_graph=whole, graph=whole.graph_def))
    return replace(model, content=replace(content, graph=whole))
