"""Widths of tensors that code asks for, written as the numbers that they were made with.

``int(x.get_shape()[1])`` is known in a graph before anything runs. In a function it is not where
variables are made. Where a file says how wide the rows of a tensor are, that is written instead; a
function that asks it of a tensor which it is given is given the width as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tfshift.code.edits import apply
from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.syntax import free_name, parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.project import CodeFile
from tfshift.code.reading import read_names
from tfshift.domain.findings import Edit

# What gives a tensor of the shape of its first argument.
_ALIKE = {
    f"tf.{name}"
    for name in (
        "identity", "nn.relu", "nn.relu6", "nn.elu", "nn.selu", "nn.softplus", "nn.softsign", "nn.tanh",
        "nn.sigmoid", "nn.softmax", "nn.log_softmax", "nn.leaky_relu", "nn.dropout", "tanh", "sigmoid",
        "abs", "exp", "log", "sqrt", "square", "negative", "cast", "to_float", "layers.dropout",
        "stop_gradient", "clip_by_value", "math.tanh", "math.sigmoid",
    )
}  # fmt: skip
_MATMUL = {"tf.matmul", "tf.linalg.matmul"}
_DEPTH = 40
_MENTIONED = re.compile(r"shape(?:\(\))?(?:\.as_list\(\))?\s*\[\s*-?1\s*\]")
_Scope = ast.Module | ast.FunctionDef


def with_widths(file: CodeFile) -> CodeFile:
    """Return a file in which widths that are known are written out; no line moves."""
    if file.around is None or not _MENTIONED.search(file.source.text):
        return file
    symbols = {id(u.node): u.symbol for u in file.names.usages if u.statement is None}
    edits = list(_Widths(file, symbols).edits())
    if not edits:
        return file
    source = file.source
    try:
        data = apply(source.data, edits, source.encoding)
        text = data[source.bom :].decode(source.encoding)
        tree = ast.parse(text)
    except (ValueError, SyntaxError):
        return file
    source = replace(source, data=data, text=text, tree=tree, _starts=[], _bytes=[])
    return replace(file, source=source, names=read_names(source, file.around))


def _asked(node: ast.AST) -> ast.expr | None:
    """Return the tensor of whose rows an expression asks the width; None where it does not."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int":
        inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
        return _asked(inner) if inner is not None else None
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _asked(node.value)
    if not isinstance(node, ast.Subscript):
        return None
    place = node.slice
    if isinstance(place, ast.UnaryOp) and isinstance(place.op, ast.USub):
        last = isinstance(place.operand, ast.Constant) and place.operand.value == 1
    else:
        last = isinstance(place, ast.Constant) and place.value == 1
    shape = node.value
    listed = shape.func if isinstance(shape, ast.Call) else None
    if isinstance(listed, ast.Attribute) and listed.attr == "as_list":
        shape = listed.value
    if isinstance(shape, ast.Call) and isinstance(shape.func, ast.Attribute):
        tensor = shape.func.value if shape.func.attr == "get_shape" and not shape.args else None
    else:
        own = isinstance(shape, ast.Attribute) and shape.attr == "shape"
        tensor = shape.value if isinstance(shape, ast.Attribute) and own else None
    return tensor if last else None


