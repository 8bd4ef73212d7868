"""A file's text with some of its lines otherwise, and which line each line was (pure)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from tfshift.code.edits import apply
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

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
    return as_text(placed)


def instead(source: Source, block: ast.stmt, kept: Sequence[ast.stmt]) -> tuple[str, list[int]]:
    """Return a file's text with some statements where the block was that holds them.

    Args:
        source: the file.
        block: a statement that holds others.
        kept: those of them that stay, each with its lines for itself.
    """
    deeper = kept[0].col_offset - block.col_offset
    stays = {n for s in kept for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    gone = range(block.lineno, (block.end_lineno or block.lineno) + 1)
    return as_text(
        (outdented(text, deeper) if number in stays else text, number)
        for number, text in enumerate(source.text.split("\n"), 1)
        if number in stays or number not in gone
    )


def edited(source: Source, edits: Sequence[Edit]) -> str:
    """Return a file's text after some edits."""
    return apply(source.data, edits, source.encoding)[source.bom :].decode(source.encoding)


def ending(source: Source) -> str:
    """Return what ends a line that is written into a text that is split at its newlines."""
    return "\r" if source.newline == "\r\n" else ""


def outdented(text: str, columns: int) -> str:
    """Return a line moved to the left, where nothing stands there."""
    return text[columns:] if text[:columns].isspace() else text


def as_text(lines: Iterable[tuple[str, int]]) -> tuple[str, list[int]]:
    """Return the text of lines, and which line each was."""
    listed = list(lines)
    return "\n".join(text for text, _ in listed), [number for _, number in listed]


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
