"""What Python code says, asked of its tree."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from tfshift.code.graphs.walking import walk

Found = TypeVar("Found")


# What marks the names of files that are read as one, before the number of the file.
JOINTS = ("_of", "_0f", "_zq", "_zQ")
_MARK = re.compile(rf"(?:{'|'.join(JOINTS)})\d+")


# Methods of lists, dictionaries, sets and arrays that change them.
CHANGING = {
    "append", "reverse", "extend", "insert", "pop", "remove", "sort", "clear", "update", "setdefault",
    "popitem", "add", "discard", "fill", "resize", "itemset",
}  # fmt: skip


def is_taken(name: str, taken: Collection[str]) -> bool:
    """Tell whether a name means something, also where that has the mark of a file."""
    if name in taken:
        return True
    size = len(name)
    return any(t.startswith(name) and _MARK.fullmatch(t, size) is not None for t in taken)


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the name that is wanted, with a number behind it where it is taken."""
    name, number = wanted, 1
    while is_taken(name, taken):
        number += 1
        name = f"{wanted}_{number}"
    return name


def outside_in(node: ast.expr, read: Callable[[ast.expr], Found | None]) -> Iterator[Found]:
    """Yield what is read of the outermost expressions of which something is."""
    found = read(node)
    if found is not None:
        yield found
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from outside_in(child, read)
        elif isinstance(child, (ast.keyword, ast.comprehension, ast.FormattedValue)):
            for inner in ast.iter_child_nodes(child):
                if isinstance(inner, ast.expr):
                    yield from outside_in(inner, read)


