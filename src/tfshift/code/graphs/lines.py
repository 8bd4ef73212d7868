"""A file's text without some of its statements, and which line each line was (pure)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfshift.code.graphs.walking import walk

_BLOCKS = ("body", "orelse", "finalbody")


def lines_without(text: str, tree: ast.AST, gone: Sequence[ast.stmt]) -> tuple[str, list[int]]:
    """Return a file's lines without some statements; what they leave empty passes.

    Args:
        text: the file's.
        tree: what it is parsed as, or was before something was written otherwise on its lines.
        gone: the statements, each with its lines for itself.
    """
    only = {id(block[0]) for block in _blocks(tree) if all(s in gone for s in block)}
    numbers: set[int] = set()
    passes: dict[int, str] = {}
    for statement in gone:
        numbers.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        if id(statement) in only:
            passes[statement.lineno] = " " * statement.col_offset + "pass"
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if number in passes:
            placed.append((passes[number], number))
        elif number not in numbers:
            placed.append((line, number))
    return "\n".join(line for line, _ in placed), [number for _, number in placed]


def is_alone(tree: ast.AST, statement: ast.stmt) -> bool:
    """Tell whether a statement is the only one of its block."""
    return any(block == [statement] for block in _blocks(tree))


def _blocks(tree: ast.AST) -> list[list[ast.stmt]]:
    """Return the blocks in a tree that hold anything, but for the whole file."""
    return [
        block
        for node in walk(tree)
        if not isinstance(node, ast.Module)
        for name in _BLOCKS
        if isinstance(block := getattr(node, name, None), list) and block
    ]
