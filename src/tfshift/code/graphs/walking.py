"""The nodes below a node, kept with it: a scope is gone over many times."""

from __future__ import annotations

import ast

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
