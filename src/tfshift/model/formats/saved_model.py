"""SavedModel: a folder with saved_model.pb or .pbtxt, of TensorFlow 1 or 2, Keras's and TF-Hub's too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.model import checkpoints, graphs
from tfshift.model.formats import sizes_below
from tfshift.model.protos import parse, parse_text

TITLE = "SavedModel"
ORDER = 10
_NAMES = ("saved_model.pb", "saved_model.pbtxt")


@dataclass(frozen=True)
class Content:
    """A SavedModel as it was read.

    Args:
        path: its folder.
        proto: the SavedModel message.
        keras: whether Keras metadata lies beside it.
        index: that of its variables, None where it has none.
    """

    path: Path
    proto: Any
    keras: bool
    index: checkpoints.Index | None = None

    @property
    def meta_graph(self) -> Any:
        """The meta graph for serving, else the first."""
        for found in self.proto.meta_graphs:
            if "serve" in found.meta_info_def.tags:
                return found
        return self.proto.meta_graphs[0]

    @property
    def object_based(self) -> bool:
        """Whether it was saved by ``tf.saved_model.save``: it has an object graph."""
        return len(self.meta_graph.object_graph_def.nodes) > 0


def folder_of(path: Path) -> Path | None:
    """Return the folder that holds the model: the path's own, or that of its one version."""
    if path.is_file() and path.name in _NAMES:
        return path.parent
    if not path.is_dir():
        return None
    if any((path / name).is_file() for name in _NAMES):
        return path
    below = [
        p for p in sorted(path.iterdir()) if p.is_dir() and any((p / n).is_file() for n in _NAMES)
    ]
    return below[-1] if below and all(p.name.isdigit() for p in below) else None


def recognise(path: Path) -> bool:
    """Tell whether this is such a folder, or the file in it."""
    return folder_of(path) is not None


def read(path: Path) -> Model:
    """Read the graph and the names of what it holds; of variables only the index.

    Raises:
        TfshiftError: if the message cannot be read or has no graph.
    """
    folder = folder_of(path)
    assert folder is not None
    proto = _proto(folder)
    if not proto.meta_graphs:
        raise TfshiftError("the SavedModel has no graph", where=str(folder))
    file = folder / "variables" / "variables.index"
    index = checkpoints.read_index(file.with_suffix("")) if file.is_file() else None
    content = Content(folder, proto, (folder / "keras_metadata.pb").is_file(), index)
    meta_graph = content.meta_graph
    ops = graphs.all_ops(meta_graph.graph_def)
    assets = tuple(sorted(a.filename for a in meta_graph.asset_file_def))
    notes = [f"tags: {', '.join(sorted(meta_graph.meta_info_def.tags))}"]
    notes += (
        ["object based (tf.saved_model.save)"]
        if content.object_based
        else ["graph based (TensorFlow 1)"]
    )
    notes += ["saved by Keras"] if content.keras else []
    if (folder / "tfhub_module.pb").is_file():
        notes.append("a TF-Hub module")
    return Model(
        format="saved_model",
        produced_by=meta_graph.meta_info_def.tensorflow_version or None,
        signatures=graphs.signatures_of(meta_graph),
        variables=index.variables if index is not None else (),
        ops=ops,
        assets=assets,
        sizes=sizes_below(folder),
        content=content,
        notes=tuple(notes),
    )


def _proto(folder: Path) -> Any:
    binary = folder / "saved_model.pb"
    if binary.is_file():
        return parse("SavedModel", binary.read_bytes(), str(binary))
    text = folder / "saved_model.pbtxt"
    return parse_text("SavedModel", text.read_text("utf-8", errors="replace"), str(text))
