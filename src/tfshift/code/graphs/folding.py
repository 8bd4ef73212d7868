"""Branches of a function that what it is given decides, where that is written out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfshift.code.graphs.walking import walk


@dataclass
class Folded:
    """Which lines of a function are left of branches that are decided.

    Args:
        gone: lines that go.
        nearer: lines that stay, and by how much they move to the left.
        empty: lines that become ``pass``, as nothing else stands in their block.
    """

    gone: set[int] = field(default_factory=set)
    nearer: dict[int, int] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)

    def line(self, number: int, text: str) -> str | None:
        """Return what becomes of a line; None where it goes."""
        if number in self.empty:
            return f"{text[: len(text) - len(text.lstrip())]}pass"
        if number in self.gone:
            return None
        columns = self.nearer.get(number, 0)
        return text[columns:] if text[:columns].isspace() else text


def folded(body: Sequence[ast.stmt], given: Mapping[str, ast.expr]) -> Folded:
    """Return what is left of a function's statements with what it is given.

    Args:
        body: they.
        given: its parameters that nothing else is bound to, and what they are given.
    """
    found = Folded()
    held = {name: v.value for name, v in given.items() if isinstance(v, ast.Constant)}
    if held:
        _fold(body, held, 0, found)
    return found


def _fold(body: Sequence[ast.stmt], held: Mapping[str, object], nearer: int, found: Folded) -> None:
    for statement in body:
        assert statement.end_lineno is not None
        if nearer:
            for number in range(statement.lineno, statement.end_lineno + 1):
                found.nearer[number] = nearer
        decided = _value(statement.test, held) if isinstance(statement, ast.If) else None
        if isinstance(statement, ast.If) and decided is not None and _is_plain(statement):
            left = statement.body if decided else statement.orelse
            whole = range(statement.lineno, statement.end_lineno + 1)
            first, last = (left[0].lineno, left[-1].end_lineno) if left else (0, -1)
            assert last is not None
            found.gone.update(n for n in whole if not first <= n <= last)
            if not left and len(body) == 1:
                found.empty.add(statement.lineno)
            deeper = left[0].col_offset - statement.col_offset if left else 0
            for number in range(first, last + 1):
                found.nearer[number] = nearer + deeper
            _fold(left, held, nearer + deeper, found)
            continue
        for block in _blocks(statement):
            _fold(block, held, nearer, found)


def _is_plain(statement: ast.If) -> bool:
    """Tell whether a branch has its lines for itself and is no part of a longer chain."""
    chained = len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If)
    blocks = [b for b in (statement.body, statement.orelse) if b]
    apart = all(b[0].lineno > statement.lineno for b in blocks)
    return apart and not (chained and statement.orelse[0].col_offset == statement.col_offset)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block


def _value(test: ast.expr, held: Mapping[str, object]) -> bool | None:
    """Return whether a condition holds; None where that is not known."""
    names = {n.id for n in walk(test) if isinstance(n, ast.Name)}
    if not names or names - held.keys():
        return None
    if isinstance(test, ast.Name):
        return bool(held[test.id])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _value(test.operand, held)
        return None if inner is None else not inner
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    sides = [_constant(side, held) for side in (test.left, test.comparators[0])]
    if None in sides:
        return None
    left, right = (side[0] for side in sides if side is not None)
    operator = test.ops[0]
    if isinstance(operator, (ast.Is, ast.Eq)):
        return left is right if isinstance(operator, ast.Is) else left == right
    if isinstance(operator, (ast.IsNot, ast.NotEq)):
        return left is not right if isinstance(operator, ast.IsNot) else left != right
    return None


def _constant(node: ast.expr, held: Mapping[str, object]) -> tuple[object] | None:
    if isinstance(node, ast.Constant):
        return (node.value,)
    return (held[node.id],) if isinstance(node, ast.Name) and node.id in held else None
