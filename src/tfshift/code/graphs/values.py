"""Values that are asked of tensors otherwise than by runs, and tensors that are made of several."""

from __future__ import annotations

import ast

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.keeping import Keeps
from tfshift.code.graphs.kinds import RUN, Is, Refusal
from tfshift.code.graphs.syntax import arguments
from tfshift.code.graphs.walking import walk

# What is known of a tensor when the graph is built: no tensors.
_STATIC = ("shape", "dtype")
# What a tape gives.
_OF_TAPES = ("gradient", "jacobian", "batch_jacobian")


class Values(Keeps):
    """Values that are asked of tensors otherwise than by runs, and tensors that are made of several."""

    def _of_variable(self, node: ast.Call, function: ast.Attribute) -> Is | None:
        """Read what only variables of 1.x are asked; None where it is something else."""
        base = function.value
        if function.attr == "initialized_value" and not node.args:
            # All variables are initialised where they are made.
            self.instead[id(node)] = ("{}", [base])
            return Is.EAGER
        given = {k.arg: k.value for k in node.keywords}
        value = node.args[0] if node.args else given.get("value")
        if function.attr == "load" and value is not None:
            if self._kind(base) is not Is.VARIABLE or self._kind(value) is not Is.PYTHON:
                raise Refusal(node, f"load of {self._kind(base).value}")
            session = node.args[1] if len(node.args) > 1 else given.get("session")
            if session is not None and self._kind(session) is not Is.SESSION:
                raise Refusal(session, "a variable is loaded in what is no session")
            self.instead[id(node)] = ("{}.assign({})", [base, value])
            return Is.PYTHON
        return None

    def _names_scope(self, node: ast.expr) -> bool:
        """Read what asks a scope of variables for its name; tell whether it is that."""
        base = node.value if isinstance(node, ast.Attribute) and node.attr == "name" else None
        if not isinstance(base, ast.Name) or base.id not in self.scope_paths:
            return False
        path = self.scope_paths[base.id]
        if path is None:
            raise Refusal(node, "a scope of names that is used")
        self.instead[id(node)] = (f'"{path}"', [])
        return True

    def _counted_steps(self, node: ast.Call) -> Is:
        """Read what asks a session for the number of steps."""
        given = arguments(node, ("sess", "global_step_tensor")) or {}
        session, counter = given.get("sess"), given.get("global_step_tensor")
        if session is None or counter is None or self._kind(session) is not Is.SESSION:
            raise Refusal(node, f"{known.STEPS} of what is no session")
        if self._kind(counter) is not Is.VARIABLE:
            raise Refusal(node, f"{known.STEPS} of what is no variable")
        self.instead[id(node)] = ("int({}.numpy())", [counter])
        return Is.PYTHON

    def _compared(self, node: ast.Compare, kinds: list[Is]) -> Is:
        """Read a comparison with tensors: their equality is identity in 1.x.

        Raises:
            Refusal: if it is with anything but another one.
        """
        sides = [node.left, *node.comparators]
        if all(self._is_static(side) for side in sides if self._kind(side) is not Is.PYTHON):
            # Types and shapes are equal as they are there.
            return Is.DEFERRED if any(k in RUN for k in kinds) else Is.PYTHON
        operator = {ast.Eq: "is", ast.NotEq: "is not"}.get(type(node.ops[0]))
        held = all(kind in (Is.VARIABLE, Is.EAGER) for kind in kinds)
        if operator is None or len(sides) != 2 or not held:
            raise Refusal(node, "tensors compared with ==, which is identity in 1.x")
        self.instead[id(node)] = (f"{{}} {operator} {{}}", sides)
        return Is.PYTHON

    def _is_static(self, node: ast.expr) -> bool:
        """Tell whether an expression is made of what is known of tensors before they are computed."""
        if _asks_static(node):
            return True
        if isinstance(node, ast.Call):
            listed = isinstance(node.func, ast.Attribute) and node.func.attr == "as_list"
            base = node.func.value if isinstance(node.func, ast.Attribute) else None
            return listed and base is not None and self._is_static(base)
        if isinstance(node, ast.Name):
            return self._kind(node) is Is.PYTHON or self._is_bound_to_static(node.id)
        parts = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
        return isinstance(node, ast.Constant) or (bool(parts) and all(map(self._is_static, parts)))

    def _is_bound_to_static(self, name: str) -> bool:
        """Tell whether a name is bound to what is known of a tensor, which is asked when it is built."""
        found = self._named(name)
        bound = found.moved.statement if found is not None and found.moved is not None else None
        if not isinstance(bound, ast.Assign) or name in self._asking:
            return False
        single = len(bound.targets) == 1 and isinstance(bound.targets[0], (ast.Name, ast.Tuple))
        self._asking.add(name)
        try:
            return single and self._is_static(bound.value)
        finally:
            self._asking.discard(name)

    def _of_tape(self, function: ast.expr, kinds: list[Is]) -> bool:
        """Tell whether a call asks a tape for gradients of what is there outside of runs."""
        if not isinstance(function, ast.Attribute) or function.attr not in _OF_TAPES:
            return False
        return Is.EAGER in kinds and not any(kind in RUN for kind in kinds)

    def _in_parts(self, node: ast.expr, seen: tuple[str, ...] = ()) -> bool:
        """Tell whether a tensor may be made of several: a sparse or ragged one."""
        if not self._parts_made:
            return False
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            if named is None or node.id in seen:
                return False
            bound = named.moved.statement if named.moved is not None else named.node
            value = bound.value if isinstance(bound, ast.Assign) else None
            sparse = named.dtype.startswith(known.SPARSE)
            return sparse or (value is not None and self._in_parts(value, (*seen, node.id)))
        if isinstance(node, ast.Attribute):
            return False
        symbol = self._symbol(node.func) if isinstance(node, ast.Call) else ""
        if symbol in known.WHOLE:
            return False
        if symbol.startswith(known.IN_PARTS):
            return True
        children = [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
        return any(self._in_parts(child, seen) for child in children)

    @property
    def _parts_made(self) -> bool:
        """Whether the file makes such tensors at all."""
        if self._makes_parts is None:
            self._makes_parts = any(s.startswith(known.IN_PARTS) for s in self.symbols.values())
        return self._makes_parts

    def _derived(self, body: list[ast.stmt]) -> set[str]:
        """Return the names of constants that gradients are asked of, and what is computed of them.

        They are computed where the gradients are, or there would be none.
        """
        nodes = [n for s in body for n in walk(s)]
        calls = (n for n in nodes if isinstance(n, ast.Call))
        asked = [call for call in calls if self._symbol(call.func) in known.GRADIENTS]
        if not asked:
            return set()
        bound: dict[str, list[ast.expr]] = {}
        for node in (n for n in nodes if isinstance(n, ast.Assign)):
            for name in (n.id for t in node.targets for n in walk(t) if isinstance(n, ast.Name)):
                bound.setdefault(name, []).append(node.value)
        found: set[str] = set()
        for call in asked:
            of = call.args[1] if len(call.args) > 1 else None
            of = of or next((k.value for k in call.keywords if k.arg == "xs"), None)
            for name in (n.id for n in walk(of) if isinstance(n, ast.Name)) if of else ():
                values = bound.get(name, [])
                symbols = {self._symbol(v.func) if isinstance(v, ast.Call) else "" for v in values}
                if values and not symbols & {*known.VARIABLES, *known.PLACEHOLDER}:
                    found.add(name)
        while True:
            more = {
                name
                for name, values in bound.items()
                if any(isinstance(n, ast.Name) and n.id in found for v in values for n in walk(v))
            }
            if more <= found:
                return found
            found |= more


def _asks_static(node: ast.expr) -> bool:
    """Tell whether an expression asks for a tensor's type or shape."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "get_shape" and not node.args
    return isinstance(node, ast.Attribute) and node.attr in _STATIC
