"""Rewrites that take a graph to a release that could not load it: one module an edge, by discovery.

A rewrite has ``TITLE``, ``ORDER`` (smaller comes first), ``EXAMPLES`` (how the op was and is spelled)
and ``rewrite(work) -> int``, which changes the graph in place and returns how many nodes it touched.
It must compute exactly the same; what it cannot do exactly it leaves alone. One that has ``APPROXIMATE``,
a sentence on what becomes of the results, is used only where the user allows it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from tfshift.model.graphs import Registry


class Place:
    """Nodes that name one another: those of the graph, or of one function.

    Args:
        nodes: the repeated field that holds them.
        inside: whether they are a function's, where an output is named ``node:argument:number``.
    """

    def __init__(self, nodes: Any, *, inside: bool) -> None:
        self.nodes, self.inside = nodes, inside
        self.by_name = {node.name: node for node in nodes}

    def source(self, name: str) -> Any:
        """Return the node that an input comes from, None for a function's argument."""
        return self.by_name.get(name.lstrip("^").partition(":")[0])

    def add(self, wanted: str, op: str, inputs: Sequence[str], output: str) -> tuple[Any, str]:
        """Add a node with one output.

        Args:
            wanted: its name, where that is free.
            op: its op.
            inputs: what it takes.
            output: what its op calls the output.

        Returns:
            The node, and how others take its output.
        """
        name, number = wanted, 1
        while name in self.by_name:
            name, number = f"{wanted}_{number}", number + 1
        node = self.nodes.add()
        node.name, node.op = name, op
        node.input.extend(inputs)
        self.by_name[name] = node
        return node, f"{name}:{output}:0" if self.inside else name


@dataclass
class Work:
    """A graph that is being rewritten.

    Args:
        graph: the GraphDef, changed in place.
        registry: the target's ops.
        kept: names of nodes that others than nodes refer to: signatures, collections, the saver.
        meta_graph: the MetaGraphDef around it, None for a bare graph.
        notes: what is worth telling.
    """

    graph: Any
    registry: Registry
    kept: set[str] = field(default_factory=set)
    meta_graph: Any = None
    notes: list[str] = field(default_factory=list)

    def places(self) -> Iterator[Place]:
        """Yield the graph's own nodes and each function's, with how outputs are named there."""
        yield Place(self.graph.node, inside=False)
        for function in self.graph.library.function:
            yield Place(function.node_def, inside=True)

    def bodies(self) -> Iterator[Any]:
        """Yield the lists of nodes: the graph's own and each function's."""
        yield self.graph.node
        for function in self.graph.library.function:
            yield function.node_def

    def lacks(self, op: str) -> bool:
        """Tell whether the target does not register an op."""
        return self.registry.op(op) is None

    def has(self, op: str) -> bool:
        """Tell whether the target registers an op."""
        return self.registry.op(op) is not None

    def consumers(self) -> dict[str, list[tuple[Any, int]]]:
        """Return by node the inputs that take it, in the main graph."""
        found: dict[str, list[tuple[Any, int]]] = {}
        for node in self.graph.node:
            for position, name in enumerate(node.input):
                found.setdefault(name.lstrip("^").partition(":")[0], []).append((node, position))
        return found

    def free_name(self, wanted: str) -> str:
        """Return a name that no node has."""
        names = {node.name for node in self.graph.node}
        name, number = wanted, 1
        while name in names:
            name, number = f"{wanted}_{number}", number + 1
        return name


@cache
def all_rewrites() -> tuple[ModuleType, ...]:
    """Import every rewrite, in their order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda m: (m.ORDER, m.__name__)))


def rename(work: Work, old: str, new: str) -> int:
    """Give nodes another op where inputs, outputs and attributes are the same; return how many.

    Args:
        work: the graph.
        old: op that the target lacks.
        new: op that it has; what it has no attribute for must have been stripped.
    """
    if work.has(old) or work.lacks(new):
        return 0
    count = 0
    for body in work.bodies():
        for node in body:
            if node.op == old:
                node.op = new
                count += 1
    return count


def drop(work: Work, ops: tuple[str, ...], attribute: str) -> int:
    """Take an attribute of some ops away where the target has the op and does not know it.

    Args:
        work: the graph.
        ops: their names.
        attribute: its name.

    Returns:
        How many nodes had it.
    """
    count = 0
    for body in work.bodies():
        for node in body:
            defined = work.registry.op(node.op) if node.op in ops else None
            if defined is not None and attribute not in defined.attrs and attribute in node.attr:
                del node.attr[attribute]
                count += 1
    return count
