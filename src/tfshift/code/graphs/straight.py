"""Sessions that are closed in the end, and feeds that are filled line by line, as is usual."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import (
    Inlined,
    Text,
    has_its_lines,
    names_in,
    plain,
    replaced,
    until_none,
)
from tfshift.code.graphs.lines import as_text, instead
from tfshift.code.graphs.walking import walk


def closed_at_once(one: Inlined) -> Inlined:
    """Write what is tried only to close sessions after it without that."""
    if "finally:" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        sessions = {
            ast.unparse(s.targets[0])
            for s in walk(source.tree)
            if isinstance(s, ast.Assign)
            and isinstance(s.value, ast.Call)
            and plain(symbols.get(id(s.value.func), "")) in known.SESSION
        }
        for block in (n for n in walk(source.tree) if isinstance(n, ast.Try)):
            closes = all(_closes(s, sessions) for s in block.finalbody)
            whole = all(has_its_lines(source, s) for s in (*block.body, *block.finalbody))
            if closes and whole and block.finalbody and not block.handlers and not block.orelse:
                yield instead(source, block, block.body)

    return until_none(one, written)


def opened_where_made(one: Inlined) -> Inlined:
    """Write ``self.session = tf.Session()`` and ``with self.session as session:`` as one statement."""
    if " as " not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        for made, block in _neighbours(source.tree):
            if not isinstance(made, ast.Assign) or not isinstance(block, ast.With):
                continue
            call, opened = made.value, block.items[0].context_expr
            name = ast.unparse(made.targets[0])
            if not isinstance(call, ast.Call) or ast.unparse(opened) != name:
                continue
            if plain(symbols.get(id(call.func), "")) not in known.SESSION or len(made.targets) > 1:
                continue
            uses = [n for n in walk(source.tree) if _is_written(n, name)]
            named = block.items[0].optional_vars is not None
            if named and len(uses) == 2 and has_its_lines(source, made):
                text, origins = replaced(source, opened, ast.unparse(call))
                gone = range(made.lineno, (made.end_lineno or made.lineno) + 1)
                yield as_text(
                    (line, origin)
                    for line, origin in zip(text.split("\n"), origins, strict=True)
                    if origin not in gone
                )

    return until_none(one, written)


def _is_written(node: ast.AST, name: str) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) == name


def opened_plainly(one: Inlined) -> Inlined:
    """Write ``with tf.Session().as_default() as sess:`` without what it is anyway."""
    if ").as_default()" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        for block in (n for n in walk(now.file.source.tree) if isinstance(n, ast.With)):
            for item in block.items:
                call = item.context_expr
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                    continue
                made = call.func.value
                of_session = isinstance(made, ast.Call) and (
                    plain(symbols.get(id(made.func), "")) in known.SESSION
                )
                if of_session and call.func.attr == "as_default" and not call.args:
                    yield replaced(now.file.source, call, ast.unparse(made))

    return until_none(one, written)


def _closes(statement: ast.stmt, sessions: set[str]) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr == "close" and ast.unparse(call.func.value) in sessions


def filled_at_once(one: Inlined) -> Inlined:
    """Write a feed that the lines after it fill as one dictionary."""
    if "] = " not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        fed = {
            a.id
            for call in walk(source.tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            if call.func.attr in ("run", "eval")
            for a in (*call.args, *(k.value for k in call.keywords))
            if isinstance(a, ast.Name)
        }
        for first, second in _neighbours(source.tree):
            pair = _item(first, second)
            if pair is None or pair[0] not in fed or not has_its_lines(source, second):
                continue
            if "#" in source.line(second.end_lineno or second.lineno):
                # What is said of it would be lost.
                continue
            _, value, filled = pair
            listed = list(zip(value.keys, value.values, strict=True)) if value else []
            items = [f"{ast.unparse(k)}: {ast.unparse(v)}" for k, v in listed if k is not None]
            if len(items) < len(listed):
                continue
            assert isinstance(first, ast.Assign)
            text, origins = replaced(source, first.value, f"{{{', '.join([*items, filled])}}}")
            # The lines after it moved up where the dictionary was on several.
            gone = (second.lineno, second.end_lineno or second.lineno)
            yield as_text(
                (line, origin)
                for line, origin in zip(text.split("\n"), origins, strict=True)
                if not gone[0] <= origin <= gone[1]
            )

    return until_none(one, written)


def _neighbours(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Yield each statement with the one after it in its block."""
    for node in walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block: Sequence[ast.stmt] = getattr(node, name, None) or ()
            if isinstance(block, list):
                yield from pairwise(block)


def _item(first: ast.stmt, second: ast.stmt) -> tuple[str, ast.Dict | None, str] | None:
    """Return a dictionary's name, itself, and the item that the next statement puts into it."""
    made, put = first, second
    if not isinstance(made, ast.Assign) or not isinstance(put, ast.Assign):
        return None
    name, target = made.targets[0], put.targets[0]
    empty = isinstance(made.value, ast.Call) and ast.unparse(made.value) == "dict()"
    if not isinstance(name, ast.Name) or not (empty or isinstance(made.value, ast.Dict)):
        return None
    if len(made.targets) + len(put.targets) > 2 or not isinstance(target, ast.Subscript):
        return None
    if not isinstance(target.value, ast.Name) or target.value.id != name.id:
        return None
    if name.id in names_in(target.slice) | names_in(put.value):
        return None
    value = made.value if isinstance(made.value, ast.Dict) else None
    return name.id, value, f"{ast.unparse(target.slice)}: {ast.unparse(put.value)}"
