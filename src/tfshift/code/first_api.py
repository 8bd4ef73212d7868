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
from tfshift.domain.versions import parse_minor

# The last release of which this is the API.
LAST = "1.15"
_MODULE = "tf.compat.v1"
# The elements of datasets are the same in both.
DATASETS = "tf.data."
_WRITTEN = re.compile(rb"\.\s*compat\s*\.\s*v1\b")


def _speaks_first(file: CodeFile, move: Move) -> bool:
    """Tell whether a file's names are those of 1.x, called through ``tf.compat.v1``.

    Only where graphs become functions: elsewhere they stay what they are.
    """
    if move.style != "native":
        return False
    later = parse_minor(move.target_release.version)[0] >= 2
    named = (u.symbol == _MODULE or u.symbol.startswith(f"{_MODULE}.") for u in file.names.usages)
    return later and any(named)


def meant(file: CodeFile, move: Move) -> Move:
    """Return the move that a file makes whose names are those of 1.x."""
    if move.crossing == "up" or not _speaks_first(file, move):
        return move
    return move.starting_at(LAST)


def spelled(file: CodeFile, move: Move) -> CodeFile:
    """Return a file with the names that it has in 1.x; no line moves.

    Args:
        file: any; one that has them already, or others, stays.
        move: origin and target, as they were given.

    Raises:
        Refusal: if names of both APIs stand in it that are not one.
    """
    source = file.source
    plain = not isinstance(source, (Notebook, MappedSource)) and file.around is not None
    if not plain or not _speaks_first(file, move):
        return file
    assert file.around is not None
    if move.crossing is None:
        _check_others(file, move)
    data = apply(source.data, list(_edits(file)), source.encoding)
    text = data[source.bom :].decode(source.encoding)
    source = replace(source, data=data, text=text, tree=ast.parse(text), _starts=[], _bytes=[])
    around = replace(file.around, exists=move.starting_at(LAST).on_origin)
    return replace(file, source=source, names=read_names(source, around), around=around)


def _check_others(file: CodeFile, move: Move) -> None:
    """Refuse names of the API of 2.x that mean something else in 1.x."""
    before = move.starting_at(LAST)
    for usage in file.names.usages:
        symbol = usage.symbol
        if usage.method or symbol == "tf" or not symbol.startswith("tf."):
            continue
        if symbol.startswith("tf.compat.") or not move.on_origin(symbol):
            continue
        if move.same_in_compat(symbol):
            continue
        if not _is_one(symbol, before) or not _takes_the_same(usage, move, before):
            raise Refusal(usage.node, f"{symbol} of the 2.x API, among names of tf.compat.v1")


def _is_one(symbol: str, before: Move) -> bool:
    """Tell whether a name means the same in both APIs, arguments apart."""
    if symbol.startswith(DATASETS):
        return True
    there = before.destination(symbol)
    if there is None or there.path != symbol:
        return False
    here, other = (
        before.facts.resolve(f"{root}{symbol[len('tf') :]}", before.origin)
        for root in ("tf", "tf.compat.v2")
    )
    one = here is not None and other is not None and here.owner == other.owner
    return one or before.known_same(symbol)


def _takes_the_same(usage: Usage, move: Move, before: Move) -> bool:
    """Tell whether the arguments of a call mean the same in both APIs."""
    call = usage.call
    if call is None:
        return True
    both = [
        [p.name for p in found.signature.parameters]
        for facts, at in ((move.facts, move.origin), (before.facts, before.origin))
        if (found := facts.resolve(usage.symbol, at)) is not None and found.signature is not None
    ]
    if len(both) < 2:
        return usage.symbol.startswith(DATASETS)
    count = len(call.args)
    named = {k.arg for k in call.keywords if k.arg}
    return both[0][:count] == both[1][:count] and named <= {*both[0]} & {*both[1]}


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
