"""One ordered walk of a scope: every name gets a kind, every run is taken down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import (
    RUN,
    Begun,
    Factory,
    Fetch,
    Is,
    Moved,
    Named,
    Refusal,
    Run,
    Saving,
    Summary,
    Training,
)
from tfshift.code.graphs.walking import walk

# What is part of no expression.
_APART = (Is.TRAIN, Is.INIT, Is.SESSION, Is.OPTIMIZER, Is.FEED, Is.SUMMARY, Is.CONFIG)
# Of Python's own functions those that give what they are given, in a list or alike.
_LISTING = ("zip", "enumerate", "reversed", "list", "tuple")
_REWRITTEN = (
    known.INITIALIZERS, known.LAYERS, known.METRICS, known.CELLS, known.RNN, known.FORMULAS
)  # fmt: skip
_SCOPED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_COLLECTION = "tf.get_collection"
_COMPOUND = (ast.For, ast.While, ast.If, ast.Try, ast.With)


@dataclass
class Step:
    """A statement of the scope in order, with what becomes of it.

    Args:
        statement: it.
        fate: ``keep``, ``move``, ``drop``, ``optimizer`` or ``train``.
        runs: the runs in it.
        moved: what moves.
        built: the constructor of an optimizer in it, and its name here.
        calls: whether one of the runs becomes a call of a function.
        begun: statements in it that begin iterators.
        idle: statements in it that do nothing any more.
    """

    statement: ast.stmt
    fate: str = "keep"
    runs: list[Run] = field(default_factory=list)
    moved: Moved | None = None
    built: tuple[ast.Call, str] | None = None
    calls: bool = False
    begun: list[Begun] = field(default_factory=list)
    idle: list[ast.stmt] = field(default_factory=list)


@dataclass
class Reading:
    """What a scope holds.

    Args:
        steps: its statements, blocks that are taken away opened.
        opened: the blocks.
        names: what its names stand for in the end.
        feeds: dictionaries that are fed, to be keyed by names.
        taken: names that it uses.
        outer: names of the scopes around it.
        renamed: names that are bound to something else from somewhere on, each with its new name.
        summaries: all that it makes.
        savings: its savers, by name.
        draws: session -> calls that draw random numbers in it, where there are several sessions.
        collected: calls that collect variables, and these as they are written.
        computed: calls that compute gradients: of what, and the variables as they are written.
        chosen: of such calls those that name the variables.
    """

    steps: list[Step]
    opened: list[ast.With]
    names: dict[str, Named]
    feeds: list[tuple[ast.Dict, Mapping[str, str]]]
    taken: set[str]
    outer: Mapping[str, Named]
    renamed: Mapping[int, str]
    summaries: tuple[Summary, ...] = ()
    savings: Mapping[str, Saving] = field(default_factory=dict)
    draws: Mapping[int, set[int]] = field(default_factory=dict)
    collected: Mapping[int, str] = field(default_factory=dict)
    computed: Mapping[int, tuple[ast.expr, str]] = field(default_factory=dict)
    chosen: Mapping[int, ast.expr] = field(default_factory=dict)

    def dtype(self, placeholder: str) -> str:
        """Return a placeholder's type, as it is written."""
        return (self.names.get(placeholder) or self.outer[placeholder]).dtype


