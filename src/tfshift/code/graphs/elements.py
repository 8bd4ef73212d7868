"""Types of the elements of datasets: layers are told of those that are not the usual one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Is
from tfshift.code.graphs.moving import Moving
from tfshift.code.graphs.syntax import bindings, is_method
from tfshift.code.graphs.walking import walk


class Elements(Moving):
    """Types of the elements of datasets: layers are told of those that are not the usual one."""

    def _element_types(
        self, node: ast.expr, bound: Mapping[str, list[ast.expr]] = MappingProxyType({})
    ) -> tuple[str, ...]:
        """Return the types of the parts of a dataset's element, as far as they are known.

        Args:
            node: the dataset.
            bound: what names stand for there, in a function.
        """
        if isinstance(node, ast.Name):
            if len(bound.get(node.id, ())) == 1:
                return self._element_types(bound[node.id][0], bound)
            named = self._named(node.id)
            return named.types if named is not None else ()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = self._named(node.func.id)
            given = (
                [n.value for n in walk(found.node) if isinstance(n, ast.Return)] if found else []
            )
            if len(given) != 1 or given[0] is None or found is None or found.kind is not Is.BUILDER:
                return ()
            return self._element_types(given[0], bindings(found.node))
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ()
        if self._symbol(node.func) == "tf.data.Dataset.from_tensor_slices" and len(node.args) == 1:
            parts = node.args[0]
            return tuple(
                self._part_type(p, bound)
                for p in (parts.elts if isinstance(parts, (ast.Tuple, ast.List)) else [parts])
            )
        if is_method(node, "map") and node.args:
            return self._mapped_types(node.args[0])
        same = node.func.attr in known.SAME_ELEMENTS
        return self._element_types(node.func.value, bound) if same else ()

    def _part_type(self, node: ast.expr, bound: Mapping[str, list[ast.expr]]) -> str:
        """Return the type of a placeholder or of an array of NumPy's; nothing if it is not known."""
        if isinstance(node, ast.Name):
            values = bound.get(node.id, ())
            if values:
                return self._array_type(values[0]) if len(values) == 1 else ""
            return self._dtype(node.id) or self._array_type(self._value_of(node))
        if isinstance(node, ast.Attribute) and self._is_of_digits(node):
            return known.DIGITS.get(node.attr, "")
        return self._array_type(node)

    def _is_of_digits(self, node: ast.Attribute) -> bool:
        """Tell whether something is a part of the handwritten digits that TensorFlow reads."""
        base = node.value.value if isinstance(node.value, ast.Attribute) else None
        made = self._alone(base) if isinstance(base, ast.Name) else None
        symbol = self._symbol(made.func) if isinstance(made, ast.Call) else ""
        return symbol.endswith(".read_data_sets")

    @staticmethod
    def _array_type(node: ast.expr) -> str:
        """Return the type of an array of NumPy's where it is written out; nothing elsewhere."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ""
        given: ast.expr | None = next((k.value for k in node.keywords if k.arg == "dtype"), None)
        if node.func.attr == "astype" and node.args:
            given = node.args[0]
        if node.func.attr in known.TYPES:
            given = node.func
        name = given.value if isinstance(given, ast.Constant) else getattr(given, "attr", "")
        if name not in known.TYPES:
            return ""
        return f"'{name}'" if "float" in str(name) else f"tf.{name}"

    def _mapped_types(self, function: ast.expr) -> tuple[str, ...]:
        """Return the types of what a function gives that a dataset is mapped by, as far as known."""
        found = self._named(function.id) if isinstance(function, ast.Name) else None
        node = found.node if found is not None and found.kind is Is.BUILDER else function
        if isinstance(node, ast.Lambda):
            given: list[ast.expr | None] = [node.body]
        elif isinstance(node, ast.FunctionDef):
            given = [n.value for n in walk(node) if isinstance(n, ast.Return)]
        else:
            return ()
        if len(given) != 1 or given[0] is None:
            return ()
        types: dict[str, str] = {}
        for statement in node.body if isinstance(node, ast.FunctionDef) else ():
            if isinstance(statement, ast.Assign):
                made = self._computed_type(statement.value, types)
                types.update({t.id: made for t in statement.targets if isinstance(t, ast.Name)})
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                types[name] = types.get(name) or self._computed_type(statement.value, types)
        parts = given[0].elts if isinstance(given[0], (ast.Tuple, ast.List)) else [given[0]]
        return tuple(self._computed_type(part, types) for part in parts)

    def _computed_type(self, node: ast.expr, types: Mapping[str, str]) -> str:
        """Return the type of what an expression computes; nothing where it is not known."""
        if isinstance(node, ast.Name):
            return types.get(node.id, "")
        if isinstance(node, ast.BinOp):
            return self._computed_type(node.left, types) or self._computed_type(node.right, types)
        symbol = self._symbol(node.func) if isinstance(node, ast.Call) else ""
        if not symbol or not isinstance(node, ast.Call):
            return ""
        if symbol in known.TYPED_BY:
            parameter, at = known.TYPED_BY[symbol]
            given = {k.arg: k.value for k in node.keywords}.get(parameter)
            given = node.args[at] if given is None and len(node.args) > at else given
            return ast.unparse(given) if isinstance(given, ast.Attribute) else ""
        if symbol in known.FLOATS:
            # The nearest of some numbers is of their type.
            chosen = len(node.args) > 2 or any(k.arg == "method" for k in node.keywords)
            return "" if chosen else "tf.float32"
        if symbol in known.ALIKE:
            parts = (*node.args, *(k.value for k in node.keywords))
            return next(filter(None, (self._computed_type(part, types) for part in parts)), "")
        return ""
