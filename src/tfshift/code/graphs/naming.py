"""Tensors that are asked for by their names in the graph, read under the names of Python."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, Text, has_its_lines, plain, replaced, until_none
from tfshift.code.graphs.lines import lines_without
from tfshift.code.graphs.syntax import stored
from tfshift.code.graphs.walking import walk

_ASKING = ("get_tensor_by_name", "get_operation_by_name")
_RUNNING = ("run", "eval")
_SCOPES = ("tf.name_scope", "tf.variable_scope")
# What makes an operation under the very name that it is given first.
_FIRST = {"tf.get_variable", "tf.get_local_variable"}


def asked_by_name(one: Inlined) -> Inlined:
    """Write what is looked up by its name in the graph, or run and fed by it, as what was bound to it."""
    text = one.file.source.text
    if "_by_name(" not in text and ':0"' not in text and ":0'" not in text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = walk(source.tree)
        named = dict(_named(source.tree.body, symbols, ""))
        stores = Counter(stored(source.tree))
        for statement in (n for n in nodes if isinstance(n, ast.Assign)):
            target = statement.targets[0]
            name = _asked(statement.value, named)
            if name is None or len(statement.targets) > 1 or not isinstance(target, ast.Name):
                continue
            if not has_its_lines(source, statement):
                continue
            reads = [n for n in nodes if isinstance(n, ast.Name) and n.id == target.id]
            reads = [n for n in reads if isinstance(n.ctx, ast.Load)]
            if target.id == name and stores[name] == 2:
                yield lines_without(source.text, source.tree, [statement])
            elif stores[name] == stores[target.id] == 1:
                if reads:
                    yield replaced(source, reads[0], name)
                else:
                    yield lines_without(source.text, source.tree, [statement])
        once = {path: name for path, name in named.items() if stores[name] == 1}
        for call in (n for n in nodes if isinstance(n, ast.expr)):
            name = _asked(call, once)
            if name is not None:
                yield replaced(source, call, name)
        for text in _texts(nodes):
            name = once.get(str(text.value)[: -len(":0")])
            if name is not None and str(text.value).endswith(":0"):
                yield replaced(source, text, name)
        yield from _unread(now, symbols)

    return until_none(one, written, fewer=True)


def _unread(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    """Yield the text without a name of the graph that nothing reads any more."""
    source = now.file.source
    names = Counter(n.id for n in walk(source.tree) if isinstance(n, ast.Name))
    for statement in (n for n in walk(source.tree) if isinstance(n, ast.Assign)):
        value, target = statement.value, statement.targets[0]
        of = value.func if isinstance(value, ast.Call) else value
        graph = plain(symbols.get(id(of), "")) == known.DEFAULT_GRAPH or (
            isinstance(value, ast.Attribute) and value.attr == "graph"
        )
        alone = len(statement.targets) == 1 and has_its_lines(source, statement)
        if graph and alone and isinstance(target, ast.Name) and names[target.id] == 1:
            yield lines_without(source.text, source.tree, [statement])


def _named(
    body: Sequence[ast.stmt], symbols: Mapping[int, str], scope: str
) -> Iterator[tuple[str, str]]:
    """Yield the names of operations that are written out, each once, and what is bound to them."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for path, name in _pairs(body, symbols, scope):
        if path in found:
            twice.add(path)
        found[path] = name
    yield from ((path, name) for path, name in found.items() if path not in twice)


def _pairs(
    body: Sequence[ast.stmt], symbols: Mapping[int, str], scope: str
) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, ast.With):
            inner = scope
            for item in statement.items:
                call = item.context_expr
                symbol = plain(symbols.get(id(call.func), "")) if isinstance(call, ast.Call) else ""
                if symbol in _SCOPES:
                    assert isinstance(call, ast.Call)
                    said = call.args[0] if call.args else None
                    # A scope of another name makes operations of names that are not known.
                    text = said.value if isinstance(said, ast.Constant) else None
                    inner += f"{text if isinstance(text, str) else chr(0)}/"
            yield from _pairs(statement.body, symbols, inner)
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        value = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
            continue
        symbol = plain(symbols.get(id(value.func), ""))
        said = next((k.value for k in value.keywords if k.arg == "name"), None)
        if said is None and symbol in _FIRST and value.args:
            said = value.args[0]
        path = said.value if isinstance(said, ast.Constant) else None
        if symbol not in known.LAYERS and isinstance(path, str):
            yield scope + path, target.id


def _asked(node: ast.expr, named: Mapping[str, str]) -> str | None:
    """Return the name of Python of what an expression looks up in a graph; None where it does not."""
    call, suffix = node, ":0"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        outputs = node.value.attr == "outputs" and ast.unparse(node.slice) == "0"
        call, suffix = (node.value.value, "") if outputs else (node, "")
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr not in _ASKING or len(call.args) != 1 or call.keywords:
        return None
    if (call.func.attr == "get_operation_by_name") is (suffix == ":0"):
        return None
    said = call.args[0]
    path = said.value if isinstance(said, ast.Constant) else None
    if not isinstance(path, str) or not path.endswith(suffix):
        return None
    return named.get(path[: len(path) - len(suffix)])


def _texts(nodes: Sequence[ast.AST]) -> Iterator[ast.Constant]:
    """Yield the texts by which something is fetched or fed."""
    for call in nodes:
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in _RUNNING:
            continue
        given = {k.arg: k.value for k in call.keywords}
        fetched = call.args[0] if call.args and call.func.attr == "run" else given.get("fetches")
        fed = given.get("feed_dict", call.args[-1] if call.args else None)
        parts: list[ast.expr | None] = [fetched]
        if isinstance(fetched, (ast.List, ast.Tuple)):
            parts = [*fetched.elts]
        elif isinstance(fetched, ast.Dict):
            parts = [*fetched.values]
        if isinstance(fed, ast.Dict):
            parts += fed.keys
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part
