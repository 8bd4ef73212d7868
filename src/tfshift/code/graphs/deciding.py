"""Choices between two expressions that are decided where a function is written at its call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, replaced, until_none
from tfshift.code.graphs.walking import walk


def decided(one: Inlined) -> Inlined:
    """Write what is chosen in a choice's place, where a constant chooses."""

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        del symbols
        source = now.file.source
        for choice in (n for n in walk(source.tree) if isinstance(n, ast.IfExp)):
            holds = _holds(choice.test)
            if holds is not None:
                chosen = choice.body if holds else choice.orelse
                yield replaced(source, choice, ast.unparse(chosen))

    return until_none(one, written, fewer=True)


def _holds(test: ast.expr) -> bool | None:
    """Tell whether a condition holds; None where that is not written out."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _holds(test.operand)
        return None if inner is None else not inner
    return None
