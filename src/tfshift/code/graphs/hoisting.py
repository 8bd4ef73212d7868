"""Tensors that a loop builds anew each time, and the same each time, as built once above it.

In 1.x each round makes operations that compute what those of the last one do; the graph only grows.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, builds, has_its_lines, plain, until_none
from tfshift.code.graphs.lines import as_text, is_alone, outdented
from tfshift.code.graphs.syntax import stored
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

# What is not the same each time, or is more than a tensor.
_NOT = {
    *known.DRAWS, *known.DROPOUTS, *known.EFFECTS, *known.VARIABLES, *known.LAYERS, *known.METRICS,
    *known.CELLS, *known.RUNNING, *known.SESSION, *known.INIT, *known.OPTIMIZERS, *known.SUMMARIES,
    *known.COLLECTIONS, *known.SAVER, *known.BESIDE_FILE,
}  # fmt: skip
_MODULES = ("tf.math.", "tf.nn.", "tf.linalg.", "tf.strings.", "tf.dtypes.")


def hoisted(one: Inlined) -> Inlined:
    """Write tensors above the loops that build them anew, where nothing of the loop is in them."""
    if "for " not in one.file.source.text and "while " not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        stores = Counter(stored(source.tree))
        made = {
            s.targets[0].id: s.lineno
            for s in walk(source.tree)
            if isinstance(s, ast.Assign)
            and isinstance(s.targets[0], ast.Name)
            and stores[s.targets[0].id] == 1
            and _is_tensor(s.value, symbols)
        }
        for loop in _outermost(source.tree.body):
            tensors = {name for name, line in made.items() if line < loop.lineno}
            tensors.difference_update(stored(loop))
            for statement in _simple(loop):
                same = _same_each_time(statement, symbols, tensors, stores)
                if same and has_its_lines(source, statement) and not is_alone(loop, statement):
                    yield _above(source, loop, statement)

    return until_none(one, written)


def _is_tensor(value: ast.expr, symbols: Mapping[int, str]) -> bool:
    """Tell whether an expression makes one tensor or variable: no list, which could get longer."""
    if not builds(value, symbols):
        return False
    if isinstance(value, ast.Call):
        symbol = plain(symbols.get(id(value.func), ""))
        return _computes(symbol) and symbol not in (*known.MANY, *known.COLLECTIONS)
    used = (plain(symbols[id(n)]) for n in walk(value) if id(n) in symbols)
    return isinstance(value, (ast.BinOp, ast.UnaryOp, ast.Compare)) and any(map(_computes, used))


def _computes(symbol: str) -> bool:
    """Tell whether a symbol is a function that gives a tensor."""
    return symbol.count(".") == 1 or symbol.startswith(_MODULES)


def _outermost(body: Sequence[ast.stmt]) -> Iterator[ast.For | ast.While]:
    """Yield the loops of a file that stand in no other one and in no function."""
    for statement in body:
        if isinstance(statement, (ast.For, ast.While)):
            yield statement
        elif isinstance(statement, (ast.With, ast.If)):
            yield from _outermost(statement.body)


def _simple(loop: ast.stmt) -> Iterator[ast.Assign]:
    """Yield the assignments in a loop, those in its loops among them, in order."""
    for name in ("body", "orelse"):
        for statement in getattr(loop, name, ()):
            if isinstance(statement, ast.Assign):
                yield statement
            elif isinstance(statement, (ast.For, ast.While, ast.If, ast.With)):
                yield from _simple(statement)


def _same_each_time(
    statement: ast.Assign,
    symbols: Mapping[int, str],
    tensors: set[str],
    stores: Mapping[str, int],
) -> bool:
    """Tell whether a statement builds a tensor only of tensors from outside of the loop."""
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name) or stores[target.id] != 1:
        return False
    nodes = walk(statement.value)
    used = {plain(symbols[id(n)]) for n in nodes if id(n) in symbols}
    calls = [n for n in nodes if isinstance(n, ast.Call)]
    if not used or used & _NOT or not all(id(c.func) in symbols for c in calls) or not calls:
        return False
    if not all(map(_computes, used - {s for s in used if s.rpartition(".")[2] in known.TYPES})):
        return False
    roots = {id(n) for node in nodes if id(node) in symbols for n in walk(node)}
    names = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in roots}
    return bool(names) and names <= tensors


def _above(source: Source, loop: ast.stmt, statement: ast.stmt) -> tuple[str, list[int]]:
    """Return the text with a statement above a loop, and which line each was."""
    gone = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    text = source.text.split("\n")
    deeper = statement.col_offset - loop.col_offset
    moved = [(outdented(text[n - 1], deeper), n) for n in gone]
    lines: list[tuple[str, int]] = []
    for number, line in enumerate(text, 1):
        if number == loop.lineno:
            lines += moved
        if number not in gone:
            lines.append((line, number))
    return as_text(lines)
