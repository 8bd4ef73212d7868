"""Shapes of tensors that code asks for, written as the numbers that they are.

``h.get_shape().as_list()`` is known in a graph before anything runs, and variables are made from it.
Here the shapes are followed through the statements of a file, its own functions included, as
TensorFlow follows them; what depends on anything else is not known and stays.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tfshift.code.edits import apply
from tfshift.code.graphs.inlining import plain
from tfshift.code.graphs.syntax import arguments, is_main, parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.project import CodeFile
from tfshift.code.reading import read_names
from tfshift.domain.findings import Edit

# Shapes that are asked for numbers, or have a name.
_ASKING = re.compile(r"get_shape\(\)|\.shape(?:\s*\[|\.|\s*\)|\s*$)", re.MULTILINE)
_FOLLOWED = "_tfshift_followed"
_DEEP = 12
_MOST = 64


class _Unknown(Exception):  # noqa: N818 (a result, not a failure)
    """Something that only a run tells."""


# One size: None where only a run tells it; -1 where it was not followed, and may be anything.
_Dim = int | None
_ANY = -1


@dataclass(frozen=True)
class _Tensor:
    """A tensor: its sizes, and whether it is a variable, which tells them itself."""

    dims: tuple[_Dim, ...]
    held: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class _Shape:
    """What a tensor says of its shape."""

    dims: tuple[_Dim, ...]


@dataclass(frozen=True)
class _Size:
    """One size of a tensor."""

    size: _Dim


@dataclass(frozen=True)
class _Asked:
    """The tensor that holds a tensor's shape: it stands for it where a shape is wanted."""

    dims: tuple[_Dim, ...]


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
                return self._value(statement.value, names) if statement.value else _Unknown
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
                if test is _Unknown or isinstance(test, (_Tensor, _Shape, _Size)):
                    self._forget(statement, names)
                    if _gives(statement):
                        return _Unknown
                    continue
                given = self._block(statement.body if test else statement.orelse, names)
                if given is not None:
                    return given
            elif isinstance(statement, ast.For) and not _leaves(statement):
                rounds = self._value(statement.iter, names)
                if not isinstance(rounds, (list, tuple)) or len(rounds) > _MOST:
                    self._forget(statement, names)
                    if _gives(statement):
                        return _Unknown
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
                    return _Unknown
        return None

    def _bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value if isinstance(value, (list, tuple)) else [_Unknown] * len(target.elts)
            if len(parts) != len(target.elts):
                parts = [_Unknown] * len(target.elts)
            for each, part in zip(target.elts, parts, strict=True):
                self._bind(each, part, names)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            self._forget(target, names)

    def _forget(self, node: ast.AST, names: dict[str, Any]) -> None:
        """Forget what a statement may change that was not followed."""
        for inner in walk(node):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                names[inner.id] = _Unknown
            elif isinstance(inner, (ast.Attribute, ast.Subscript)):
                self._lose(inner.value, names)
            elif isinstance(inner, ast.Call) and id(inner.func) not in self.symbols:
                self._lose_given(inner, names)

    def _lose(self, node: ast.expr, names: dict[str, Any]) -> None:
        """Forget a list or dictionary that something may be done to, under all its names."""
        held = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(held, (list, dict)):
            for table in (names, self.globals):
                table.update({name: _Unknown for name, value in table.items() if value is held})

    def _lose_given(self, call: ast.Call, names: dict[str, Any]) -> None:
        """Forget the lists and dictionaries that something is given."""
        for given in (*call.args, *(k.value for k in call.keywords)):
            self._lose(given, names)

    # Expressions

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """Return what an expression is, or that it is not known."""
        try:
            value = self._read(node, names)
        except (_Unknown, ArithmeticError, LookupError, TypeError, ValueError):
            value = _Unknown
        of = _asked_of(node)
        if of is not None and self._calls_own(node):
            # What a function of the file does besides is done where it is called.
            self.amiss.add(id(node))
        elif of is not None:
            tensor = self._value(of, names)
            # A variable is there outside of functions too.
            held = isinstance(tensor, _Tensor) and tensor.held
            known = isinstance(tensor, (_Tensor, _Shape)) and not held
            self._note(node, value if known else _Unknown)
        return value

    def _calls_own(self, node: ast.expr) -> bool:
        calls = (n.func for n in walk(node) if isinstance(n, ast.Call))
        return any(isinstance(f, ast.Name) and f.id in self.functions for f in calls)

    def _note(self, node: ast.expr, value: Any) -> None:
        if isinstance(value, _Size) and value.size is not None:
            value = value.size
        if value is _Unknown or not _is_plain(value):
            self.amiss.add(id(node))
        else:
            _, values, loop = self.found.setdefault(id(node), (node, [], self.loop))
            values.append(value)
            if loop is not self.loop:
                self.amiss.add(id(node))

    def _known(self, node: ast.expr, names: dict[str, Any]) -> Any:
        value = self._value(node, names)
        if value is _Unknown:
            raise _Unknown
        return value

    def _read(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return names.get(node.id, _Unknown)
        if isinstance(node, (ast.List, ast.Tuple)):
            parts = [self._value(e, names) for e in node.elts]
            return parts if isinstance(node, ast.List) else tuple(parts)
        if isinstance(node, ast.Dict):
            keys = [self._known(k, names) for k in node.keys if k is not None]
            return dict(zip(keys, (self._value(v, names) for v in node.values), strict=True))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            value = self._known(node.operand, names)
            if isinstance(value, _Tensor):
                return value
            return -value if isinstance(node.op, ast.USub) else not _sized(value)
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
        raise _Unknown

    def _both(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if isinstance(left, _Tensor) or isinstance(right, _Tensor):
            if isinstance(node.op, ast.MatMult):
                raise _Unknown
            return _broadcast(left, right)
        if left is _Unknown or right is _Unknown:
            raise _Unknown
        left, right = _sized(left), _sized(right)
        operation = _OPERATIONS.get(type(node.op))
        if operation is None or not _is_small(node.op, left, right):
            raise _Unknown
        return operation(left, right)

    def _compared(self, node: ast.Compare, names: dict[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.comparators[0], names)
        operation = node.ops[0]
        if isinstance(operation, (ast.Is, ast.IsNot)) and right is None and left is not _Unknown:
            return (left is None) is isinstance(operation, ast.Is)
        if _Unknown in (left, right) or isinstance(left, _Tensor) or isinstance(right, _Tensor):
            raise _Unknown
        left, right = _sized(left), _sized(right)
        compare = COMPARISONS.get(type(operation))
        if compare is None:
            raise _Unknown
        return compare(left, right)

    def _attribute(self, node: ast.Attribute, names: dict[str, Any]) -> Any:
        if id(node) in self.symbols:
            raise _Unknown
        value = self._known(node.value, names)
        if isinstance(value, _Tensor) and node.attr == "shape":
            return _Shape(value.dims)
        if isinstance(value, _Shape) and node.attr in ("ndims", "rank"):
            return len(value.dims)
        if isinstance(value, _Size) and node.attr == "value" and value.size != _ANY:
            return value.size
        raise _Unknown

    def _part(self, node: ast.Subscript, names: dict[str, Any]) -> Any:
        value = self._known(node.value, names)
        if isinstance(node.slice, ast.Slice):
            ends = [
                None if end is None else self._known(end, names)
                for end in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            cut = slice(*ends)
            return _Shape(value.dims[cut]) if isinstance(value, _Shape) else value[cut]
        place = self._known(node.slice, names)
        if isinstance(value, _Shape):
            return _Size(value.dims[place])
        if isinstance(value, (list, tuple, dict)):
            return value[place]
        if isinstance(value, _Tensor) and isinstance(place, int):
            return _Tensor(value.dims[1:])
        raise _Unknown

    def _call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        function = node.func
        symbol = self.symbols.get(id(function), "")
        if symbol in _RULES:
            names_of, rule = _RULES[symbol]
            given = arguments(node, names_of)
            if given is None:
                raise _Unknown
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
        if own and isinstance(function, ast.Name) and function.id in _BUILTINS:
            return _builtin(function.id, *read)
        if isinstance(function, ast.Attribute) and ast.unparse(function) in _NUMBERS:
            return _NUMBERS[ast.unparse(function)](*(_sized(v) for v in read))
        if isinstance(function, ast.Attribute) and not symbol and not node.keywords:
            value = self._value(function.value, names)
            if isinstance(value, list) and function.attr in ("append", "insert", "reverse"):
                getattr(value, function.attr)(*read)
                return None
            if function.attr == "get_shape" and isinstance(value, _Tensor):
                return _Shape(value.dims)
            if function.attr == "num_elements" and isinstance(value, _Shape):
                return _times(value.dims)
            if function.attr == "as_list" and isinstance(value, _Shape):
                return [_Unknown if size == _ANY else size for size in value.dims]
            self._lose(function.value, names)
        if not symbol:
            self._lose_given(node, names)
        raise _Unknown

    def _of_function(self, call: ast.Call, function: ast.FunctionDef, names: dict[str, Any]) -> Any:
        """Follow a function of the file with what it is given."""
        all_of = function.args
        if self.depth > _DEEP or all_of.vararg or all_of.kwarg or function.decorator_list:
            raise _Unknown
        given = arguments(call, [p.arg for p in parameters(function)])
        if given is None:
            raise _Unknown
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
            raise _Unknown
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
        return all(part is None or type(part) is int for part in value) and _ANY not in value
    return (type(value) is int and value != _ANY) or value is None


def _sized(value: Any) -> Any:
    if isinstance(value, _Size):
        if value.size in (None, _ANY):
            raise _Unknown
        return value.size
    return value


def _builtin(name: str, value: Any, *more: Any) -> Any:
    if value is _Unknown or _Unknown in more:
        raise _Unknown
    if name == "print":
        raise _Unknown
    if name == "range":
        found = range(*(_sized(v) for v in (value, *more)))
        if len(found) > _MOST:
            raise _Unknown
        return list(found)
    if name == "zip":
        return list(zip(value, *more, strict=False))
    if more:
        raise _Unknown
    if name in _OVER:
        return _OVER[name](value)
    if name == "abs":
        return value if isinstance(value, _Tensor) else abs(_sized(value))
    if name == "int":
        return int(_sized(value))
    if name == "len" and isinstance(value, (_Shape, list, tuple)):
        return len(value.dims) if isinstance(value, _Shape) else len(value)
    if name in ("list", "tuple") and isinstance(value, (list, tuple)):
        return list(value) if name == "list" else tuple(value)
    raise _Unknown


def _is_small(operation: ast.operator, left: Any, right: Any) -> bool:
    """Tell whether two values of Python may be computed with: what they give is as small as they are."""
    if isinstance(left, (list, tuple)):
        if isinstance(operation, ast.Mult):
            return isinstance(right, int) and len(left) * right <= _MOST
        return isinstance(operation, ast.Add) and type(left) is type(right)
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    return numbers and (not isinstance(operation, ast.Pow) or max(abs(left), abs(right)) <= _MOST)


def _broadcast(left: Any, right: Any) -> _Tensor:
    """Return what two tensors, or a tensor and a number, give part by part."""
    sides = [
        value.dims if isinstance(value, _Tensor) else _dims_of(value) for value in (left, right)
    ]
    size = max(map(len, sides))
    padded = [(1,) * (size - len(side)) + side for side in sides]
    found: list[_Dim] = []
    for one, other in zip(*padded, strict=True):
        if one == 1:
            found.append(other)
        elif other == 1 or one == other:
            found.append(one)
        elif one in (None, _ANY) and other in (None, _ANY):
            found.append(None if one is other is None else _ANY)
        elif one in (None, _ANY) or other in (None, _ANY):
            found.append(other if one in (None, _ANY) else one)
        else:
            raise _Unknown
    return _Tensor(tuple(found))


def _dims_of(value: Any) -> tuple[_Dim, ...]:
    """Return the shape of a value of Python."""
    if isinstance(value, _Tensor):
        return value.dims
    if isinstance(value, (bool, int, float)):
        return ()
    if isinstance(value, (list, tuple)) and value:
        return (len(value), *_dims_of(value[0]))
    raise _Unknown


def _listed(value: Any) -> list[_Dim]:
    """Return the sizes of a shape that is given."""
    if isinstance(value, (_Shape, _Asked)):
        return list(value.dims)
    if isinstance(value, (int, _Size)):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise _Unknown
    sizes = [v.size if isinstance(v, _Size) else v for v in value]
    return [size if type(size) is int or size is None else _ANY for size in sizes]


def _tensor(values: Mapping[str, Any], name: str) -> _Tensor:
    value = values[name]
    if value is _Unknown or not isinstance(value, _Tensor):
        raise _Unknown
    return value


_Rule = Callable[[Mapping[str, Any]], _Tensor | _Asked]
_RULES: dict[str, tuple[Sequence[str], _Rule]] = {}


def _rule(names: str, *symbols: str) -> Callable[[_Rule], _Rule]:
    """Note what some functions give.

    Args:
        names: their parameters in order, those that matter and those before them.
        symbols: they.
    """

    def noted(rule: _Rule) -> _Rule:
        _RULES.update({f"tf.{symbol}": ((*names.split(), *_BESIDE), rule) for symbol in symbols})
        return rule

    return noted


# Arguments that say nothing of shapes, wherever they stand.
_BESIDE = (
    "name", "dtype", "initializer", "regularizer", "trainable", "seed", "scope", "reuse",
    "weights_initializer", "biases_initializer", "weights_regularizer", "normalizer_fn",
    "normalizer_params", "kernel_initializer", "bias_initializer", "kernel_regularizer", "use_bias",
    "stddev", "mean", "minval", "maxval", "collections", "activation_fn", "use_cudnn_on_gpu",
    "is_training", "training", "decay", "epsilon", "center", "scale", "updates_collections",
    "noise_shape", "rate", "validate_shape", "activation", "fused", "momentum",
)  # fmt: skip


@_rule("dtype shape", "placeholder")
def _placeholder(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor(tuple(_listed(values["shape"])))


@_rule("input shape", "placeholder_with_default", "ensure_shape")
@_rule("shape", "zeros", "ones", "random_normal", "random_uniform", "truncated_normal")
def _shaped(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor(tuple(_listed(values["shape"])))


@_rule("input", "shape")
def _asked(values: Mapping[str, Any]) -> _Asked:
    return _Asked(_tensor(values, "input").dims)


@_rule("dims value", "fill")
def _filled(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor(tuple(_listed(values["dims"])))


@_rule("value dtype shape", "constant")
def _constant(values: Mapping[str, Any]) -> _Tensor:
    if "shape" in values:
        return _Tensor(tuple(_listed(values["shape"])))
    return _Tensor(_dims_of(values["value"]))


@_rule("initial_value", "Variable")
def _variable(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor(_dims_of(values["initial_value"]), held=True)


@_rule("name shape", "get_variable")
def _got(values: Mapping[str, Any]) -> _Tensor:
    if "shape" not in values:
        return _Tensor(_tensor(values, "initializer").dims, held=True)
    return _Tensor(tuple(_listed(values["shape"])), held=True)


@_rule(
    "x a b c d",
    *["identity", "nn.relu", "nn.relu6", "nn.elu", "nn.selu", "nn.softplus", "nn.softsign", "nn.tanh", "nn.sigmoid", "nn.softmax", "nn.log_softmax", "nn.leaky_relu", "tanh", "sigmoid", "abs", "exp", "log", "sqrt", "square", "negative", "cast", "to_float", "stop_gradient", "clip_by_value", "nn.lrn", "nn.local_response_normalization", "nn.l2_normalize", "zeros_like", "ones_like", "to_int32", "round", "sign", "math.tanh", "math.sigmoid"],
)  # fmt: skip
def _alike(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor(_tensor(values, "x").dims)


@_rule("x keep_prob noise_shape", "nn.dropout")
@_rule("value bias data_format", "nn.bias_add")
@_rule("inputs rate", "layers.dropout", "layers.batch_normalization")
@_rule("inputs keep_prob", "contrib.layers.dropout", "contrib.layers.batch_norm")
@_rule("x mean variance offset scale variance_epsilon", "nn.batch_normalization")
def _first(values: Mapping[str, Any]) -> _Tensor:
    if values.get("data_format") not in (None, "NHWC"):
        raise _Unknown
    return _Tensor(_tensor(values, next(iter(values))).dims)


@_rule("x y", "add", "subtract", "multiply", "divide", "maximum", "minimum", "pow", "div")
def _elements(values: Mapping[str, Any]) -> _Tensor:
    return _broadcast(values["x"], values["y"])


@_rule("a b transpose_a transpose_b", "matmul")
def _product(values: Mapping[str, Any]) -> _Tensor:
    one, other = _tensor(values, "a").dims, _tensor(values, "b").dims
    if values.get("transpose_a"):
        one = (*one[:-2], one[-1], one[-2])
    if values.get("transpose_b"):
        other = (*other[:-2], other[-1], other[-2])
    return _Tensor((*one[:-1], other[-1]))


@_rule("x weights biases", "nn.xw_plus_b")
def _affine(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor((_tensor(values, "x").dims[0], _tensor(values, "weights").dims[1]))


def _moved(size: _Dim, window: _Dim, step: _Dim, padding: str) -> _Dim:
    """Return how many places a window takes along an axis."""
    if size is None:
        return None
    if _ANY in (size, window, step) or window is None or step is None:
        return _ANY
    if padding.upper() == "SAME":
        return -(-size // step)
    return -(-(size - window + 1) // step)


def _pair(value: Any, of: int = 2) -> list[_Dim]:
    found = _listed(value)
    if len(found) == 4:
        found = found[1:3]
    return found * of if len(found) == 1 else found


def _windowed(
    tensor: _Tensor, windows: Sequence[_Dim], steps: Sequence[_Dim], padding: Any, last: Any
) -> _Tensor:
    if len(tensor.dims) != 4 or padding not in ("SAME", "VALID", "same", "valid"):
        raise _Unknown
    axes = zip(tensor.dims[1:3], windows, steps, strict=True)
    moved = (_moved(size, window, step, padding) for size, window, step in axes)
    return _Tensor((tensor.dims[0], *moved, _last(last)))


def _last(size: Any) -> _Dim:
    return size if type(size) is int else _ANY


@_rule("input filter strides padding use_cudnn_on_gpu data_format", "nn.conv2d")
def _convolved(values: Mapping[str, Any]) -> _Tensor:
    if values.get("data_format") not in (None, "NHWC"):
        raise _Unknown
    kernel = _tensor(values, "filter").dims
    steps = _pair(values["strides"])
    return _windowed(_tensor(values, "input"), kernel[:2], steps, values["padding"], kernel[3])


@_rule("value ksize strides padding data_format", "nn.max_pool", "nn.avg_pool")
def _pooled(values: Mapping[str, Any]) -> _Tensor:
    tensor = _tensor(values, "value")
    if values.get("data_format") not in (None, "NHWC"):
        raise _Unknown
    windows, steps = _pair(values["ksize"]), _pair(values["strides"])
    return _windowed(tensor, windows, steps, values["padding"], tensor.dims[-1])


@_rule("inputs filters kernel_size strides padding", "layers.conv2d")
def _layer_convolved(values: Mapping[str, Any]) -> _Tensor:
    steps = _pair(values.get("strides", 1))
    padding, filters = values.get("padding", "valid"), values["filters"]
    return _windowed(
        _tensor(values, "inputs"), _pair(values["kernel_size"]), steps, padding, filters
    )


@_rule("inputs pool_size strides padding", "layers.max_pooling2d", "layers.average_pooling2d")
def _layer_pooled(values: Mapping[str, Any]) -> _Tensor:
    tensor, padding = _tensor(values, "inputs"), values.get("padding", "valid")
    windows, steps = _pair(values["pool_size"]), _pair(values["strides"])
    return _windowed(tensor, windows, steps, padding, tensor.dims[-1])


@_rule(
    "inputs num_outputs kernel_size stride padding",
    "contrib.layers.conv2d",
    "contrib.layers.convolution2d",
)
def _contrib_convolved(values: Mapping[str, Any]) -> _Tensor:
    steps, padding = _pair(values.get("stride", 1)), values.get("padding", "SAME")
    windows, last = _pair(values["kernel_size"]), values["num_outputs"]
    return _windowed(_tensor(values, "inputs"), windows, steps, padding, last)


@_rule(
    "inputs kernel_size stride padding", "contrib.layers.max_pool2d", "contrib.layers.avg_pool2d"
)
def _contrib_pooled(values: Mapping[str, Any]) -> _Tensor:
    tensor, padding = _tensor(values, "inputs"), values.get("padding", "VALID")
    windows, steps = _pair(values["kernel_size"]), _pair(values.get("stride", 2))
    return _windowed(tensor, windows, steps, padding, tensor.dims[-1])


@_rule("inputs units", "layers.dense")
@_rule("inputs num_outputs", "contrib.layers.fully_connected", "contrib.layers.linear")
def _dense(values: Mapping[str, Any]) -> _Tensor:
    last = values["units"] if "units" in values else values["num_outputs"]
    return _Tensor((*_tensor(values, "inputs").dims[:-1], _last(last)))


@_rule("inputs", "layers.flatten", "contrib.layers.flatten")
def _flat(values: Mapping[str, Any]) -> _Tensor:
    first, *others = _tensor(values, "inputs").dims
    return _Tensor((first, _times(others)))


def _times(sizes: Sequence[_Dim]) -> _Dim:
    if _ANY in sizes:
        return _ANY
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


@_rule("tensor shape", "reshape")
def _reshaped(values: Mapping[str, Any]) -> _Tensor:
    given = values["shape"]
    wanted = _listed(given)
    # What is -1 as it is written is what is left; anything else is what was not followed.
    left = [
        type(v) is int and v == -1 for v in (given if isinstance(given, (list, tuple)) else [given])
    ]
    tensor = values["tensor"]
    size = _times(tensor.dims) if isinstance(tensor, _Tensor) else _ANY
    rest = _times([w for w, free in zip(wanted, left, strict=True) if not free])
    if size is None or rest is None:
        whole = None
    else:
        whole = _ANY if _ANY in (size, rest) or not rest else size // rest
    return _Tensor(tuple(whole if free else w for w, free in zip(wanted, left, strict=True)))


@_rule("values axis", "concat")
def _joined(values: Mapping[str, Any]) -> _Tensor:
    listed, axis = values["values"], values["axis"]
    if not isinstance(listed, (list, tuple)) or not all(isinstance(v, _Tensor) for v in listed):
        raise _Unknown
    first = list(listed[0].dims)
    sizes = [v.dims[axis] for v in listed]
    if _ANY in sizes:
        first[axis] = _ANY
    else:
        known = [size for size in sizes if size is not None]
        first[axis] = sum(known) if len(known) == len(sizes) else None
    return _Tensor(tuple(first))


@_rule("input axis name dim", "expand_dims")
def _expanded(values: Mapping[str, Any]) -> _Tensor:
    dims = list(_tensor(values, "input").dims)
    axis = values.get("axis", values.get("dim"))
    dims.insert(axis if axis >= 0 else len(dims) + 1 + axis, 1)
    return _Tensor(tuple(dims))


@_rule("a perm", "transpose")
def _turned(values: Mapping[str, Any]) -> _Tensor:
    dims = _tensor(values, "a").dims
    order = values.get("perm") or tuple(range(len(dims)))[::-1]
    return _Tensor(tuple(dims[axis] for axis in order))


@_rule("indices depth", "one_hot")
def _marked(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor((*_tensor(values, "indices").dims, _last(values["depth"])))


@_rule("params ids", "nn.embedding_lookup", "gather")
def _looked_up(values: Mapping[str, Any]) -> _Tensor:
    return _Tensor((*_tensor(values, "ids").dims, *_tensor(values, "params").dims[1:]))


_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
}
# What comparisons of two values of Python give.
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
# Functions of numbers and of lists of them, as files import them.
_NUMBERS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("np.sqrt", "numpy.sqrt", "math.sqrt"), math.sqrt),
    **dict.fromkeys(("np.ceil", "numpy.ceil", "math.ceil"), math.ceil),
    **dict.fromkeys(("np.floor", "numpy.floor", "math.floor"), math.floor),
    **dict.fromkeys(("np.prod", "numpy.prod"), math.prod),
}
_BUILTINS = {
    "range", "zip", "enumerate", "reversed", "sum", "min", "max", "abs", "int", "len", "list", "tuple",
    "print",
}  # fmt: skip
# Functions of Python over what is listed.
_OVER: dict[str, Callable[[Any], Any]] = {
    "enumerate": lambda listed: list(enumerate(listed)),
    "reversed": lambda listed: list(listed)[::-1],
    "sum": sum,
    "min": min,
    "max": max,
}
