"""What an expression stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import (
    RUN,
    Factory,
    Is,
    Moved,
    Named,
    Refusal,
)
from tfshift.code.graphs.syntax import (
    appended,
    asks_identity,
    asks_name_for_none,
    bindings,
    bound_in,
    changed_in_place,
    free_names,
    is_added,
    is_method,
    is_trained,
    parameters,
    shares_if,
)
from tfshift.code.graphs.values import Values
from tfshift.code.graphs.walking import walk

# What is part of no expression.
_APART = (
    Is.TRAIN, Is.INIT, Is.SESSION, Is.OPTIMIZER, Is.FEED, Is.SUMMARY, Is.CONFIG, Is.SCHEDULE,
    Is.METRIC,
)  # fmt: skip
# Of Python's own functions those that show what they are given.
_SHOWING = ("print", "str", "repr", "format")
# Those that give a number of what is known of a tensor.
_COUNTING = ("int", "len", "float", "list", "tuple", "sum", "min", "max")


class Expressions(Values):
    """What an expression stands for."""

    def _kind(self, node: ast.expr) -> Is:
        """Tell what an expression stands for.

        Raises:
            Refusal: if it is something of graphs that is not known.
        """
        symbol = self._symbol(node)
        if symbol and not isinstance(node, ast.Call):
            return Is.PYTHON
        if isinstance(node, ast.Name):
            kind = self._kind_of(node.id)
            mine = node.id in self.names or self.borrows
            if kind in (Is.DEFERRED, Is.PLACEHOLDER) and not mine:
                raise Refusal(node, "a tensor of the graph of another scope")
            found = self._named(node.id)
            if kind is Is.BUILDER and found is not None and self._reads_graph(found):
                self._builder(node, found, self._uses(found.node))
                return Is.DEFERRED
            return kind
        if isinstance(node, ast.Constant):
            return Is.PYTHON
        if self._is_shape_of_variable(node):
            return Is.PYTHON
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Lambda):
            return self._within(node.body, {a.arg: Is.EAGER for a in parameters(node)}, node)
        if isinstance(node, ast.ListComp) and self._chosen_by_name(node):
            return Is.VARIABLE
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._comprehension(node, [node.elt])
        if isinstance(node, ast.DictComp):
            return self._comprehension(node, [node.key, node.value])
        if self._names_scope(node):
            return Is.PYTHON
        begins = isinstance(node, ast.Attribute) and node.attr == "initializer"
        if isinstance(node, ast.Attribute) and begins and self._kind(node.value) is Is.ITERATOR:
            return Is.BEGIN
        kinds = [self._kind(c) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
        if asks_identity(node) and any(k in (*RUN, Is.EAGER) for k in kinds):
            assert isinstance(node, ast.Compare)
            return self._compared(node, kinds)
        return self._joined(node, kinds)

    def _is_shape_of_variable(self, node: ast.expr) -> bool:
        """Tell whether an expression asks a variable for the numbers of its shape: it is there anyway."""
        asks = node.func if isinstance(node, ast.Call) and not node.args else node
        if not isinstance(asks, ast.Attribute) or asks.attr not in (
            "as_list",
            "num_elements",
            "ndims",
        ):
            return False
        shape = asks.value
        if isinstance(shape, ast.Call) and is_method(shape, "get_shape") and not shape.args:
            assert isinstance(shape.func, ast.Attribute)
            held: ast.expr | None = shape.func.value
        else:
            held = (
                shape.value if isinstance(shape, ast.Attribute) and shape.attr == "shape" else None
            )
        # Those of layers are Keras' own, which have other shapes in Keras 3.
        return held is not None and not self.layered and self._kind(held) is Is.VARIABLE

    def _within(self, body: ast.expr, bound: Mapping[str, Is], node: ast.expr) -> Is:
        """Tell what an expression stands for in which some names are its own."""
        before = dict(self.names)
        self.names.update({name: Named(kind, node) for name, kind in bound.items()})
        try:
            kind = self._kind(body)
        finally:
            self.names = before
        if isinstance(node, ast.Lambda):
            for call in (n for n in walk(body) if isinstance(n, ast.Call)):
                symbol = self._symbol(call.func)
                if symbol in known.LAYERS or symbol in known.VARIABLES:
                    raise Refusal(call, "variables made in a function without a name")
            # What holds nothing of the graph is a function of Python like any other.
            return Is.DEFERRED if kind in RUN else Is.PYTHON
        return kind

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        parts: list[ast.expr],
    ) -> Is:
        bound: dict[str, Is] = {}
        kinds = []
        for generator in node.generators:
            over = self._within(generator.iter, bound, node)
            listed = over is Is.DEFERRED and self._lists(generator.iter)
            if (over in (Is.DEFERRED, Is.PLACEHOLDER) and not listed) or generator.is_async:
                raise Refusal(generator.iter, "a loop over a tensor of the graph")
            bound.update({n.id: over for n in walk(generator.target) if isinstance(n, ast.Name)})
            # Whether there is a gradient is known while the function is traced.
            asked = [test for test in generator.ifs if not asks_name_for_none(test)]
            kinds += [self._within(test, bound, node) for test in asked]
        if any(kind in RUN for kind in kinds):
            raise Refusal(node, "a tensor of the graph as a condition")
        kinds = [self._within(part, bound, node) for part in parts]
        if Is.DEFERRED in kinds or Is.PLACEHOLDER in kinds:
            return Is.DEFERRED
        return next((k for k in kinds if k is not Is.PYTHON), Is.PYTHON)

    def _joined(self, node: ast.expr, kinds: list[Is]) -> Is:
        for kind in kinds:
            if kind in (*_APART, Is.GRAPH, Is.WRITER):
                raise Refusal(node, f"{kind.value} is used in an expression")
        if any(k in (Is.DEFERRED, Is.PLACEHOLDER) for k in kinds):
            if isinstance(node, (ast.BoolOp, ast.IfExp)) or (
                isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
            ):
                raise Refusal(node, "a tensor of the graph as a condition")
            return Is.DEFERRED
        if isinstance(node, ast.BinOp) and kinds == [Is.VARIABLE] * 2 and self._lists(node):
            return Is.VARIABLE
        if Is.VARIABLE in kinds:
            grouped = isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Subscript, ast.Starred))
            return Is.VARIABLE if grouped else Is.DEFERRED
        if Is.CELL in kinds:
            return Is.CELL
        return Is.EAGER if Is.EAGER in kinds else Is.PYTHON

    def _call(self, node: ast.Call) -> Is:
        symbol = self._symbol(node.func)
        if symbol:
            return self._tensorflow(node, symbol)
        function = node.func
        added = appended(node)
        if added is not None and self._kind(added[1]) is Is.CELL:
            self.names[added[0]] = Named(Is.CELL, node)
            return Is.PYTHON
        if added is not None and self._kind(added[1]) is Is.VARIABLE:
            self._listed(node, *added)
            self.names[added[0]] = Named(Is.VARIABLE, node)
            return Is.PYTHON
        if isinstance(function, ast.Attribute):
            base = self._kind(function.value)
            if base is Is.OPTIMIZER:
                if function.attr in ("minimize", "apply_gradients"):
                    return Is.TRAIN
                if function.attr == "compute_gradients":
                    return self._gradients(node)
                raise Refusal(node, f"{function.attr} of an optimizer")
            if base is Is.CELL and function.attr == "zero_state":
                kinds = self._arguments(node)
                return Is.DEFERRED if any(k in RUN for k in kinds) else Is.EAGER
            if base is Is.SAVER:
                return self._saves(node, function)
            if base is Is.DATASET:
                return self._of_dataset(node, function)
            if base is Is.ITERATOR:
                if function.attr == "get_next":
                    return Is.PLACEHOLDER
                if function.attr == "make_initializer" and len(node.args) == 1:
                    return Is.BEGIN
                raise Refusal(node, f"{function.attr} of an iterator")
            if base is Is.WRITER:
                if function.attr in ("close", "flush") and not node.args:
                    return Is.PYTHON
                if function.attr == "add_summary" and is_added(node):
                    return Is.PYTHON
                raise Refusal(node, f"{function.attr} of a writer of events")
            if base in (Is.SESSION, Is.TRAIN, Is.INIT, Is.GRAPH, Is.FEED):
                if self._run(node) is not None:
                    return Is.PYTHON
                raise Refusal(node, f"{function.attr} of {base.value}")
            if base in (*RUN, Is.EAGER):
                if function.attr in ("run", "eval"):
                    return Is.PYTHON
                asked = self._of_variable(node, function)
                if asked is not None:
                    return asked
                if function.attr in ("initialized_value", "load", "initializer", "scatter_update"):
                    raise Refusal(node, f"{function.attr} of {base.value}")
                kinds = self._arguments(node)
                effect = function.attr.startswith("assign")
                return Is.DEFERRED if base in RUN or effect else self._joined(node, [base, *kinds])
        kinds = self._arguments(node)
        if self._of_tape(function, kinds):
            return Is.EAGER
        if not any(k in (*RUN, Is.EAGER) for k in kinds):
            self._joined(node, kinds)
            return self._made_by(node)
        if isinstance(function, ast.Name) and self._named(function.id) is None:
            if function.id in _SHOWING and not any(k in RUN for k in kinds):
                raise Refusal(node, "a tensor is shown: there it is its name, here its value")
            if function.id in known.LISTING:
                return next((k for k in (Is.DEFERRED, Is.PLACEHOLDER) if k in kinds), Is.VARIABLE
                            if Is.VARIABLE in kinds else Is.EAGER)  # fmt: skip
            if function.id == "len" and Is.VARIABLE in kinds:
                return Is.PYTHON
            if function.id == "sum" and any(k in RUN for k in kinds):
                # One after the other, as there.
                return Is.DEFERRED
            if function.id in _COUNTING and all(map(self._is_static, node.args)):
                # It is known where the function is traced.
                return Is.DEFERRED
        return self._built_by(node, kinds)

    def _arguments(self, node: ast.Call) -> list[Is]:
        values = [*node.args, *(k.value for k in node.keywords)]
        return [self._kind(v) for v in values if not self._is_handed(node, v)]

    def _made_by(self, node: ast.Call) -> Is:
        """Tell what a function of the file gives that is given no tensors."""
        found = self._named(node.func.id) if isinstance(node.func, ast.Name) else None
        if found is not None and self._reusing and self._uses(found.node) & known.MADE:
            raise Refusal(node, "variables of a scope that are not known")
        if found is not None and found.node in self.around.classes:
            # It makes variables of its own, of which it knows the names.
            self.uncollected = self.uncollected or node
            if node not in self.objects:
                self.objects.append(node)
            self.variables += 1
        if found is None or found.kind is not Is.BUILDER:
            return Is.PYTHON
        made = self._uses(found.node)
        if made & (known.SESSION | known.PLACEHOLDER) or self._runs_graph(found.node):
            # It holds a graph of its own, or runs this one, and is read by itself.
            return Is.PYTHON
        if any(made):
            self._changes_nothing(node, found.node)
        self._builder(node, found, made)
        if found.moved is not None:
            return Is.DEFERRED
        if any(s.startswith("tf.data.") for s in made) and self._gives_dataset(found.node):
            return Is.DATASET
        if made & known.MADE and not made & known.MADE - set(known.CELLS):
            self._note_cell(node)
            return Is.CELL
        if made & known.MADE:
            self._look_for_regular(found.node)
            self.variables += 1
            return Is.VARIABLE
        if any(s.startswith(known.RANDOM) for s in made):
            return Is.DEFERRED
        return Is.EAGER if any(s.startswith("tf.") for s in made) else Is.PYTHON

    def _gives_dataset(self, function: ast.AST) -> bool:
        """Tell whether what a function gives is a dataset that it made."""
        bound = bindings(function)
        pending = [n.value for n in walk(function) if isinstance(n, ast.Return)]
        found = bool(pending)
        seen: set[str] = set()
        while pending:
            value = pending.pop()
            while isinstance(value, ast.Call) and not self._symbol(value.func):
                value = value.func.value if isinstance(value.func, ast.Attribute) else None
            if isinstance(value, ast.Name) and value.id in bound:
                # A name may be bound to what it was before: what it was first counts.
                pending += [] if value.id in seen else bound[value.id]
                seen.add(value.id)
                continue
            symbol = self._symbol(value.func) if isinstance(value, ast.Call) else ""
            found = found and symbol.startswith("tf.data.") and "Dataset" in symbol
        return found

    def _built_by(self, node: ast.Call, kinds: list[Is]) -> Is:
        """Tell what a function gives that is given tensors: one of the file, that only builds."""
        found = self._named(node.func.id) if isinstance(node.func, ast.Name) else None
        if found is not None and found.kind is Is.CELL:
            if any(k in (Is.DEFERRED, Is.PLACEHOLDER) for k in kinds) and self._typed(node):
                raise Refusal(node, "a layer of inputs whose type is not known")
            return Is.DEFERRED
        if found is not None and self._is_given(found):
            return self._joined(node, [*kinds, Is.EAGER])
        if found is None or found.kind is not Is.BUILDER:
            if all(k is not Is.DEFERRED and k is not Is.PLACEHOLDER for k in kinds) and not any(
                k is Is.VARIABLE for k in kinds
            ):
                return Is.PYTHON
            name = ast.unparse(node.func)
            if name.startswith(("np.", "numpy.", "math.")) and all(
                self._is_static(value) for value in (*node.args, *(k.value for k in node.keywords))
            ):
                return Is.DEFERRED
            raise Refusal(node, f"a tensor of the graph is given to {name}")
        if self._runs_graph(found.node) and not any(k in RUN for k in kinds):
            return Is.PYTHON
        made = self._uses(found.node)
        self._changes_nothing(node, found.node)
        self._builder(node, found, made)
        if made & known.MADE and any(k in (Is.DEFERRED, Is.PLACEHOLDER) for k in kinds):
            self._factory(node, found.node)
            return Is.DEFERRED
        if found.moved is not None:
            return Is.DEFERRED
        return self._joined(node, [k for k in kinds if k is not Is.PYTHON]) if any(
            k in RUN for k in kinds
        ) else Is.EAGER  # fmt: skip

    def _runs_graph(self, function: ast.AST) -> bool:
        """Tell whether a function of the module runs the module's graph."""
        if any(f is function for taker in self.around.takers.values() for _, f in taker.functions):
            return True
        own = bound_in(function)
        for node in walk(function):
            base = node.value if isinstance(node, ast.Attribute) else None
            if isinstance(base, ast.Name) and base.id not in own:
                kind, method = (
                    self._kind_of(base.id),
                    node.attr if isinstance(node, ast.Attribute) else "",
                )
                if (kind is Is.SESSION and method == "run") or (kind in RUN and method == "eval"):
                    return True
        return False

    def _is_given(self, found: Named) -> bool:
        """Tell whether a name is a function's parameter, or a function without a name that builds."""
        if isinstance(found.node, ast.arg):
            return found.kind is Is.PYTHON
        value = found.node.value if isinstance(found.node, ast.Assign) else None
        if not isinstance(value, ast.Lambda) or self._uses(value) & known.MADE:
            return False
        own = {a.arg for a in parameters(value)}
        return not any(
            self._kind_of(n.id) in (Is.DEFERRED, Is.PLACEHOLDER)
            for n in free_names(value.body)
            if n.id not in own
        )

    def _factory(self, call: ast.Call, function: ast.AST) -> None:
        """Note a call of a function that makes variables for the tensors that it is given."""
        assert isinstance(function, ast.FunctionDef)
        if self._reusing:
            raise Refusal(call, "variables of a scope that are not known")
        self._look_for_regular(function)
        factory = self.factories.setdefault(id(function), Factory(function))
        factory.reuse = factory.reuse or _sharing(function, self.symbols)
        if not any(c is call for c in factory.calls):
            factory.calls.append(call)
        for name, value in factory.given(call).items():
            if self._kind(value) in (Is.DEFERRED, Is.PLACEHOLDER):
                factory.tensors.add(name)

    def _builder(self, call: ast.expr, found: Named, made: set[str]) -> None:
        """Refuse what a function must not do that moves into the functions."""
        wrong = made & (known.SESSION | known.PLACEHOLDER | known.INIT | set(known.OPTIMIZERS))
        wrong |= {s for s in made if _refused(s)}
        if wrong:
            raise Refusal(call, f"a function that uses {min(wrong)}")
        asked = (n for n in walk(found.node) if isinstance(n, ast.Attribute))
        if any(n.attr in known.ITERATING for n in asked):
            raise Refusal(call, "a function that makes an iterator of its own")
        assert isinstance(found.node, ast.FunctionDef)
        for builder in (found.node, *self._called(found.node)):
            self.builders[id(builder)] = builder
        own = bound_in(found.node)
        for node in walk(found.node):
            if not isinstance(node, ast.Name) or node.id in own:
                continue
            kind = self._kind_of(node.id)
            if kind in (Is.SESSION, Is.TRAIN):
                raise Refusal(call, f"a function that reads {node.id} of the graph")
            if kind in (Is.DEFERRED, Is.PLACEHOLDER):
                self._carry(call, found)

    def _changes_nothing(self, call: ast.expr, function: ast.AST) -> None:
        """Refuse functions that change what is around them: they would do so whenever they are traced."""
        own = bound_in(function) | self.around.imported
        for outer in (changed_in_place(node) for node in walk(function)):
            if outer and outer not in own and self._kind_of(outer) is Is.PYTHON:
                raise Refusal(call, f"a function that changes {outer}, which is around it")

    def _carry(self, node: ast.AST, found: Named) -> None:
        """Let a function that reads the graph go where its reader goes."""
        function = found.node
        if found.moved is not None or not isinstance(function, ast.FunctionDef):
            return
        step = next((s for s in self.steps if s.statement is function), None)
        if step is None or self._uses(function) & known.MADE:
            raise Refusal(node, f"{function.name} reads the graph")
        found.moved = Moved(function, (function.name,))
        own = bound_in(function)
        for name in walk(function):
            if isinstance(name, ast.Name) and name.id not in own and name.id != function.name:
                self._note_name(found.moved, name)
        step.fate, step.moved = "move", found.moved
        self.builders.pop(id(function), None)

    def _reads_graph(self, found: Named) -> bool:
        """Tell whether a function of this scope reads the graph, and runs nothing of it."""
        if not isinstance(found.node, ast.FunctionDef) or self._runs_graph(found.node):
            return False
        own = bound_in(found.node)
        return any(
            isinstance(n, ast.Name)
            and n.id not in own
            and self._kind_of(n.id) in (Is.DEFERRED, Is.PLACEHOLDER)
            for n in walk(found.node)
        )

    def _tensorflow(self, node: ast.Call, symbol: str) -> Is:
        if symbol.split(".")[1] in known.TYPES:
            # What a type tells of itself.
            return Is.PYTHON
        if symbol in known.PLACEHOLDER:
            return Is.PLACEHOLDER
        if symbol in known.INIT:
            return Is.INIT
        if symbol in known.SESSION:
            self._session(node)
            return Is.SESSION
        if symbol == known.DEFAULT_SESSION:
            return Is.SESSION
        if symbol in known.EXPORTING:
            return Is.EXPORT
        if symbol == known.STEPS:
            return self._counted_steps(node)
        if symbol == "tf.Graph":
            return Is.GRAPH
        if symbol in known.SAVER:
            return Is.SAVER
        if symbol.startswith((*known.ABSL, *known.BESIDE)):
            kinds = self._arguments(node)
            if symbol == "tf.app.run":
                # What it calls is a function of the file, which is read by itself.
                kinds = [k for k in kinds if k is not Is.BUILDER]
            if any(k is not Is.PYTHON for k in kinds):
                raise Refusal(node, f"a tensor of the graph is given to {symbol}")
            return Is.PYTHON
        if symbol.startswith("tf.data."):
            if symbol == known.STRUCTURE:
                return Is.ITERATOR
            self._arguments(node)
            return Is.DATASET if "Dataset" in symbol else Is.PYTHON
        if symbol in known.CONFIG:
            # Where and how fast a session runs; what it computes is the same.
            return Is.CONFIG
        if symbol in known.WRITER:
            extra = {k.arg for k in node.keywords} - {"graph"}
            if len(node.args) not in (1, 2) or extra or self._kind(node.args[0]) is not Is.PYTHON:
                raise Refusal(node, "a writer of events with settings")
            return Is.WRITER
        if symbol in known.SUMMARIES:
            self._summary(node, symbol)
            return Is.SUMMARY
        if symbol in known.GATHERED:
            return Is.SUMMARY
        if symbol in known.OPTIMIZERS:
            kinds = self._arguments(node)
            if any(k not in (Is.PYTHON, Is.SCHEDULE) for k in kinds):
                self._note_rate(node, symbol)
                return Is.OPTIMIZER
            if Is.SCHEDULE in kinds and symbol not in known.RATED:
                raise Refusal(node, f"{symbol} with a rate that changes")
            return Is.OPTIMIZER
        if symbol in known.SCHEDULES:
            return self._schedule(node, symbol)
        if symbol in known.COUNTERS:
            if self._counted or node.args or node.keywords:
                raise Refusal(node, "the counter of steps of a graph, more than once")
            self._counted = True
            self.variables += 1
            return Is.VARIABLE
        if self._reusing and symbol in (*known.OBJECTS, *known.CELLS, *known.RNN):
            raise Refusal(node, "variables of a scope that are not known")
        if symbol in known.OBJECTS:
            if not is_trained(node):
                raise Refusal(node, "a layer that may not be trained, as an object")
            kinds = self._arguments(node)
            if any(kind is not Is.PYTHON for kind in kinds):
                raise Refusal(node, "a layer that is made from a tensor of the graph")
            self._nameless(node)
            return Is.CELL
        if symbol == known.COLLECTION and self._collects_updates(node):
            return Is.UPDATES
        if self._regular_losses(node, symbol):
            return Is.DEFERRED
        if symbol in known.REGULARIZERS:
            return Is.PYTHON
        if _refused(symbol) or (symbol.startswith("tf.train.") and symbol.endswith("Optimizer")):
            raise Refusal(node, f"{symbol}{known.NOT_YET}")
        if symbol in known.COLLECTIONS:
            self._all(node, symbol)
            return Is.VARIABLE
        if symbol in known.PLAIN or symbol.startswith(known.PLAIN_OF_KERAS):
            return Is.PYTHON
        if symbol in known.METRICS:
            more = known.OWN_METRICS.get(symbol, ())
            for keyword in node.keywords:
                if keyword.arg in more and self._kind(keyword.value) is not Is.PYTHON:
                    raise Refusal(node, f"{symbol} of a size that only a run tells")
            counted = [
                *node.args,
                *(k.value for k in node.keywords if k.arg not in (*more, "name")),
            ]
            if any(self._kind(value) not in (*RUN, Is.EAGER) for value in counted):
                raise Refusal(node, f"{symbol} of what is no tensor")
            return Is.DEFERRED
        if symbol in known.CELLS:
            self._note_cell(node)
            kinds = self._arguments(node)
            return Is.DEFERRED if any(k in RUN for k in kinds) else Is.CELL
        if symbol == "tf.group" and node.args:
            if self._grouped(node) is not None:
                return Is.TRAIN
            grouped = {self._kind(a) for a in node.args}
            if grouped == {Is.INIT}:
                return Is.INIT
            if grouped == {Is.DEFERRED}:
                return Is.DEFERRED
            raise Refusal(node, "tf.group of more than operations that give tensors")
        kinds = self._arguments(node)
        if symbol in known.RUNNING:
            self._runs_cell(node)
        if symbol in known.LISTS:
            named = {k.arg: k.value for k in node.keywords}
            first = node.args[0] if node.args else named.get("params", named.get("weights"))
            if not isinstance(first, ast.Name) or not self._is_one(first):
                raise Refusal(node, f"{symbol} of what may be a list")
        if symbol in known.CHOOSING and len(node.args) + len(node.keywords) > 1:
            self._choosing(node)
        if symbol in known.DROPOUTS or symbol in known.EFFECTS or symbol in known.GRADIENTS:
            return Is.DEFERRED
        if symbol == "tf.SparseTensorValue":
            return self._joined(node, kinds)
        if symbol in known.OF_TENSORS or symbol.startswith(known.TABLES):
            return self._made(node, kinds)
        if symbol == known.GET_VARIABLE:
            there = self._reusing and not self._may_make
            if (Is.DEFERRED in kinds or Is.PLACEHOLDER in kinds) and not there:
                raise Refusal(node, "a variable that starts from a tensor of the graph")
            self.variables += 1
            return Is.VARIABLE
        if symbol in known.INITIALIZERS or symbol in known.STEADY_INITIALIZERS:
            return Is.PYTHON
        if symbol in known.STOPPED_LABELS:
            # There the labels have no gradient; here only what is fed has none.
            name = known.STOPPED_LABELS[symbol]
            labels = next((k.value for k in node.keywords if k.arg == name), None)
            labels = labels or (
                node.args[0] if node.args and symbol.startswith("tf.losses.") else None
            )
            if labels is None:
                raise Refusal(node, "labels that are not known, and get no gradient in 1.x")
            if self._kind(labels) not in (Is.PLACEHOLDER, Is.PYTHON):
                self.instead[id(labels)] = ("{tf}.stop_gradient({})", [labels])
        if symbol in known.LOSSES:
            return self._made(node, kinds)
        if symbol in known.FORMULAS or symbol in known.LAYERS:
            return (
                Is.DEFERRED if symbol in (*known.ASSIGN, *known.LAYERS) else self._made(node, kinds)
            )
        if symbol.startswith(("tf.layers.", "tf.losses.")):
            raise Refusal(node, f"{symbol}{known.NOT_YET}")
        if symbol in known.VARIABLE:
            names = (n for n in free_names(node) if id(n) not in self.symbols)
            # Another variable is what it is here; that it is there as well is the program's own care.
            if any(self._kind_of(name.id) in (Is.DEFERRED, Is.PLACEHOLDER) for name in names):
                raise Refusal(node, "a variable that starts from a tensor of the graph")
            self.variables += 1
            return Is.VARIABLE
        if symbol in known.SEEDS:
            return Is.PYTHON
        if symbol in known.ASSIGN or symbol.startswith(known.RANDOM):
            return Is.DEFERRED
        joined = self._made(node, kinds)
        # What has a capital is a class: it gives no tensor of its own.
        lower = symbol.rpartition(".")[2][:1].islower()
        return joined if lower or joined is not Is.EAGER or Is.EAGER in kinds else Is.PYTHON

    def _schedule(self, node: ast.Call, symbol: str) -> Is:
        """Read a learning rate that changes with a variable of the file."""
        parameters, counter = known.SCHEDULES[symbol]
        given = dict(zip(parameters, node.args, strict=False))
        given.update({k.arg or "": k.value for k in node.keywords})
        for name, value in given.items():
            kind = self._kind(value)
            if kind is not (Is.VARIABLE if name == counter else Is.PYTHON):
                raise Refusal(node, "a learning rate that is computed of tensors")
        return Is.SCHEDULE

    def _choosing(self, node: ast.Call) -> None:
        """Keep the choice of 1.x where a condition may be a vector that chooses rows."""
        named = {k.arg: k.value for k in node.keywords}
        condition: ast.expr | None = node.args[0] if node.args else named.get("condition")
        given = [*node.args, *(named[name] for name in ("x", "y") if name in named)]
        if not node.args and condition is not None:
            given.insert(0, condition)
        if condition is None or len(given) != 3:
            raise Refusal(node, "a condition that may be a vector that chooses rows")
        compared = {ast.dump(side) for side in self._compared_in(condition)}
        chosen = {ast.dump(one) for value in given[1:] for one in self._shaped_as(value)}
        if not compared & chosen:
            self.instead[id(node)] = ("{tf}.raw_ops.Select(condition={}, x={}, y={})", given)

    def _compared_in(self, condition: ast.expr) -> Iterator[ast.expr]:
        """Yield what a condition compares, number by number."""
        value = self._alone(condition) if isinstance(condition, ast.Name) else None
        if value is not None:
            yield from self._compared_in(value)
        elif isinstance(condition, ast.Compare):
            yield from (condition.left, *condition.comparators)
        elif isinstance(condition, ast.Call) and self._symbol(condition.func) in known.COMPARING:
            for part in (*condition.args, *(k.value for k in condition.keywords)):
                yield part
                yield from self._compared_in(part)

    def _shaped_as(self, value: ast.expr) -> Iterator[ast.expr]:
        """Yield a value, and others that are of its shape for certain."""
        yield value
        if isinstance(value, ast.Call) and value.args:
            symbol = self._symbol(value.func)
            if symbol in known.EACH or symbol in ("tf.zeros_like", "tf.ones_like"):
                yield from self._shaped_as(value.args[0])
        elif isinstance(value, ast.UnaryOp):
            yield from self._shaped_as(value.operand)

    def _made(self, node: ast.Call, kinds: list[Is]) -> Is:
        """Tell what an operation gives: a tensor, of the graph if one of its inputs is."""
        joined = self._joined(node, kinds)
        if joined is Is.VARIABLE:
            return Is.DEFERRED
        return Is.EAGER if joined is Is.PYTHON else joined


# What is rewritten, though it stands below what is left.
_REWRITTEN = (
    known.INITIALIZERS,
    known.LAYERS,
    known.DROPOUTS,
    known.METRICS,
    known.CELLS,
    known.RNN,
    known.FORMULAS,
    known.BESIDE_FILE,
)


def _refused(symbol: str) -> bool:
    """Tell whether a symbol is one that is left as it is."""
    if symbol.startswith(known.PLAIN_OF_KERAS):
        return False
    if symbol in known.PLAIN or symbol in known.COMPUTED_BY_KERAS:
        return False
    return symbol.startswith(known.REFUSED) and not any(symbol in one for one in _REWRITTEN)


def _sharing(function: ast.FunctionDef, symbols: Mapping[int, str]) -> str:
    """Return the parameter of a function that says whether variables of another call are meant."""
    own = {a.arg for a in parameters(function)}
    for node in walk(function):
        if isinstance(node, ast.Call) and symbols.get(id(node.func)) == "tf.variable_scope":
            for keyword in node.keywords:
                value = keyword.value
                if keyword.arg == "reuse" and isinstance(value, ast.Name) and value.id in own:
                    return value.id
        test = shares_if(node)
        if test in own:
            return test
    return ""
