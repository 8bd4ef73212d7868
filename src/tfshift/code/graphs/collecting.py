"""Variables that are collected: those of a scope, of a collection, or with certain names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.elements import Elements
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.syntax import is_constant
from tfshift.code.graphs.walking import walk

# What layers call their variables, those that are trained first.
_PARTS = {**dict.fromkeys(known.NORMS, (("gamma", "beta"), ("moving_mean", "moving_variance")))}
_USUAL = (("kernel", "bias"), ())


class Collects(Elements):
    """Variables that are collected: those of a scope, of a collection, or with certain names."""

    def _collected(self, node: ast.AST, start: str = "", *, trained: bool = True) -> str:
        """Return the list of the variables that ``node`` collects, as it is written.

        Args:
            node: what asks for it.
            start: how their names begin.
            trained: whether only those are meant that are trained.

        Raises:
            Refusal: if they are not known, or none are meant.
        """
        # All are made where somebody runs what another scope built.
        if self.uncollected is not None or (self._nested and not self.borrows):
            raise Refusal(node, "variables whose names are not known are collected")
        parts = self._variables(start, trained=trained)
        if not parts:
            raise Refusal(node, "no variables are collected")
        return f"[{', '.join(parts)}]"

    def _variables(self, start: str = "", *, trained: bool = True) -> list[str]:
        """Return the variables made so far whose names begin so, each as it is written in a list."""
        if start and any(path == "\0" for path, _ in self.saved):
            raise Refusal(self._step.statement, "variables whose names are not known are collected")
        return [
            self._shown(str(access), trained=trained)
            for path, access in self.saved
            if path.startswith(start) and not (trained and access in self.untrained)
        ]

    def _shown(self, access: str, *, trained: bool = True) -> str:
        """Return a variable, or those of a layer or function, as they are written in a list."""
        factory = self.factored.get(access)
        if factory is not None:
            factory.listed = True
            return f"*{access}.trainable_variables()"
        if access not in self.layered:
            return access
        # Moving averages are never trained.
        keeps = not trained and self.layer_symbols.get(access) in known.NORMS
        whole = access in self.untrained or keeps
        return f"*{access}.{'variables' if whole else 'trainable_variables'}"

    def _all(self, node: ast.Call, symbol: str) -> None:
        """Note the variables that a call collects, as they are written."""
        if id(node) in self.collected:
            return
        named = {k.arg: k.value for k in node.keywords}
        scope = named.pop(
            "scope",
            node.args[-1] if len(node.args) == (2 if symbol == known.COLLECTION else 1) else None,
        )
        if symbol == known.COLLECTION:
            key = node.args[0] if node.args else named.pop("key", None)
            wanted = self._symbol(key) if key is not None else ""
            if isinstance(key, ast.Constant) and key.value in self.own_collections:
                if named or scope is not None or self._nested:
                    raise Refusal(node, "a part of a collection of the file's own")
                listed = self.own_collections[key.value]
                self.collected[id(node)] = f"[{', '.join(self._shown(a) for a in listed)}]"
                return
            if wanted not in known.KEYS:
                raise Refusal(node, "a collection that is not of variables")
            trained = wanted.endswith("TRAINABLE_VARIABLES")
        else:
            trained = symbol == "tf.trainable_variables"
        if named:
            raise Refusal(node, "variables whose names are not known are collected")
        if scope is not None and not (
            isinstance(scope, ast.Constant) and isinstance(scope.value, str)
        ):
            raise Refusal(node, "variables of a scope whose name is computed")
        start = str(scope.value) if isinstance(scope, ast.Constant) else ""
        self.collected[id(node)] = self._collected(node, start, trained=trained)

    def _collects(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list of collected variables."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            return isinstance(bound, ast.Assign) and self._collects(bound.value)
        if isinstance(node, ast.ListComp):
            return self._chosen_by_name(node)
        symbol = self._symbol(node.func) if isinstance(node, ast.Call) else ""
        return symbol in known.COLLECTIONS

    def _look_for_regular(self, function: ast.AST) -> None:
        """Note that a function makes weights that are to be small, of which it alone knows."""
        for one in (function, *self._called(function)):
            for call in (n for n in walk(one) if isinstance(n, ast.Call)):
                given = [k for k in call.keywords if str(k.arg).endswith("regularizer")]
                self.irregular |= any(not is_constant(k.value, None) for k in given)

    def _regular_losses(self, node: ast.Call, symbol: str) -> bool:
        """Note what a call collects that makes weights small; tell whether it is such a call."""
        key = node.args[0] if node.args else None
        asked = symbol == known.COLLECTION and key is not None
        asked = asked and key is not None and self._symbol(key) == known.REGULAR_KEY
        text = "[{listed}]" if asked else known.REGULAR_LOSSES.get(symbol, "")
        if not text:
            return False
        hidden = self.irregular or self.factored or self.objects
        if len(node.args) + len(node.keywords) > asked or hidden or not self.regular:
            raise Refusal(node, "losses of weights that are not known")
        if id(node) not in self.collected:
            listed = ", ".join(one for one, _, _ in self.regular)
            root = ast.unparse(node.func).rsplit(".", 2)[0]
            self.collected[id(node)] = text.format(listed=listed, tf=root)
            self.regular_needs[id(node)] = list(self.regular)
        return True

    def _chosen_by_name(self, node: ast.ListComp) -> bool:
        """Tell whether a list is of collected variables with certain names; note which if so.

        Raises:
            Refusal: if their names are not known.
        """
        if id(node) in self.collected:
            return True
        one = node.generators[0]
        target = one.target.id if isinstance(one.target, ast.Name) else ""
        plain = isinstance(node.elt, ast.Name) and node.elt.id == target and len(one.ifs) == 1
        if len(node.generators) > 1 or not plain or not self._collects(one.iter):
            return False
        trained = self._of_trained(one.iter)
        if trained is None:
            return False
        if self.uncollected is not None or self._nested:
            raise Refusal(node, "variables whose names are not known are collected")
        parts: list[str] = []
        for path, access in self.saved:
            names = list(self._names_of(path, str(access), trained=trained))
            held = [_holds(one.ifs[0], target, name) for name in names]
            chosen = [
                name.rpartition("/")[2][: -len(":0")]
                for name, h in zip(names, held, strict=True)
                if h
            ]
            # A layer may have no bias: what every layer has can be named.
            whole = len(set(held)) <= 1
            named = access in self.layered and set(chosen) <= {"kernel"}
            if None in held or not (whole or named):
                raise Refusal(node, "variables are chosen by what is not known of their names")
            if held and whole and held[0]:
                parts.append(self._shown(str(access), trained=trained))
            elif not whole:
                parts += [f"{access}.{part}" for part in chosen]
        if not parts:
            raise Refusal(node, "no variables are collected")
        self.collected[id(node)] = f"[{', '.join(parts)}]"
        return True

    def _of_trained(self, node: ast.expr) -> bool | None:
        """Tell whether collected variables are those that are trained; None where only some are meant."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            return self._of_trained(bound.value) if isinstance(bound, ast.Assign) else None
        if not isinstance(node, ast.Call):
            return None
        if node.args or node.keywords:
            key = node.args[0] if len(node.args) == 1 and not node.keywords else None
            symbol = self._symbol(key) if key is not None else ""
            return symbol.endswith("TRAINABLE_VARIABLES") if symbol in known.KEYS else None
        return self._symbol(node.func) == "tf.trainable_variables"

    def _names_of(self, path: str, access: str, *, trained: bool) -> Iterator[str]:
        """Yield the names of a variable, or of those of a layer or function, as far as they are known."""
        if trained and access in self.untrained:
            return
        if access in self.factored:
            # Only where they stand is known.
            yield f"{path}/\0"
        elif access in self.layered:
            usual, others = _PARTS.get(self.layer_symbols.get(access, ""), _USUAL)
            yield from (f"{path}/{part}:0" for part in (usual if trained else (*usual, *others)))
        else:
            yield f"{path}:0"