class Reader:
    """Reads one scope.

    Args:
        symbols: identity of an expression -> the symbol that it names, from ``tf.``.
        outer: names of the scopes around it.
        factories: functions that make variables for tensors, by their identity; found here as well.
        function: the function that is read, where it is one.
        borrows: whether it runs the graph of the scope around it.
    """

    def __init__(
        self,
        symbols: Mapping[int, str],
        outer: Mapping[str, Named] | None = None,
        factories: dict[int, Factory] | None = None,
        function: ast.FunctionDef | None = None,
        *,
        borrows: bool = False,
    ) -> None:
        self.symbols = symbols
        self.borrows = borrows
        self.outer = outer or {}
        self.factories = {} if factories is None else factories
        self.names: dict[str, Named] = {}
        for parameter in parameters(function) if function is not None else ():
            self.names[parameter.arg] = Named(Is.PYTHON, parameter)
        self.renamed: dict[int, str] = {}
        self._renames: dict[str, str] = {}
        self.initials: set[str] = set()
        self.summaries: list[Summary] = []
        self._summed: dict[int, Summary] = {}
        self._inside: list[str | None] = []
        self._variable_scopes: list[str | None] = []
        self._counts: dict[str, int] = {}
        self._default = 0
        self.savings: dict[str, Saving] = {}
        self.saved: list[tuple[str, ast.expr | str]] = []
        self.untrained: set[str] = set()
        self._layered: set[str] = set()
        self.collected: dict[int, str] = {}
        self.computed: dict[int, tuple[ast.expr, str]] = {}
        self.chosen: dict[int, ast.expr] = {}
        self._kept_alive: list[ast.expr] = []
        self.unsaved: ast.AST | None = None
        self._restored: dict[int, int] = {}
        self._initial: dict[int, int] = {}
        self.drawn: dict[int, set[int]] = {}
        self._last_save = 0
        self._running: set[str] = set()
        self._slotted: set[str] = set()
        self.steps: list[Step] = []
        self.opened: list[ast.With] = []
        self.feeds: list[tuple[ast.Dict, Mapping[str, str]]] = []
        self.made: set[int] = set()
        self.variables = 0
        self.minimized: set[str] = set()
        self.taken: set[str] = set()
        self.read_names: set[str] = set()
        self.builders: dict[int, ast.FunctionDef] = {}
        self._step = Step(ast.Pass())
        self._nested = False
        self._looping = False

    def read(self, body: list[ast.stmt]) -> Reading:
        """Read a scope's statements.

        Raises:
            Refusal: at the first thing that is not known.
        """
        names = [n for s in body for n in walk(s) if isinstance(n, ast.Name)]
        self.taken = {n.id for n in names}
        self.read_names = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        self.initials = self._initials(body)
        for statement in self._flat(body):
            self._step = Step(statement)
            self.steps.append(self._step)
            self._follow(statement)
            self._statement(statement)
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
            self.chosen,
        )

    def _initials(self, body: list[ast.stmt]) -> set[str]:
        """Return the names that are read nowhere but where variables are made."""
        inside: set[int] = set()
        for call in (n for s in body for n in walk(s) if isinstance(n, ast.Call)):
            if self._symbol(call.func) in known.VARIABLE | {known.GET_VARIABLE}:
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
            if isinstance(statement, ast.With) and self._opens(statement):
                self.opened.append(statement)
                scopes = list(self._scopes(statement))
                self._inside += [name for name, _ in scopes]
                self._variable_scopes += [name for name, variable in scopes if variable]
                owner = next(filter(None, map(self._owner, _contexts(statement))), self._default)
                before, self._default = self._default, owner
                yield from self._flat(statement.body)
                self._default = before
                del self._inside[len(self._inside) - len(scopes) :]
                number = sum(variable for _, variable in scopes)
                del self._variable_scopes[len(self._variable_scopes) - number :]
            elif isinstance(statement, ast.If) and _is_main(statement):
                yield from self._flat(statement.body)
            else:
                yield statement

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
            elif (isinstance(call, ast.Name) and self._kind_of(call.id) is Is.SESSION) or (
                _as_default(call) and self._is_graph(call)
            ):
                continue
            else:
                return False
        return True

    def _scope(self, call: ast.Call, bound: ast.expr | None) -> None:
        """Refuse a scope of names or a device that does more than say what and where something is."""
        if bound is not None and (not isinstance(bound, ast.Name) or bound.id in self.read_names):
            raise Refusal(call, "a scope of names that is used")
        if len(call.args) != 1 or not isinstance(
            call.args[0], (ast.Constant, ast.JoinedStr, ast.Name)
        ):
            raise Refusal(call, "a scope that is more than a name")
        for keyword in call.keywords:
            value = keyword.value
            none = isinstance(value, ast.Constant) and not value.value
            if keyword.arg not in ("reuse", "values") or (keyword.arg == "reuse" and not none):
                raise Refusal(call, f"a scope with {keyword.arg}=")

    def _is_graph(self, call: ast.expr) -> bool:
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        base = call.func.value
        if isinstance(base, ast.Call):
            return self._symbol(base.func) == "tf.Graph"
        return isinstance(base, ast.Name) and self._kind_of(base.id) in (Is.GRAPH, Is.SESSION)

    def _owner(self, node: ast.expr) -> int:
        """Return which session an expression is."""
        if isinstance(node, ast.Call) and self._symbol(node.func) in known.SESSION:
            return id(node)
        if (
            isinstance(node, ast.Call)
            and _as_default(node)
            and isinstance(node.func, ast.Attribute)
        ):
            return self._owner(node.func.value)
        named = self._named(node.id) if isinstance(node, ast.Name) else None
        return named.session if named is not None else 0

    def _session(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            settings = keyword.arg == "config" and self._kind(keyword.value) is Is.CONFIG
            if keyword.arg != "graph" and not settings:
                raise Refusal(call, "a session with settings")
        if call.args:
            raise Refusal(call, "a session with settings")
        self.made.add(id(call))

    @property
    def sessions(self) -> int:
        """How many sessions are made."""
        return len(self.made)

    # Names

    def _symbol(self, node: ast.expr) -> str:
        return self.symbols.get(id(node), "")

    def _named(self, name: str) -> Named | None:
        return self.names.get(name) or self.outer.get(name)

    def _kind_of(self, name: str) -> Is:
        found = self._named(name)
        return Is.PYTHON if found is None else found.kind

    # Statements

    def _statement(self, node: ast.stmt) -> None:
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
                known.SESSION | known.PLACEHOLDER | known.VARIABLE | {known.GET_VARIABLE}
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
        before = dict(self.names)
        builds = self._follows(node)
        if not builds:
            self.names = before
            return False
        after, self.names = self.names, before
        for call in calls:
            if self._symbol(call.func) in known.MADE or self._factory_of(call) is not None:
                raise Refusal(call, "layers or variables made in a loop or branch that builds")
        own = [n for n in walk(node) if isinstance(n, ast.Name)]
        stored = {n.id for n in own if isinstance(n.ctx, ast.Store)}
        changed = stored | {name for name in after if after[name] is not before.get(name)}
        moved = Moved(node, tuple(sorted(changed)))
        for name in sorted(changed & before.keys()):
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
            over = self._kind(node.iter)
            if over in (Is.DEFERRED, Is.PLACEHOLDER) and not self._lists(node.iter):
                raise Refusal(node.iter, "a loop over a tensor of the graph")
            for name in walk(node.target):
                if isinstance(name, ast.Name):
                    self.names[name.id] = Named(over, node)
        elif isinstance(node, ast.If) and self._kind(node.test) in RUN:
            raise Refusal(node.test, "a tensor of the graph as a condition")
        for child in [*getattr(node, "body", ()), *getattr(node, "orelse", ())]:
            builds |= self._in_block(child)
        return builds

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
            added = _appended(node.value)
            if added is None:
                return self._kind(node.value) is Is.DEFERRED
            name, value = added
            kind = self._kind(value)
            if kind in RUN:
                self.names[name] = Named(Is.DEFERRED if kind is Is.PLACEHOLDER else kind, node)
            return kind in (Is.DEFERRED, Is.PLACEHOLDER)
        return False

    def _take_along(self, name: str, node: ast.stmt) -> None:
        """Move the statement that binds a name to what it starts from, if nothing else reads it."""
        holder = None
        for step in self.steps[:-1]:
            names = [n for n in walk(step.statement) if isinstance(n, ast.Name) and n.id == name]
            if any(isinstance(n.ctx, ast.Store) for n in names):
                holder = step
            elif names and step.fate == "keep":
                holder = None
        statement = holder.statement if holder is not None else None
        simple = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.UnaryOp)
        if (
            holder is None
            or holder.fate != "keep"
            or not isinstance(statement, ast.Assign)
            or _target_names(statement) != (name,)
            or not isinstance(statement.value, simple)
        ):
            raise Refusal(node, f"{name} is a value first and a tensor of the graph then")
        moved = Moved(statement, (name,))
        self._note(moved, [statement.value])
        holder.fate, holder.moved = "move", moved
        self.names[name] = Named(Is.DEFERRED, statement, moved)

    def _compound(self, node: ast.stmt) -> None:
        """Read a loop or branch: runs are fine in it, graphs are not built there."""
        before, self._nested = self._nested, True
        looping = self._looping
        self._looping = looping or isinstance(node, (ast.For, ast.While))
        for child in ast.iter_child_nodes(node):
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
        self._nested, self._looping = before, looping

    def _bind_target(self, target: ast.expr, kind: Is, node: ast.AST) -> None:
        for name in walk(target):
            if isinstance(name, ast.Name):
                # What a run gave may take the name of what was run: the graph's own is done with.
                if not self._nested and self._is_held(name.id) and id(name) not in self.renamed:
                    self._renames[name.id] = self._free(f"{name.id}_value")
                    self.renamed[id(name)] = self._renames[name.id]
                self.names[name.id] = Named(kind, node)

    def _is_held(self, name: str) -> bool:
        """Tell whether a name is one that statements hold which moved into functions."""
        held = self.names.get(name)
        return (
            held is not None
            and held.kind in (Is.VARIABLE, Is.EAGER)
            and any(step.moved is not None and name in step.moved.captured for step in self.steps)
        )

    def _expression(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):
            symbol = self._symbol(call.func)
            if symbol in known.DROPPED:
                self._drop(node)
                return
            if _method(call, "add_graph") and self._base_kind(call) is Is.WRITER:
                self._drop(node)
                return
            if _method(call, "close") and self._base_kind(call) is Is.SESSION:
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
            added = _appended(call)
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
        self._plain(call)

    def _begins(self, node: ast.Expr, call: ast.Call) -> bool:
        """Read a statement that runs what begins iterators; tell whether it is one."""
        if not _method(call, "run") or self._base_kind(call) is not Is.SESSION or not call.args:
            return False
        fetched = call.args[0]
        nodes = fetched.elts if isinstance(fetched, (ast.List, ast.Tuple)) else [fetched]
        kinds = [self._kind(n) for n in nodes]
        if Is.BEGIN not in kinds:
            return False
        named = {k.arg: k.value for k in call.keywords}
        fed = call.args[1] if len(call.args) > 1 else named.get("feed_dict")
        if set(kinds) - {Is.BEGIN, Is.INIT} or set(named) - {"feed_dict"}:
            raise Refusal(call, "what begins an iterator is run with something else")
        if Is.INIT in kinds:
            assert isinstance(call.func, ast.Attribute)
            self._initialised(node, self._owner(call.func.value))
        feed, feed_name, _ = self._fed(fed)
        if feed_name:
            raise Refusal(call, "a feed that is made elsewhere")
        needs = Moved(node, ())
        iterators = []
        for each, kind in zip(nodes, kinds, strict=True):
            if kind is Is.BEGIN:
                name, over = self._begun(each)
                if (self._looping or name in self._running) and self._shuffles(over):
                    # There it goes in the same order again, here in another one.
                    raise Refusal(call, "a shuffled dataset that is begun again")
                self._running.add(name)
                self._note(needs, [over])
                iterators.append((name, over))
        given = Fetch(call, Is.BEGIN, needs)
        if _placeholders(given) - {name for name, _ in feed}:
            raise Refusal(call, "a dataset of what is not fed")
        self._step.begun.append(Begun(node, iterators, needs, feed))
        return True

    def _shuffles(self, node: ast.expr) -> bool:
        """Tell whether a dataset is shuffled somewhere on its way."""
        if any(isinstance(n, ast.Attribute) and n.attr == "shuffle" for n in walk(node)):
            return True
        names = [self._named(n.id) for n in walk(node) if isinstance(n, ast.Name)]
        return any(n is not None and n.kind is Is.DATASET and n.shuffled for n in names)

    def _begun(self, node: ast.expr) -> tuple[str, ast.expr]:
        """Return the iterator that an expression begins, and over what."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named, name = self._named(node.value.id), node.value.id
        else:
            named = self._named(node.id) if isinstance(node, ast.Name) else None
            name = named.iterator if named is not None else ""
        if named is None or named.over is None or name not in self.names:
            raise Refusal(node, "an iterator of another scope, or over what is not known")
        return name, named.over

    def _initialised(self, node: ast.stmt, session: int) -> None:
        if self._looping or (self._nested and session in self._initial):
            raise Refusal(node, "variables initialised in a loop or branch")
        self._initial[session] = self._initial.get(session, 0) + 1
        if self._initial[session] > 2 and self.variables:
            raise Refusal(node, "variables initialised again")

    def _drop(self, node: ast.stmt) -> None:
        if self._nested:
            raise Refusal(node, "what prepares a session stands in a loop or branch")
        self._step.fate = "drop"

    def _take(self, run: Run) -> None:
        if any(f.kind is Is.INIT for f in run.fetches):
            raise Refusal(run.call, "an initialiser is run together with something else")
        self._step.runs.append(run)

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
            self.names[single.id] = Named(Is.FEED, node, keys=keys)
            self.feeds.append((value, {k: self._dtype(k) for k in keys}))
            for _, given in feed:
                self._plain(given)
            return
        kind = self._kind(value)
        names = _target_names(node)
        if self._iterated(node, kind):
            return
        if kind is Is.VARIABLE and self._collects(value) and names and not self._nested:
            # Layers make theirs when they are first called: they are listed where they are used.
            self._move(node, names, [value])
            return
        if kind in (Is.PYTHON, Is.CELL) or (
            kind in (Is.EAGER, Is.VARIABLE) and self._stays(value, kind)
        ):
            self._find_runs(value)
            for target in node.targets:
                self._bind_target(target, kind, node)
            if kind is Is.VARIABLE:
                single = node.targets[0]
                if self._nested or len(node.targets) > 1 or not isinstance(single, ast.Name):
                    self.unsaved = self.unsaved or node
                else:
                    self._key_made(value, single.id)
            return
        if kind is Is.DEFERRED and names and set(names) <= self.initials and self._is_drawn(value):
            # It is drawn once, for the variable that starts from it.
            for name in names:
                self.names[name] = Named(Is.EAGER, node)
            return
        if names is None or self._nested:
            raise Refusal(node, f"{kind.value} bound in a loop, a branch or an attribute")
        if kind is Is.PLACEHOLDER and isinstance(value, ast.Call):
            self._step.fate = "drop"
            self.names[names[0]] = Named(kind, node, dtype=self._type_of(value))
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
            if self._symbol(value.func) != "tf.train.GradientDescentOptimizer":
                self._slotted.add(names[0])
            self.names[names[0]] = Named(kind, node)
        elif kind is Is.TRAIN and isinstance(value, ast.Call) and _method(value, "apply_gradients"):
            self._applied(node, value, names[0])
        elif kind is Is.TRAIN and isinstance(value, ast.Call):
            self._minimize(node, value, names[0])
        elif kind in RUN:
            self._move(node, names, [value])
        else:
            raise Refusal(node, f"{kind.value} bound to a name")

    def _is_drawn(self, value: ast.expr) -> bool:
        """Tell whether an expression depends on the graph by its random numbers alone."""
        return not any(self._kind_of(n.id) in RUN for n in free_names(value)) and not any(
            self._symbol(n.func) in (*known.MADE, *known.ASSIGN)
            for n in walk(value)
            if isinstance(n, ast.Call)
        )

    def _stays(self, value: ast.expr, kind: Is) -> bool:
        """Tell whether what is bound exists outside of runs: constants, variables and groups of them."""
        if kind is Is.EAGER:
            return True
        if isinstance(value, ast.Call):
            variables = known.MADE
            return self._symbol(value.func) in variables or isinstance(value.func, ast.Name)
        grouped = (
            ast.Dict,
            ast.List,
            ast.Tuple,
            ast.Name,
            ast.Subscript,
            ast.ListComp,
            ast.DictComp,
        )
        return isinstance(value, grouped)

    def _move(self, node: ast.stmt, names: tuple[str, ...], reads: list[ast.expr]) -> None:
        if self._nested:
            raise Refusal(node, "a graph built in a loop or branch")
        moved = Moved(node, names)
        self._note(moved, reads)
        for read in reads:
            self._note_made(moved, read, names[0])
        value = getattr(node, "value", None)
        moved.many = len(names) == 1 and isinstance(value, ast.expr) and self._many(value)
        if isinstance(value, ast.Call) and self._symbol(value.func) in known.RNN:
            # States are structures of their own.
            moved.many = True
        self._step.fate, self._step.moved = "move", moved
        for name in names:
            self.names[name] = Named(Is.DEFERRED, node, moved)

    def _note_made(self, moved: Moved, read: ast.expr, name: str) -> None:
        """Note the layers and variables that an expression makes."""
        for call in (n for n in walk(read) if isinstance(n, ast.Call)):
            symbol = self._symbol(call.func)
            factory = self._factory_of(call)
            if factory is not None:
                moved.made.append((call, self._free(f"{name}_layer")))
                self.unsaved = self.unsaved or call
            elif symbol in known.LAYERS and self._again(call):
                moved.reused[id(call)] = self._again(call)
            elif symbol in known.LAYERS:
                moved.made.append((call, self._free(f"{name}_layer")))
                if symbol in known.HOLDING:
                    base = symbol.rpartition(".")[2]
                    self._keyed(call, base, moved.made[-1][1], scopes=False)
                inputs = next((k.value for k in call.keywords if k.arg == "inputs"), None)
                typed = self._typed(inputs or call.args[0]) if symbol in known.HOLDING else ""
                moved.types[id(call)] = typed
                for given in (*call.args[inputs is None :], *(k.value for k in call.keywords)):
                    if given is not inputs and self._kind(given) in (Is.DEFERRED, Is.PLACEHOLDER):
                        raise Refusal(call, "a layer that is made from a tensor of the graph")
            elif symbol in known.CELLS:
                if self._kind(call) is Is.CELL:
                    moved.made.append((call, self._free(f"{name}_cell")))
            elif symbol in known.METRICS:
                moved.made.append((call, self._free(f"{name}_metric")))
            elif symbol in known.DRAWS or symbol in known.DROPOUTS:
                moved.made.append((call, self._free("random_numbers")))
            elif symbol in known.VARIABLE or symbol == known.GET_VARIABLE:
                moved.made.append((call, self._free(f"{name}_variable")))
                self._key_made(call, moved.made[-1][1])

    def _again(self, call: ast.Call) -> str:
        """Return the layer that a call means which says that its variables are there already."""
        named = {k.arg: k.value for k in call.keywords}
        again, name = named.get("reuse"), named.get("name")
        if again is None or not _is_constant(again, True):
            return ""
        text = name.value if isinstance(name, ast.Constant) else None
        if not isinstance(text, str) or None in self._variable_scopes:
            raise Refusal(call, "a layer whose variables are those of one that is not known")
        full = "/".join([*(s for s in self._variable_scopes if s), text])
        for key, access in self.saved:
            if key == full and isinstance(access, str) and access in self._layered:
                return access
        raise Refusal(call, "a layer whose variables are those of one that is not known")

    def _typed(self, inputs: ast.expr) -> str:
        """Return what a layer of Keras is told so that it takes its inputs in the type that they have.

        By itself it would take all in single precision.
        """
        needs = Moved(ast.Expr(inputs), ())
        self._note(needs, [inputs])
        types = {self._type_given(name) for name in _fed_by(needs)}
        types -= known.OTHER_TYPES
        unusual = types - known.USUAL_TYPES
        if not unusual:
            return ""
        if len(types) == 1 and "" not in types:
            return f"dtype={unusual.pop()}"
        raise Refusal(inputs, "a layer of inputs whose type is not known")

    def _type_given(self, placeholder: str) -> str:
        named = self._named(placeholder)
        return named.dtype if named is not None else ""

    def _element_types(self, node: ast.expr) -> tuple[str, ...]:
        """Return the types of the parts of a dataset's element, as far as they are known."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            return named.types if named is not None else ()
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ()
        if self._symbol(node.func) == "tf.data.Dataset.from_tensor_slices" and len(node.args) == 1:
            given = node.args[0]
            parts = given.elts if isinstance(given, (ast.Tuple, ast.List)) else [given]
            return tuple(self._type_given(p.id) if isinstance(p, ast.Name) else "" for p in parts)
        same = node.func.attr in known.SAME_ELEMENTS
        return self._element_types(node.func.value) if same else ()

    def _factory_of(self, call: ast.Call) -> Factory | None:
        found = self._named(call.func.id) if isinstance(call.func, ast.Name) else None
        return self.factories.get(id(found.node)) if found is not None else None

    def _free(self, wanted: str) -> str:
        """Return a name that is not taken yet, and take it."""
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name

    def _many(self, node: ast.expr) -> bool:
        if isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp)):
            return True
        if not isinstance(node, ast.Call):
            return False
        if self._symbol(node.func) in known.MANY or _method(node, "compute_gradients"):
            return True
        if isinstance(node.func, ast.Name):
            found = self._named(node.func.id)
            if found is not None and isinstance(found.node, ast.FunctionDef):
                returns = (n.value for n in walk(found.node) if isinstance(n, ast.Return))
                return any(isinstance(v, (ast.Tuple, ast.List, ast.Dict)) for v in returns)
        return False

    def _note(self, moved: Moved, reads: list[ast.expr]) -> None:
        """Note what a statement reads."""
        for expression in reads:
            for node in free_names(expression):
                self._note_name(moved, node)

    def _note_name(self, moved: Moved, node: ast.Name) -> None:
        found = self._named(node.id)
        if found is None or id(node) in self.symbols:
            if found is None:
                moved.captured.add(node.id)
            return
        mine = node.id in self.names or self.borrows
        if not mine and found.kind in (Is.DEFERRED, Is.PLACEHOLDER):
            raise Refusal(node, "a tensor of the graph of another scope")
        if found.kind in (Is.DEFERRED, Is.BUILDER, Is.DATASET) and found.moved is not None:
            moved.needs.append(found.moved)
        elif found.kind is Is.PLACEHOLDER:
            moved.fed.add(node.id)
        else:
            moved.captured.add(node.id)

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
        if counter is not None and not (
            isinstance(counter, ast.Name) and self._kind_of(counter.id) is Is.VARIABLE
        ):
            raise Refusal(call, "a counter of steps that is no plain variable")
        base = call.func.value
        if isinstance(base, ast.Name):
            if base.id in self.minimized:
                raise Refusal(call, "one optimizer for several losses")
            self.minimized.add(base.id)
            optimizer = base.id
            self._step.fate = "drop"
        else:
            assert isinstance(base, ast.Call)
            free = name == "optimizer" or "optimizer" not in self.taken
            optimizer = "optimizer" if free else f"{name}_optimizer"
            self.taken.add(optimizer)
            self._step.fate, self._step.built = "train", (base, optimizer)
            if self._symbol(base.func) != "tf.train.GradientDescentOptimizer":
                self._slotted.add(optimizer)
        needs = Moved(node, ())
        chosen = given.get("var_list")
        self._note(needs, [loss] if chosen is None else [loss, chosen])
        if self._kind(loss) not in RUN:
            raise Refusal(call, "a loss that does not depend on variables")
        counted = counter.id if isinstance(counter, ast.Name) else ""
        if chosen is not None and not self._are_variables(chosen):
            raise Refusal(call, "minimize with a var_list that is not of this file's variables")
        training = Training(optimizer, loss, needs, counted, chosen)
        self.names[name] = Named(Is.TRAIN, node, training=training)

    def _are_variables(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list of variables of this file."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._are_variables(node.left) and self._are_variables(node.right)
        if isinstance(node, ast.Call) and not node.args and _method(node, "values"):
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

    # Runs

    def _base_kind(self, call: ast.Call) -> Is:
        assert isinstance(call.func, ast.Attribute)
        base = call.func.value
        if isinstance(base, ast.Call) and self._symbol(base.func) in known.SESSION:
            self._session(base)
            return Is.SESSION
        return self._kind_of(base.id) if isinstance(base, ast.Name) else Is.PYTHON

    def _run(self, call: ast.Call) -> Run | None:
        """Read a call as a run of the graph; None where it is none."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("run", "eval"):
            return None
        base = call.func.value
        given = {k.arg: k.value for k in call.keywords}
        if call.func.attr == "run" and self._base_kind(call) is Is.SESSION:
            fetched = call.args[0] if call.args else given.get("fetches")
            fed = call.args[1] if len(call.args) > 1 else given.get("feed_dict")
            extra = set(given) - {"fetches", "feed_dict"}
            if fetched is None or extra or len(call.args) > 2:
                raise Refusal(call, "a run with options")
        else:
            kind = self._kind(base)
            if kind not in (*RUN, Is.TRAIN, Is.INIT, Is.EAGER):
                return None
            fetched, fed = base, call.args[0] if call.args else given.get("feed_dict")
            if set(given) - {"feed_dict", "session"} or len(call.args) > 1:
                raise Refusal(call, "a run with options")
        listed = isinstance(fetched, (ast.List, ast.Tuple))
        nodes = fetched.elts if isinstance(fetched, (ast.List, ast.Tuple)) else [fetched]
        fetches = [self._fetch(node) for node in nodes]
        feed, feed_name, keys = self._fed(fed)
        stops = [n.moved for k in keys if (n := self._named(k)) is not None and n.moved is not None]
        missing = {p for f in fetches for p in _fed_by(f.needs, stops)} - set(keys)
        iterators = {named.iterator for p in missing if (named := self._named(p)) is not None}
        iterator = ""
        group: tuple[str, ...] = ()
        if len(iterators) == 1 and "" not in iterators and not feed_name:
            # Each run takes the next element.
            named = self._named(min(missing))
            assert named is not None
            iterator, group = named.iterator, named.group
            if set(group) & set(keys):
                raise Refusal(call, "a part of an iterator's element is fed")
            keys, missing = (*group, *keys), set()
        if call.func.attr == "run" and self._base_kind(call) is Is.SESSION:
            session = self._owner(base)
        else:
            where = given.get("session")
            session = self._owner(where) if where is not None else self._default
        run = Run(call, fetches, listed, feed, feed_name, keys, iterator, group, session, stops)
        run.tupled = isinstance(fetched, ast.Tuple)
        if missing:
            raise Refusal(call, f"{min(missing)} is not fed")
        return run

    def _fetch(self, node: ast.expr) -> Fetch:
        kind = self._kind(node)
        if kind in (Is.PYTHON, Is.FEED, Is.SESSION, Is.OPTIMIZER, Is.GRAPH, Is.BUILDER):
            raise Refusal(node, f"a run of {kind.value}")
        needs = Moved(ast.Expr(node), ())
        training = None
        if kind is Is.TRAIN:
            found = self._named(node.id) if isinstance(node, ast.Name) else None
            if found is None or found.training is None:
                raise Refusal(node, "a training step that is not bound to a name")
            training = found.training
            needs = training.needs
        elif kind is not Is.INIT:
            self._note(needs, [node])
        named = self._named(node.id) if isinstance(node, ast.Name) else None
        many = self._many(node)
        if named is not None and named.moved is not None:
            many = named.moved.many
        elif (
            isinstance(node, ast.Name) and named is not None and isinstance(named.node, ast.Assign)
        ):
            many = _target_names(named.node) == (node.id,) and self._many(named.node.value)
        if isinstance(node, (ast.List, ast.Tuple, ast.Dict)):
            raise Refusal(node, "fetches within fetches")
        if kind is Is.SUMMARY:
            gathered = self._gathered(node)
            if not gathered:
                raise Refusal(node, "a run of no summaries")
            needs.needs = [n for s in gathered for n in s.needs.needs]
            needs.fed = {n for s in gathered for n in s.needs.fed}
            needs.captured = {n for s in gathered for n in s.needs.captured}
            return Fetch(node, kind, needs, many=True, summaries=gathered)
        if kind is Is.VARIABLE and not isinstance(node, (ast.Name, ast.Subscript)):
            kind = Is.DEFERRED
        return Fetch(node, kind, needs, training, many)

    def _fed(
        self, node: ast.expr | None
    ) -> tuple[list[tuple[str, ast.expr]], str, tuple[str, ...]]:
        if node is None:
            return [], "", ()
        if isinstance(node, ast.Name):
            found = self._named(node.id)
            if found is None or found.kind is not Is.FEED:
                raise Refusal(node, "a feed that is made elsewhere")
            return [], node.id, found.keys
        feed = self._feed_of(node)
        if feed is None:
            raise Refusal(node, "a feed that is not written out")
        for _, value in feed:
            self._plain(value)
        return feed, "", tuple(name for name, _ in feed)

    def _feed_of(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """Read a dictionary from placeholders to values; None where it is none."""
        if not isinstance(node, ast.Dict) or not node.keys:
            return None
        found: list[tuple[str, ast.expr]] = []
        kinds = [self._kind(k) if isinstance(k, ast.Name) else Is.PYTHON for k in node.keys]
        if not any(kind in RUN for kind in kinds):
            return None
        for key, kind, value in zip(node.keys, kinds, node.values, strict=True):
            mine = isinstance(key, ast.Name) and (key.id in self.names or self.borrows)
            if not isinstance(key, ast.Name) or not mine:
                raise Refusal(node, "what is fed is no placeholder of this scope")
            if kind is not Is.PLACEHOLDER and not self._feedable(key.id):
                raise Refusal(node, "what is fed is no placeholder, and its type is not known")
            found.append((key.id, value))
        return found

    def _feedable(self, name: str) -> bool:
        """Tell whether the type of a tensor is known, so that it can be fed in a placeholder's place."""
        named = self._named(name)
        moved = named.moved if named is not None else None
        value = getattr(moved.statement, "value", None) if moved is not None else None
        if named is None or moved is None or moved.targets != (name,) or value is None:
            return False
        calls = [n for n in walk(value) if isinstance(n, ast.Call)]
        if any(self._symbol(c.func) not in (*known.PLACEHOLDER, *known.KEEPING) for c in calls):
            return False
        types = {self._type_of(c) for c in calls if self._symbol(c.func) in known.PLACEHOLDER}
        types |= {self._type_given(p) for p in moved.fed}
        if moved.needs or len(types) != 1 or "" in types:
            return False
        named.dtype = types.pop()
        return True

    def _dtype(self, name: str) -> str:
        found = self._named(name)
        return found.dtype if found is not None else ""

    def _type_of(self, call: ast.Call) -> str:
        given = call.args[0] if call.args else next(
            (k.value for k in call.keywords if k.arg == "dtype"), None
        )  # fmt: skip
        if given is None:
            raise Refusal(call, "a placeholder without a type")
        return ast.unparse(given)

    # Expressions

    def _plain(self, node: ast.expr) -> None:
        """Read an expression that stays where it is: runs in it are taken, nothing else of a graph."""
        if not self._find_runs(node):
            kind = self._kind(node)
            if kind in (
                Is.DEFERRED,
                Is.PLACEHOLDER,
                Is.TRAIN,
                Is.INIT,
                Is.SESSION,
                Is.OPTIMIZER,
                Is.FEED,
                Is.SUMMARY,
            ):
                raise Refusal(node, f"{kind.value} is used outside of a run")

    def _find_runs(self, node: ast.expr) -> bool:
        found = False
        if not any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval") for n in walk(node)):
            return False
        for child in _outside_in(node, self._is_run):
            run = self._run(child)
            if run is not None:
                self._take(run)
                found = True
        if found:
            inside = {id(n) for r in self._step.runs for n in walk(r.call)}
            for name in walk(node):
                if isinstance(name, ast.Name) and id(name) not in inside:
                    kind = self._kind_of(name.id)
                    if kind in (*RUN, Is.TRAIN, Is.OPTIMIZER, Is.FEED, Is.SESSION):
                        raise Refusal(name, f"{kind.value} is used outside of a run")
        return found

    def _is_run(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and self._run(node) is not None

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
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Lambda):
            return self._within(node.body, {a.arg: Is.EAGER for a in parameters(node)}, node)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._comprehension(node, [node.elt])
        if isinstance(node, ast.DictComp):
            return self._comprehension(node, [node.key, node.value])
        begins = isinstance(node, ast.Attribute) and node.attr == "initializer"
        if isinstance(node, ast.Attribute) and begins and self._kind(node.value) is Is.ITERATOR:
            return Is.BEGIN
        kinds = [self._kind(c) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
        if _asks_identity(node) and any(k in (*RUN, Is.EAGER) for k in kinds):
            raise Refusal(node, "tensors compared with ==, which is identity in 1.x")
        return self._joined(node, kinds)

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
                if (
                    symbol in known.LAYERS
                    or symbol in known.VARIABLE
                    or symbol == known.GET_VARIABLE
                ):
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
            kinds += [self._within(test, bound, node) for test in generator.ifs]
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

    def _lists(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list that is written out here or where its name is bound."""
        if isinstance(node, ast.BinOp):
            return self._lists(node.left) and self._lists(node.right)
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            if named is not None and named.moved is not None and named.moved.many:
                return True
            return isinstance(bound, ast.Assign) and self._lists(bound.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in _LISTING and all(self._lists(a) for a in node.args)
        return isinstance(node, (ast.List, ast.Tuple, ast.ListComp))

    def _call(self, node: ast.Call) -> Is:
        symbol = self._symbol(node.func)
        if symbol:
            return self._tensorflow(node, symbol)
        function = node.func
        added = _appended(node)
        if added is not None and self._kind(added[1]) is Is.CELL:
            self.names[added[0]] = Named(Is.CELL, node)
            return Is.PYTHON
        if added is not None and self._kind(added[1]) is Is.VARIABLE:
            self.unsaved = self.unsaved or node
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
                if function.attr == "add_summary" and _is_added(node):
                    return Is.PYTHON
                raise Refusal(node, f"{function.attr} of a writer of events")
            if base in (Is.SESSION, Is.TRAIN, Is.INIT, Is.GRAPH, Is.FEED):
                if self._is_run(node):
                    return Is.PYTHON
                raise Refusal(node, f"{function.attr} of {base.value}")
            if base in (*RUN, Is.EAGER):
                if function.attr in ("run", "eval"):
                    return Is.PYTHON
                if function.attr in ("initialized_value", "load", "initializer", "scatter_update"):
                    raise Refusal(node, f"{function.attr} of {base.value}")
                kinds = self._arguments(node)
                effect = function.attr.startswith("assign")
                return Is.DEFERRED if base in RUN or effect else self._joined(node, [base, *kinds])
        kinds = self._arguments(node)
        if not any(k in (*RUN, Is.EAGER) for k in kinds):
            self._joined(node, kinds)
            return self._made_by(node)
        if isinstance(function, ast.Name) and self._named(function.id) is None:
            if function.id in _LISTING:
                return next((k for k in (Is.DEFERRED, Is.PLACEHOLDER) if k in kinds), Is.VARIABLE
                            if Is.VARIABLE in kinds else Is.EAGER)  # fmt: skip
            if function.id == "len" and Is.VARIABLE in kinds:
                return Is.PYTHON
        return self._built_by(node, kinds)

    def _saves(self, node: ast.Call, function: ast.Attribute) -> Is:
        """Read what a saver does."""
        if function.attr not in ("save", "restore") or len(node.args) < 2:
            raise Refusal(node, f"{function.attr} of a saver")
        if self._kind(node.args[0]) is not Is.SESSION:
            raise Refusal(node, "a saver is given something else than a session")
        extra = {k.arg for k in node.keywords} - {"global_step", "write_meta_graph"}
        if extra or len(node.args) > 3:
            raise Refusal(node, f"{function.attr} of a saver with more than a path and a step")
        for value in (*node.args[1:], *(k.value for k in node.keywords)):
            if self._kind(value) not in (Is.PYTHON, Is.VARIABLE):
                raise Refusal(node, "a saver is given a tensor of the graph")
        if function.attr == "save":
            self._last_save = max(self._last_save, node.lineno)
        if function.attr == "restore":
            self._restored.setdefault(self._owner(node.args[0]), node.lineno)
        return Is.PYTHON

    def _saver(self, node: ast.Assign, call: ast.Call, name: str) -> None:
        """Note a saver: of all that was made before it, or of what it is given."""
        named = {k.arg: k.value for k in call.keywords}
        chosen = call.args[0] if call.args else named.get("var_list")
        if isinstance(chosen, ast.Call) and self._symbol(chosen.func) in (
            "tf.global_variables",
            "tf.all_variables",
        ):
            chosen = None
        if len(call.args) > 1 or set(named) - {"var_list", "max_to_keep"}:
            raise Refusal(call, "a saver with settings")
        if chosen is None:
            if self.unsaved is not None:
                raise Refusal(self.unsaved, "variables whose names in a checkpoint are not known")
            variables = list(self.saved)
        elif isinstance(chosen, ast.Dict) and self._kind(chosen) is Is.VARIABLE:
            variables = []
            for key, value in zip(chosen.keys, chosen.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise Refusal(call, "a saver whose keys are computed")
                variables.append((key.value, value))
        elif isinstance(chosen, (ast.List, ast.Tuple)) and self.unsaved is None:
            wanted = [n.id if isinstance(n, ast.Name) else "" for n in chosen.elts]
            known_names = {v: k for k, v in self.saved if isinstance(v, str)}
            if set(wanted) - set(known_names):
                raise Refusal(call, "a saver of what is no variable with a name")
            variables = [(known_names[w], w) for w in wanted]
        else:
            raise Refusal(call, "a saver of what is not written out")
        if not variables:
            raise Refusal(call, "a saver of nothing")
        self._step.fate, self._step.built = "saver", (call, name)
        self.savings[name] = Saving(call, variables)
        self.names[name] = Named(Is.SAVER, node)

    def _keyed(self, node: ast.Call, base: str, access: str, *, scopes: bool) -> None:
        """Note under what name a variable or layer is saved, in order of their making."""
        given = next((k.value for k in node.keywords if k.arg == "name"), None)
        symbol = self._symbol(node.func)
        if given is None and symbol == known.GET_VARIABLE and node.args:
            given = node.args[0]
        if given is not None and not (
            isinstance(given, ast.Constant) and isinstance(given.value, str)
        ):
            self.unsaved = self.unsaved or node
            return
        name = given.value if isinstance(given, ast.Constant) else base
        inside = self._inside if scopes else self._variable_scopes
        if None in inside:
            self.unsaved = self.unsaved or node
            return
        full = "/".join([*(s for s in inside if s), str(name)])
        count = self._counts.get(full, 0)
        self._counts[full] = count + 1
        self.saved.append((f"{full}_{count}" if count else full, access))
        for keyword in node.keywords:
            if keyword.arg == "trainable" and not _is_constant(keyword.value, True):
                self.untrained.add(access)
        if self._symbol(node.func) in known.LAYERS:
            self._layered.add(access)

    def _key_made(self, value: ast.expr, access: str) -> None:
        """Note the names of what an expression makes that stays: one variable, or a group of them."""
        if isinstance(value, ast.Call):
            symbol = self._symbol(value.func)
            if symbol in known.VARIABLE:
                self._keyed(value, "Variable", access, scopes=True)
            elif symbol == known.GET_VARIABLE:
                self._keyed(value, "", access, scopes=False)
            elif isinstance(value.func, ast.Name):
                named = self._named(value.func.id)
                uses = [] if named is None else [
                    c for c in walk(named.node)
                    if isinstance(c, ast.Call) and self._symbol(c.func) in known.MADE
                ]  # fmt: skip
                if len(uses) == 1 and self._symbol(uses[0].func) in known.VARIABLE:
                    self._keyed(uses[0], "Variable", access, scopes=True)
                elif self._uses_of(value.func.id) & known.MADE:
                    self.unsaved = self.unsaved or value
        elif isinstance(value, ast.Dict):
            for key, each in zip(value.keys, value.values, strict=True):
                text = ast.unparse(key) if key is not None else ""
                self._key_made(each, f"{access}[{text}]")
        elif isinstance(value, (ast.List, ast.Tuple)):
            for number, each in enumerate(value.elts):
                self._key_made(each, f"{access}[{number}]")
        elif any(
            self._symbol(n.func) in known.MADE for n in walk(value) if isinstance(n, ast.Call)
        ):
            self.unsaved = self.unsaved or value

    def _all(self, node: ast.Call, symbol: str) -> bool:
        """Note the variables that a call collects, as they are written; tell whether they are known."""
        if id(node) in self.collected:
            return True
        named = {k.arg: k.value for k in node.keywords}
        scope = named.pop(
            "scope",
            node.args[-1] if len(node.args) == (2 if symbol == _COLLECTION else 1) else None,
        )
        if symbol == _COLLECTION:
            key = node.args[0] if node.args else named.pop("key", None)
            wanted = self._symbol(key) if key is not None else ""
            if wanted not in ("tf.GraphKeys.TRAINABLE_VARIABLES", "tf.GraphKeys.GLOBAL_VARIABLES"):
                raise Refusal(node, "a collection that is not of variables")
            trained = wanted.endswith("TRAINABLE_VARIABLES")
        else:
            trained = symbol == "tf.trainable_variables"
        if named or self.unsaved is not None or self._nested:
            raise Refusal(node, "variables whose names are not known are collected")
        if scope is not None and not (
            isinstance(scope, ast.Constant) and isinstance(scope.value, str)
        ):
            raise Refusal(node, "variables of a scope whose name is computed")
        start = str(scope.value) if isinstance(scope, ast.Constant) else ""
        parts = []
        for path, access in self.saved:
            if not path.startswith(start) or (trained and access in self.untrained):
                continue
            layer = access in self._layered
            parts.append(f"*{access}.trainable_variables" if layer else str(access))
        if not parts:
            raise Refusal(node, "no variables are collected")
        self.collected[id(node)] = f"[{', '.join(parts)}]"
        return True

    def _collects(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list of collected variables."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            return isinstance(bound, ast.Assign) and self._collects(bound.value)
        symbol = self._symbol(node.func) if isinstance(node, ast.Call) else ""
        return symbol in known.COLLECTIONS or symbol == _COLLECTION

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
        if chosen is None:
            call = ast.copy_location(ast.Call(ast.Name("trainable", ast.Load()), [], []), node)
            self._all(call, "tf.trainable_variables")
            self.computed[id(node)] = (loss, self.collected.pop(id(call)))
            self._kept_alive.append(call)
        else:
            self.computed[id(node)] = (loss, "")
            self.chosen[id(node)] = chosen
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
        if counter is not None and not (
            isinstance(counter, ast.Name) and self._kind_of(counter.id) is Is.VARIABLE
        ):
            raise Refusal(call, "a counter of steps that is no plain variable")
        self.minimized.add(base.id)
        needs = Moved(node, ())
        self._note(needs, [pairs])
        self._kind(pairs)
        self._step.fate = "drop"
        counted = counter.id if isinstance(counter, ast.Name) else ""
        training = Training(base.id, pairs, needs, counted, pairs=pairs)
        self.names[name] = Named(Is.TRAIN, node, training=training)

    def _of_dataset(self, node: ast.Call, function: ast.Attribute) -> Is:
        """Tell what a method of a dataset gives."""
        if function.attr in ("make_one_shot_iterator", "make_initializable_iterator"):
            if node.args or node.keywords:
                raise Refusal(node, f"{function.attr} with arguments")
            return Is.ITERATOR
        for value in (*node.args, *(k.value for k in node.keywords)):
            if self._kind(value) in (Is.DEFERRED, Is.PLACEHOLDER, Is.VARIABLE):
                raise Refusal(node, f"a tensor of the graph is given to {function.attr}")
        return Is.DATASET

    def _iterated(self, node: ast.Assign, kind: Is) -> bool:
        """Read a statement that makes a dataset, an iterator or an element; tell whether it is one."""
        value, target = node.value, node.targets[0]
        single = target.id if isinstance(target, ast.Name) and len(node.targets) == 1 else ""
        if kind is Is.DATASET and single:
            needs = Moved(node, (single,))
            self._note(needs, [value])
            held = bool(needs.needs or needs.fed)
            if held and self._nested:
                raise Refusal(node, "a dataset of placeholders in a loop or branch")
            if held:
                self._step.fate, self._step.moved = "move", needs
            types, shuffled = self._element_types(value), self._shuffles(value)
            self.names[single] = Named(
                kind, node, needs if held else None, types=types, shuffled=shuffled
            )
            return True
        if kind is Is.ITERATOR and single and isinstance(value, ast.Call):
            self._iterator(node, value, single)
            return True
        if kind is Is.BEGIN and single and isinstance(value, ast.Call):
            function = value.func
            base = function.value if isinstance(function, ast.Attribute) else None
            if not isinstance(base, ast.Name):
                raise Refusal(node, "an iterator that has no name")
            self._drop(node)
            self.names[single] = Named(kind, node, iterator=base.id, over=value.args[0])
            return True
        names = _target_names(node)
        if (
            kind is Is.PLACEHOLDER
            and names
            and isinstance(value, ast.Call)
            and _method(value, "get_next")
        ):
            function = value.func
            base = function.value if isinstance(function, ast.Attribute) else None
            if not isinstance(base, ast.Name) or value.args or base.id not in self.names:
                raise Refusal(node, "an element of an iterator that has no name here")
            self._drop(node)
            types = self.names[base.id].types
            types = types if len(types) == len(names) else ("",) * len(names)
            for name, dtype in zip(names, types, strict=True):
                self.names[name] = Named(kind, node, dtype=dtype, iterator=base.id, group=names)
            return True
        return False

    def _iterator(self, node: ast.Assign, value: ast.Call, name: str) -> None:
        function = value.func
        assert isinstance(function, ast.Attribute)
        over = function.value
        if self._symbol(function) == known.STRUCTURE:
            self._drop(node)
            self.names[name] = Named(Is.ITERATOR, node)
            return
        if function.attr == "make_one_shot_iterator":
            # It begins where it is made.
            needs = Moved(node, ())
            self._note(needs, [over])
            if needs.fed or needs.needs:
                raise Refusal(node, "an iterator over a dataset of placeholders")
            self._step.begun.append(Begun(node, [(name, over)], needs, []))
        else:
            self._drop(node)
        types = self._element_types(over)
        self.names[name] = Named(Is.ITERATOR, node, over=over, types=types)

    def _arguments(self, node: ast.Call) -> list[Is]:
        values = [*node.args, *(k.value for k in node.keywords)]
        return [self._kind(v) for v in values]

    def _made_by(self, node: ast.Call) -> Is:
        """Tell what a function of the file gives that is given no tensors."""
        found = self._named(node.func.id) if isinstance(node.func, ast.Name) else None
        if found is None or found.kind is not Is.BUILDER:
            return Is.PYTHON
        made = self._uses(found.node)
        if made & (known.SESSION | known.PLACEHOLDER) or self._runs_graph(found.node):
            # It holds a graph of its own, or runs this one, and is read by itself.
            return Is.PYTHON
        self._builder(node, found, made)
        if found.moved is not None:
            return Is.DEFERRED
        if made & known.MADE and not made & known.MADE - set(known.CELLS):
            self.unsaved = self.unsaved or node
            return Is.CELL
        if made & known.MADE:
            self.variables += 1
            return Is.VARIABLE
        if any(s.startswith(known.RANDOM) for s in made):
            return Is.DEFERRED
        return Is.EAGER if any(s.startswith("tf.") for s in made) else Is.PYTHON

    def _built_by(self, node: ast.Call, kinds: list[Is]) -> Is:
        """Tell what a function gives that is given tensors: one of the file, that only builds."""
        found = self._named(node.func.id) if isinstance(node.func, ast.Name) else None
        if found is not None and found.kind is Is.CELL:
            return Is.DEFERRED
        if found is not None and self._is_given(found):
            return self._joined(node, [*kinds, Is.EAGER])
        if found is None or found.kind is not Is.BUILDER:
            if all(k is not Is.DEFERRED and k is not Is.PLACEHOLDER for k in kinds) and not any(
                k is Is.VARIABLE for k in kinds
            ):
                return Is.PYTHON
            name = ast.unparse(node.func)
            raise Refusal(node, f"a tensor of the graph is given to {name}")
        if self._runs_graph(found.node) and not any(k in RUN for k in kinds):
            return Is.PYTHON
        made = self._uses(found.node)
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
        factory = self.factories.setdefault(id(function), Factory(function))
        if not any(c is call for c in factory.calls):
            factory.calls.append(call)
        for name, value in factory.given(call).items():
            if self._kind(value) in (Is.DEFERRED, Is.PLACEHOLDER):
                factory.tensors.add(name)

    def _called(self, function: ast.AST) -> list[ast.FunctionDef]:
        """Return the functions of the file that a function calls, and those that they call."""
        found: list[ast.FunctionDef] = []
        pending = [function]
        while pending:
            for node in walk(pending.pop()):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    named = self._named(node.func.id)
                    other = named.node if named is not None else None
                    if isinstance(other, ast.FunctionDef) and other not in (function, *found):
                        found.append(other)
                        pending.append(other)
        return found

    def _uses(self, function: ast.AST) -> set[str]:
        """Return the symbols that a function calls, itself or through others of the file."""
        return {
            self._symbol(call.func)
            for one in (function, *self._called(function))
            for call in walk(one)
            if isinstance(call, ast.Call)
        }

    def _uses_of(self, name: str) -> set[str]:
        found = self._named(name)
        return self._uses(found.node) if found is not None and found.kind is Is.BUILDER else set()

    def _builder(self, call: ast.expr, found: Named, made: set[str]) -> None:
        """Refuse what a function must not do that moves into the functions."""
        wrong = made & (known.SESSION | known.PLACEHOLDER | known.INIT | set(known.OPTIMIZERS))
        wrong |= {s for s in made if _refused(s)}
        if wrong:
            raise Refusal(call, f"a function that uses {min(wrong)}")
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
        if symbol in known.PLACEHOLDER:
            return Is.PLACEHOLDER
        if symbol in known.INIT:
            return Is.INIT
        if symbol in known.SESSION:
            self._session(node)
            return Is.SESSION
        if symbol == "tf.Graph":
            return Is.GRAPH
        if symbol in known.SAVER:
            return Is.SAVER
        if symbol.startswith((*known.ABSL, "tf.logging.", "tf.examples.")):
            kinds = self._arguments(node)
            if any(k is not Is.PYTHON for k in kinds):
                raise Refusal(node, f"a tensor of the graph is given to {symbol}")
            return Is.PYTHON
        if symbol.startswith("tf.data."):
            if symbol == known.STRUCTURE:
                return Is.ITERATOR
            self._arguments(node)
            return (
                Is.DATASET if symbol.startswith("tf.data.") and _is_dataset(symbol) else Is.PYTHON
            )
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
            if any(k is not Is.PYTHON for k in self._arguments(node)):
                raise Refusal(node, "an optimizer whose rate is a tensor")
            return Is.OPTIMIZER
        if _refused(symbol) or (symbol.startswith("tf.train.") and symbol.endswith("Optimizer")):
            raise Refusal(node, f"{symbol} is not rewritten yet")
        if symbol in known.COLLECTIONS or symbol == _COLLECTION:
            self._all(node, symbol)
            return Is.VARIABLE
        if symbol in known.PLAIN:
            return Is.PYTHON
        if symbol in known.METRICS:
            for value in self._arguments(node):
                if value not in (*RUN, Is.EAGER):
                    raise Refusal(node, f"{symbol} of what is no tensor")
            return Is.DEFERRED
        if symbol in known.CELLS:
            self.unsaved = self.unsaved or node
            kinds = self._arguments(node)
            return Is.DEFERRED if any(k in RUN for k in kinds) else Is.CELL
        if symbol == "tf.group" and node.args and not node.keywords:
            if all(self._kind(a) is Is.INIT for a in node.args):
                return Is.INIT
            raise Refusal(node, "tf.group is not rewritten yet")
        kinds = self._arguments(node)
        if symbol in known.LISTS:
            named = {k.arg: k.value for k in node.keywords}
            first = node.args[0] if node.args else named.get("params", named.get("weights"))
            if not isinstance(first, ast.Name) or not self._is_one(first):
                raise Refusal(node, f"{symbol} of what may be a list")
        if symbol in known.CHOOSING and len(node.args) + len(node.keywords) > 1:
            self._choosing(node)
        if symbol in known.DROPOUTS:
            return Is.DEFERRED
        if symbol == known.GET_VARIABLE:
            if Is.DEFERRED in kinds or Is.PLACEHOLDER in kinds:
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
            if labels is None or self._kind(labels) not in (Is.PLACEHOLDER, Is.PYTHON):
                raise Refusal(node, "labels that are computed, and get no gradient in 1.x")
        if symbol in known.FORMULAS or symbol in known.LAYERS:
            return (
                Is.DEFERRED if symbol in (*known.ASSIGN, *known.LAYERS) else self._made(node, kinds)
            )
        if symbol.startswith(("tf.layers.", "tf.losses.")):
            raise Refusal(node, f"{symbol} is not rewritten yet")
        if symbol in known.VARIABLE:
            names = (n for n in free_names(node) if id(n) not in self.symbols)
            if any(self._kind_of(name.id) in RUN for name in names):
                raise Refusal(node, "a variable that starts from a tensor of the graph")
            self.variables += 1
            return Is.VARIABLE
        if symbol in known.ASSIGN or symbol.startswith(known.RANDOM):
            if symbol in known.SEEDS:
                return Is.PYTHON
            return Is.DEFERRED
        if symbol == "tf.set_random_seed":
            return Is.PYTHON
        joined = self._made(node, kinds)
        # What has a capital is a class: it gives no tensor of its own.
        lower = symbol.rpartition(".")[2][:1].islower()
        return joined if lower or joined is not Is.EAGER or Is.EAGER in kinds else Is.PYTHON

    def _summary(self, node: ast.Call, symbol: str) -> Summary:
        """Note a summary, under the tag that it has in 1.x."""
        if id(node) in self._summed:
            return self._summed[id(node)]
        most = node.args[2] if symbol == "tf.summary.image" and len(node.args) == 3 else None
        if len(node.args) - (most is not None) != 2 or node.keywords or self._nested:
            raise Refusal(node, "a summary that is not of one value under a name")
        name, value = node.args[:2]
        text = name.value if isinstance(name, ast.Constant) else None
        if not isinstance(text, str) or None in self._inside:
            raise Refusal(node, "a summary whose name is computed")
        # What is no letter of a tag becomes a line, as there.
        text = re.sub(r"[^-/\w.]", "_", text).lstrip("/")
        tag = "/".join([*(s for s in self._inside if s), text])
        if any(s.tag == tag for s in self.summaries):
            raise Refusal(node, "several summaries under one name")
        kind = self._kind(value)
        if kind not in (*RUN, Is.EAGER):
            raise Refusal(node, "a summary of what is no tensor")
        needs = Moved(ast.Expr(value), ())
        self._note(needs, [value])
        made = Summary(known.SUMMARIES[symbol], tag, value, kind, needs, most)
        self._summed[id(node)] = made
        self.summaries.append(made)
        return made

    def _gathered(self, node: ast.expr) -> tuple[Summary, ...]:
        """Return the summaries that an expression is made of."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            return named.summaries if named is not None else ()
        if not isinstance(node, ast.Call):
            raise Refusal(node, "summaries that are gathered elsewhere")
        symbol = self._symbol(node.func)
        if symbol in known.SUMMARIES:
            return (self._summary(node, symbol),)
        if not node.args and not node.keywords:
            return tuple(self.summaries)
        listed = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if not isinstance(listed, (ast.List, ast.Tuple)):
            raise Refusal(node, "summaries that are gathered elsewhere")
        return tuple(s for element in listed.elts for s in self._gathered(element))

    def _choosing(self, node: ast.Call) -> None:
        """Refuse a condition that may be a vector that chooses rows."""
        named = {k.arg: k.value for k in node.keywords}
        condition: ast.expr | None = node.args[0] if node.args else named.get("condition")
        for _ in range(5):
            bound = self._named(condition.id) if isinstance(condition, ast.Name) else None
            if bound is None or not isinstance(bound.node, ast.Assign):
                break
            condition = bound.node.value
        symbol = self._symbol(condition.func) if isinstance(condition, ast.Call) else ""
        if symbol not in known.COMPARING and not isinstance(condition, ast.Compare):
            raise Refusal(node, "a condition that may be a vector that chooses rows")

    def _is_one(self, node: ast.Name) -> bool:
        """Tell whether a name is that of one variable or tensor."""
        named = self._named(node.id)
        bound = named.node if named is not None else None
        if named is not None and named.kind in (Is.DEFERRED, Is.PLACEHOLDER):
            return named.moved is None or not named.moved.many
        return isinstance(bound, ast.Assign) and isinstance(bound.value, ast.Call) and (
            self._symbol(bound.value.func).startswith("tf.")
        )  # fmt: skip

    def _made(self, node: ast.Call, kinds: list[Is]) -> Is:
        """Tell what an operation gives: a tensor, of the graph if one of its inputs is."""
        joined = self._joined(node, kinds)
        if joined is Is.VARIABLE:
            return Is.DEFERRED
        return Is.EAGER if joined is Is.PYTHON else joined

    def _reads(self, run: Run) -> tuple[set[str], set[int]]:
        """Return the variables that a run reads or changes, and the draws in it."""
        variables: set[str] = set()
        draws: set[int] = set()
        pending, seen = [f.needs for f in run.fetches], set()
        while pending:
            moved = pending.pop()
            if id(moved) in seen:
                continue
            seen.add(id(moved))
            pending.extend(moved.needs)
            variables |= {n for n in moved.captured if self._kind_of(n) is Is.VARIABLE}
            drawing = (*known.DRAWS, *known.DROPOUTS)
            variables |= {n for c, n in moved.made if self._symbol(c.func) not in drawing}
            for call in (n for n in walk(moved.statement) if isinstance(n, ast.Call)):
                symbol = self._symbol(call.func)
                named = isinstance(call.func, ast.Name) and self._uses_of(call.func.id)
                if symbol in known.DRAWS or symbol in known.DROPOUTS:
                    draws.add(id(call))
                elif symbol.startswith(known.RANDOM) or (
                    named and any(s.startswith(known.RANDOM) for s in named)
                ):
                    draws.add(-1)
        return variables, draws

    def _check_sessions(self) -> None:
        """Refuse sessions that share what each has its own of: values, and random numbers."""
        trains = [
            run
            for step in self.steps
            for run in step.runs
            if any(
                f.training is not None and f.training.optimizer in self._slotted
                for f in run.fetches
            )
        ]
        for run in trains:
            restored = self._restored.get(run.session)
            if restored is None:
                continue
            earlier = [r.call.lineno for r in trains if r.session != run.session]
            if not earlier or not max(earlier) < self._last_save < restored:
                # The optimizer is here what it was when that was saved in no other case.
                raise Refusal(run.call, "the state of an optimizer would not be restored")
        if self.sessions < 2:
            return
        seen: dict[str, int] = {}
        drawn: dict[int, int] = {}
        for run in (run for step in self.steps for run in step.runs):
            variables, draws = self._reads(run)
            for name in variables:
                other = seen.setdefault(name, run.session)
                if other != run.session and run.session not in self._restored:
                    raise Refusal(run.call, "several sessions, each with variables of its own")
                seen[name] = run.session
            self.drawn.setdefault(run.session, set()).update(draws)
            for draw in draws:
                if drawn.setdefault(draw, run.session) != run.session and draw < 0:
                    raise Refusal(
                        run.call, "several sessions, in each of which random numbers start anew"
                    )

    def _check_rebound(self) -> None:
        """Refuse where a function would read another value than the statement it holds did."""
        bound: dict[str, list[int]] = {}
        for step in self.steps:
            for node in walk(step.statement):
                store = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                if isinstance(node, ast.Name) and store and id(node) not in self.renamed:
                    bound.setdefault(node.id, []).append(step.statement.lineno)
        for step in self.steps:
            if step.moved is None:
                continue
            for name in step.moved.captured:
                if any(line > step.statement.lineno for line in bound.get(name, ())):
                    raise Refusal(
                        step.statement, f"{name} is bound again after the graph was built from it"
                    )
                if name in step.moved.targets:
                    raise Refusal(
                        step.statement, f"{name} is a value first and a tensor of the graph then"
                    )


def _placeholders(fetch: Fetch) -> set[str]:
    return _fed_by(fetch.needs)


def _fed_by(needs: Moved, stops: Sequence[Moved] = ()) -> set[str]:
    """Return the placeholders that something reads, itself or through others."""
    found: set[str] = set()
    pending, seen = [needs], {id(stop) for stop in stops}
    while pending:
        moved = pending.pop()
        if id(moved) not in seen:
            seen.add(id(moved))
            found |= moved.fed
            pending.extend(moved.needs)
    return found


def _outside_in(node: ast.expr, wanted: object) -> Iterator[ast.Call]:
    """Yield the outermost nodes for which ``wanted`` holds."""
    assert callable(wanted)
    if wanted(node):
        assert isinstance(node, ast.Call)
        yield node
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _outside_in(child, wanted)
        elif isinstance(child, (ast.keyword, ast.comprehension, ast.FormattedValue)):
            for inner in ast.iter_child_nodes(child):
                if isinstance(inner, ast.expr):
                    yield from _outside_in(inner, wanted)


def _asks_identity(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and any(
        isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for op in node.ops
    )


def _refused(symbol: str) -> bool:
    """Tell whether a symbol is one that is left as it is."""
    return symbol.startswith(known.REFUSED) and not any(symbol in one for one in _REWRITTEN)


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _contexts(statement: ast.With) -> list[ast.expr]:
    return [item.context_expr for item in statement.items]


def _is_dataset(symbol: str) -> bool:
    return "Dataset" in symbol and symbol.count("Dataset") >= 1


def _appended(node: ast.expr) -> tuple[str, ast.expr] | None:
    """Read an expression as what is added to a list that has a name; None where it is none."""
    if not isinstance(node, ast.Call) or not _method(node, "append") or len(node.args) != 1:
        return None
    assert isinstance(node.func, ast.Attribute)
    base = node.func.value
    return (base.id, node.args[0]) if isinstance(base, ast.Name) else None


def _is_added(call: ast.Call) -> bool:
    """Tell whether a summary is added under a step, or none, and nothing else is said."""
    named = [k.arg for k in call.keywords]
    return bool(call.args) and len(call.args) + len(named) <= 2 and named in ([], ["global_step"])


def _method(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def _as_default(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and _method(call, "as_default")


def _is_main(node: ast.If) -> bool:
    test = node.test
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and not node.orelse
    )


def bound_in(node: ast.AST) -> set[str]:
    """Return the names that a function or class binds."""
    names = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {a.arg for a in walk(node) if isinstance(a, ast.arg)}


def parameters(node: ast.Lambda | ast.FunctionDef) -> list[ast.arg]:
    """Return the parameters of a function."""
    given = node.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [a for a in listed if a is not None]


def free_names(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names in an expression that are not bound by a function or comprehension in it."""
    nodes = walk(node)
    if not any(isinstance(n, _SCOPED) for n in nodes):
        yield from (n for n in nodes if isinstance(n, ast.Name))
        return
    if isinstance(node, ast.Lambda):
        own = {a.arg for a in parameters(node)}
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        own = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
    else:
        own = set()
    if isinstance(node, ast.Name):
        yield node
    for child in ast.iter_child_nodes(node):
        for name in free_names(child):
            if name.id not in own:
                yield name


def _target_names(node: ast.Assign) -> tuple[str, ...] | None:
    """Return the names that an assignment binds; None where it binds anything else."""
    if len(node.targets) != 1:
        return None
    found = _names_in(node.targets[0])
    return None if None in found else tuple(name for name in found if name is not None)


def _names_in(target: ast.expr) -> list[str | None]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for element in target.elts for name in _names_in(element)]
    return [None]
