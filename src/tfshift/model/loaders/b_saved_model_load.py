"""``tf.saved_model.load`` of TensorFlow 2: objects and functions, not the graph around them."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts
from tfshift.model import graphs
from tfshift.model.loaders import a_v1_loader

TITLE = "tf.saved_model.load"
FORMATS = ("saved_model",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold every function against the release; a graph of TensorFlow 1 is imported as it is."""
    if parse_minor(facts.minors[position])[0] < 2:
        return None
    if not model.content.object_based:
        found = a_v1_loader.outlook(model, facts, position)
        return None if found is None else Outlook(f"{TITLE}(path)", found.problems)
    meta_graph = model.content.meta_graph
    registry = graphs.Registry(facts, position)
    functions = {f.signature.name: f for f in meta_graph.graph_def.library.function}
    found_problems = [
        problem
        for name, function in sorted(functions.items())
        for problem in graphs.problems(
            function.node_def, registry, functions, None, f"function {name}"
        )
    ]
    return Outlook(f"{TITLE}(path)", graphs.merged(found_problems))
