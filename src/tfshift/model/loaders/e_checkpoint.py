"""Checkpoints: restored by name into a graph that the release builds itself, or by objects."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.domain.models import Model, Outlook, Problem
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts

TITLE = "tf.compat.v1.train.Saver, tf.train.Checkpoint"
FORMATS = ("checkpoint",)
_SNAPPY_SINCE = (1, 5)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Look at the form of the index; the names must be those of the code that restores."""
    index = model.content.index
    problems = tuple(_problems(index, facts, position))
    one = parse_minor(facts.minors[position])[0] < 2
    if index.object_based:
        return Outlook("tf.train.Checkpoint(...).restore(prefix)", problems)
    saver = "tf.train.Saver" if one else "tf.compat.v1.train.Saver"
    return Outlook(f"{saver}().restore(session, prefix)", problems)


def _problems(index: object, facts: Facts, position: int) -> Iterator[Problem]:
    minor = facts.minors[position]
    for name in getattr(index, "missing", ()):
        yield Problem(
            "checkpoint", name, 1, f"its data file {name} is missing", "bring the file back"
        )
    yield from compressed(index, minor)
    if getattr(index, "object_based", False) and not facts.exists("tf.train.Checkpoint", minor):
        yield Problem(
            "checkpoint", "object graph", 1,
            f"{minor} has no tf.train.Checkpoint: only tf.train.load_checkpoint reads its values",
        )  # fmt: skip


def compressed(index: object, minor: str) -> Iterator[Problem]:
    """Say where a release cannot read the index of some variables."""
    if getattr(index, "compressed", False) and parse_minor(minor) < _SNAPPY_SINCE:
        yield Problem("checkpoint", "snappy", 1, f"{minor} cannot read a compressed index")