def arguments(call: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr] | None:
    """Return a call's arguments by name; None where these cannot be told.

    Args:
        call: the call.
        parameters: those of the function that may be given by position, in order.
    """
    starred = any(isinstance(a, ast.Starred) for a in call.args)
    if starred or len(call.args) > len(parameters):
        return None
    found = dict(zip(parameters, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in found:
            return None
        found[keyword.arg] = keyword.value
    return found


def asks_identity(node: ast.AST) -> bool:
    """Tell whether an expression compares with what is identity in a graph."""
    return isinstance(node, ast.Compare) and any(
        isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for op in node.ops
    )


def changed_in_place(node: ast.AST) -> str:
    """Return the name of what a node changes without binding it anew, or nothing."""
    changed: ast.AST | None = None
    if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
        changed = node.value if isinstance(node, ast.Subscript) else None
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in CHANGING:
            changed = node.func.value
        elif node.func.attr in ("shuffle", "copyto", "put") and node.args:
            changed = node.args[0]
    while isinstance(changed, ast.Subscript):
        changed = changed.value
    return changed.id if isinstance(changed, ast.Name) else ""


def asks_for_none(node: ast.AST) -> ast.expr | None:
    """Return that of which an expression only asks whether it is None."""
    if not isinstance(node, ast.Compare) or len(node.ops) > 1:
        return None
    asks = isinstance(node.ops[0], (ast.Is, ast.IsNot)) and is_constant(node.comparators[0], None)
    return node.left if asks else None


def asks_name_for_none(node: ast.AST) -> bool:
    """Tell whether an expression only asks whether a name is None."""
    return isinstance(asks_for_none(node), ast.Name)


def is_constant(node: ast.expr, value: object) -> bool:
    """Tell whether an expression is a certain constant."""
    return isinstance(node, ast.Constant) and node.value is value


def appended(node: ast.expr) -> tuple[str, ast.expr] | None:
    """Read an expression as what is added to a list that has a name; None where it is none."""
    if not isinstance(node, ast.Call) or not is_method(node, "append") or len(node.args) != 1:
        return None
    assert isinstance(node.func, ast.Attribute)
    base = node.func.value
    return (base.id, node.args[0]) if isinstance(base, ast.Name) else None


def is_added(call: ast.Call) -> bool:
    """Tell whether a summary is added under a step, or none, and nothing else is said."""
    named = [k.arg for k in call.keywords]
    return bool(call.args) and len(call.args) + len(named) <= 2 and named in ([], ["global_step"])


def is_trained(call: ast.Call) -> bool:
    """Tell whether what a call makes is trained for certain: nothing else is said."""
    return all(k.arg != "trainable" or is_constant(k.value, True) for k in call.keywords)


def session_of(call: ast.Call) -> ast.expr | ast.keyword | None:
    """Return the session that a saver is given, as it stands in its call."""
    return call.args[0] if call.args else next((k for k in call.keywords if k.arg == "sess"), None)


def is_method(call: ast.Call, name: str) -> bool:
    """Tell whether a call is of a method of this name."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def as_default(call: ast.expr) -> bool:
    """Tell whether an expression makes something the default."""
    return isinstance(call, ast.Call) and is_method(call, "as_default")


def is_main(node: ast.If) -> bool:
    """Tell whether a branch runs only where the file is the program."""
    test = node.test
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and not node.orelse
    )


def shares_if(node: ast.AST) -> str:
    """Return the name that says whether a scope's variables are those of before; nothing elsewhere.

    That is ``if name: scope.reuse_variables()``.
    """
    if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1:
        return ""
    only = node.body[0]
    call = only.value if isinstance(only, ast.Expr) else None
    shares = isinstance(call, ast.Call) and is_method(call, "reuse_variables") and not call.args
    return node.test.id if shares and isinstance(node.test, ast.Name) else ""


def bound_in(node: ast.AST) -> set[str]:
    """Return the names that a function or class binds."""
    names = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {a.arg for a in walk(node) if isinstance(a, ast.arg)}


def free_names_of(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """Yield the names that a function reads and does not bind."""
    own = bound_in(function)
    yield from (n for n in walk(function) if isinstance(n, ast.Name) and n.id not in own)


def bindings(function: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what the names of a function are bound to alone, in order."""
    found: dict[str, list[ast.expr]] = {}
    for node in walk(function):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(target, ast.Name):
            found.setdefault(target.id, []).append(node.value)
    return found


def parameters(node: ast.Lambda | ast.FunctionDef) -> list[ast.arg]:
    """Return the parameters of a function."""
    given = node.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [a for a in listed if a is not None]


_SCOPED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def stored(tree: ast.AST) -> Iterator[str]:
    """Yield a name each time that something binds or deletes it."""
    names = (n for n in walk(tree) if isinstance(n, ast.Name))
    yield from (n.id for n in names if not isinstance(n.ctx, ast.Load))


def bound_once(tree: ast.AST) -> dict[str, ast.Assign]:
    """Return the assignments of one name each that nothing else binds, functions' parameters included."""
    counts = Counter(stored(tree))
    counts.update(n.arg for n in walk(tree) if isinstance(n, ast.arg))
    return {
        statement.targets[0].id: statement
        for statement in walk(tree)
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and counts[statement.targets[0].id] == len(statement.targets) == 1
    }


def free_names(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names in an expression that are not bound by a function or comprehension in it."""
    nodes = walk(node)
    if not any(isinstance(n, _SCOPED) for n in nodes):
        yield from (n for n in nodes if isinstance(n, ast.Name))
        return
    if isinstance(node, ast.Lambda):
        own = {a.arg for a in parameters(node)}
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        own = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
    else:
        own = set()
    if isinstance(node, ast.Name):
        yield node
    for child in ast.iter_child_nodes(node):
        for name in free_names(child):
            if name.id not in own:
                yield name


def target_names(node: ast.Assign) -> tuple[str, ...] | None:
    """Return the names that an assignment binds; None where it binds anything else."""
    if len(node.targets) != 1:
        return None
    found = _names_in(node.targets[0])
    return None if None in found else tuple(name for name in found if name is not None)


def _names_in(target: ast.expr) -> list[str | None]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for element in target.elts for name in _names_in(element)]
    return [None]
