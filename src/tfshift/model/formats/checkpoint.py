"""Checkpoints: bundles of an index and data files, the old single files, and folders that hold some."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.model.checkpoints import Index, is_table, read_index, read_old

TITLE = "checkpoint"
ORDER = 20


@dataclass(frozen=True)
class Content:
    """A checkpoint's index."""

    index: Index


def recognise(path: Path) -> bool:
    """Tell whether this is a prefix, one of its files, an old checkpoint or a folder with some."""
    if path.with_name(path.name + ".index").is_file():
        return True
    if path.is_dir():
        return (path / "checkpoint").is_file() or len(list(path.glob("*.index"))) == 1
    if re.search(r"\.data-\d{5}-of-\d{5}$", path.name):
        return True
    return is_table(path)


def read(path: Path) -> Model:
    """Read the index.

    Raises:
        TfshiftError: if it is broken or not there.
    """
    index = _index(path)
    kind = (
        "object based (tf.train.Checkpoint)" if index.object_based else "by name (tf.train.Saver)"
    )
    notes = [f"format V{index.version}", kind, f"{index.shards} data files"]
    notes += ["its index is compressed"] if index.compressed else []
    notes += [f"missing: {', '.join(index.missing)}"] if index.missing else []
    beside = index.prefix.parent
    files = [f for f in beside.glob(f"{index.prefix.name}*") if f.is_file()]
    return Model(
        format="checkpoint",
        variables=index.variables,
        sizes={f.name: f.stat().st_size for f in sorted(files)},
        content=Content(index),
        notes=tuple(notes),
    )


def _index(path: Path) -> Index:
    if path.is_dir():
        return read_index(_latest(path))
    name = re.sub(r"\.(index|data-\d{5}-of-\d{5})$", "", path.name)
    prefix = path.with_name(name)
    if prefix.with_name(f"{name}.index").is_file():
        return read_index(prefix)
    if name != path.name:
        raise TfshiftError("the checkpoint's index is missing", where=f"{prefix}.index")
    return read_old(path)


def _latest(folder: Path) -> Path:
    """Return the prefix that a folder's ``checkpoint`` file names, or its only one."""
    state = folder / "checkpoint"
    if state.is_file():
        text = state.read_text("utf-8", errors="replace")
        found = re.search(r'^model_checkpoint_path:\s*"([^"]*)"', text, re.MULTILINE)
        if found:
            name = found[1].rpartition("/")[2]
            if (folder / f"{name}.index").is_file():
                return folder / name
    indexes = sorted(folder.glob("*.index"))
    if len(indexes) != 1:
        raise TfshiftError(
            "the folder does not say which checkpoint is meant", where=str(folder),
            remedy="give a prefix, such as model.ckpt-1000",
        )  # fmt: skip
    return indexes[0].with_suffix("")
