"""Training steps, gradients, and the variables that they are of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from copy import deepcopy

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.collecting import Collects
from tfshift.code.graphs.kinds import (
    RUN,
    Is,
    Moved,
    Named,
    Refusal,
    Training,
)
from tfshift.code.graphs.needs import all_needed
from tfshift.code.graphs.syntax import arguments, free_names, is_constant, is_method
from tfshift.code.graphs.walking import walk

# What a variable of a list or dictionary is a part of.
_ROOT = re.compile(r"\w*")


class Trains(Collects):
    """Training steps, gradients, and the variables that they are of."""

    def _note_rate(self, call: ast.Call, symbol: str) -> None:
        """Note the rate of an optimizer that is a tensor: each step gives it anew.

        Raises:
            Refusal: if it is not of single precision, or anything else of the optimizer is a tensor.
        """
        order = [theirs for theirs, _ in known.OPTIMIZERS[symbol][1]]
        given = arguments(call, order) or {}
        rate = given.get("learning_rate")
        tensors = [a for a in given.values() if self._kind(a) is not Is.PYTHON]
        if rate is None or tensors != [rate]:
            raise Refusal(call, "an optimizer of tensors other than its rate")
        if symbol not in known.RATED and symbol not in known.KEPT:
            raise Refusal(call, f"{symbol} with a rate that changes")
        named = self._named(rate.id) if isinstance(rate, ast.Name) else None
        if named is not None and named.dtype not in (None, "", *known.USUAL_TYPES):
            raise Refusal(call, "a rate that is not of single precision")
        self.rates[id(call)] = deepcopy(rate)
        self.instead[id(rate)] = ("0.0", [])

    def _rate_of(self, optimizer: str, needs: Moved) -> tuple[ast.expr, ast.Call] | None:
        """Return the rate that a step gives an optimizer, which the step depends on."""
        made = self.optimizers.get(optimizer)
        if made is None or id(made) not in self.rates:
            return None
        self._note(needs, [self.rates[id(made)]])
        if self._symbol(made.func) not in known.RATED:
            # What Keras' own keeps has the rates of before in it.
            self.stateful.add(optimizer)
        return self.rates[id(made)], made

    def _minimize(self, node: ast.stmt, call: ast.Call, name: str) -> None:
        assert isinstance(call.func, ast.Attribute)
        given = {k.arg: k.value for k in call.keywords}
        for extra in set(given) - {"loss", "global_step", "name", "var_list"}:
            raise Refusal(call, f"minimize with {extra}=")
        positional = call.args
        if len(positional) > 2:
            raise Refusal(call, "minimize with more than a loss and a counter")
        loss = positional[0] if positional else given.get("loss")
        counter = positional[1] if len(positional) > 1 else given.get("global_step")
        if loss is None:
            raise Refusal(call, "minimize without a loss")
        counted = self._counter(call, counter)
        base = call.func.value
        if isinstance(base, ast.Name) and base.id in self.minimized and self._is_shared(base):
            # What it keeps of its steps, all of them have in common.
            self.stateful.add(base.id)
            optimizer = base.id
            self._step.fate = "drop"
        elif isinstance(base, ast.Name) and base.id in self.minimized:
            optimizer = self._free(base.id)
            self.optimizers[optimizer] = self._another(call, base)
            self._step.fate, self._step.built = "train", (self.optimizers[optimizer], optimizer)
        elif isinstance(base, ast.Name):
            self.minimized.add(base.id)
            optimizer = base.id
            self._step.fate = "drop"
        else:
            assert isinstance(base, ast.Call)
            free = name == "optimizer" or "optimizer" not in self.taken
            optimizer = "optimizer" if free else f"{name}_optimizer"
            self.taken.add(optimizer)
            self._step.fate, self._step.built = "train", (base, optimizer)
            self.optimizers[optimizer] = base
            if self._symbol(base.func) not in known.STATELESS:
                self._slotted.add(optimizer)
        needs = Moved(node, ())
        chosen = given.get("var_list")
        self._note(needs, [loss] if chosen is None else [loss, chosen])
        if self._kind(loss) not in RUN:
            raise Refusal(call, "a loss that does not depend on variables")
        if chosen is not None and not self._are_variables(chosen):
            raise Refusal(call, "minimize with a var_list that is not of this file's variables")
        if chosen is not None:
            named = self._named(chosen.id) if isinstance(chosen, ast.Name) else None
            bound = named.node if named is not None else None
            # The loss calls the layers whose variables these are.
            self.trained_lists.update(map(id, walk(chosen)))
            # Somebody else may ask for them before it does.
            alone = bound is not None and self.loads[ast.unparse(chosen)] == 1
            self.trained_lists.update(map(id, walk(bound) if alone and bound is not None else ()))
        training = Training(optimizer, loss, needs, counted, chosen)
        training.rate = self._rate_of(optimizer, needs)
        if chosen is None:
            training.listed = self._trained_for(needs)
            # A tape watches what such a layer holds all the same.
            training.partly = any(_is_untrained(c) for m in all_needed(needs) for c, _ in m.made)
            if training.partly and training.listed is None:
                raise Refusal(call, "a loss of layers that are not trained")
        self._updated(training, self._awaited)
        self.names[name] = Named(Is.TRAIN, node, training=training)

    def _trained_for(self, needs: Moved) -> list[str] | None:
        """Return the variables that a loss depends on and that are trained; None where they are not known."""
        if self.uncollected is not None or self.factored:
            return None
        used = {name for m in all_needed(needs) for _, name in m.made}
        used |= {name for m in all_needed(needs) for name in (*m.captured, *m.reused.values())}
        listed = [
            self._shown(str(access))
            for _, access in self.saved
            if str(access) not in self.untrained
            and _ROOT.findall(str(access).lstrip("*"))[0] in used
        ]
        return listed or None

    def _updated(self, training: Training, updates: Iterable[Moved]) -> Training:
        """Let a training step update moving averages as well."""
        added = [m for m in updates if m not in training.updates]
        training.updates = (*training.updates, *added)
        needed = all_needed(training.needs)
        # What is updated is computed, even where the loss does not depend on it.
        training.needs.needs += [m for m in added if m not in needed]
        return training

    def _is_shared(self, base: ast.Name) -> bool:
        """Tell whether an optimizer trains several losses as 1.x does, with what it keeps of all its steps."""
        made = self.optimizers.get(base.id)
        symbol = self._symbol(made.func) if made is not None else ""
        return symbol in known.KEPT and symbol not in known.STATELESS

    def _another(self, call: ast.Call, base: ast.Name) -> ast.Call:
        """Return what makes an optimizer once more, which Keras wants for each loss.

        Raises:
            Refusal: if the two would not be what one is: it keeps something, or was made otherwise.
        """
        named = self._named(base.id)
        bound = named.node if named is not None else None
        made = bound.value if isinstance(bound, ast.Assign) else None
        if not isinstance(made, ast.Call) or self._symbol(made.func) not in known.STATELESS:
            raise Refusal(call, "one optimizer for several losses")
        for name in free_names(made):
            given = self._named(name.id)
            if given is not None and getattr(given.node, "lineno", 0) > made.lineno:
                raise Refusal(call, "one optimizer for several losses")
        return made

    def _counter(self, call: ast.Call, counter: ast.expr | None) -> str:
        """Return the name of the variable that counts steps, or nothing."""
        if counter is None:
            return ""
        if not isinstance(counter, ast.Name) or self._kind_of(counter.id) is not Is.VARIABLE:
            raise Refusal(call, "a counter of steps that is no plain variable")
        return counter.id

    def _are_variables(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list of variables of this file."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._are_variables(node.left) and self._are_variables(node.right)
        if isinstance(node, ast.Call) and not node.args and is_method(node, "values"):
            assert isinstance(node.func, ast.Attribute)
            return self._kind(node.func.value) is Is.VARIABLE
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "list"
        ):
            return len(node.args) == 1 and self._are_variables(node.args[0])
        if self._collects(node):
            return self._kind(node) in (Is.VARIABLE, Is.DEFERRED)
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            if isinstance(bound, ast.Assign) and isinstance(bound.value, (ast.BinOp, ast.Call)):
                return self._are_variables(bound.value)
        return self._kind(node) is Is.VARIABLE

    def _gradients(self, node: ast.Call) -> Is:
        """Note what gradients an optimizer computes."""
        named = {k.arg: k.value for k in node.keywords}
        chosen = node.args[1] if len(node.args) == 2 else named.get("var_list")
        loss = node.args[0] if node.args else named.get("loss")
        if len(node.args) > 2 or set(named) - {"loss", "var_list"} or loss is None:
            raise Refusal(node, "compute_gradients with more than a loss and variables")
        if self._kind(loss) not in RUN:
            raise Refusal(node, "a loss that does not depend on variables")
        if chosen is not None and not self._are_variables(chosen):
            raise Refusal(node, "gradients of what are not this file's variables")
        if id(node) not in self.computed:
            self.computed[id(node)] = (loss, self._collected(node) if chosen is None else chosen)
        return Is.DEFERRED

    def _applied(self, node: ast.stmt, call: ast.Call, name: str) -> None:
        """Note a training step that is given its gradients."""
        function = call.func
        assert isinstance(function, ast.Attribute)
        base = function.value
        named = {k.arg: k.value for k in call.keywords}
        pairs = call.args[0] if call.args else named.get("grads_and_vars")
        counter = call.args[1] if len(call.args) > 1 else named.get("global_step")
        if (
            pairs is None
            or len(call.args) > 2
            or set(named) - {"grads_and_vars", "global_step", "name"}
        ):
            raise Refusal(call, "apply_gradients with more than gradients and a counter")
        if not isinstance(base, ast.Name) or base.id in self.minimized:
            raise Refusal(call, "one optimizer for several losses")
        counted = self._counter(call, counter)
        self.minimized.add(base.id)
        needs = Moved(node, ())
        self._note(needs, [pairs])
        self._kind(pairs)
        self._step.fate = "drop"
        training = Training(base.id, pairs, needs, counted, pairs=pairs)
        training.rate = self._rate_of(base.id, needs)
        self._updated(training, self._awaited)
        self.names[name] = Named(Is.TRAIN, node, training=training)


def _is_untrained(call: ast.Call) -> bool:
    return any(k.arg == "trainable" and is_constant(k.value, False) for k in call.keywords)
