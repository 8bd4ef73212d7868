"""The programs in what is read as one file: each has a graph of its own, and all share what is before."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tfshift.code.graphs.kinds import Is, Named, Refusal
from tfshift.code.graphs.reading import Reader
from tfshift.code.graphs.scope import Reading

_SHARED = (Is.PYTHON, Is.BUILDER)


@dataclass(frozen=True)
class Module:
    """The statements of a module that are no function's.

    Args:
        body: they.
        reader: what read them.
        reading: what that found.
    """

    body: Sequence[ast.stmt]
    reader: Reader
    reading: Reading


@dataclass(frozen=True)
class Programs:
    """What several programs share, and each of them; or the one that there is.

    Args:
        starts: the first lines of the programs.
        modules: what they share where there are several, and they.
    """

    starts: Sequence[int]
    modules: Sequence[Module]

    def of(self, node: ast.AST) -> Module:
        """Return the module that something stands in."""
        return self.modules[self._place(node)]

    def most(self, nodes: Iterable[ast.AST]) -> int:
        """Return how many of some nodes one program has, those that it shares among them."""
        places = [self._place(node) for node in nodes]
        if len(self.modules) == 1:
            return len(places)
        own = [places.count(number) for number in range(1, len(self.modules))]
        return places.count(0) + max(own)

    def _place(self, node: ast.AST) -> int:
        if len(self.modules) == 1:
            return 0
        return sum(getattr(node, "lineno", 1) >= start for start in self.starts)


def read(
    tree: ast.Module, starts: Sequence[int], reader: Callable[[dict[str, Named]], Reader]
) -> Programs:
    """Read the programs of a file.

    Args:
        tree: the file.
        starts: the first lines of its programs.
        reader: makes what reads a module, of what the names around it stand for.

    Raises:
        Refusal: where something is not known, or shared that must be each program's own.
    """
    if len(starts) == 1:
        one = reader({})
        return Programs(starts, [Module(tree.body, one, one.read(tree.body))])
    shared = [s for s in tree.body if s.lineno < starts[0]]
    first = reader({})
    modules = [Module(shared, first, first.read(shared))]
    for step in modules[0].reading.steps:
        if step.fate != "keep" or step.runs or step.begun:
            raise Refusal(step.statement, "a graph in a file that several programs import")
    for name, named in first.names.items():
        if named.kind not in _SHARED:
            raise Refusal(
                named.node, f"{name} of a file that several programs import is of a graph"
            )
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        body = [s for s in tree.body if s.lineno >= start and (after is None or s.lineno < after)]
        own = reader(first.names)
        modules.append(Module(body, own, own.read(body)))
    return Programs(starts, modules)
