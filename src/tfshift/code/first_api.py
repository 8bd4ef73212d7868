"""Code of TensorFlow 2 that still is code of 1.x, through ``tf.compat.v1``, spelled as such (pure).

``import tensorflow.compat.v1 as tf`` with ``tf.disable_v2_behavior()`` keeps the API of 1.15 alive in
every release since; what is known of moves from 1.15 holds for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from tfshift.code.destinations import Move
from tfshift.code.edits import apply
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.mapped import MappedSource
from tfshift.code.names import Usage
from tfshift.code.notebooks import Notebook
from tfshift.code.project import CodeFile
from tfshift.code.reading import read_names
from tfshift.domain.findings import Edit

# The last release of which this is the API.
LAST = "1.15"
_MODULE = "tf.compat.v1"
_WRITTEN = re.compile(rb"\.\s*compat\s*\.\s*v1\b")


def speaks_first(file: CodeFile, move: Move) -> bool:
    """Tell whether a file's names are those of 1.x, called through ``tf.compat.v1``."""
    return (
        move.crossing == "up" or (move.crossing is None and move.origin_release.version[0] >= "2")
    ) and any(u.symbol == _MODULE or u.symbol.startswith(f"{_MODULE}.") for u in file.names.usages)


def meant(file: CodeFile, move: Move) -> Move:
    """Return the move that a file makes whose names are those of 1.x."""
    if move.crossing == "up" or not speaks_first(file, move):
        return move
    return move.starting_at(LAST)


def spelled(file: CodeFile, move: Move) -> CodeFile:
    """Return a file with the names that it has in 1.x; no line moves.

    Args:
        file: one that ``speaks_first``.
        move: origin and target, as they were given.

    Raises:
        Refusal: if names of both APIs stand in it that are not one.
    """
    source = file.source
    if isinstance(source, (Notebook, MappedSource)) or file.around is None:
        return file
    if move.crossing is None:
        _check_others(file, move)
    data = apply(source.data, list(_edits(file)), source.encoding)
    text = data[source.bom :].decode(source.encoding)
    source = replace(source, data=data, text=text, tree=ast.parse(text), _starts=[], _bytes=[])
    return replace(file, source=source, names=read_names(source, file.around))


def _check_others(file: CodeFile, move: Move) -> None:
    """Refuse names of the API of 2.x that mean something else in 1.x."""
    before = move.starting_at(LAST)
    for usage in file.names.usages:
        symbol = usage.symbol
        if usage.method or symbol == "tf" or not symbol.startswith("tf."):
            continue
        if symbol.startswith("tf.compat.") or move.same_on_target(symbol, _MODULE + symbol[2:]):
            continue
        there = before.destination(symbol)
        known = before.facts.resolve(symbol, before.origin) is not None
        if not known or (there is not None and there.path != symbol):
            raise Refusal(usage.node, f"{symbol} of the 2.x API, among names of tf.compat.v1")


def _edits(file: CodeFile) -> Iterator[Edit]:
    """Yield what turns names of ``tf.compat.v1`` into those of 1.x."""
    source, seen = file.source, set[int]()
    for usage in file.names.usages:
        statement = usage.statement
        if statement is not None:
            if usage.symbol == _MODULE and id(statement) not in seen:
                seen.add(id(statement))
                yield from _imported(file, usage)
        elif usage.symbol.startswith(f"{_MODULE}.") and isinstance(usage.node, ast.expr):
            start, end = source.span(usage.node)
            found = _WRITTEN.search(source.data, start, end)
            if found is not None and found.start() not in seen:
                seen.add(found.start())
                yield Edit(*found.span(), "")


def _imported(file: CodeFile, usage: Usage) -> Iterator[Edit]:
    """Yield the edit that imports TensorFlow as a whole."""
    statement, alias = usage.statement, usage.binding.alias
    if statement is None or alias is None or len(statement.names) != 1:
        return
    name = alias.asname or ("v1" if isinstance(statement, ast.ImportFrom) else "")
    if name:
        start, end = file.source.span(statement)
        same = "import tensorflow" if name == "tensorflow" else f"import tensorflow as {name}"
        yield Edit(start, end, same)
