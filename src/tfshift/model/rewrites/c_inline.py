"""Put functions, conditions and loops into the graph, where the target cannot take them as they are."""

from __future__ import annotations

from tfshift.model import graphs
from tfshift.model.inlining import Inliner, needs
from tfshift.model.rewrites import Work

TITLE = "inline functions; If and While -> Switch, Merge, Enter, Exit"
ORDER = 40
EXAMPLES = ("StatefulPartitionedCall(x, f=g) -> the nodes of g",)


def rewrite(work: Work) -> int:
    """Expand everything where something in a function, or a call itself, is against the target."""
    functions = {f.signature.name: f for f in work.graph.library.function}
    if not functions:
        return 0
    found = list(graphs.problems(work.graph.node, work.registry, functions, None))
    for name in graphs.called(work.graph.node, functions):
        found += graphs.problems(
            functions[name].node_def, work.registry, functions, None, f"function {name}"
        )
    if not needs(work, found):
        return 0
    return Inliner(work).run()
