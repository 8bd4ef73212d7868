"""One ordered walk of a scope: every name gets a kind, every run is taken down."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import (
    RUN,
    Fed,
    Is,
    Moved,
    Named,
    Refusal,
)
from tfshift.code.graphs.running import Runs
from tfshift.code.graphs.scope import Reading, Step
from tfshift.code.graphs.syntax import (
    appended,
    as_default,
    free_names,
    is_constant,
    is_main,
    is_method,
    target_names,
)
from tfshift.code.graphs.walking import walk

_COMPOUND = (ast.For, ast.While, ast.If, ast.Try, ast.With)


class Reader(Runs):
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
        self.taken = {n.id for n in names}
        self.stores = Counter(n.id for n in names if isinstance(n.ctx, ast.Store))
        self.reuses = [n.func.value for s in whole for n in walk(s)
                       if isinstance(n, ast.Call) and is_method(n, "reuse_variables")
                       and isinstance(n.func, ast.Attribute)]  # fmt: skip
        self.loads = Counter(n.id for n in names if isinstance(n.ctx, ast.Load))
        self.initials = self._initials(whole)
        self.fed_names = _fed_names(whole)
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

    def _flat(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            waited, reusing = self._awaited, (self._reusing, self._may_make)
            if isinstance(statement, ast.With) and self._opens(statement):
                self.opened.append(statement)
                scopes = list(self._scopes(statement))
                self._inside += [name for name, _ in scopes]
                self._variable_scopes += [name for name, variable in scopes if variable]
                owner = next(
                    filter(None, map(self._owner, (i.context_expr for i in statement.items))),
                    self._default,
                )
                before, self._default = self._default, owner
                yield from self._flat(statement.body)
                self._default, self._awaited = before, waited
                self._reusing, self._may_make = reusing
                if any(variable and name for name, variable in scopes):
                    self._leave()
                del self._inside[len(self._inside) - len(scopes) :]
                number = sum(variable for _, variable in scopes)
                del self._variable_scopes[len(self._variable_scopes) - number :]
            elif isinstance(statement, ast.If) and is_main(statement):
                yield from self._flat(statement.body)
            else:
                yield statement
                yield from self._behind(statement)

    def _behind(self, statement: ast.stmt) -> Iterable[ast.stmt]:
        """Return the statements that a statement lets run, which are of this scope."""
        del statement
        return ()

    def _scopes(self, statement: ast.With) -> Iterator[tuple[str | None, bool]]:
        """Yield the scopes that a block opens and whether they are of variables.

        A name is None where it is not written out.
        """
        for item in statement.items:
            call = item.context_expr
            symbol = self._symbol(call.func) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and symbol in known.SCOPES and symbol != "tf.device":
                name = call.args[0]
                text = name.value if isinstance(name, ast.Constant) else None
                if isinstance(name, ast.Call):
                    # It is the scope that one is in.
                    text = ""
                yield text if isinstance(text, str) else None, symbol == "tf.variable_scope"

    def _opens(self, statement: ast.With) -> bool:
        """Tell whether a block is a session, a graph or a scope of names, and note the session."""
        for item in statement.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and self._symbol(call.func) in known.SESSION:
                self._session(call)
                if isinstance(item.optional_vars, ast.Name):
                    owner = id(call)
                    self.names[item.optional_vars.id] = Named(Is.SESSION, statement, session=owner)
            elif isinstance(call, ast.Call) and self._symbol(call.func) in known.SCOPES:
                self._scope(call, item.optional_vars)
            elif (
                (isinstance(call, ast.Name) and self._kind_of(call.id) is Is.SESSION)
                or (as_default(call) and self._is_graph(call))
                or self._waits(call)
            ):
                continue
            else:
                return False
        return True

    def _scope(self, call: ast.Call, bound: ast.expr | None) -> None:
        """Refuse a scope of names or a device that does more than say what and where something is.

        A scope may say that the variables in it are there already.
        """
        if bound is not None and (
            not isinstance(bound, ast.Name) or self.loads[bound.id] > self._reused_by(bound.id)
        ):
            raise Refusal(call, "a scope of names that is used")
        first = call.args[0] if call.args else None
        current = isinstance(first, ast.Call) and self._symbol(first.func) == known.CURRENT_SCOPE
        if len(call.args) != 1 or (
            not isinstance(first, (ast.Constant, ast.JoinedStr, ast.Name)) and not current
        ):
            raise Refusal(call, "a scope that is more than a name")
        for keyword in call.keywords:
            value = keyword.value
            none = isinstance(value, ast.Constant) and not value.value
            if keyword.arg == "reuse" and not none:
                may_make = self._symbol(value) == "tf.AUTO_REUSE"
                if not may_make and not is_constant(value, True):
                    raise Refusal(call, "a scope with reuse=")
                self._reusing, self._may_make = True, may_make
            elif keyword.arg not in ("reuse", "values"):
                raise Refusal(call, f"a scope with {keyword.arg}=")

    def _reused_by(self, name: str) -> int:
        """Return how often a scope is said to hold variables that are there already."""
        steps = (n for n in self.reuses if isinstance(n, ast.Name) and n.id == name)
        return sum(1 for _ in steps)

    def _is_graph(self, call: ast.expr) -> bool:
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        base = call.func.value
        if isinstance(base, ast.Call):
            return self._symbol(base.func) == "tf.Graph"
        return isinstance(base, ast.Name) and self._kind_of(base.id) in (Is.GRAPH, Is.SESSION)

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
            if not self._builds(node):
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

    def _builds(self, node: ast.stmt) -> bool:
        """Read a loop or branch that builds a part of the graph as one statement; tell whether it is one."""
        if self._nested or not isinstance(node, (ast.For, ast.If)):
            return False
        attributes = {n.attr for n in walk(node) if isinstance(n, ast.Attribute)}
        if attributes & {"run", "eval", "minimize"} or any(
            isinstance(n, (ast.With, ast.Try, ast.While, ast.Return, ast.FunctionDef))
            for n in walk(node)
        ):
            return False
        calls = [n for n in walk(node) if isinstance(n, ast.Call)]
        if not any(self._symbol(c.func) or isinstance(c.func, ast.Name) for c in calls):
            return False
        own = [n for n in walk(node) if isinstance(n, ast.Name)]
        stored = {n.id for n in own if isinstance(n.ctx, ast.Store)}
        before = dict(self.names)
        builds = self._follows(node)
        if not builds:
            self.names = before
            return False
        after, self.names = self.names, before
        built = [n for n in after if after[n] is not before.get(n) and after[n].kind in RUN]
        if isinstance(node, ast.If) and any(
            all(self._only_in(name, block) for name in built) for block in (node.body, node.orelse)
        ):
            # Each statement of it stands for itself.
            return False
        for call in calls:
            if self._symbol(call.func) in known.MADE or self._factory_of(call) is not None:
                raise Refusal(call, "layers or variables made in a loop or branch that builds")
        changed = stored | {name for name in after if after[name] is not before.get(name)}
        moved = Moved(node, tuple(sorted(changed)))
        counted = [n.target for n in walk(node) if isinstance(n, ast.For)]
        # What a loop counts starts with it.
        own_ones = {n.id for t in counted for n in walk(t) if isinstance(n, ast.Name)}
        for name in sorted(changed & before.keys() - own_ones):
            if before[name].kind is Is.PYTHON:
                self._take_along(name, node)
        for each in own:
            if each.id in self.names or each.id not in stored:
                self._note_name(moved, each)
        moved.captured -= changed
        self._step.fate, self._step.moved = "move", moved
        for changed_name in changed:
            self.names[changed_name] = Named(Is.DEFERRED, node, moved)
        return True

    def _follows(self, node: ast.stmt) -> bool:
        """Follow the names through a loop or branch; tell whether it binds a tensor of the graph."""
        builds = False
        if isinstance(node, ast.For):
            self._counts_through(node, node.target, node.iter)
        elif isinstance(node, ast.If) and self._kind(node.test) in RUN:
            raise Refusal(node.test, "a tensor of the graph as a condition")
        for child in [*getattr(node, "body", ()), *getattr(node, "orelse", ())]:
            builds |= self._in_block(child)
        return builds

    def _counts_through(self, loop: ast.For, target: ast.expr, over: ast.expr) -> None:
        """Bind what a loop counts to what it goes through, part by part where several go together."""
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
        named = (
            over.func.id if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) else ""
        )
        if isinstance(over, ast.Call) and named == "zip" and len(parts) == len(over.args):
            for part, one in zip(parts, over.args, strict=True):
                self._counts_through(loop, part, one)
            return
        if isinstance(over, ast.Call) and named == "enumerate" and len(parts) == 2 and over.args:
            self._counts_through(loop, parts[0], ast.copy_location(ast.Constant(0), over))
            self._counts_through(loop, parts[1], over.args[0])
            return
        kind = self._kind(over)
        if kind in (Is.DEFERRED, Is.PLACEHOLDER) and not self._lists(over):
            raise Refusal(over, "a loop over a tensor of the graph")
        for name in walk(target):
            if isinstance(name, ast.Name):
                self.names[name.id] = Named(kind, loop)

    def _in_block(self, node: ast.stmt) -> bool:
        if isinstance(node, (ast.For, ast.If)):
            return self._follows(node)
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            kind = self._kind(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in walk(t) if isinstance(n, ast.Name)]
            if isinstance(node, ast.AugAssign) and kind not in RUN:
                kind = self._kind_of(names[0]) if names else kind
            kind = Is.DEFERRED if kind in (Is.PLACEHOLDER, Is.TRAIN) else kind
            for name in names:
                self.names[name] = Named(kind, node)
            return kind is Is.DEFERRED
        if isinstance(node, ast.Expr):
            added = appended(node.value)
            if added is None:
                return self._kind(node.value) is Is.DEFERRED
            name, value = added
            kind = self._kind(value)
            if kind in RUN:
                self.names[name] = Named(Is.DEFERRED if kind is Is.PLACEHOLDER else kind, node)
            return kind in (Is.DEFERRED, Is.PLACEHOLDER)
        return False

    def _compound(self, node: ast.stmt) -> None:
        """Read a loop or branch: runs are fine in it, graphs are not built there."""
        before, self._nested = self._nested, True
        looping, branch, blocks = self._looping, self._branch, self._blocks_around
        self._blocks_around = (*blocks, id(node))
        self._looping = looping or isinstance(node, (ast.For, ast.While))
        alone = isinstance(node, ast.If) and (branch is not None or not before)
        self._branch = None
        if isinstance(node, ast.If) and alone:
            self._plain(node.test)
            for block in (node.body, node.orelse):
                self._read_branch(block)
        if isinstance(node, ast.For):
            # It may take the name of what moved away.
            self.names.update(
                (n.id, Named(Is.PYTHON, node))
                for n in walk(node.target)
                if isinstance(n, ast.Name) and self._kind_of(n.id) is Is.DEFERRED
            )
        for child in ast.iter_child_nodes(node) if not (isinstance(node, ast.If) and alone) else ():
            if isinstance(child, ast.expr):
                self._plain(child)
            elif isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.ExceptHandler):
                for inner in child.body:
                    self._statement(inner)
            elif isinstance(child, ast.withitem):
                self._plain(child.context_expr)
        if isinstance(node, ast.For):
            self._bind_target(node.target, Is.PYTHON, node)
        self._nested, self._looping, self._branch = before, looping, branch
        self._blocks_around = blocks

    def _shows(self, node: ast.stmt) -> bool:
        """Read a statement that shows or checks tensors of the graph, as it was built; tell whether it is one.

        It goes along into a function that has these tensors, where it runs as that is traced.
        """
        parts: list[ast.expr] = []
        if isinstance(node, ast.Assert):
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
        if isinstance(call, ast.Name) and self._kind_of(call.id) is Is.DEFERRED:
            # To name it does nothing.
            self._drop(node)
            return
        if isinstance(call, ast.Call):
            symbol = self._symbol(call.func)
            if self._updates_feed(call):
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
        if names is None or self._nested:
            raise Refusal(node, f"{kind.value} bound in a loop, a branch or an attribute")
        if kind is Is.PLACEHOLDER and isinstance(value, ast.Call):
            self._step.fate = "drop"
            default = None
            if self._symbol(value.func) == known.DEFAULTED:
                default = self._default_of(value)
            self.names[names[0]] = Named(kind, node, dtype=self._type_of(value), default=default)
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

    def _read_branch(self, block: list[ast.stmt]) -> None:
        """Read the statements of a branch, those in scopes of names among them."""
        self._branch = block
        before = len(self.steps)
        count = 0
        for statement in self._flat(block):
            self._branch = block
            self._statement(statement)
            count += 1
        gone = [s for s in self.steps[before:] if s.moved is not None and not s.moved.made]
        if gone and len(gone) == count:
            # Something must stand there.
            gone[0].alone = True

    def _grows(self, target: ast.expr, value: ast.expr) -> bool:
        """Read what a feed is given under one more key; tell whether it is that."""
        base = target.value if isinstance(target, ast.Subscript) else None
        named = self._named(base.id) if isinstance(base, ast.Name) else None
        if not isinstance(target, ast.Subscript) or not isinstance(base, ast.Name):
            return False
        if named is None or named.kind is not Is.FEED:
            return False
        self._add_to_feed(base.id, named, ast.Dict([target.slice], [value]))
        return True

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

    def _updates_feed(self, call: ast.Call) -> bool:
        """Read what a feed is given by ``update``; tell whether a call is one."""
        base = call.func.value if isinstance(call.func, ast.Attribute) else None
        named = self._named(base.id) if isinstance(base, ast.Name) else None
        if named is None or named.kind is not Is.FEED or not is_method(call, "update"):
            return False
        given = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(base, ast.Name) or not isinstance(given, ast.Dict):
            raise Refusal(call, "a feed that is not written out")
        self._add_to_feed(base.id, named, given)
        return True

    def _add_to_feed(self, name: str, named: Named, more: ast.Dict) -> None:
        """Let a feed hold more than it did.

        Raises:
            Refusal: if it is not clear whether it does.
        """
        key = more.keys[0]
        assert key is not None
        instance = ""
        if named.instance:
            held = self._instance_feed(more)
            if held is None or held[0] != named.instance:
                raise Refusal(key, "a feed of several objects")
            instance, pairs = held
            fed = Fed(more, {}, instance)
        else:
            found = self._feed_of(more)
            if found is None:
                raise Refusal(key, "a feed of what is no tensor")
            pairs = found
            fed = Fed(more, {k: self._dtype(k) for k, _ in pairs})
        added = [k for k, _ in pairs if k not in named.keys]
        if added and named.inside != self._blocks_around:
            raise Refusal(key, "a feed that grows in a branch")
        for _, given in pairs:
            self._plain(given)
        self.feeds.append(fed)
        self.names[name] = replace(named, keys=(*named.keys, *added))

    def _branched(self, node: ast.Assign, names: tuple[str, ...], value: ast.expr) -> bool:
        """Read a part of the graph that a branch alone builds; tell whether it is one.

        Who runs it has been there: it is no matter that others have not.
        """
        if self._branch is None or not all(self._only_in(n, self._branch) for n in names):
            return False
        outer, nested = self._step, self._nested
        self._step, self._nested = Step(node), False
        self._move(node, names, [value])
        held = self._step.moved.captured if self._step.moved is not None else set()
        for other in (n for s in self._branch for n in walk(s) if isinstance(n, ast.Name)):
            if other.id in held and isinstance(other.ctx, ast.Store) and other.lineno > node.lineno:
                raise Refusal(node, f"{other.id} is bound again after the graph was built from it")
        self.steps.append(self._step)
        outer.within.append(node)
        self._step, self._nested = outer, nested
        return True

    def _only_in(self, name: str, block: list[ast.stmt]) -> bool:
        """Tell whether a name is bound in one block alone."""
        stored = (
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
            for statement in block
            for n in walk(statement)
        )
        return sum(stored) == self.stores[name]

    def _check_rebound(self) -> None:
        """Refuse where a function would read another value than the statement it holds did."""
        bound: dict[str, list[int]] = {}
        for number, step in enumerate(self.steps):
            # What moved binds nothing here any more.
            for node in walk(step.statement) if step.moved is None else ():
                store = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                if isinstance(node, ast.Name) and store and id(node) not in self.renamed:
                    bound.setdefault(node.id, []).append(number)
        for number, step in enumerate(self.steps):
            if step.moved is None:
                continue
            for name in step.moved.captured:
                if any(later > number for later in bound.get(name, ())):
                    raise Refusal(
                        step.statement, f"{name} is bound again after the graph was built from it"
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
