"""``import_graph_def``: takes a graph as it is, unknown attributes are errors even at their default."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.facts import Facts
from tfshift.model import graphs

TITLE = "tf.compat.v1.import_graph_def"
FORMATS = ("graph_def",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the graph and its functions against the release."""
    graph = model.content.graph
    registry = graphs.Registry(facts, position)
    functions = {f.signature.name: f for f in graph.library.function}
    found = list(graphs.problems(graph.node, registry, functions, None))
    for name in sorted(graphs.called(graph.node, functions)):
        found += graphs.problems(
            functions[name].node_def, registry, functions, None, f"function {name}"
        )
    found += graphs.versions(graph, facts, position)
    return Outlook(f"{TITLE}(graph_def)", graphs.merged(found))
