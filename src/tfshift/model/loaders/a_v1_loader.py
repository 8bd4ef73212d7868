"""The loader of TensorFlow 1, which 2.x has in ``compat.v1``: imports the graph, restores variables."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts
from tfshift.model import graphs
from tfshift.model.loaders.e_checkpoint import compressed

TITLE = "tf.compat.v1.saved_model.loader.load"
FORMATS = ("saved_model",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the whole graph, and the functions that it calls, against the release."""
    meta_graph = model.content.meta_graph
    registry = graphs.Registry(facts, position)
    functions = {f.signature.name: f for f in meta_graph.graph_def.library.function}
    produced = {op.name: op for op in meta_graph.meta_info_def.stripped_op_list.op}
    nodes = meta_graph.graph_def.node
    found = list(graphs.problems(nodes, registry, functions, produced))
    if not registry.checks_at_import:
        # There an attribute counts where its node is run.
        run = graphs.executed(meta_graph.graph_def, meta_graph)
        needed = {p.name for p in graphs.problems(run, registry, functions, produced)}
        found = [p for p in found if p.kind != "attr" or p.name in needed]
    for name in sorted(graphs.called(nodes, functions)):
        body = functions[name].node_def
        found += graphs.problems(body, registry, functions, None, f"function {name}")
    found += graphs.versions(meta_graph.graph_def, facts, position)
    found += graphs.maker(meta_graph, facts, position)
    found += graphs.unseen_assets(meta_graph, facts, position)
    found += compressed(model.content.index, facts.minors[position])
    two = parse_minor(facts.minors[position])[0] > 1
    loader = TITLE if two else "tf.saved_model.loader.load"
    return Outlook(f'{loader}(session, ["serve"], path)', graphs.merged(found))
