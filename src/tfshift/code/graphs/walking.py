"""The nodes below a node, kept with it: a scope is gone over many times."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.trees import children

_KEPT = "_tfshift_nodes"


def walk(node: ast.AST) -> list[ast.AST]:
    """Return a node and all below it, each before what is below it; operators and contexts left out."""
    kept: list[ast.AST] | None = node.__dict__.get(_KEPT)
    if kept is not None:
        return kept
    found = [node]
    for child in children(node):
        found += walk(child)
    setattr(node, _KEPT, found)
    return found


def pairs(old: ast.AST, new: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield the nodes of two trees that differ in attributes that are names in the second."""
    nodes = iter(walk(old))
    for node in walk(new):
        other = next(nodes)
        yield other, node
        if isinstance(other, ast.Attribute) and isinstance(node, ast.Name):
            for _ in walk(other)[1:]:
                next(nodes)