@dataclass
class _Widths:
    """Knows how wide the rows of tensors of a file are.

    Args:
        file: the file.
        symbols: identity of an expression -> the symbol that it names.
    """

    file: CodeFile
    symbols: Mapping[int, str]

    def __post_init__(self) -> None:
        tree = self.file.source.tree
        self.functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self.scopes: dict[int, _Scope] = {}
        self.classes: dict[int, ast.ClassDef] = {}
        self._place(tree, tree, None)
        self.module = {
            n.id for n in walk(tree)
            if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
            and isinstance(self.scopes[id(n)], ast.Module)
        }  # fmt: skip

    def _place(self, node: ast.AST, scope: _Scope, owner: ast.ClassDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            self.scopes[id(child)] = scope
            if owner is not None:
                self.classes[id(child)] = owner
            inner = child if isinstance(child, ast.FunctionDef) else scope
            self._place(child, inner, child if isinstance(child, ast.ClassDef) else owner)

    def edits(self) -> Iterator[Edit]:
        """Yield the edits that write widths out, and give them to functions that ask for them."""
        asking = [(n, t) for n in walk(self.file.source.tree) if (t := _asked(n)) is not None]
        inside = {id(i) for n, _ in asking for i in walk(n) if i is not n}
        given: dict[tuple[str, str], list[ast.expr]] = {}
        for node, tensor in asking:
            if id(node) in inside or not isinstance(node, ast.expr):
                continue
            scope = self.scopes[id(node)]
            own = isinstance(scope, ast.FunctionDef) and self.functions.get(scope.name) is scope
            if isinstance(tensor, ast.Name) and own and self._is_given(tensor.id, scope):
                assert isinstance(scope, ast.FunctionDef)
                given.setdefault((scope.name, tensor.id), []).append(node)
                continue
            width = self.width(tensor, scope, node.lineno)
            if width is not None and self._steady(width, scope, node):
                yield self._written(node, width)
        for (name, parameter), nodes in given.items():
            yield from self._giving(self.functions[name], parameter, nodes)

    def _written(self, node: ast.expr, width: ast.expr) -> Edit:
        simple = isinstance(width, (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call))
        text = ast.unparse(width)
        start, end = self.file.source.span(node)
        return Edit(start, end, text if simple else f"({text})")

    @staticmethod
    def _is_given(name: str, scope: _Scope) -> bool:
        if not isinstance(scope, ast.FunctionDef) or scope.args.vararg or scope.args.kwarg:
            return False
        stored = any(
            isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
            for n in walk(scope)
        )
        return name in {p.arg for p in parameters(scope)} and not stored

    def _giving(
        self, function: ast.FunctionDef, parameter: str, nodes: list[ast.expr]
    ) -> Iterator[Edit]:
        """Yield the edits that give a function the width of what one of its parameters is."""
        source, tree = self.file.source, self.file.source.tree
        if not any(self.symbols.get(id(n), "") in known.VARIABLES for n in walk(function)):
            return
        names = [a.arg for a in function.args.args]
        at = names.index(parameter) if parameter in names else -1
        without = len(names) - len(function.args.defaults)
        if at < 0 or at >= without or function.decorator_list:
            return
        named = [n for n in walk(tree) if isinstance(n, ast.Name) and n.id == function.name]
        calls = [n for n in walk(tree) if isinstance(n, ast.Call) and n.func in named]
        if not calls or len(calls) != len(named):
            return
        size = free_name(
            f"{parameter}_size", {n.id for n in walk(tree) if isinstance(n, ast.Name)} | {*names}
        )
        edits: list[Edit] = []
        for call in calls:
            keyword = next((k for k in call.keywords if k.arg == parameter), None)
            if any(isinstance(a, ast.Starred) for a in call.args) or any(
                k.arg is None for k in call.keywords
            ):
                return
            value = call.args[at] if len(call.args) > at else keyword.value if keyword else None
            if value is None:
                return
            width = self.width(value, self.scopes[id(call)], call.lineno)
            if width is None or not self._steady(width, self.scopes[id(call)], call):
                return
            _, end = source.span(value)
            text = ast.unparse(width)
            edits.append(Edit(end, end, f", {size}={text}" if keyword else f", {text}"))
        own = function.args.args[at]
        assert own.end_lineno is not None
        assert own.end_col_offset is not None
        end = source.offset(own.end_lineno, own.end_col_offset)
        edits.append(Edit(end, end, f", {size}"))
        yield from edits
        for node in nodes:
            start, end = source.span(node)
            yield Edit(start, end, size)

    def width(self, node: ast.expr, scope: _Scope, line: int, depth: int = 0) -> ast.expr | None:
        """Return how many numbers each row of a matrix has, as the file says it; None where it does not.

        Args:
            node: the matrix.
            scope: the function or module in which it stands.
            line: where it is asked.
            depth: how many expressions lead to it.
        """
        if depth > _DEPTH:
            return None
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._of_name(node, scope, line, depth)
        if isinstance(node, ast.BinOp):
            return self._of_both(node.left, node.right, scope, line, depth)
        if isinstance(node, ast.Subscript):
            return self._of_part(node, scope, line, depth)
        if not isinstance(node, ast.Call):
            return None
        symbol = self.symbols.get(id(node.func), "")
        named = {k.arg: k.value for k in node.keywords}
        if symbol in known.PLACEHOLDER:
            shape = node.args[1] if len(node.args) > 1 else named.get("shape")
            return _last(shape)
        if not node.args:
            return None
        first = node.args[0]
        if symbol in _ALIKE:
            return self.width(first, scope, line, depth + 1)
        if symbol in ("tf.add", "tf.subtract", "tf.multiply", "tf.nn.bias_add"):
            two = len(node.args) == 2
            return self._of_both(first, node.args[1], scope, line, depth) if two else None
        if symbol in _MATMUL and len(node.args) == 2 and not named:
            return self._of_variable(node.args[1], scope, line)
        if symbol in known.DENSE and self.width(first, scope, line, depth + 1) is not None:
            return (
                node.args[1] if len(node.args) > 1 else named.get("units", named.get("num_outputs"))
            )
        if symbol == "tf.reshape" and len(node.args) == 2:
            return _last(node.args[1])
        if symbol in known.DRAWS and isinstance(first, ast.Call) and len(first.args) == 1:
            alike = self.symbols.get(id(first.func), "") == "tf.shape"
            return self.width(first.args[0], scope, line, depth + 1) if alike else None
        return self._given_by(node, depth)

    def _of_part(
        self, node: ast.Subscript, scope: _Scope, line: int, depth: int
    ) -> ast.expr | None:
        """Return the width of the first or last columns of a matrix."""
        both = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        if len(both) != 2 or not all(isinstance(part, ast.Slice) for part in both):
            return None
        rows, columns = both
        assert isinstance(rows, ast.Slice)
        assert isinstance(columns, ast.Slice)
        if rows.lower or rows.upper or rows.step or columns.step:
            return None
        if columns.lower is None:
            minus = isinstance(columns.upper, ast.UnaryOp)
            return None if minus else columns.upper
        whole = self.width(node.value, scope, line, depth + 1)
        # Of two halves the second is as wide as the first.
        if (
            columns.upper is None
            and isinstance(whole, ast.BinOp)
            and isinstance(whole.op, ast.Mult)
        ):
            sides = [ast.unparse(whole.left), ast.unparse(whole.right)]
            half = ast.unparse(columns.lower)
            return columns.lower if sorted(sides) == sorted(["2", half]) else None
        return None

    def _of_both(
        self, left: ast.expr, right: ast.expr, scope: _Scope, line: int, depth: int
    ) -> ast.expr | None:
        """Return the width of what two tensors give, each number with its own: both must have it."""
        widths = [self.width(node, scope, line, depth + 1) for node in (left, right)]
        for node, width, other in ((left, *widths), (right, *reversed(widths))):
            if width is None or other is not None:
                continue
            beside = right if node is left else left
            if isinstance(beside, ast.Constant):
                return width
            # A bias is as wide as what it is added to.
            bias = self._of_variable(beside, scope, line, 1)
            return width if bias is not None and ast.unparse(bias) == ast.unparse(width) else None
        first, second = widths
        same = (
            first is not None and second is not None and ast.unparse(first) == ast.unparse(second)
        )
        return first if same else None

    def _steady(self, width: ast.expr, scope: _Scope, node: ast.AST) -> bool:
        """Tell whether what a width is written with is bound once, so that it says the same later."""
        owner = self.classes.get(id(node))
        for part in ast.walk(width):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                around: ast.AST | None = owner if part.value.id == "self" else None
            elif isinstance(part, ast.Name) and part.id != "self":
                around = scope if part.id in _all_names(scope) else self.file.source.tree
            else:
                continue
            text = ast.unparse(part)
            stores = [
                n
                for n in (walk(around) if around is not None else ())
                if isinstance(n, (ast.Name, ast.Attribute))
                and not isinstance(n.ctx, ast.Load)
                and ast.unparse(n) == text
            ]
            given = isinstance(scope, ast.FunctionDef) and text in {
                p.arg for p in parameters(scope)
            }
            if len(stores) + given > 1:
                return False
        return True

    def _of_name(
        self, node: ast.Name | ast.Attribute, scope: _Scope, line: int, depth: int
    ) -> ast.expr | None:
        bound = self._bound(node, scope, line)
        if bound is None:
            return None
        there = self.scopes[id(bound)]
        width = self.width(bound.value, there, bound.lineno, depth + 1)
        if width is None or there is scope:
            return width
        # Names of another function mean nothing here.
        names = {n.id for n in ast.walk(width) if isinstance(n, ast.Name)}
        return width if names <= self.module | {"self"} else None

    def _bound(self, node: ast.Name | ast.Attribute, scope: _Scope, line: int) -> ast.Assign | None:
        """Return the statement that binds what stands somewhere; None where that is not one for certain."""
        text = ast.unparse(node)
        method = isinstance(node, ast.Attribute)
        owner = self.classes.get(id(node))
        around: ast.AST | None = owner if method else scope
        if around is None or (method and not text.startswith("self.")):
            return None
        found = [
            s
            for s in walk(around)
            if isinstance(s, ast.Assign)
            and any(ast.unparse(t) == text for t in s.targets)
            and (method or self.scopes[id(s)] is scope)
        ]
        stores = [
            n
            for n in walk(around)
            if isinstance(n, (ast.Name, ast.Attribute))
            and isinstance(n.ctx, ast.Store)
            and ast.unparse(n) == text
            and (method or self.scopes[id(n)] is scope)
        ]
        loops = [n for n in walk(around) if isinstance(n, (ast.For, ast.While, ast.If, ast.Try))]
        inside = {id(n) for loop in loops for n in walk(loop)}
        if len(stores) != len(found) or any(id(s) in inside for s in found):
            return None
        if method:
            return found[0] if len(found) == 1 else None
        before = [s for s in found if s.lineno < line]
        return max(before, key=lambda s: s.lineno, default=None)

    def _of_variable(
        self, node: ast.expr, scope: _Scope, line: int, parts: int = 2
    ) -> ast.expr | None:
        """Return the last part of a variable's shape, where that has so many."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            bound = self._bound(node, scope, line)
            if bound is None or self.scopes[id(bound)] is not scope:
                return None
            node = bound.value
        if not isinstance(node, ast.Call):
            return None
        symbol = self.symbols.get(id(node.func), "")
        named = {k.arg: k.value for k in node.keywords}
        if symbol == known.GET_VARIABLE:
            return _last(node.args[1] if len(node.args) > 1 else named.get("shape"), parts)
        initial = node.args[0] if node.args else named.get("initial_value")
        if symbol in known.VARIABLE and isinstance(initial, ast.Call) and initial.args:
            drawn = self.symbols.get(id(initial.func), "")
            if drawn.startswith(known.RANDOM) or drawn in ("tf.zeros", "tf.ones"):
                return _last(initial.args[0], parts)
        return None

    def _given_by(self, call: ast.Call, depth: int) -> ast.expr | None:
        """Return the width of what a function of the file gives."""
        function = self.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or any(isinstance(a, ast.Starred) for a in call.args):
            return None
        returns = [n for n in walk(function) if isinstance(n, ast.Return)]
        if len(returns) != 1 or returns[0].value is None:
            return None
        width = self.width(returns[0].value, function, returns[0].lineno, depth + 1)
        if width is None:
            return None
        names = [a.arg for a in function.args.args]
        if len(call.args) > len(names):
            return None
        given = dict(zip(names, call.args, strict=False))
        given |= {k.arg: k.value for k in call.keywords if k.arg is not None}
        asked = {n.id for n in ast.walk(width) if isinstance(n, ast.Name)}
        if not asked <= given.keys() | (self.module - {*names}):
            return None
        fresh: ast.expr = _Given(given).visit(ast.parse(ast.unparse(width), mode="eval").body)
        return fresh


def _all_names(node: ast.AST) -> set[str]:
    """Return the names that a scope binds."""
    stored = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {n.arg for n in walk(node) if isinstance(n, ast.arg)}


def _last(shape: ast.expr | None, parts: int = 2) -> ast.expr | None:
    """Return the last part of a shape that is written out and has so many."""
    if not isinstance(shape, (ast.List, ast.Tuple)) or len(shape.elts) != parts:
        return None
    last = shape.elts[-1]
    nothing = isinstance(last, ast.Constant) and not isinstance(last.value, int)
    return None if nothing or isinstance(last, (ast.UnaryOp, ast.Starred)) else last


class _Given(ast.NodeTransformer):
    """Writes what a function is given for its parameters."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)
