"""The nodes below a node, kept with it: a scope is gone over many times."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_KEPT = "_tfshift_nodes"
# Nothing is asked of these.
_MARKS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


def walk(node: ast.AST) -> list[ast.AST]:
    """Return a node and all below it, each before what is below it; operators and contexts left out."""
    kept: list[ast.AST] | None = node.__dict__.get(_KEPT)
    if kept is not None:
        return kept
    found = [node]
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            for each in value:
                if isinstance(each, ast.AST):
                    found += walk(each)
        elif isinstance(value, ast.AST) and not isinstance(value, _MARKS):
            found += walk(value)
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