def _holds(test: ast.expr, target: str, name: str) -> bool | None:
    """Return whether a condition on a variable's name holds; None where that is not known."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _holds(test.operand, target, name)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        values = [_holds(value, target, name) for value in test.values]
        if None in values:
            return None
        return all(values) if isinstance(test.op, ast.And) else any(values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], (ast.In, ast.NotIn)) and _names(right, target):
            text = left.value if isinstance(left, ast.Constant) else None
            found = _within(name, text, str.__contains__)
            return found if isinstance(test.ops[0], ast.In) or found is None else not found
        return None
    function = test.func if isinstance(test, ast.Call) else None
    if isinstance(test, ast.Call) and isinstance(function, ast.Attribute) and len(test.args) == 1:
        given = test.args[0]
        text = given.value if isinstance(given, ast.Constant) else None
        if function.attr == "startswith" and _names(function.value, target):
            return _within(name, text, str.startswith)
    return None


def _within(name: str, text: object, asked: Callable[[str, str], bool]) -> bool | None:
    """Return what is asked of a name, of which only the beginning may be known."""
    if not isinstance(text, str):
        return None
    known_part, cut, _ = name.partition("\0")
    if asked(known_part, text):
        return True
    # The rest might hold it, or a part of it.
    return None if cut and (asked is str.__contains__ or text.startswith(known_part)) else False


def _names(node: ast.expr, target: str) -> bool:
    """Tell whether an expression is a variable's name."""
    if isinstance(node, ast.Attribute) and node.attr == "name":
        inner = node.value
        if isinstance(inner, ast.Attribute) and inner.attr == "op":
            inner = inner.value
        return isinstance(inner, ast.Name) and inner.id == target
    return False
