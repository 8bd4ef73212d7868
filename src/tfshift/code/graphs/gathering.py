"""Collections of a program's own, as lists of what was put into them.

A graph keeps what ``tf.add_to_collection`` gives it under a name, ``tf.get_collection`` gives all of
it. Where both stand in one scope, in order, what is given has a name and the list is written out.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import (
    Inlined,
    has_its_lines,
    names_in,
    plain,
    symbols_in,
    until_none,
)
from tfshift.code.graphs.lines import edited
from tfshift.code.graphs.syntax import free_name
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_ADD = "tf.add_to_collection"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension, ast.Lambda)


def gathered(one: Inlined) -> Inlined:
    """Write collections of a program's own as lists."""
    if _ADD.rpartition(".")[2] not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for key in dict.fromkeys(_keys(source.tree, symbols, _ADD)):
            text = _listed(source, symbols, key)
            if text is not None:
                yield text, list(range(1, source.line_count + 2))

    return until_none(one, written, fewer=True)


def _keys(tree: ast.Module, symbols: Mapping[int, str], wanted: str) -> Iterator[str]:
    """Yield the names of collections that calls of a function are given."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and plain(symbols.get(id(node.func), "")) == wanted:
            key = _key(node)
            if key:
                yield key


def _key(call: ast.Call) -> str:
    """Return the name of a collection, as it is written; nothing where it is computed or TensorFlow's."""
    given = call.args[0] if call.args else None
    named = next((k.value for k in call.keywords if k.arg in ("name", "key")), given)
    text = named.value if isinstance(named, ast.Constant) else None
    return text if isinstance(text, str) and text not in _OWN else ""


# Those that TensorFlow fills by itself: its own losses are under another name.
_OWN = {*known.KEYS.values(), "regularization_losses", "update_ops", "summaries"}


def _listed(source: Source, symbols: Mapping[int, str], key: str) -> str | None:
    """Return a file's text in which one collection is a list; None where it cannot be."""
    tree = source.tree
    calls = {
        wanted: [
            n
            for n in walk(tree)
            if isinstance(n, ast.Call)
            and plain(symbols.get(id(n.func), "")) == wanted
            and _key(n) == key
        ]
        for wanted in (_ADD, known.COLLECTION)
    }
    added, asked = calls[_ADD], calls[known.COLLECTION]
    statements = {id(s.value): s for s in walk(tree) if isinstance(s, ast.Expr)}
    looped = {id(n) for loop in walk(tree) if isinstance(loop, _LOOPS) for n in walk(loop)}
    branches = (n for n in walk(tree) if isinstance(n, (ast.If, ast.Try)) and not _main(n))
    looped |= {id(n) for branch in branches for n in walk(branch)}
    scopes = {id(_scope(tree, call)) for call in (*added, *asked)}
    if not asked or len(scopes) != 1 or any(id(c) in looped for c in (*added, *asked)):
        return None
    own = symbols_in(tree, symbols)
    if key == "losses" and any(s.startswith("tf.losses.") for s in own):
        # These put themselves there.
        return None
    stores = Counter(
        n.id for n in walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    )
    taken = names_in(tree)
    base = "".join(c if c.isalnum() else "_" for c in key).strip("_") or "held"
    edits: list[Edit] = []
    names: list[tuple[int, str]] = []
    for call in added:
        statement = statements.get(id(call))
        value = _value(call)
        if statement is None or value is None or not has_its_lines(source, statement):
            return None
        if isinstance(value, ast.Name) and stores[value.id] == 1:
            edits.append(Edit(*source.span(statement), value.id))
            names.append((call.lineno, value.id))
            continue
        name = free_name(f"{base}_{len(names) + 1}", taken)
        taken.add(name)
        start, end = source.span(value)
        text = source.data[start:end].decode(source.encoding)
        edits.append(Edit(*source.span(statement), f"{name} = {text}"))
        names.append((call.lineno, name))
    for call in asked:
        if len(call.args) + len(call.keywords) != 1:
            return None
        held = [name for line, name in names if line < call.lineno]
        edits.append(Edit(*source.span(call), f"[{', '.join(held)}]"))
    text = edited(source, edits)
    return text if text.count("\n") == source.text.count("\n") else None


def _value(call: ast.Call) -> ast.expr | None:
    if len(call.args) + len(call.keywords) != 2:
        return None
    named = next((k.value for k in call.keywords if k.arg == "value"), None)
    return call.args[1] if len(call.args) == 2 else named


def _scope(tree: ast.Module, call: ast.Call) -> ast.AST:
    """Return the innermost function around a call, or the module."""
    found: ast.AST = tree
    for node in walk(tree):
        inside = isinstance(node, ast.FunctionDef) and call in walk(node)
        if inside and (found is tree or node in walk(found)):
            found = node
    return found


def _main(node: ast.AST) -> bool:
    """Tell whether a branch is what runs where the file is the program."""
    return isinstance(node, ast.If) and "__name__" in names_in(node.test)
