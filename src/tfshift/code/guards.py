"""Branches that the target never runs: ``if tf.__version__ < "2"``, ``if hasattr(tf, "contrib")``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable
from typing import Any

from packaging.version import InvalidVersion, Version

VERSION_SYMBOLS = {"tf.__version__", "tf.VERSION", "tf.version.VERSION", "tf.compat.v1.VERSION",
                   "tf.compat.v1.__version__"}  # fmt: skip
_VERSION_TYPES = {"LooseVersion", "StrictVersion", "Version", "parse", "parse_version", "V"}
_STRING_METHODS = {"startswith", "endswith", "split", "strip", "replace", "rsplit", "partition"}
_BUILTINS: dict[str, Callable[..., Any]] = {
    "int": int, "float": float, "str": str, "tuple": tuple, "list": list, "len": len,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


class _UnknowableError(Exception):
    """The value depends on something other than the TensorFlow release."""


class _Evaluator:
    """Computes what depends on nothing but the TensorFlow version.

    Args:
        version: the target's exact version.
        symbol_of: an expression's TensorFlow symbol, or None.
        exists: whether the target has a symbol.
    """

    def __init__(
        self,
        version: str,
        symbol_of: Callable[[ast.expr], str | None],
        exists: Callable[[str], bool],
    ) -> None:
        self.version = version
        self.symbol_of = symbol_of
        self.exists = exists

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.Name, ast.Attribute)):
            if self.symbol_of(node) in VERSION_SYMBOLS:
                return self.version
            raise _UnknowableError
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise _UnknowableError
        return handler(node)

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            compare = _COMPARISONS.get(type(kind))
            if compare is None:
                raise _UnknowableError
            if not compare(left, right):
                return False
            left = right
        return True

    def _boolop(self, node: ast.BoolOp) -> bool:
        deciding = isinstance(node.op, ast.Or)
        unknown = False
        for part in node.values:
            try:
                if bool(self.value(part)) is deciding:
                    return deciding
            except _UnknowableError:
                unknown = True
        if unknown:
            raise _UnknowableError
        return not deciding

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.value(node.operand)
        raise _UnknowableError

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self.value(e) for e in node.elts)

    def _list(self, node: ast.List) -> list[Any]:
        return [self.value(e) for e in node.elts]

    def _subscript(self, node: ast.Subscript) -> Any:
        value = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            ends = (node.slice.lower, node.slice.upper, node.slice.step)
            return value[slice(*(self.value(e) if e else None for e in ends))]
        return value[self.value(node.slice)]

    def _call(self, node: ast.Call) -> Any:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "hasattr" and len(node.args) == 2:
            symbol = self.symbol_of(node.args[0])
            if symbol is None:
                raise _UnknowableError
            return self.exists(f"{symbol}.{self.value(node.args[1])}")
        arguments = [self.value(a) for a in node.args[1 if name == "map" else 0 :]]
        if name == "map" and isinstance(node.args[0], ast.Name) and node.args[0].id in _BUILTINS:
            return [_BUILTINS[node.args[0].id](item) for item in arguments[0]]
        if name in _VERSION_TYPES and arguments:
            return Version(arguments[0])
        if isinstance(function, ast.Name) and name in _BUILTINS:
            return _BUILTINS[name](*arguments)
        if isinstance(function, ast.Attribute) and name in _STRING_METHODS:
            return getattr(self.value(function.value), name)(*arguments)
        raise _UnknowableError


def truth(evaluator: _Evaluator, test: ast.expr) -> bool | None:
    """Decide a condition; None where it depends on more than the version."""
    try:
        return bool(evaluator.value(test))
    except (_UnknowableError, InvalidVersion, TypeError, ValueError, IndexError, AttributeError):
        return None


def dead_lines(
    branches: Iterable[ast.If],
    version: str,
    symbol_of: Callable[[ast.expr], str | None],
    exists: Callable[[str], bool],
) -> list[tuple[int, int]]:
    """Return the line ranges (inclusive) that never run on a version."""
    evaluator = _Evaluator(version, symbol_of, exists)
    dead: list[tuple[int, int]] = []
    for node in branches:
        answer = truth(evaluator, node.test)
        body = node.orelse if answer else node.body
        if answer is None or not body:
            continue
        last = body[-1].end_lineno or body[-1].lineno
        dead.append((body[0].lineno, last))
    return dead
