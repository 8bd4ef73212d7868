"""The sum of all losses of a graph, which ``tf.losses`` collects, written as the sum of those it is.

What collects them must stand beside them: what is called from elsewhere may collect more.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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
from tfshift.code.graphs.syntax import free_name, stored
from tfshift.code.graphs.walking import walk

_TOTAL = "tf.losses.get_total_loss"
_PATH = _TOTAL[len("tf") :]


def summed(one: Inlined) -> Inlined:
    """Write the sum of all losses as that of the losses that stand before it in its block."""
    text = one.file.source.text
    if "get_total_loss(" not in text or "GraphKeys.LOSSES" in text:
        return one
    return until_none(one, _written, fewer=True)


def _written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    source = now.file.source
    calls = [n for n in walk(source.tree) if isinstance(n, ast.Call)]
    totals = [c for c in calls if plain(symbols.get(id(c.func), "")) == _TOTAL]
    losses = [c for c in calls if plain(symbols.get(id(c.func), "")) in known.LOSSES]
    if len(totals) != 1 or totals[0].args or totals[0].keywords or not losses:
        return
    block = _block_of(source.tree, totals[0])
    held = [(s, c) for s in block for c in losses if s.value is c]
    before = all(s.lineno < totals[0].lineno for s, _ in held)
    if len(held) != len(losses) or not before or any(_elsewhere(c) for c in losses):
        return
    for statement, call in held:
        if isinstance(statement, ast.Expr) and has_its_lines(source, statement):
            name = free_name("loss", names_in(source.tree))
            yield replaced(source, call, f"{name} = {ast.unparse(call)}")
    names = [_name_of(statement) for statement, _ in held]
    stores = Counter(stored(source.tree))
    if any(name is None or stores[name] != 1 for name in names):
        return
    written = ast.unparse(totals[0].func)
    root = written[: -len(_PATH)]
    listed = ", ".join(map(str, names))
    text = f"{root}.add_n([{listed}])" if len(names) > 1 else listed
    if "regularizer" in source.text:
        text = f"({text} + {root}.losses.get_regularization_loss())"
    if written.endswith(_PATH):
        yield replaced(source, totals[0], text)


def _block_of(tree: ast.Module, call: ast.Call) -> Sequence[ast.Assign | ast.Expr]:
    """Return the plain statements of the block in which a call stands, those in named blocks among them."""
    for node in walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and not isinstance(node, ast.With):
            plain_ones = list(_plain(body))
            if any(call in walk(statement) for statement in plain_ones):
                return plain_ones
    return ()


def _plain(body: Sequence[ast.stmt]) -> Iterator[ast.Assign | ast.Expr]:
    for statement in body:
        if isinstance(statement, (ast.Assign, ast.Expr)):
            yield statement
        elif isinstance(statement, ast.With):
            yield from _plain(statement.body)


def _elsewhere(call: ast.Call) -> bool:
    """Tell whether a loss is collected under a name of its own, or not at all."""
    return any(k.arg in ("loss_collection", "reduction", None) for k in call.keywords)


def _name_of(statement: ast.stmt) -> str | None:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return target.id if isinstance(target, ast.Name) else None
