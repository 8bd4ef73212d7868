"""What the parameters of a file's own functions are: their annotations and the calls of them tell."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from tfshift.code import objects
from tfshift.code.binding import Binder, Parameters, parameters_of
from tfshift.code.names import Scope, Value
from tfshift.code.sources import Source
from tfshift.code.trees import children, stands_on

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of_calls(source: Source, binder: Binder, is_method: Callable[[str], bool]) -> Parameters:
    """Return what is known of parameters from the calls in the file itself.

    A parameter counts where a method is called on it, and is known where all calls of its function
    agree and it is nowhere handed around as a value: then others may call it.

    Args:
        source: the file.
        binder: the first pass over it.
        is_method: whether a class of TensorFlow has a method of that name.
    """
    functions = _wanted(source, binder, is_method)
    if not functions:
        return {}
    calls = _Calls(source, binder, functions)
    return {node: told for node, told in calls.told() if told}


def _wanted(
    source: Source, binder: Binder, is_method: Callable[[str], bool]
) -> dict[_Function, set[str]]:
    """Return the functions that call methods of their parameters, and which parameters these are."""
    own: dict[_Function, set[str]] = {}
    for node, scope in binder.scopes.items():
        if isinstance(node, _FUNCTIONS) and not node.decorator_list:
            names = {a.arg for a in parameters_of(node.args)}
            # The first one of a method is known already.
            own[node] = {n for n in names if len(scope.bindings[n]) == 1 and not _known(scope, n)}
    every = set().union(*own.values()) if own else set()
    used: dict[str, list[int]] = {}
    for name, _, place in source.calls(is_method) if every else ():
        if name in every:
            used.setdefault(name, []).append(place)
    lines = {name: list(source.lines_of(places)) for name, places in used.items()}
    found = {
        node: {n for n in names if n in lines and stands_on(node, lines[n])}
        for node, names in own.items()
    }
    return {node: names for node, names in found.items() if names}


def _known(scope: Scope, name: str) -> bool:
    return scope.bindings[name][0].value is not None


class _Calls:
    """Finds the calls of some functions and what they hand over.

    Args:
        source: the file.
        binder: the first pass over it.
        functions: the functions, and which of their parameters count.
    """

    def __init__(
        self, source: Source, binder: Binder, functions: Mapping[_Function, set[str]]
    ) -> None:
        self.binder, self.functions = binder, functions
        self.names = {node.name for node in functions}
        self.hits = list(source.lines_with(self.names))
        self.values: dict[_Function, list[dict[str, Value | None] | None]] = {}
        self._visit(source.tree)

    def told(self) -> Iterator[tuple[_Function, dict[str, Value]]]:
        """Yield each function with those of its parameters that are known."""
        for node, calls in self.values.items():
            told: dict[str, Value] = {}
            for name in self.functions[node]:
                given = [None if call is None else call.get(name, _LEFT_OUT) for call in calls]
                values = [value for value in given if value is not _LEFT_OUT]
                first = values[0] if values else None
                if first is not None and all(_same(first, value) for value in values):
                    told[name] = first
            yield node, told

    def _visit(self, tree: ast.Module) -> None:
        stack: list[tuple[ast.AST, Scope]] = [(tree, self.binder.module)]
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.stmt) and not stands_on(node, self.hits):
                continue
            if isinstance(node, ast.Call) and (called := self._called(node.func, scope)):
                self.values.setdefault(called, []).append(self._given(called, node, scope))
                stack.extend((child, scope) for child in (*node.args, *node.keywords))
                continue
            if isinstance(node, (ast.Name, ast.Attribute)) and (
                handed := self._called(node, scope)
            ):
                # Whoever gets it may call it with anything.
                self.values.setdefault(handed, []).append(None)
            inner = self.binder.scopes.get(node, scope)
            stack.extend((child, inner) for child in children(node))

    def _called(self, node: ast.expr, scope: Scope) -> _Function | None:
        """Return which of the functions is meant: a name, or a method of the object at hand."""
        if isinstance(node, ast.Name) and node.id in self.names:
            statement = objects.statement(node, scope)
        elif isinstance(node, ast.Attribute) and node.attr in self.names:
            statement = self._method(node, scope)
        else:
            return None
        if isinstance(statement, _FUNCTIONS) and statement in self.functions:
            return statement
        return None

    def _method(self, node: ast.Attribute, scope: Scope) -> ast.stmt | None:
        """Find a method of the class of which a function's first parameter is an object."""
        if not isinstance(node.value, ast.Name):
            return None
        owner = objects.known(node.value, scope)
        for inner in self.binder.scopes.values() if owner is not None else ():
            if inner.is_class and inner.value is owner and node.attr in inner.bindings:
                return inner.bindings[node.attr][-1].statement
        return None

    def _given(
        self, function: _Function, call: ast.Call, scope: Scope
    ) -> dict[str, Value | None] | None:
        """Return what a call hands over by parameter; None where that cannot be told."""
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        if isinstance(call.func, ast.Attribute):
            names = names[1:]
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        if starred or any(keyword.arg is None for keyword in call.keywords):
            return None
        given: dict[str, Value | None] = {}
        for name, expression in (
            *zip(names, call.args, strict=False),
            *((str(keyword.arg), keyword.value) for keyword in call.keywords),
        ):
            given[name] = objects.value_of(expression, scope, self.binder.around.made_by)
        return given


# What a call leaves to the default tells nothing.
_LEFT_OUT = Value(None)


def _same(first: Value, other: Value | None) -> bool:
    """Tell whether two objects are known to be of one class; the project's own are one value each."""
    if other is None or first is other:
        return first is other
    return not first.own and not other.own and first.symbol == other.symbol
