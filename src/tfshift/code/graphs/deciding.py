"""Choices between two expressions that are decided where a function is written at its call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, replaced, until_none
from tfshift.code.graphs.lines import instead, lines_without
from tfshift.code.graphs.sizes import COMPARISONS
from tfshift.code.graphs.syntax import asks_for_none
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source


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
        for branch in (n for n in walk(source.tree) if isinstance(n, ast.If)):
            holds = _compares(branch.test)
            if holds is None or _is_elif(source, branch):
                continue
            kept = branch.body if holds else branch.orelse
            if all(has_its_lines(source, s) for s in kept):
                yield _left(source, branch, kept)

    return until_none(one, written, fewer=True)


def never_none(one: Inlined) -> Inlined:
    """Write what ``if self.rate is not None:`` holds in its place, where that is a tensor of the graph."""
    if " None" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        nodes = walk(source.tree)
        branches = [n for n in nodes if isinstance(n, ast.If) and asks_for_none(n.test)]
        bound = _bound(nodes) if branches else {}
        for branch in branches:
            test = branch.test
            assert isinstance(test, ast.Compare)
            made = bound.get(ast.unparse(test.left), [])
            tensor = made[0] if len(made) == 1 else None
            if not isinstance(tensor, ast.Call) or _is_elif(source, branch):
                continue
            if plain(symbols.get(id(tensor.func), "")) not in known.PLACEHOLDER:
                continue
            kept = branch.body if isinstance(test.ops[0], ast.IsNot) else branch.orelse
            if all(has_its_lines(source, s) for s in kept):
                yield _left(source, branch, kept)

    return until_none(one, written, fewer=True)


def _holds(test: ast.expr) -> bool | None:
    """Tell whether a condition holds; None where that is not written out."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _holds(test.operand)
        return None if inner is None else not inner
    return None


def _compares(test: ast.expr) -> bool | None:
    """Tell whether two numbers that are written out compare so; None where they are not."""
    if not isinstance(test, ast.Compare) or len(test.ops) > 1:
        return None
    sides = (test.left, test.comparators[0])
    if not all(isinstance(side, ast.Constant) and type(side.value) is int for side in sides):
        return None
    left, right = (side.value for side in sides if isinstance(side, ast.Constant))
    compare = COMPARISONS.get(type(test.ops[0]))
    return None if compare is None else bool(compare(left, right))


def _is_elif(source: Source, branch: ast.If) -> bool:
    return source.line(branch.lineno)[branch.col_offset :].startswith("elif")


def _left(source: Source, branch: ast.If, kept: Sequence[ast.stmt]) -> tuple[str, list[int]]:
    """Return the file's text with what is kept of a branch in its place."""
    if not kept:
        return lines_without(source.text, source.tree, [branch])
    return instead(source, branch, kept)


def _bound(nodes: Sequence[ast.AST]) -> dict[str, list[ast.expr | None]]:
    """Return what names and attributes are bound to, by how they are written; None for what is not plain."""
    values = {
        id(target): node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
    }
    found: dict[str, list[ast.expr | None]] = {}
    for node in nodes:
        if isinstance(node, ast.arg):
            found.setdefault(node.arg, []).append(None)
        elif isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            found.setdefault(ast.unparse(node), []).append(values.get(id(node)))
    return found
