"""Shapes of tensors that code asks for, written as the numbers that they are.

``h.get_shape().as_list()`` is known in a graph before anything runs, and variables are made from it.
Here the shapes are followed through the statements of a file, its own functions included, as
TensorFlow follows them; what depends on anything else is not known and stays.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tfshift.code.edits import apply
from tfshift.code.graphs.inlining import plain
from tfshift.code.graphs.sizes import (
    ANY,
    BUILTINS,
    COMPARISONS,
    MOST,
    NUMBERS,
    OPERATIONS,
    RULES,
    Shape,
    Size,
    Tensor,
    Unknown,
    broadcast,
    builtin,
    is_small,
    sized,
    times,
)
from tfshift.code.graphs.syntax import arguments, is_main, parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.project import CodeFile
from tfshift.code.reading import read_names
from tfshift.domain.findings import Edit

# Shapes that are asked for numbers, or have a name.
_ASKING = re.compile(r"get_shape\(\)|\.shape(?:\s*\[|\.|\s*\)|\s*$)", re.MULTILINE)
_FOLLOWED = "_tfshift_followed"
_DEEP = 12


def with_shapes(file: CodeFile) -> CodeFile:
    """Return a file in which shapes that are known are written out; no line moves."""
    text = file.source.text
    if file.around is None or not _ASKING.search(text):
        return file
    symbols = {id(u.node): plain(u.symbol) for u in file.names.usages if u.statement is None}
    if not any(s.startswith(("tf.placeholder", "tf.data.")) for s in symbols.values()):
        return file
    source = file.source
    if getattr(source.tree, _FOLLOWED, False):
        return file
    edits = list(_Walk(source.tree, symbols).edits(source.span))
    if not edits:
        # Forms of a file may have it in common.
        setattr(source.tree, _FOLLOWED, True)
        return file
    try:
        data = apply(source.data, edits, source.encoding)
        text = data[source.bom :].decode(source.encoding)
        tree = ast.parse(text)
    except (ValueError, SyntaxError):
        return file
    if text.count("\n") != source.text.count("\n"):
        return file
    source = replace(source, data=data, text=text, tree=tree, _starts=[], _bytes=[])
    return replace(file, source=source, names=read_names(source, file.around))


class _Walk:
    """Follows the statements of a file.

    Args:
        tree: the file.
        symbols: identity of an expression -> the symbol of 1.x that it names.
    """

    def __init__(self, tree: ast.Module, symbols: Mapping[int, str]) -> None:
        self.tree, self.symbols = tree, symbols
        self.functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self.found: dict[int, tuple[ast.expr, list[Any], ast.For | None]] = {}
        self.loop: ast.For | None = None
        # How many rounds each loop has, each time it is gone through.
        self.rounds: dict[int, list[int]] = {}
        self.amiss: set[int] = set()
        self.followed: dict[str, set[int]] = {name: set() for name in self.functions}
        self.globals: dict[str, Any] = {}
        self.depth = 0

    def edits(self, span: Callable[[ast.expr], tuple[int, int]]) -> Iterator[Edit]:
        """Yield the edits that write what was found."""
        self._block(self.tree.body, self.globals)
        uses = Counter(n.id for n in walk(self.tree) if isinstance(n, ast.Name))
        # A function that is called where nobody followed may be given anything.
        loose = {
            id(n)
            for name, function in self.functions.items()
            if len(self.followed[name]) != uses[name]
            for n in walk(function)
        }
        known = {
            key: (node, text)
            for key, (node, values, loop) in self.found.items()
            if key not in self.amiss | loose and (text := self._written(values, loop)) is not None
        }
        inner = {id(n) for node, _ in known.values() for n in walk(node)[1:]}
        for key, (node, text) in known.items():
            if key not in inner and node.lineno == node.end_lineno:
                yield Edit(*span(node), text)

    def _written(self, values: Sequence[Any], loop: ast.For | None) -> str | None:
        """Return what is the same in each round, or what counts the rounds picks; None where nothing does."""
        if all(value == values[0] for value in values):
            return repr(values[0])
        if loop is None or self.rounds[id(loop)] != [len(values)]:
            # It is gone through several times, or not in each round.
            return None
        target, over = loop.target, loop.iter
        counts = isinstance(over, ast.Call) and ast.unparse(over.func) == "enumerate"
        if not counts or not isinstance(over, ast.Call) or len(over.args) != 1 or over.keywords:
            return None
        first = target.elts[0] if isinstance(target, ast.Tuple) else None
        return f"{list(values)!r}[{first.id}]" if isinstance(first, ast.Name) else None

    # Statements

    def _block(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> Any:
        """Follow statements; return what they give where they do."""
        for statement in body:
            if isinstance(statement, ast.With):
                given = self._block(statement.body, names)
                if given is not None:
                    return given
            elif isinstance(statement, ast.Return):
                return self._value(statement.value, names) if statement.value else Unknown
            elif isinstance(statement, ast.Assign):
                value = self._value(statement.value, names)
                for target in statement.targets:
                    self._bind(target, value, names)
            elif isinstance(statement, ast.AugAssign):
                both = ast.BinOp(_as_load(statement.target), statement.op, statement.value)
                value = self._value(ast.copy_location(both, statement), names)
                self._lose(statement.target, names)
                self._bind(statement.target, value, names)
            elif isinstance(statement, ast.Expr):
                self._value(statement.value, names)
            elif isinstance(statement, ast.If):
                test = is_main(statement) or self._value(statement.test, names)
                if test is Unknown or isinstance(test, (Tensor, Shape, Size)):
                    self._forget(statement, names)
                    if _gives(statement):
                        return Unknown
                    continue
                given = self._block(statement.body if test else statement.orelse, names)
                if given is not None:
                    return given
            elif isinstance(statement, ast.For) and not _leaves(statement):
                rounds = self._value(statement.iter, names)
                if not isinstance(rounds, (list, tuple)) or len(rounds) > MOST:
                    self._forget(statement, names)
                    if _gives(statement):
                        return Unknown
                    continue
                self.rounds.setdefault(id(statement), []).append(len(rounds))
                outer, self.loop = self.loop, statement
                for each in tuple(rounds):
                    self._bind(statement.target, each, names)
                    given = self._block(statement.body, names)
                    if given is not None:
                        self.loop = outer
                        return given
                self.loop = outer
            else:
                self._forget(statement, names)
                if _gives(statement):
                    return Unknown
        return None

    def _bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value if isinstance(value, (list, tuple)) else [Unknown] * len(target.elts)
            if len(parts) != len(target.elts):
                parts = [Unknown] * len(target.elts)
            for each, part in zip(target.elts, parts, strict=True):
                self._bind(each, part, names)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            self._forget(target, names)

    def _forget(self, node: ast.AST, names: dict[str, Any]) -> None:
        """Forget what a statement may change that was not followed."""
        for inner in walk(node):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                names[inner.id] = Unknown
            elif isinstance(inner, (ast.Attribute, ast.Subscript)):
                self._lose(inner.value, names)
            elif isinstance(inner, ast.Call) and id(inner.func) not in self.symbols:
                self._lose_given(inner, names)

    def _lose(self, node: ast.expr, names: dict[str, Any]) -> None:
        """Forget a list or dictionary that something may be done to, under all its names."""
        held = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(held, (list, dict)):
            for table in (names, self.globals):
                table.update({name: Unknown for name, value in table.items() if value is held})

    def _lose_given(self, call: ast.Call, names: dict[str, Any]) -> None:
        """Forget the lists and dictionaries that something is given."""
        for given in (*call.args, *(k.value for k in call.keywords)):
            self._lose(given, names)

    # Expressions

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """Return what an expression is, or that it is not known."""
        try:
            value = self._read(node, names)
        except (Unknown, ArithmeticError, LookupError, TypeError, ValueError):
            value = Unknown
        of = _asked_of(node)
        if of is not None and self._calls_own(node):
            # What a function of the file does besides is done where it is called.
            self.amiss.add(id(node))
        elif of is not None:
            tensor = self._value(of, names)
            # A variable is there outside of functions too.
            held = isinstance(tensor, Tensor) and tensor.held
            known = isinstance(tensor, (Tensor, Shape)) and not held
            self._note(node, value if known else Unknown)
        return value

    def _calls_own(self, node: ast.expr) -> bool:
        calls = (n.func for n in walk(node) if isinstance(n, ast.Call))
        return any(isinstance(f, ast.Name) and f.id in self.functions for f in calls)

    def _note(self, node: ast.expr, value: Any) -> None:
        if isinstance(value, Size) and value.size is not None:
            value = value.size
        if value is Unknown or not _is_plain(value):
            self.amiss.add(id(node))
        else:
            _, values, loop = self.found.setdefault(id(node), (node, [], self.loop))
            values.append(value)
            if loop is not self.loop:
                self.amiss.add(id(node))

    def _known(self, node: ast.expr, names: dict[str, Any]) -> Any:
        value = self._value(node, names)
        if value is Unknown:
            raise Unknown
        return value

    def _read(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return names.get(node.id, Unknown)
        if isinstance(node, (ast.List, ast.Tuple)):
            parts = [self._value(e, names) for e in node.elts]
            return parts if isinstance(node, ast.List) else tuple(parts)
        if isinstance(node, ast.Dict):
            keys = [self._known(k, names) for k in node.keys if k is not None]
            return dict(zip(keys, (self._value(v, names) for v in node.values), strict=True))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            value = self._known(node.operand, names)
            if isinstance(value, Tensor):
                return value
            return -value if isinstance(node.op, ast.USub) else not sized(value)
        if isinstance(node, ast.BinOp):
            return self._both(node, names)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node, names)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, names)
        if isinstance(node, ast.Subscript):
            return self._part(node, names)
        if isinstance(node, ast.Call):
            return self._call(node, names)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, (ast.Lambda, ast.ListComp)):
                self._value(child, names)
        raise Unknown

    def _both(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            if isinstance(node.op, ast.MatMult):
                raise Unknown
            return broadcast(left, right)
        if left is Unknown or right is Unknown:
            raise Unknown
        left, right = sized(left), sized(right)
        operation = OPERATIONS.get(type(node.op))
        if operation is None or not is_small(node.op, left, right):
            raise Unknown
        return operation(left, right)

    def _compared(self, node: ast.Compare, names: dict[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.comparators[0], names)
        operation = node.ops[0]
        if isinstance(operation, (ast.Is, ast.IsNot)) and right is None and left is not Unknown:
            return (left is None) is isinstance(operation, ast.Is)
        if Unknown in (left, right) or isinstance(left, Tensor) or isinstance(right, Tensor):
            raise Unknown
        left, right = sized(left), sized(right)
        compare = COMPARISONS.get(type(operation))
        if compare is None:
            raise Unknown
        return compare(left, right)

    def _attribute(self, node: ast.Attribute, names: dict[str, Any]) -> Any:
        if id(node) in self.symbols:
            raise Unknown
        value = self._known(node.value, names)
        if isinstance(value, Tensor) and node.attr == "shape":
            return Shape(value.dims)
        if isinstance(value, Shape) and node.attr in ("ndims", "rank"):
            return len(value.dims)
        if isinstance(value, Size) and node.attr == "value" and value.size != ANY:
            return value.size
        raise Unknown

    def _part(self, node: ast.Subscript, names: dict[str, Any]) -> Any:
        value = self._known(node.value, names)
        if isinstance(node.slice, ast.Slice):
            ends = [
                None if end is None else self._known(end, names)
                for end in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            cut = slice(*ends)
            return Shape(value.dims[cut]) if isinstance(value, Shape) else value[cut]
        place = self._known(node.slice, names)
        if isinstance(value, Shape):
            return Size(value.dims[place])
        if isinstance(value, (list, tuple, dict)):
            return value[place]
        if isinstance(value, Tensor) and isinstance(place, int):
            return Tensor(value.dims[1:])
        raise Unknown

    def _call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        function = node.func
        symbol = self.symbols.get(id(function), "")
        if symbol in RULES:
            names_of, rule = RULES[symbol]
            given = arguments(node, names_of)
            if given is None:
                raise Unknown
            values = {
                name: self._value(value, names) for name, value in given.items() if name in names_of
            }
            return rule(values)
        if isinstance(function, ast.Name) and function.id in self.functions:
            return self._of_function(node, self.functions[function.id], names)
        read = [self._value(a, names) for a in node.args]
        for keyword in node.keywords:
            self._value(keyword.value, names)
        own = isinstance(function, ast.Name) and function.id not in names and not node.keywords
        if own and isinstance(function, ast.Name) and function.id in BUILTINS:
            return builtin(function.id, *read)
        if isinstance(function, ast.Attribute) and ast.unparse(function) in NUMBERS:
            return NUMBERS[ast.unparse(function)](*(sized(v) for v in read))
        if isinstance(function, ast.Attribute) and not symbol and not node.keywords:
            value = self._value(function.value, names)
            if isinstance(value, list) and function.attr in ("append", "insert", "reverse"):
                getattr(value, function.attr)(*read)
                return None
            if function.attr == "get_shape" and isinstance(value, Tensor):
                return Shape(value.dims)
            if function.attr == "num_elements" and isinstance(value, Shape):
                return times(value.dims)
            if function.attr == "as_list" and isinstance(value, Shape):
                return [Unknown if size == ANY else size for size in value.dims]
            self._lose(function.value, names)
        if not symbol:
            self._lose_given(node, names)
        raise Unknown

    def _of_function(self, call: ast.Call, function: ast.FunctionDef, names: dict[str, Any]) -> Any:
        """Follow a function of the file with what it is given."""
        all_of = function.args
        if self.depth > _DEEP or all_of.vararg or all_of.kwarg or function.decorator_list:
            raise Unknown
        given = arguments(call, [p.arg for p in parameters(function)])
        if given is None:
            raise Unknown
        self.followed[function.name].add(id(call))
        inner = dict(self.globals)
        defaults = zip(all_of.args[::-1], all_of.defaults[::-1], strict=False)
        inner |= {p.arg: self._value(default, names) for p, default in defaults}
        inner |= {
            p.arg: self._value(default, names)
            for p, default in zip(all_of.kwonlyargs, all_of.kw_defaults, strict=True)
            if default is not None
        }
        inner |= {name: self._value(value, names) for name, value in given.items()}
        self.depth += 1
        try:
            value = self._block(function.body, inner)
        finally:
            self.depth -= 1
        if value is None:
            raise Unknown
        return value


def _gives(statement: ast.stmt) -> bool:
    """Tell whether a function may end with a statement that was not followed."""
    inner = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    if isinstance(statement, inner):
        return False
    return any(isinstance(n, (ast.Return, ast.Raise)) for n in walk(statement))


def _leaves(loop: ast.For) -> bool:
    """Tell whether a loop may end before what it goes through does."""
    return bool(loop.orelse) or any(isinstance(n, (ast.Break, ast.Continue)) for n in walk(loop))


def _as_load(target: ast.expr) -> ast.expr:
    return (
        ast.copy_location(ast.Name(target.id, ast.Load()), target)
        if isinstance(target, ast.Name)
        else target
    )


def _asked_of(node: ast.expr) -> ast.expr | None:
    """Return the tensor, or the name of a shape, of which an expression asks numbers; None where it does not."""
    inner: ast.expr = node
    number = False
    while True:
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
            if inner.func.id not in ("int", "len") or len(inner.args) != 1:
                return None
            inner, number = inner.args[0], True
        elif (isinstance(inner, ast.Attribute) and inner.attr in ("value", "ndims")) or isinstance(
            inner, ast.Subscript
        ):
            inner, number = inner.value, True
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            method = inner.func.attr
            if method not in ("as_list", "num_elements") or inner.args:
                return inner.func.value if method == "get_shape" and number else None
            inner, number = inner.func.value, True
        elif isinstance(inner, ast.Name):
            return inner if number else None
        else:
            shape = isinstance(inner, ast.Attribute) and inner.attr == "shape" and number
            return inner.value if shape and isinstance(inner, ast.Attribute) else None


def _is_plain(value: Any) -> bool:
    """Tell whether a value can be written out."""
    if isinstance(value, list):
        return all(part is None or type(part) is int for part in value) and ANY not in value
    return (type(value) is int and value != ANY) or value is None
