"""GraphDef (frozen graphs) and MetaGraphDef: single files, binary or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Signature, TensorSpec
from tfshift.model import graphs
from tfshift.model.formats import head, sizes_below
from tfshift.model.protos import parse, parse_text

TITLE = "GraphDef, MetaGraphDef"
ORDER = 80
_SUFFIXES = (".pb", ".pbtxt", ".meta", ".graph", ".graphdef")
_OP = re.compile(r"[A-Za-z_>][\w>./-]*")


@dataclass(frozen=True)
class Content:
    """A graph as it was read.

    Args:
        path: its file.
        graph: the GraphDef.
        meta_graph: the MetaGraphDef around it, None for a bare graph.
    """

    path: Path
    graph: Any
    meta_graph: Any = None


def recognise(path: Path) -> bool:
    """Tell whether a file may hold a graph: its name says so, or it begins like one."""
    if not path.is_file():
        return False
    start = head(path, 2)
    return path.suffix.lower() in _SUFFIXES or start[:1] == b"\n"


def read(path: Path) -> Model:
    """Read a graph; which of the two messages it is, is told by what comes out.

    Raises:
        TfshiftError: if it is neither.
    """
    content = _content(path)
    graph = content.graph
    produced = content.meta_graph.meta_info_def.tensorflow_version if content.meta_graph else ""
    signatures = graphs.signatures_of(content.meta_graph) if content.meta_graph else _guessed(graph)
    variables = tuple(
        TensorSpec(n.name, _dtype(n), graphs.shape_of(n.attr["shape"].shape))
        for n in graph.node
        if n.op in ("VariableV2", "Variable", "VarHandleOp", "AutoReloadVariable")
    )
    notes = [f"GraphDef producer {graph.versions.producer}"]
    return Model(
        format="meta_graph" if content.meta_graph else "graph_def",
        produced_by=produced or None,
        signatures=signatures,
        variables=variables,
        ops=graphs.all_ops(graph),
        sizes=sizes_below(path),
        content=content,
        notes=tuple(notes),
    )


def _dtype(node: Any) -> str:
    info = node.attr["dtype"]
    from tfshift.model.protos import dtype_names

    name = dtype_names().get(info.type, "").removeprefix("DT_").lower()
    return {"float": "float32", "double": "float64", "half": "float16"}.get(name, name)


def _content(path: Path) -> Content:
    data = path.read_bytes()
    if path.suffix == ".pbtxt" or _is_text(data):
        text = data.decode("utf-8", "replace")
        if re.search(r"(?m)^\s*(meta_info_def|graph_def)\s*\{", text):
            meta = parse_text("MetaGraphDef", text, str(path))
            return Content(path, meta.graph_def, meta)
        return Content(path, parse_text("GraphDef", text, str(path)))
    errors = []
    for name in ("GraphDef", "MetaGraphDef"):
        try:
            found = parse(name, data, str(path))
        except TfshiftError as error:
            errors.append(error)
            continue
        graph = found if name == "GraphDef" else found.graph_def
        if _plausible(graph):
            return Content(path, graph, None if name == "GraphDef" else found)
    why = errors[0].why if errors else "it holds no nodes"
    raise TfshiftError("not a GraphDef or MetaGraphDef", where=str(path), why=why)


def _is_text(data: bytes) -> bool:
    start = data[:200]
    return bool(re.match(rb"\s*(node|versions|library|meta_info_def|graph_def)\s*\{", start))


def _plausible(graph: Any) -> bool:
    nodes = graph.node
    return len(nodes) > 0 and all(n.name and _OP.fullmatch(n.op) for n in nodes[:50])


def _guessed(graph: Any) -> tuple[Signature, ...]:
    """A bare graph tells no signature: placeholders go in, what nobody takes comes out."""
    taken = {i for n in graph.node for i in n.input}
    # Most names are plain: only the others are taken apart.
    taken |= {i.lstrip("^").partition(":")[0] for i in taken if ":" in i or i[:1] == "^"}
    inputs = tuple(
        TensorSpec(n.name, _dtype(n), graphs.shape_of(n.attr["shape"].shape))
        for n in graph.node
        if n.op == "Placeholder"
    )
    outputs = tuple(
        TensorSpec(n.name, "", None)
        for n in graph.node
        if n.name not in taken and n.op not in ("NoOp", "Placeholder", "Const", "Assert")
    )
    return (Signature("graph", inputs, outputs),) if inputs or outputs else ()
