"""Objects that only hold a graph, written as names where they are made.

What is built from a part of such an object, or given to it, then stands in one scope with it. A class
of which nothing else is made goes.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import (
    BUILDING,
    ENTERING,
    Called,
    Inlined,
    calls_by_name,
    given_to,
    has_its_lines,
    last_of,
    named_there,
    names_in,
    once_each,
    placed_there,
    says_the_same,
    statements_in,
    symbols_in,
    until_none,
    with_names,
    written_there,
)
from tfshift.code.graphs.syntax import free_name
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit


def flattened(one: Inlined, programs: Sequence[int] = (1,)) -> Inlined:
    """Write objects that only hold a graph as names, where they are made; a class so used goes.

    What is built from a part of such an object, or given to it, then stands in one scope with it.

    Args:
        one: the file, as ``inlined`` gives it.
        programs: as there.
    """

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        spread = (written_there(source, c, owner) for c, owner in _called_once(source, symbols))
        yield from (text for text in spread if text is not None)
        made = (_object(source, c, t) for c, t in _objects(source, symbols, now.starts(programs)))
        yield from (text for text in made if text is not None)

    return until_none(one, written)


def _objects(
    source: Source, symbols: Mapping[int, str], programs: Sequence[int]
) -> Iterator[tuple[Called, ast.ClassDef]]:
    """Yield classes that only build a graph in their beginning, and where their one object is made."""
    nodes = walk(source.tree)
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
            continue
        if any(not isinstance(b, ast.Name) or b.id != "object" for b in node.bases):
            continue
        inner = [s for s in node.body if not _is_text(s)]
        begins = inner[0] if len(inner) == 1 else None
        if not isinstance(begins, ast.FunctionDef) or begins.name != "__init__":
            continue
        used = symbols_in(begins, symbols)
        lines = [n.lineno for n in nodes if isinstance(n, ast.Name) and n.id == node.name]
        if used & known.SESSION or node.name in texts:
            continue
        if not once_each(lines, programs):
            continue
        for statement, caller in statements_in(source.tree, source.tree):
            call = statement.value
            if not isinstance(call, ast.Call) or not calls_by_name(call, node.name, method=False):
                continue
            if used & (ENTERING | known.MADE) or _is_filled(statement, caller):
                yield Called(begins, call, statement, caller, True, len(lines) == 1), node


def _is_filled(statement: ast.Assign | ast.Expr, caller: ast.AST) -> bool:
    """Tell whether something is bound to parts of an object where it is made."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Name) and any(_stored_in(caller, target.id))


def _stored_in(node: ast.AST, name: str) -> Iterator[str]:
    """Yield the attributes of a name that something binds."""
    for inner in walk(node):
        if (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.ctx, ast.Store)
            and _of(inner, name)
        ):
            yield inner.attr


def _called_once(source: Source, symbols: Mapping[int, str]) -> Iterator[tuple[Called, str]]:
    """Yield methods that are called once, on the one object of a class with a graph, where that is made."""
    nodes = walk(source.tree)
    asked = Counter(n.attr for n in nodes if isinstance(n, ast.Attribute))
    named = Counter(n.id for n in nodes if isinstance(n, ast.Name))
    looped = {
        id(n) for block in nodes if isinstance(block, (ast.For, ast.While)) for n in walk(block)
    }
    statements = [
        (statement, caller)
        for statement, caller in statements_in(source.tree, source.tree)
        if isinstance(statement.value, ast.Call) and id(statement) not in looped
    ]
    calls = {
        (id(caller), ast.unparse(statement.value.func)): statement
        for statement, caller in statements
        if isinstance(statement.value, ast.Call)
    }
    for node in (n for n in source.tree.body if isinstance(n, ast.ClassDef)):
        methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
        simple = not node.decorator_list and all(ast.unparse(b) == "object" for b in node.bases)
        if not simple or "__init__" not in methods or named[node.name] != 1:
            continue
        if not symbols_in(node, symbols) & BUILDING:
            continue
        for made, caller in statements:
            target = made.targets[0] if isinstance(made, ast.Assign) else None
            assert isinstance(made.value, ast.Call)
            own = calls_by_name(made.value, node.name, method=False)
            if not own or not isinstance(target, ast.Name):
                continue
            for name, method in methods.items():
                statement = calls.get((id(caller), f"{target.id}.{name}"))
                once = asked[name] == 1 and not name.startswith("__") and not method.decorator_list
                if statement is not None and once and isinstance(statement.value, ast.Call):
                    run = statement.value
                    yield Called(method, run, statement, caller, True, last=True), target.id


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _object(source: Source, called: Called, of: ast.ClassDef) -> tuple[str, list[int]] | None:
    """Return the file's text with what an object holds as names, and which line each line was."""
    function, statement = called.function, called.statement
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    body = function.body[1:] if _is_text(function.body[0]) else function.body
    if not isinstance(target, ast.Name) or not body or body[0].lineno == function.lineno:
        return None
    if not says_the_same(function, body) or isinstance(last_of(body), ast.Return):
        return None
    given = given_to(called)
    names = named_there(called, given, None, None) if given is not None else None
    if names is None or not has_its_lines(source, statement):
        return None
    renamed, binds = names
    held = {*_stored_in(function, "self"), *_stored_in(called.caller, target.id)}
    taken = names_in(source.tree) | set(renamed.values())
    spelled: dict[str, str] = {}
    for attribute in sorted(held):
        spelled[attribute] = free_name(f"{target.id}_{attribute}", taken)
        taken.add(spelled[attribute])
    # What a module binds its functions know as well.
    own = set(map(id, walk(of)))
    uses = [n for n in walk(called.caller) if id(n) not in own]
    edits = list(_parts_of(source, uses, target, spelled))
    inside = list(_parts_of(source, walk(function), None, spelled))
    if None in edits or None in inside:
        return None
    found = [edit for edit in (*edits, *inside) if edit is not None]
    text = with_names(source, body, renamed, found)
    if text is None:
        return None
    before = [f"{renamed.get(name, name)} = {ast.unparse(value)}" for name, value in binds]
    return placed_there(source, called, body, before, "", text, [], of)


def _of(node: ast.Attribute, name: str) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == name


def _parts_of(
    source: Source,
    nodes: Sequence[ast.AST],
    target: ast.Name | None,
    spelled: Mapping[str, str],
) -> Iterator[Edit | None]:
    """Yield the edits that name what an object holds; None where more is made of the object.

    Args:
        source: the file.
        nodes: where to look.
        target: what the object is bound to, or ``self`` where it is None.
        spelled: what it holds, and what that is called.
    """
    name = "self" if target is None else target.id
    known_nodes = {id(target)} if target is not None else set()
    for node in nodes:
        if not isinstance(node, ast.Attribute) or not _of(node, name):
            continue
        start, end = source.span(node)
        whole = source.data[start:end] == f"{name}.{node.attr}".encode(source.encoding)
        if node.attr not in spelled or not whole:
            yield None
            continue
        known_nodes.add(id(node.value))
        yield Edit(start, end, spelled[node.attr])
    if any(isinstance(n, ast.Name) and n.id == name and id(n) not in known_nodes for n in nodes):
        yield None
