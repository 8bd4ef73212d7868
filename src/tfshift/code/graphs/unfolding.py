"""Functions that are called a few times and build variables each time, written at each call.

In a graph a method like ``_build_net(self, s, scope)`` makes other variables in each call, by the
scope it is given. Outside of one each of them has a name of its own: the function's statements stand
where it is called, as often as it is.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import (
    ENTERING,
    Called,
    Inlined,
    builds,
    calls_by_name,
    has_its_lines,
    names_in,
    simple_in,
    symbols_in,
    texts_that_name,
    until_none,
    written_there,
)
from tfshift.code.graphs.syntax import free_name
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

# More of the same is no easier to read than what stays in the style compat.
_CALLS = 6
_FEEDS = 20
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp,
           ast.GeneratorExp, ast.Lambda)  # fmt: skip
_MAKING = {*known.MADE, *ENTERING, "tf.add_to_collection", known.COLLECTION}


@dataclass(frozen=True)
class Within:
    """A call in an expression.

    Args:
        name: what is called.
        call: the call.
        statement: the statement that it is in.
        caller: the function around that, or the module.
    """

    name: str
    call: ast.Call
    statement: ast.stmt
    caller: ast.AST


def unfolded(one: Inlined, *, all_of: bool) -> Inlined:
    """Write functions that make variables, and are called a few times, at each of their calls.

    Args:
        one: the file, as ``inlined`` gives it.
        all_of: whether functions of the module are meant too, and not methods and inner ones alone.
    """

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for found in _candidates(source, symbols, all_of=all_of):
            text = (
                written_there(source, found) if isinstance(found, Called) else _apart(source, found)
            )
            if text is not None:
                yield text

    return until_none(one, written)


def _candidates(
    source: Source, symbols: Mapping[int, str], *, all_of: bool
) -> Iterator[Called | Within]:
    """Yield the first call of each function that makes something in each of its few calls."""
    tree = source.tree
    nodes = walk(tree)
    texts = texts_that_name(nodes)
    defined = Counter(
        n.name
        for n in nodes
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    )
    looped = {id(n) for block in nodes if isinstance(block, _BLOCKS) for n in walk(block)}
    inside = {id(n) for node in nodes if id(node) in symbols for n in walk(node)}
    statements: list[tuple[ast.stmt, ast.AST]] | None = None
    for function, method, around in _functions(tree):
        name = function.name
        feeds = _gives_feed(function)
        outermost = around is tree and not method and not (all_of or feeds)
        if outermost or name in texts or defined[name] != 1:
            continue
        used = symbols_in(function, symbols)
        makes = bool(used & _MAKING) or (method and any(s.startswith("tf.") for s in used))
        if not (makes or feeds) or not builds(function, symbols):
            continue
        asked = (n for n in nodes if isinstance(n, ast.Attribute) and n.attr == name)
        named = [n for n in nodes if isinstance(n, ast.Name) and n.id == name]
        uses = [n for n in asked if id(n) not in inside] if method else named
        own = set(map(id, walk(function)))
        most = _CALLS if makes else _FEEDS
        again = any((id(n) in looped and makes) or id(n) in own for n in uses)
        if not 0 < len(uses) <= most or again:
            continue
        statements = list(simple_in(tree, tree)) if statements is None else statements
        calls = [
            (statement, call, caller)
            for statement, caller in statements
            for call in walk(statement)
            if isinstance(call, ast.Call) and calls_by_name(call, name, method=method)
        ]
        if len(calls) != len(uses):
            continue
        statement, call, caller = min(calls, key=lambda c: (c[1].lineno, c[1].col_offset))
        if isinstance(statement, (ast.Assign, ast.Expr)) and statement.value is call:
            inner = not method and around is caller
            yield Called(function, call, statement, caller, method, len(calls) == 1, inner)
        else:
            yield Within(name, call, statement, caller)


def _gives_feed(function: ast.FunctionDef) -> bool:
    """Tell whether all that a function does is to give a dictionary whose keys are no values."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    last = body[-1] if body else None
    if not isinstance(last, ast.Return) or last.value is None:
        return False
    fed: ast.expr = last.value
    if isinstance(fed, ast.Name):
        first = body[0]
        named = isinstance(first, ast.Assign) and ast.unparse(first.targets[0]) == fed.id
        if len(body) != 2 or not named or not isinstance(first, ast.Assign):
            return False
        fed = first.value
    elif len(body) != 1:
        return False
    keys = fed.keys if isinstance(fed, ast.Dict) else []
    return bool(keys) and all(isinstance(key, (ast.Name, ast.Attribute)) for key in keys)


def _apart(source: Source, within: Within) -> tuple[str, list[int]] | None:
    """Return the file's text with what a call gives bound to a name, above the statement it is in."""
    statement, call = within.statement, within.call
    if not has_its_lines(source, statement) or call.end_lineno != call.lineno:
        return None
    name = free_name(within.name.strip("_"), names_in(within.caller))
    start, end = source.span(call)
    text = source.data[start:end].decode(source.encoding)
    data = source.data[:start] + name.encode(source.encoding) + source.data[end:]
    lines = data[source.bom :].decode(source.encoding).split("\n")
    bound = f"{' ' * statement.col_offset}{name} = {text}"
    above = statement.lineno - 1
    numbers = [*range(1, above + 1), call.lineno, *range(above + 1, len(lines) + 1)]
    return "\n".join([*lines[:above], bound, *lines[above:]]), numbers


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, bool, ast.AST]]:
    """Yield functions, each with whether it is a method, and the scope around it."""
    pending: list[tuple[ast.AST, bool, ast.AST]] = [(tree, False, tree)]
    while pending:
        node, method, around = pending.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                pending.append((child, True, around))
            elif isinstance(child, ast.FunctionDef):
                pending.append((child, False, child))
                if not child.decorator_list and not child.name.startswith("__"):
                    yield child, method, around
            elif isinstance(child, ast.stmt):
                pending.append((child, method, around))
