"""One ordered walk of a scope: every name gets a kind, every run is taken down."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.feeding import Feeds
from tfshift.code.graphs.kinds import (
    RUN,
    Fed,
    Is,
    Moved,
    Named,
    Refusal,
    Run,
)
from tfshift.code.graphs.scope import Reading, Step
from tfshift.code.graphs.syntax import (
    CHANGING,
    appended,
    changed_in_place,
    free_names,
    free_names_of,
    is_constant,
    is_method,
    target_names,
)
from tfshift.code.graphs.walking import walk

_COMPOUND = (ast.For, ast.While, ast.If, ast.Try, ast.With)

# ``append`` is read on its own.
_CHANGING = CHANGING - {"append"}


class Reader(Feeds):
    """Reads one scope.

    Args:
        symbols: identity of an expression -> the symbol that it names, from ``tf.``.
        outer: names of the scopes around it.
        factories: functions that make variables for tensors, by their identity; found here as well.
        function: the function that is read, where it is one.
        borrows: whether it runs the graph of the scope around it.
    """

    def read(self, body: list[ast.stmt], around: Sequence[ast.stmt] = ()) -> Reading:
        """Read a scope's statements.

        Args:
            body: they.
            around: statements that read the same names in other places.

        Raises:
            Refusal: at the first thing that is not known.
        """
        whole = [*body, *around]
        names = [n for s in whole for n in walk(s) if isinstance(n, ast.Name)]
        self.taken = {n.id for n in names} | self.around.imported
        self.stores = Counter(n.id for n in names if isinstance(n.ctx, ast.Store))
        self.reuses = [n.func.value for s in whole for n in walk(s)
                       if isinstance(n, ast.Call) and is_method(n, "reuse_variables")
                       and isinstance(n.func, ast.Attribute)]  # fmt: skip
        self.loads = Counter(n.id for n in names if isinstance(n.ctx, ast.Load))
        asked = (n for s in whole for n in walk(s) if isinstance(n, ast.Attribute))
        self.scopes_named = Counter(
            n.value.id for n in asked if n.attr == "name" and isinstance(n.value, ast.Name)
        )
        self.initials = self._initials(whole)
        self.fed_names = _fed_names(whole) | self._derived(whole)
        for statement in self._flat(body):
            self._step = Step(statement)
            self.steps.append(self._step)
            self._follow(statement)
            before = dict(self.names) if self._awaited else {}
            self._statement(statement)
            self._check_awaiting(statement, before)
        self._check_sessions()
        self._check_rebound()
        return Reading(
            self.steps,
            self.opened,
            self.names,
            self.feeds,
            self.taken,
            self.outer,
            self.renamed,
            tuple(self.summaries),
            self.savings,
            self.drawn,
            self.collected,
            self.computed,
            self.shown,
            self.stateful,
            self.trained_lists,
            self.held_savers,
            self.same,
            {
                call: name
                for step in self.steps
                if step.moved is not None
                for call, name in (
                    *((id(call), name) for call, name in step.moved.made),
                    *step.moved.reused.items(),
                )
            },
            self.instead,
            reset=self.reset,
        )

    def _initials(self, body: list[ast.stmt]) -> set[str]:
        """Return the names that are read nowhere but where variables are made."""
        inside: set[int] = set()
        for call in (n for s in body for n in walk(s) if isinstance(n, ast.Call)):
            if self._symbol(call.func) in known.VARIABLES:
                inside.update(id(n) for n in walk(call))
        loads = [n for s in body for n in walk(s)
                 if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]  # fmt: skip
        return {n.id for n in loads} - {n.id for n in loads if id(n) not in inside}

    def _follow(self, statement: ast.stmt) -> None:
        """Rename what has another name from an earlier statement on."""
        if not self._renames:
            return
        for node in walk(statement):
            if isinstance(node, ast.Name) and node.id in self._renames:
                self.renamed[id(node)] = self._renames[node.id]
            scoped = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.GeneratorExp)
            if isinstance(node, scoped) and any(
                isinstance(n, ast.Name) and n.id in self._renames for n in walk(node)
            ):
                raise Refusal(node, f"{min(self._renames)} is bound again, and used in a function")

    def _statement(self, node: ast.stmt) -> None:
        if self._shows(node):
            return
        if isinstance(node, ast.Assign):
            self._assign(node)
        elif isinstance(node, ast.AugAssign):
            self._augmented(node)
        elif isinstance(node, ast.Expr):
            self._expression(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node)
        elif isinstance(node, _COMPOUND):
            if not self._summarises_each(node) and not self._builds(node):
                self._compound(node)
        elif isinstance(node, ast.ClassDef):
            if node in self.around.classes:
                self.names[node.name] = Named(Is.PYTHON, node)
            else:
                self._no_graph_in(node, "a class")
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._plain(node.value)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self._plain(child)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.names[node.name] = Named(Is.BUILDER, node)

    def _no_graph_in(self, node: ast.AST, what: str) -> None:
        for child in walk(node):
            if isinstance(child, ast.expr) and self._symbol(child) in (
                known.SESSION | known.PLACEHOLDER | known.VARIABLES
            ):
                raise Refusal(child, f"graph code in {what}")
            if isinstance(child, ast.Name) and self._kind_of(child.id) in RUN:
                raise Refusal(child, f"a tensor of the graph in {what}")

    def _shows(self, node: ast.stmt) -> bool:
        """Read a statement that shows or checks tensors of the graph, as it was built; tell whether it is one.

        It goes along into a function that has these tensors, where it runs as that is traced.
        """
        parts: list[ast.expr] = []
        if isinstance(node, ast.Assert):
            calls = (n for n in walk(node) if isinstance(n, ast.Call))
            if any(self._symbol(n.func) == known.DEFAULT_GRAPH for n in calls):
                # There is none.
                self._drop(node)
                self.graph_shown = True
                return True
            parts = [node.test, *([node.msg] if node.msg is not None else [])]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if (
                isinstance(function, ast.Name)
                and function.id == "print"
                and not self._named("print")
            ):
                parts = [*node.value.args, *(k.value for k in node.value.keywords)]
        shown = [
            name
            for part in parts
            for name in free_names(part)
            if self._kind_of(name.id) in (Is.DEFERRED, Is.PLACEHOLDER)
            and id(name) not in self.symbols
        ]
        inside = [n for part in parts for n in walk(part)]
        if any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval") for n in inside):
            return False
        if not shown:
            kinds = {self._kind_of(n.id) for part in parts for n in free_names(part)}
            values = bool(kinds & {Is.EAGER, Is.VARIABLE}) and self._named_alone(parts)
            # They are there outside of functions too, with their values.
            self.values_shown |= values
            return values
        if isinstance(node, ast.Assert) and any(
            is_constant(n, None) for n in inside if isinstance(n, ast.expr)
        ):
            raise Refusal(node, "what is asserted of a shape is true of what is fed as well")
        if self._nested or self.borrows:
            raise Refusal(node, "a tensor is shown in a loop, a branch or each call")
        if any(isinstance(n, ast.Call) and self._symbol(n.func) for n in inside):
            raise Refusal(node, "a tensor is made to be shown")
        moved = Moved(node, ())
        self._note(moved, parts)
        self._step.fate, self._step.moved = "move", moved
        self.shown.append(moved)
        return True

    def _named_alone(self, parts: list[ast.expr]) -> bool:
        """Tell whether expressions are names, attributes of names and what is plain Python."""
        return not any(
            isinstance(n, (ast.BinOp, ast.Compare))
            or (isinstance(n, ast.Call) and self._symbol(n.func))
            for part in parts
            for n in walk(part)
            if any(self._kind_of(name.id) is not Is.PYTHON for name in free_names(n))
        )

    def _expression(self, node: ast.Expr) -> None:
        call = node.value
        named = isinstance(call, ast.Name) and self._kind_of(call.id) is Is.DEFERRED
        if named or (isinstance(call, ast.Compare) and self._kind(call) is Is.DEFERRED):
            # To name it, or to ask for its shape, does nothing.
            self._drop(node)
            return
        if isinstance(call, ast.Call):
            symbol = self._symbol(call.func)
            if self._updates_feed(call) or self._exports(call):
                return
            if self._is_of_graph(call):
                self._drop(node)
                return
            if any(n in self.reuses for n in ast.iter_child_nodes(call.func)):
                self._reusing, self._may_make = True, False
                self._drop(node)
                return
            if symbol in known.DROPPED:
                self._drop(node)
                return
            if is_method(call, "add_graph") and self._base_kind(call) is Is.WRITER:
                self._drop(node)
                return
            if is_method(call, "close") and self._base_kind(call) is Is.SESSION:
                self._drop(node)
                return
            if self._begins(node, call):
                return
            run = self._run(call)
            if run is not None:
                if run.fetches and all(f.kind is Is.INIT for f in run.fetches):
                    if self._resets(run):
                        return
                    self._initialised(node, run.session)
                    if self._nested:
                        self._step.idle.append(node)
                        return
                    self._drop(node)
                    return
                self._take(run)
                return
            added = appended(call)
            if added is not None and not self._nested and not self._find_runs(call):
                name, value = added
                if self._kind(value) in (Is.DEFERRED, Is.PLACEHOLDER):
                    if self._kind_of(name) is Is.PYTHON:
                        self._take_along(name, node)
                    function = call.func
                    assert isinstance(function, ast.Attribute)
                    self._move(node, (name,), [function.value, value])
                    self.names[name].moved = self._step.moved
                    if self._step.moved is not None:
                        self._step.moved.many = True
                    return
            if self._changes_list(node, call):
                return
            if not self._find_runs(call) and self._kind(call) in (Is.DEFERRED, Is.SUMMARY):
                # It adds to the graph what nobody runs.
                self._drop(node)
                return
            if symbol in known.WRITER and self._kind(call) is Is.WRITER:
                # It shows the graph, which there is none of.
                if self._nested:
                    self._step.idle.append(node)
                else:
                    self._drop(node)
                return
        self._plain(call)

    def _measured(self, node: ast.Assign, value: ast.expr) -> bool:
        """Note the value of a metric, as it is told apart from what updates it; tell whether it is one."""
        target = node.targets[0]
        of = value.value if isinstance(value, ast.Subscript) else None
        if not isinstance(of, ast.Name) or not isinstance(target, ast.Name) or self._nested:
            return False
        named = self.names.get(of.id)
        made = named.moved.made if named is not None and named.moved is not None else []
        metrics = [name for call, name in made if self._symbol(call.func) in known.METRICS]
        if not metrics or ast.unparse(value) != f"{of.id}[0]":
            return False
        self._step.fate = "drop"
        self.names[target.id] = Named(Is.METRIC, node, metric=metrics[-1])
        return True

    def _changes_list(self, node: ast.Expr, call: ast.Call) -> bool:
        """Move what changes a list of tensors in place with these; tell whether it is that."""
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in _CHANGING:
            return False
        base = function.value
        if not isinstance(base, ast.Name) or self._kind_of(base.id) is not Is.DEFERRED:
            return False
        self._move(node, (base.id,), [base, *call.args])
        moved = self._step.moved
        self.names[base.id].moved = moved
        if moved is not None:
            moved.many = True
        return True

    def _resets(self, run: Run) -> bool:
        """Note that metrics forget what they counted; tell whether that is all that a run does."""
        began = self._looping or any(step.runs for step in self.steps)
        made = [(c, n) for s in self.steps if s.moved for c, n in s.moved.made]
        metrics = [(c, n) for c, n in made if self._symbol(c.func) in known.METRICS]
        if not began or not metrics:
            return False
        for fetch in run.fetches:
            node: ast.AST | None = fetch.node
            if isinstance(node, ast.Name):
                named = self._named(node.id)
                node = named.node.value if named and isinstance(named.node, ast.Assign) else None
            if not isinstance(node, ast.Call) or self._symbol(node.func) != known.LOCAL_INIT:
                return False
        self.reset |= {id(call) for call, _ in metrics}
        self.instead[id(run.call)] = (", ".join(f"{n}.reset_state()" for _, n in metrics), [])
        return True

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and self._kind_of(node.target.id) in RUN:
            self._kind(node.value)
            self._move(node, (node.target.id,), [node.target, node.value])
            return
        if self._kind(node.value) in RUN:
            if not isinstance(node.target, ast.Name) or self._nested:
                raise Refusal(node, "a tensor of the graph added to something else")
            self._take_along(node.target.id, node)
            self._move(node, (node.target.id,), [node.target, node.value])
            return
        self._plain(node.value)

    def _assign(self, node: ast.Assign) -> None:
        value = node.value
        run = self._run(value) if isinstance(value, ast.Call) else None
        if run is not None:
            self._take(run)
            for target in node.targets:
                self._bind_target(target, Is.PYTHON, node)
            return
        if self._grows(node.targets[0], value):
            return
        settings = node.targets[0]
        while isinstance(settings, ast.Attribute):
            settings = settings.value
        if isinstance(settings, ast.Name) and self._kind_of(settings.id) is Is.CONFIG:
            self._drop(node)
            return
        feed = self._feed_of(value)
        single = node.targets[0] if len(node.targets) == 1 else None
        if feed and isinstance(single, ast.Name):
            assert isinstance(value, ast.Dict)
            keys = tuple(name for name, _ in feed)
            self.names[single.id] = Named(Is.FEED, node, keys=keys, inside=self._blocks_around)
            self.feeds.append(Fed(value, {k: self._dtype(k) for k in keys}))
            for _, given in feed:
                self._plain(given)
            return
        held = self._instance_feed(value)
        if held is not None and isinstance(single, ast.Name):
            instance, pairs = held
            assert isinstance(value, ast.Dict)
            keys = tuple(name for name, _ in pairs)
            self.names[single.id] = Named(
                Is.FEED, node, keys=keys, instance=instance, inside=self._blocks_around
            )
            self.feeds.append(Fed(value, {}, instance))
            for _, part in pairs:
                self._plain(part)
            return
        if self._measured(node, value):
            return
        kind = self._kind(value)
        names = target_names(node)
        if self._iterated(node, kind):
            return
        updates = self._updates_of(value) if kind is Is.UPDATES else None
        if updates is not None and names and len(names) == 1:
            self._step.fate = "drop"
            self.names[names[0]] = Named(kind, node, updates=updates)
            return
        grouped = self._grouped(value) if isinstance(value, ast.Call) else None
        if grouped is not None and names and len(names) == 1 and not self._nested:
            self._step.fate = "drop"
            self.names[names[0]] = Named(Is.TRAIN, node, training=grouped)
            return
        if kind is Is.VARIABLE and self._collects(value) and names and self.borrows:
            for name in names:
                self.names[name] = Named(kind, node)
            return
        if kind is Is.VARIABLE and self._collects(value) and names and not self._nested:
            # Layers make theirs when they are first called: they are listed where they are used.
            self._move(node, names, [value])
            return
        if kind is Is.EAGER and names and names[0] in self.fed_names and not self._nested:
            # Where it is fed, it is a parameter; its type is what it is when it is not.
            self._move(node, names, [value])
            self.names[names[0]].dtype = f"({ast.unparse(value)}).dtype"
            return
        if kind is Is.SCHEDULE and names and not self._nested and isinstance(value, ast.Call):
            self.names[names[0]] = Named(kind, node)
            return
        if kind in (Is.PYTHON, Is.CELL) or (
            kind in (Is.EAGER, Is.VARIABLE) and self._stays(value, kind)
        ):
            self._find_runs(value)
            for target in node.targets:
                self._bind_target(target, kind, node)
                if kind is Is.CELL and isinstance(target, ast.Name):
                    self.cells_bound.setdefault(target.id, []).append(value)
            if kind is Is.VARIABLE:
                single = node.targets[0]
                if self._reusing and self._is_same(value):
                    return
                if self._nested or len(node.targets) > 1 or not isinstance(single, ast.Name):
                    self._nameless(node)
                else:
                    self._key_made(value, self.renamed.get(id(single), single.id))
            return
        if kind is Is.DEFERRED and names and set(names) <= self.initials and self._is_drawn(value):
            # It is drawn once, for the variable that starts from it.
            for name in names:
                self.names[name] = Named(Is.EAGER, node)
            return
        if kind in (Is.DEFERRED, Is.EAGER) and names and self._branched(node, names, value):
            return
        if kind is Is.WRITER and self._nested and names and isinstance(value, ast.Call):
            self.instead[id(value)] = ("{tf}.summary.create_file_writer({})", value.args[:1])
            self.names[names[0]] = Named(kind, node)
            return
        if names is None or self._nested:
            raise Refusal(node, f"{kind.value} bound in a loop, a branch or an attribute")
        if kind is Is.PLACEHOLDER and isinstance(value, ast.Call):
            self._step.fate = "drop"
            default = None
            if self._symbol(value.func) == known.DEFAULTED:
                default = self._default_of(value)
            self.names[names[0]] = Named(kind, node, dtype=self._type_of(value), default=default)
        elif kind is Is.EXPORT:
            self._step.fate = "drop"
            self.names[names[0]] = Named(kind, node)
        elif kind in (Is.INIT, Is.SESSION, Is.GRAPH, Is.CONFIG):
            self._step.fate = "drop"
            self.names[names[0]] = Named(kind, node, session=self._owner(value))
            if isinstance(value, ast.Call) and self._symbol(value.func) == "tf.InteractiveSession":
                self._default = id(value)
        elif kind is Is.SAVER and isinstance(value, ast.Call):
            self._saver(node, value, names[0])
        elif kind is Is.SUMMARY:
            self._step.fate = "drop"
            self.names[names[0]] = Named(kind, node, summaries=self._gathered(value))
        elif kind is Is.WRITER and isinstance(value, ast.Call):
            self._step.fate, self._step.built = "writer", (value, names[0])
            self.names[names[0]] = Named(kind, node)
        elif kind is Is.OPTIMIZER and isinstance(value, ast.Call):
            self._step.fate, self._step.built = "optimizer", (value, names[0])
            self.optimizers[names[0]] = value
            if self._symbol(value.func) not in known.STATELESS:
                self._slotted.add(names[0])
            self.names[names[0]] = Named(kind, node)
        elif (
            kind is Is.TRAIN and isinstance(value, ast.Call) and is_method(value, "apply_gradients")
        ):
            self._applied(node, value, names[0])
        elif kind is Is.TRAIN and isinstance(value, ast.Call):
            self._minimize(node, value, names[0])
        elif kind in RUN:
            self._move(node, names, [value])
        else:
            raise Refusal(node, f"{kind.value} bound to a name")

    def _is_of_graph(self, call: ast.Call) -> bool:
        """Tell whether a call closes the graph, or shows nothing but it."""
        inside = [n for n in walk(call) if isinstance(n, ast.Call)]
        if not any(self._symbol(n.func) == known.DEFAULT_GRAPH for n in inside):
            return False
        function = call.func
        shows = isinstance(function, ast.Name) and function.id == "print" and len(call.args) == 1
        names = [n for n in walk(call) if isinstance(n, ast.Name) and id(n) not in self.symbols]
        own = all(n.id == "print" or self._kind_of(n.id) is Is.PYTHON for n in names)
        if shows and own and not any(isinstance(n, ast.Constant) for n in walk(call)):
            self.graph_shown = True
            return True
        return is_method(call, "finalize")

    def _read_by_functions(self, statement: ast.stmt) -> set[str]:
        """Return what the functions read of what is around them that a statement names."""
        found: set[str] = set()
        for node in walk(statement):
            named = self._named(node.id) if isinstance(node, ast.Name) else None
            if named is None or not isinstance(named.node, ast.FunctionDef):
                continue
            for function in (named.node, *self._called(named.node)):
                found |= {n.id for n in free_names_of(function)}
        return found

    def _check_rebound(self) -> None:
        """Refuse where a function would read another value than the statement it holds did."""
        bound: dict[str, list[int]] = {}
        changed: dict[str, list[int]] = {}
        for number, step in enumerate(self.steps):
            # What moved binds nothing here any more.
            for node in walk(step.statement) if step.moved is None else ():
                store = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                if isinstance(node, ast.Name) and store and id(node) not in self.renamed:
                    bound.setdefault(node.id, []).append(number)
                elif (name := changed_in_place(node)) and name not in self.around.imported:
                    changed.setdefault(name, []).append(number)
        for number, step in enumerate(self.steps):
            if step.moved is None:
                continue
            for name in step.moved.captured | self._read_by_functions(step.statement):
                if any(later > number for later in bound.get(name, ())):
                    raise Refusal(
                        step.statement, f"{name} is bound again after the graph was built from it"
                    )
                if any(later > number for later in changed.get(name, ())):
                    raise Refusal(
                        step.statement, f"{name} is changed after the graph was built from it"
                    )
                if name in step.moved.targets:
                    raise Refusal(
                        step.statement, f"{name} is a value first and a tensor of the graph then"
                    )


def _fed_names(body: list[ast.stmt]) -> set[str]:
    """Return the names that are keys of dictionaries: a run may be fed any tensor."""
    found: set[str] = set()
    for node in (n for s in body for n in walk(s)):
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Name) for key in node.keys):
            found |= {key.id for key in node.keys if isinstance(key, ast.Name)}
    return found
