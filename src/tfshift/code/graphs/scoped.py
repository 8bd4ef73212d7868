"""Arguments that a block gives the functions called in it, written in these calls.

``with arg_scope([conv2d], padding="VALID"):`` is said once for many calls; without tf.contrib there is
no such block. What a call says itself counts, as there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.contributed import contributed_name, parameters_of
from tfshift.code.graphs.inlining import Inlined, plain, until_none
from tfshift.code.graphs.lines import as_text
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_SCOPES = (
    "tf.contrib.framework.arg_scope", "tf.contrib.slim.arg_scope", "tf.contrib.layers.arg_scope",
)  # fmt: skip
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def without_scopes(one: Inlined) -> Inlined:
    """Write the arguments of blocks in the calls that they are meant for."""
    if "arg_scope" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        own = {n.name for n in walk(source.tree) if isinstance(n, ast.FunctionDef)}
        # The innermost first: what it says counts before what those around it say.
        blocks = [n for n in walk(source.tree) if isinstance(n, ast.With)]
        for block in reversed(blocks):
            if len(block.items) == 1 and _is_scope(block.items[0].context_expr, symbols):
                text = _opened(source, block, symbols, own)
                if text is not None:
                    yield text

    return until_none(one, written, fewer=True)


def _is_scope(node: ast.expr, symbols: Mapping[int, str]) -> bool:
    return isinstance(node, ast.Call) and plain(symbols.get(id(node.func), "")) in _SCOPES


def _opened(
    source: Source, block: ast.With, symbols: Mapping[int, str], own: set[str]
) -> tuple[str, list[int]] | None:
    """Return the text without a block; None where it is not known whom its arguments are meant for."""
    call = block.items[0].context_expr
    assert isinstance(call, ast.Call)
    listed = call.args[0] if len(call.args) == 1 else None
    keywords = {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg is not None}
    if not isinstance(listed, (ast.List, ast.Tuple)) or len(keywords) < len(call.keywords):
        return None
    bound = block.items[0].optional_vars
    inside = [n for s in block.body for n in walk(s)]
    if bound is not None and not (
        isinstance(bound, ast.Name)
        and sum(isinstance(n, ast.Name) and n.id == bound.id for n in walk(source.tree)) == 1
    ):
        return None
    meant = {contributed_name(symbols.get(id(function), "")) for function in listed.elts}
    if "" in meant or not all(parameters_of(name) or name in _TAKING for name in meant):
        return None
    calls = [n for n in inside if isinstance(n, ast.Call)]
    hidden = any(isinstance(c.func, ast.Name) and c.func.id in own for c in calls)
    if hidden or any(isinstance(n, _INNER) for n in inside) or _over_lines(inside):
        return None
    inserted: list[tuple[int, str]] = []
    for each in calls:
        name = contributed_name(symbols.get(id(each.func), ""))
        if name not in meant:
            continue
        order = parameters_of(name) or _TAKING[name]
        there = {*order[: len(each.args)], *(k.arg for k in each.keywords)}
        more = [f"{k}={v}" for k, v in keywords.items() if k not in there]
        _, end = source.span(each)
        last = source.data[: end - 1].decode(source.encoding).rstrip()[-1:]
        apart = "" if last in ("(", ",") else ", "
        if more:
            inserted.append((end - 1, apart + ", ".join(more)))
    data = source.data
    for at, text in sorted(inserted, reverse=True):
        data = data[:at] + text.encode(source.encoding) + data[at:]
    return _dedented(source, block, data[source.bom :].decode(source.encoding))


# Those that take such arguments, and are no layers of tf.layers.
_TAKING = {
    "dropout": (
        "inputs",
        "keep_prob",
        "noise_shape",
        "is_training",
        "outputs_collections",
        "scope",
    ),
    "flatten": ("inputs", "outputs_collections", "scope"),
}


def _over_lines(nodes: list[ast.AST]) -> bool:
    """Tell whether a text goes over several lines, which must not be moved."""
    return any(
        isinstance(n, (ast.Constant, ast.JoinedStr))
        and (getattr(n, "end_lineno", 0) or 0) > getattr(n, "lineno", 0)
        for n in nodes
    )


def _dedented(source: Source, block: ast.With, text: str) -> tuple[str, list[int]]:
    """Return a text whose block is opened, and which line each was."""
    width = block.body[0].col_offset - block.col_offset
    first = block.body[0].lineno
    last = block.end_lineno or first
    lines: list[tuple[str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if block.lineno <= number < first:
            # Comments between the two stay.
            if line.lstrip().startswith("#") and number > block.lineno:
                lines.append((line[width:], number))
            continue
        inside = first <= number <= last
        lines.append((line[width:] if inside and not line[:width].strip() else line, number))
    return as_text(lines)
