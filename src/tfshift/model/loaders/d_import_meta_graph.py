"""``import_meta_graph``: strips attributes at the default that the meta graph's own op list tells."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.facts import Facts
from tfshift.model import graphs

TITLE = "tf.compat.v1.train.import_meta_graph"
FORMATS = ("meta_graph",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the whole graph, the parts that train among it, against the release."""
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
        found += graphs.problems(
            functions[name].node_def, registry, functions, None, f"function {name}"
        )
    found += graphs.versions(meta_graph.graph_def, facts, position)
    found += graphs.maker(meta_graph, facts, position)
    return Outlook(f"{TITLE}(path)", graphs.merged(found))
