"""Runs that are told to trace what they take, as runs that are not: TensorFlow 2 has a profiler for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, replaced, until_none
from tfshift.code.graphs.lines import lines_without
from tfshift.code.graphs.walking import walk

_MADE = ("tf.RunOptions", "tf.RunMetadata")
_KEYWORDS = ("options", "run_metadata")
# What else may be said of how a run is traced.
_SAID = {"trace_level", "output_partition_graphs"}
TOLD = "; what runs took is traced no more: tf.profiler does it"


def untraced(one: Inlined) -> Inlined:
    """Take options and metadata away from runs, where they do nothing but trace."""
    if "RunMetadata" not in one.file.source.text and "RunOptions" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        nodes = walk(source.tree)
        made = [s for s in nodes if isinstance(s, ast.Assign) and _makes(s.value, symbols)]
        names = {t.id for s in made for t in s.targets if isinstance(t, ast.Name)}
        runs = [
            call
            for call in nodes
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "run"
            and any(_traces(k, names, symbols) for k in call.keywords)
        ]
        shown = [s for s in nodes if isinstance(s, ast.Expr) and _shows(s.value, names)]
        inside = {id(n) for s in (*made, *shown) for n in walk(s)}
        inside |= {id(n) for c in runs for k in c.keywords if k.arg in _KEYWORDS for n in walk(k)}
        left = [
            n for n in nodes if isinstance(n, ast.Name) and n.id in names and id(n) not in inside
        ]
        if left or not all(has_its_lines(source, s) for s in (*made, *shown)):
            return
        for call in runs:
            kept = [k for k in call.keywords if not _traces(k, names, symbols)]
            yield replaced(source, call, ast.unparse(ast.Call(call.func, call.args, kept)))
        if shown or made:
            yield lines_without(source.text, source.tree, [*shown, *made])

    found = until_none(one, written, fewer=True)
    return one if found.file is one.file else replace(found, told=one.told + TOLD)


def _makes(value: ast.expr, symbols: Mapping[int, str]) -> bool:
    """Tell whether an expression makes what a run is only traced by."""
    if not isinstance(value, ast.Call) or value.args:
        return False
    made = plain(symbols.get(id(value.func), "")) in _MADE
    return made and {k.arg for k in value.keywords} <= _SAID


def _traces(keyword: ast.keyword, names: set[str], symbols: Mapping[int, str]) -> bool:
    """Tell whether an argument of a run only says that it is traced."""
    if keyword.arg not in _KEYWORDS:
        return False
    named = isinstance(keyword.value, ast.Name) and keyword.value.id in names
    return named or _makes(keyword.value, symbols)


def _shows(value: ast.expr, names: set[str]) -> bool:
    """Tell whether an expression writes down what was traced."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    first = value.args[0] if value.args else None
    return (
        value.func.attr == "add_run_metadata" and isinstance(first, ast.Name) and first.id in names
    )
