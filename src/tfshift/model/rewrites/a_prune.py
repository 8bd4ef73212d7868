"""Take away what no signature, initialiser or restoring needs."""

from __future__ import annotations

from typing import Any

from tfshift.model import graphs
from tfshift.model.rewrites import Work

TITLE = "prune what no signature, initialiser or restore needs"
ORDER = 10
EXAMPLES = ("a saver's StaticRegexFullMatch, the gradients of a training",)
# Collections whose members are read while a graph is imported.
_TRAINING = {"train_op", "losses", "summaries", "update_ops", "cond_context", "while_context",
             "queue_runners", "regularization_losses"}  # fmt: skip


def rewrite(work: Work) -> int:
    """Keep what is reachable from what is named outside of the graph."""
    found = list(graphs.problems(work.graph.node, work.registry, _functions(work), _produced(work)))
    if not found:
        return 0
    roots = set(work.kept) | _wanted(work)
    if not roots:
        return 0
    kept = {node.name for node in graphs.ancestors(work.graph, roots)}
    gone = [node for node in work.graph.node if node.name not in kept]
    if not gone:
        return 0
    left = [n for n in work.graph.node if n.name in kept]
    del work.graph.node[:]
    for node in left:
        work.graph.node.add().CopyFrom(node)
    if work.meta_graph is not None:
        _collections(work.meta_graph, kept)
    _library(work)
    return len(gone)


def _functions(work: Work) -> dict[str, Any]:
    return {f.signature.name: f for f in work.graph.library.function}


def _produced(work: Work) -> dict[str, Any] | None:
    if work.meta_graph is None:
        return None
    return {op.name: op for op in work.meta_graph.meta_info_def.stripped_op_list.op}


def _wanted(work: Work) -> set[str]:
    """Name what a meta graph's signatures, saver, initialisers and variables need."""
    meta = work.meta_graph
    if meta is None:
        return set()
    roots: set[str] = set()
    for signature in meta.signature_def.values():
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            if info.name:
                roots.add(info.name)
            roots.update(t for t in (info.coo_sparse.values_tensor_name, info.coo_sparse.indices_tensor_name,
                                     info.coo_sparse.dense_shape_tensor_name) if t)  # fmt: skip
    saver = meta.saver_def
    roots.update(n for n in (saver.restore_op_name, saver.filename_tensor_name) if n)
    for name in ("saved_model_main_op", "legacy_init_op", "table_initializer", "init_op"):
        if name in meta.collection_def:
            roots.update(meta.collection_def[name].node_list.value)
    roots.update(name for name in graphs.asset_tensors(meta) if name)
    for name in (
        "variables",
        "trainable_variables",
        "global_step",
        "local_variables",
        "model_variables",
    ):
        if name in meta.collection_def:
            roots.update(_of_variables(meta.collection_def[name]))
    return roots


def _of_variables(collection: Any) -> set[str]:
    from tfshift.model.protos import message

    roots: set[str] = set()
    for data in collection.bytes_list.value:
        variable = message("VariableDef").FromString(data)
        roots.update(
            n
            for n in (
                variable.variable_name,
                variable.initializer_name,
                variable.snapshot_name,
                variable.initial_value_name,
            )
            if n
        )
    return roots


def _collections(meta: Any, kept: set[str]) -> None:
    """Drop the collections that name what is gone, and those that only training reads."""
    for name in list(meta.collection_def):
        collection = meta.collection_def[name]
        values = list(collection.node_list.value)
        gone = any(v.lstrip("^").partition(":")[0] not in kept for v in values)
        if name in _TRAINING or gone:
            del meta.collection_def[name]


def _library(work: Work) -> None:
    """Drop the functions that nothing calls any more."""
    functions = _functions(work)
    wanted = graphs.called(work.graph.node, functions)
    gradients = {g.function_name for g in work.graph.library.gradient}
    left = [f for name, f in functions.items() if name in wanted | gradients]
    if len(left) < len(functions):
        copies = [type(f).FromString(f.SerializeToString()) for f in left]
        del work.graph.library.function[:]
        for function in copies:
            work.graph.library.function.add().CopyFrom(function)
