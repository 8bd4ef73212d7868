"""Branches that the target never runs: ``if tf.__version__ < "2"``, ``if hasattr(tf, "contrib")``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable
from typing import Any

from tfshift.code.names import Binding, Branch, Scope, place, symbol_of, visible

VERSION_SYMBOLS = {
    "tf.__version__", "tf.VERSION", "tf.version.VERSION", "tf.compat.v1.VERSION",
    "tf.compat.v1.__version__", "tf.compat.v1.version.VERSION", "tf.compat.v2.__version__",
}  # fmt: skip
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


def _only(binding: Binding, scope: Scope | None) -> bool:
    """Tell whether a name is bound once, so that its value is sure."""
    while scope is not None:
        bindings = scope.bindings.get(binding.name, [])
        if any(b is binding for b in bindings):
            return len(bindings) == 1
        scope = scope.parent
    return False


class _UnknowableError(Exception):
    """The value depends on something other than the TensorFlow release."""


class _Evaluator:
    """Computes what depends on nothing but the TensorFlow version.

    Args:
        version: the target's exact version.
        exists: whether the target has a symbol.
    """

    def __init__(self, version: str, exists: Callable[[str], bool]) -> None:
        self.version = version
        self.exists = exists
        self.scope: Scope
        self._busy: set[int] = set()

    def truth(self, test: ast.expr, scope: Scope) -> bool | None:
        """Decide a condition; None where it depends on more than the version."""
        self.scope = scope
        try:
            return bool(self.value(test))
        except (_UnknowableError, TypeError, ValueError, LookupError, AttributeError):
            # A version that cannot be read is a ValueError.
            return None
        except RecursionError:
            return None

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named(node)
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise _UnknowableError
        return handler(node)

    def _named(self, node: ast.Name | ast.Attribute) -> Any:
        """Return the version, or what the one assignment of a name (``TF2 = ...``) gives it."""
        at = place(node.lineno, node.col_offset)
        if symbol_of(node, self.scope, at) in VERSION_SYMBOLS:
            return self.version
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        if name == "TYPE_CHECKING":
            return False
        found = visible(name, self.scope, at) if isinstance(node, ast.Name) else []
        statement = found[0].statement if len(found) == 1 else None
        if not isinstance(statement, ast.Assign) or id(statement) in self._busy:
            raise _UnknowableError
        if statement.value is node or not _only(found[0], self.scope):
            raise _UnknowableError
        self._busy.add(id(statement))
        try:
            return self.value(statement.value)
        finally:
            self._busy.discard(id(statement))

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            compare = _COMPARISONS.get(type(kind))
            if compare is None:
                raise _UnknowableError
            # LooseVersion compares itself with plain text as well.
            if isinstance(right, str) and type(left).__name__ == "Version":
                right = type(left)(right)
            elif isinstance(left, str) and type(right).__name__ == "Version":
                left = type(right)(left)
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

    def _generatorexp(self, node: ast.GeneratorExp | ast.ListComp) -> list[Any]:
        """``int(part) for part in ...``: one plain loop over one conversion."""
        (loop,) = node.generators
        if loop.ifs or not isinstance(loop.target, ast.Name) or not isinstance(node.elt, ast.Call):
            raise _UnknowableError
        convert, arguments = node.elt.func, node.elt.args
        if not isinstance(convert, ast.Name) or convert.id not in _BUILTINS or len(arguments) != 1:
            raise _UnknowableError
        if not isinstance(arguments[0], ast.Name) or arguments[0].id != loop.target.id:
            raise _UnknowableError
        return [_BUILTINS[convert.id](item) for item in self.value(loop.iter)]

    _listcomp = _generatorexp

    def _class_of(self, node: ast.expr, at: int) -> str:
        """Return the class of an object; only of one whose own names are all known."""
        found = visible(node.id, self.scope, at) if isinstance(node, ast.Name) else []
        value = found[0].value if len(found) == 1 else None
        if value is None or value.symbol is None or value.own:
            raise _UnknowableError
        return value.symbol

    def _call(self, node: ast.Call) -> Any:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "hasattr" and len(node.args) == 2:
            at = place(node.lineno, node.col_offset)
            symbol = symbol_of(node.args[0], self.scope, at)
            if symbol is None:
                symbol = self._class_of(node.args[0], at)
            return self.exists(f"{symbol}.{self.value(node.args[1])}")
        arguments = [self.value(a) for a in node.args[1 if name == "map" else 0 :]]
        if name == "map" and isinstance(node.args[0], ast.Name) and node.args[0].id in _BUILTINS:
            return [_BUILTINS[node.args[0].id](item) for item in arguments[0]]
        if name in _VERSION_TYPES and arguments:
            from packaging.version import Version

            return Version(arguments[0])
        if isinstance(function, ast.Name) and name in _BUILTINS:
            return _BUILTINS[name](*arguments)
        if isinstance(function, ast.Attribute) and name in _STRING_METHODS:
            return getattr(self.value(function.value), name)(*arguments)
        raise _UnknowableError


def dead_spans(
    branches: Iterable[Branch], version: str, exists: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Return the spans, as ``place`` tells positions, that never run on a version."""
    evaluator = _Evaluator(version, exists)
    dead: list[tuple[int, int]] = []
    for branch in branches:
        answer = evaluator.truth(branch.test, branch.scope)
        if answer is None:
            continue
        chosen, other = (branch.holds, branch.fails) if answer else (branch.fails, branch.holds)
        dead.extend(map(_span, other))
        if branch.rest and chosen and _leaves(chosen[-1]):
            dead.extend(map(_span, branch.rest))
    return dead


def _span(node: Any) -> tuple[int, int]:
    first = min((node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))))
    column = node.col_offset if first == node.lineno else 0
    return place(first, column), place(node.end_lineno, node.end_col_offset)


def _leaves(node: ast.AST) -> bool:
    """Tell whether nothing after a statement in its block can run."""
    if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("exit", "_exit", "quit")
