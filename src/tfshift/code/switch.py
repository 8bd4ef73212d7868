"""The v2-behaviour switch: once in each file that starts a process, before TensorFlow is used."""

from __future__ import annotations

import ast

from tfshift.code.names import Binding
from tfshift.code.sources import Source
from tfshift.code.spelling import Spelling
from tfshift.domain.findings import Edit

_CALLS = {"up": "disable_v2_behavior", "down": "enable_v2_behavior"}
# A program that chose its mode itself keeps it, whichever way it got there.
_DECIDED = {"disable_v2_behavior", "enable_v2_behavior", "disable_eager_execution"}


def already_switched(spelling: Spelling) -> bool:
    """Tell whether the file calls such a switch itself."""
    return any(
        u.symbol.rpartition(".")[2] in _DECIDED and u.call is not None
        for u in spelling.file.names.usages
    )


def models_alone(spelling: Spelling) -> bool:
    """Tell whether nothing of a process needs graphs, and models of Keras 3 must not have them.

    With the v2 behaviour off they neither train nor predict, nor are saved: measured in 2.16.2, 2.18.1
    and 2.21.0, see the rule ``keras-graphs``.
    """
    file, move = spelling.file, spelling.move
    return move.crossing == "up" and move.to_keras_3 and file.models and not file.graphs


def switch_edits(spelling: Spelling) -> tuple[Edit, ...]:
    """Return the edit that switches, empty where the file needs none.

    The call goes right after the first top-level ``import tensorflow``; where another module of
    the project brings TensorFlow in earlier, before that import, with an import of its own.
    """
    file, move = spelling.file, spelling.move
    if not file.entry or move.crossing is None or move.root == "tf":
        return ()
    if models_alone(spelling) or already_switched(spelling):
        return ()
    first = file.starts_by_import
    if first is None:
        return ()
    name = _CALLS[move.crossing]
    binding = _root_binding(spelling, first)
    if binding is not None:
        call = binding.name if move.crossing == "up" else f"{binding.name}.compat.v1"
        return (_after(spelling, first, f"{call}.{name}()"),)
    lines = [f"from tensorflow.compat.v1 import {name}", f"{name}()"]
    return (_before(spelling, first, lines),)


def _root_binding(spelling: Spelling, statement: ast.stmt) -> Binding | None:
    """Return the binding of TensorFlow's root that a statement makes."""
    for binding in spelling.file.names.imports:
        if binding.statement is statement and spelling.meaning(binding) == spelling.move.root:
            return binding
    return None


def glue(source: Source, statement: ast.stmt) -> str:
    """Return what separates a statement from another put beside it, in the same block."""
    line = source.line(statement.lineno)
    before = line.encode("utf-8")[: statement.col_offset].decode("utf-8")
    return "; " if before.strip() else source.newline + before


def _after(spelling: Spelling, statement: ast.stmt, text: str) -> Edit:
    """Insert a line after the physical line on which a statement ends, if it ends that line."""
    source = spelling.source
    assert statement.end_lineno is not None
    assert statement.end_col_offset is not None
    line = source.line(statement.end_lineno).encode("utf-8")
    between = glue(source, statement)
    if between == "; " or line[statement.end_col_offset :].lstrip().startswith(b";"):
        _, position = source.span(statement)
        return Edit(position, position, f"; {text}")
    position = source.offset(statement.end_lineno, len(line))
    return Edit(position, position, between + text)


def _before(spelling: Spelling, statement: ast.stmt, lines: list[str]) -> Edit:
    position, _ = spelling.source.span(statement)
    return Edit(position, position, glue(spelling.source, statement).join([*lines, ""]))
