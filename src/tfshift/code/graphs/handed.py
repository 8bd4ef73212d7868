"""Sessions that functions are given: which of their parameters these are, and which calls give one."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.syntax import parameters, session_of
from tfshift.code.graphs.walking import walk


@dataclass(frozen=True)
class Taker:
    """Functions or methods of the file that are called alike and given a session.

    Args:
        functions: they, each with the name of its class, or nothing.
        parameter: the name of the parameter.
        position: which argument of a call that is, counted without ``self``.
        called: what is called to call it: the class where it is ``__init__``.
        sessions: names of sessions, where something else is called alike.
    """

    functions: tuple[tuple[str, ast.FunctionDef], ...]
    parameter: str
    position: int
    called: str
    sessions: frozenset[str] | None = None

    def is_clear(self, call: ast.Call) -> bool:
        """Tell whether the arguments of a call can be told apart."""
        starred = any(isinstance(a, ast.Starred) for a in call.args[: self.position + 1])
        return not starred and all(k.arg is not None for k in call.keywords)

    def argument(self, call: ast.Call) -> ast.expr | None:
        """Return the argument of a call that is the session; None where none is given.

        Raises:
            Refusal: if that cannot be told.
        """
        if not self.is_clear(call):
            raise Refusal(call, "arguments that are not known")
        found = next((k.value for k in call.keywords if k.arg == self.parameter), None)
        if len(call.args) > self.position:
            found = call.args[self.position]
        if self.sessions is None or (isinstance(found, ast.Name) and found.id in self.sessions):
            return found
        return None


@dataclass(frozen=True)
class Surroundings:
    """What all scopes of a file are read with.

    Args:
        takers: functions that are given a session, by what is called to call them.
        prefix: what names start with that stand for attributes of ``self``.
        classes: those that hold a graph.
        attributes: what they bind of ``self``, by the name of the class.
        imported: the names that the file's imports bind.
    """

    takers: Mapping[str, Taker] = field(default_factory=dict)
    prefix: str = ""
    classes: Container[ast.AST] = ()
    attributes: Mapping[str, Set[str]] = field(default_factory=dict)
    imported: Set[str] = frozenset()


def takers(tree: ast.Module, symbols: Mapping[int, str], prefix: str) -> Mapping[str, Taker]:
    """Return the functions that are given a session, by what is called to call them.

    A parameter is a session if it, or the attribute that it is bound to, is run with something, or
    if it is given to one of these functions; and if its name says so or a call gives one.

    Args:
        tree: the file, in which attributes of ``self`` are names with a prefix.
        symbols: identity of an expression -> the symbol that it names.
        prefix: that of the attributes.

    Raises:
        Refusal: if two of them have one name and are given it in different places.
    """
    found: dict[str, Taker] = {}
    functions = list(_functions(tree))
    if not any(parameters(function) for function, _ in functions):
        return found
    calls: dict[str, list[ast.Call]] = {}
    for call in (n for n in walk(tree) if isinstance(n, ast.Call)):
        calls.setdefault(called_name(call, prefix), []).append(call)
    sessions = set(_session_names(tree, symbols))
    done: set[ast.FunctionDef] = set()
    more = True
    while more:
        more = False
        for function, owner in functions:
            for taker in () if function in done else _takings(function, owner):
                given = {
                    argument.id
                    for call in calls.get(taker.called, ())
                    if taker.is_clear(call)
                    and isinstance(argument := taker.argument(call), ast.Name)
                }
                if ("sess" in taker.parameter or given & sessions) and _is_run(
                    taker, owner or function, found, prefix
                ):
                    other = found.get(taker.called, taker)
                    if (other.parameter, other.position) != (taker.parameter, taker.position):
                        raise Refusal(function, f"several functions are called {taker.called}")
                    together = dict.fromkeys((*other.functions, *taker.functions))
                    found[taker.called] = replace(other, functions=tuple(together))
                    sessions.add(taker.parameter)
                    done.add(function)
                    more = True
                    break
    for name, taker in list(found.items()):
        if any(f.name == name and f not in done for f, _ in functions):
            found[name] = replace(taker, sessions=frozenset(sessions))
    return found


def _takings(function: ast.FunctionDef, owner: ast.ClassDef | None) -> Iterator[Taker]:
    """Yield a function once for each parameter that might be a session."""
    name = owner.name if owner is not None else ""
    called = name if owner is not None and function.name == "__init__" else function.name
    own = parameters(function)[1 if owner is not None else 0 :]
    for position, parameter in enumerate(own):
        yield Taker(((name, function),), parameter.arg, position, called)


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, ast.ClassDef | None]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield inner, node


def _session_names(tree: ast.Module, symbols: Mapping[int, str]) -> Iterator[str]:
    """Yield the names that sessions are bound to."""
    for node in walk(tree):
        value: ast.expr | None = None
        target: ast.expr | None = None
        if isinstance(node, ast.Assign):
            value, target = node.value, node.targets[0]
        elif isinstance(node, ast.withitem):
            value, target = node.context_expr, node.optional_vars
        made = isinstance(value, ast.Call) and symbols.get(id(value.func)) in known.SESSION
        if made and isinstance(target, ast.Name):
            yield target.id


def _is_run(taker: Taker, around: ast.AST, found: Mapping[str, Taker], prefix: str) -> bool:
    """Tell whether a parameter is run with something, or given to a function that does."""
    name, inside = taker.parameter, walk(taker.functions[0][1])
    attributes = {
        node.targets[0].id
        for node in inside
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.startswith(prefix)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    for node in (n for n in inside if isinstance(n, ast.Call)):
        other = found.get(called_name(node, prefix))
        given = other.argument(node) if other is not None else None
        if (
            _runs(node, {name})
            or saved_with(node, {name})
            or (isinstance(given, ast.Name) and given.id == name)
        ):
            return True
    return bool(attributes) and any(
        _runs(node, attributes) for node in walk(around) if isinstance(node, ast.Call)
    )


def _runs(call: ast.Call, names: set[str]) -> bool:
    """Tell whether a call runs something in what has one of some names."""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "run"
        and isinstance(function.value, ast.Name)
        and function.value.id in names
        and bool(call.args or call.keywords)
    )


def saved_with(call: ast.Call, sessions: Container[str]) -> str:
    """Return the name of what saves or restores in one of some sessions; nothing if a call does neither."""
    function = call.func
    found = session_of(call)
    given = found.value if isinstance(found, ast.keyword) else found
    if (
        isinstance(function, ast.Attribute)
        and function.attr in ("save", "restore")
        and isinstance(function.value, ast.Name)
        and isinstance(given, ast.Name)
        and given.id in sessions
    ):
        return function.value.id
    return ""


def called_name(call: ast.Call, prefix: str) -> str:
    """Return the name of the function or method that is called; nothing where it has none."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id.removeprefix(prefix) if isinstance(function, ast.Name) else ""
