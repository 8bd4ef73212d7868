"""Put nodes after those that they take: releases to 1.4 infer shapes in the order of the file."""

from __future__ import annotations

from tfshift.model.rewrites import Work

TITLE = "write nodes in topological order"
ORDER = 900
EXAMPLES = ("b(a), a -> a, b(a)",)
_LOOPS = {"NextIteration", "RefNextIteration"}


def rewrite(work: Work) -> int:
    """Sort the nodes; what stands in order already is left as it is."""
    nodes = {node.name: node for node in work.graph.node}
    order: list[str] = []
    state: dict[str, int] = {}
    for root in nodes:
        stack = [(root, False)]
        while stack:
            name, done = stack.pop()
            if done:
                order.append(name)
                continue
            if name in state or name not in nodes:
                continue
            state[name] = 1
            stack.append((name, True))
            for raw in reversed(nodes[name].input):
                other = raw.lstrip("^").partition(":")[0]
                # A loop goes back through these: they come after what they feed.
                if other in nodes and other not in state and nodes[other].op not in _LOOPS:
                    stack.append((other, False))
    before = [node.name for node in work.graph.node]
    if order == before:
        return 0
    copies = [type(nodes[n]).FromString(nodes[n].SerializeToString()) for n in order]
    del work.graph.node[:]
    for node in copies:
        work.graph.node.add().CopyFrom(node)
    return sum(a != b for a, b in zip(before, order, strict=True))
