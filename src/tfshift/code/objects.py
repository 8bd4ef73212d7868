"""What an expression is: the class of TensorFlow that an object is of, as far as a project tells."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfshift.code.names import Binding, Known, Scope, Value, chain, place, symbol_of, visible
from tfshift.code.trees import BLOCKS

# Symbol -> the class of what a call of it gives, or None.
MadeBy = Callable[[str], "str | None"]


def _meanings(name: str, scope: Scope, node: ast.expr | ast.stmt) -> list[Binding]:
    return visible(name, scope, place(node.lineno, node.col_offset))


def known(node: ast.Name, scope: Scope) -> Value | None:
    """Return what is known of the object that a name means."""
    found = _meanings(node.id, scope, node)
    return found[0].value if len(found) == 1 else None


def statement(node: ast.Name, scope: Scope) -> ast.stmt | None:
    """Return the one statement that binds what a name means."""
    found = _meanings(node.id, scope, node)
    return found[0].statement if len(found) == 1 else None


def value_of(node: ast.expr, scope: Scope, made_by: MadeBy) -> Value | None:
    """Return what is known of an expression: a name, an attribute of a known object, or a call."""
    if isinstance(node, ast.Name):
        return known(node, scope)
    if isinstance(node, ast.Call):
        return made(node, scope, made_by)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        holder = known(node.value, scope)
        return holder.attributes.get(node.attr) if holder is not None else None
    return None


def annotated(node: ast.expr | None, scope: Scope) -> Value | None:
    """Return what an annotation tells of an object: a class of TensorFlow or of the project.

    ``Optional[X]``, ``X | None`` and ``"X"`` tell as much as ``X``.
    """
    if isinstance(node, ast.Subscript):
        outer = chain(node.value)
        optional = outer is not None and [outer[0], *outer[1]][-1] == "Optional"
        return annotated(node.slice, scope) if optional else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [s for s in (node.left, node.right) if not _is_none(s)]
        return annotated(sides[0], scope) if len(sides) == 1 else None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = _parsed(node.value, node)
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    symbol = symbol_of(node, scope, place(node.lineno, node.col_offset))
    return Value(symbol) if symbol else _class(node, scope)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _parsed(text: str, node: ast.expr) -> ast.expr | None:
    """Read an annotation that is written as a string, as if it stood there."""
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    for inner in ast.walk(found):
        if isinstance(inner, ast.expr):
            ast.copy_location(inner, node)
    return found


def made(node: ast.Call, scope: Scope, made_by: MadeBy) -> Value | None:
    """Return what is known of a call's result.

    Args:
        node: the call.
        scope: where it stands.
        made_by: the class of what a call of a symbol gives.
    """
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
        return _result(made(function.value, scope, made_by), function.attr, made_by)
    found = chain(function)
    bindings = _meanings(found[0], scope, node) if found is not None else []
    if found is None or len(bindings) != 1:
        return None
    binding, attributes = bindings[0], found[1]
    if attributes and isinstance(binding.statement, ast.Import):
        binding, attributes = _of_module(found[0], attributes, scope, node) or (binding, attributes)
    if binding.symbol is not None:
        symbol = made_by(".".join([binding.symbol, *attributes]))
        return Value(symbol) if symbol else None
    if not attributes:
        return binding.makes
    value = binding.value
    if value is not None and len(attributes) == 2:
        value = value.attributes.get(attributes.pop(0))
    return _result(value, attributes[0], made_by) if len(attributes) == 1 else None


def _result(value: Value | None, method: str, made_by: MadeBy) -> Value | None:
    """Return what is known of what a method gives."""
    if value is None or value.symbol is None or method in value.own:
        return None
    symbol = made_by(f"{value.symbol}.{method}")
    return Value(symbol) if symbol else None


def returned(
    node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, made_by: MadeBy
) -> Value | None:
    """Return what is known of what a function gives, where all of its returns agree."""
    if isinstance(node, ast.AsyncFunctionDef):
        return None
    found: Value | None = None
    for expression in _returns(node):
        value = None if expression is None else value_of(expression, scope, made_by)
        if value is None or (found is not None and value != found):
            return None
        found = value
    return found


def _returns(node: ast.FunctionDef) -> Iterator[ast.expr | None]:
    """Yield what a function returns, not what functions inside of it do."""
    stack: list[ast.stmt | ast.ExceptHandler | ast.match_case] = list(node.body)
    while stack:
        here = stack.pop()
        if isinstance(here, ast.Return):
            yield here.value
        elif not isinstance(here, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in BLOCKS[here.__class__]:
                stack.extend(getattr(here, name))


def instance(node: ast.ClassDef, scope: Scope) -> Value:
    """Return what is known of an object of the file's own class; its own names come later."""
    for base in node.bases:
        symbol = symbol_of(base, scope, place(node.lineno, node.col_offset))
        if symbol is not None:
            return Value(symbol)
        above = _class(base, scope)
        if above is not None:
            return Value(above.symbol, set(above.own), dict(above.attributes))
    return Value(None)


def _class(node: ast.expr, scope: Scope) -> Value | None:
    """Return what is known of objects of a class of the project."""
    found = chain(node)
    bindings = _meanings(found[0], scope, node) if found is not None else []
    if found is None or not bindings:
        return None
    if not found[1]:
        return bindings[0].makes
    binding, rest = _of_module(found[0], found[1], scope, node) or (bindings[0], found[1])
    return None if rest else binding.makes


def _of_module(
    name: str, attributes: list[str], scope: Scope, node: ast.expr
) -> tuple[Binding, list[str]] | None:
    """Find what a module of the project hands on (``models.Net``), and the attributes after it."""
    for length in range(len(attributes), 0, -1):
        bindings = _meanings(".".join([name, *attributes[:length]]), scope, node)
        if len(bindings) == 1:
            return bindings[0], attributes[length:]
    return None


def exported(module: Scope) -> dict[str, Known]:
    """Return the names of a module of whose objects something is known."""
    found: dict[str, Known] = {}
    for name, bindings in module.bindings.items():
        binding = bindings[-1]
        # What it was handed on by another module is that module's: along chains of imports the
        # names would multiply.
        if len(bindings) > 1 or binding.symbol is not None or "." in name:
            continue
        known = Known(_handed(binding.value), _handed(binding.makes))
        if known.value is not None or known.makes is not None:
            found[name] = known
    return found


def _handed(value: Value | None, depth: int = 1) -> Value | None:
    """Copy what is known of an object without what lies deep in it: it may hold itself."""
    if value is None or not value.tells:
        return None
    inner = {n: _handed(v, depth - 1) if depth else None for n, v in value.attributes.items()}
    return Value(value.symbol, set(value.own), inner)


def note(owner: Value, name: str, value: Value | None) -> None:
    """Note what is assigned to an attribute of an object; where several differ, nothing is known."""
    owner.own.add(name)
    if name in owner.attributes and owner.attributes[name] != value:
        value = None
    owner.attributes[name] = value
