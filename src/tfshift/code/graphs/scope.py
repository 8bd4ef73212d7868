"""What is known of one scope while it is read: its names, and what was found so far."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.handed import Surroundings, called_name, saved_with
from tfshift.code.graphs.kinds import (
    Begun,
    Export,
    Factory,
    Fed,
    Is,
    Moved,
    Named,
    Refusal,
    Run,
    Saved,
    Signature,
    Summary,
)
from tfshift.code.graphs.syntax import (
    as_default,
    free_name,
    is_method,
    parameters,
)
from tfshift.code.graphs.walking import walk


@dataclass
class Step:
    """A statement of the scope in order, with what becomes of it.

    Args:
        statement: it.
        fate: ``keep``, ``move``, ``drop``, ``optimizer``, ``train``, ``writer`` or ``saver``.
        runs: the runs in it.
        moved: what moves.
        built: the constructor of an optimizer, writer or saver in it, and its name here.
        calls: whether one of the runs becomes a call of a function.
        begun: statements in it that begin iterators.
        idle: statements in it that do nothing any more.
        within: statements in it that have steps of their own.
        alone: whether its statement is all that stands in a branch.
        exports: calls in it that write SavedModels.
    """

    statement: ast.stmt
    fate: str = "keep"
    runs: list[Run] = field(default_factory=list)
    moved: Moved | None = None
    built: tuple[ast.Call, str] | None = None
    calls: bool = False
    begun: list[Begun] = field(default_factory=list)
    idle: list[ast.stmt] = field(default_factory=list)
    within: list[ast.stmt] = field(default_factory=list)
    alone: bool = False
    exports: list[Export] = field(default_factory=list)


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
        savings: its savers, by name, and what each saves.
        draws: session -> calls that draw random numbers in it, where there are several sessions.
        collected: calls that collect variables, and these as they are written.
        computed: calls that compute gradients: of what, and the variables, as they are written where the
            call does not name them.
        shown: statements that show tensors, or check what is known of them.
        stateful: optimizers whose state is saved with the variables.
        trained_lists: calls that collect variables for a training step, among others.
        held: savers, by name, of what an object of the file's own class holds: it, and its class.
        same: calls that mean a variable which is there already, and that.
        made: calls that make layers, variables and the like, and what these are called.
        instead: expressions that are written otherwise: how, and the parts of it that stay.
        anew: what initialises variables in each call, and these and the optimizers, as they are written.
        reset: calls that make metrics which forget what they counted.
    """

    steps: list[Step]
    opened: list[ast.With]
    names: dict[str, Named]
    feeds: list[Fed]
    taken: set[str]
    outer: Mapping[str, Named]
    renamed: Mapping[int, str]
    summaries: tuple[Summary, ...] = ()
    savings: Mapping[str, Saved] = field(default_factory=dict)
    draws: Mapping[int, set[int]] = field(default_factory=dict)
    collected: Mapping[int, str] = field(default_factory=dict)
    computed: Mapping[int, tuple[ast.expr, ast.expr | str]] = field(default_factory=dict)
    shown: list[Moved] = field(default_factory=list)
    stateful: Set[str] = frozenset()
    trained_lists: Set[int] = frozenset()
    held: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    same: Mapping[int, str] = field(default_factory=dict)
    made: Mapping[int, str] = field(default_factory=dict)
    instead: Mapping[int, tuple[str, list[ast.expr]]] = field(default_factory=dict)
    anew: tuple[ast.expr, str] | None = None
    reset: Set[int] = frozenset()


class Scope:
    """What is known of one scope while it is read: its names, and what was found so far."""

    def __init__(
        self,
        symbols: Mapping[int, str],
        outer: Mapping[str, Named] | None = None,
        factories: dict[int, Factory] | None = None,
        function: ast.FunctionDef | None = None,
        *,
        borrows: bool = False,
        around: Surroundings | None = None,
    ) -> None:
        self.symbols = symbols
        self.borrows = borrows
        self.around = around or Surroundings()
        self.handed: set[int] = set()
        self.outer = outer or {}
        self.factories = {} if factories is None else factories
        self.names: dict[str, Named] = {}
        self.renamed: dict[int, str] = {}
        self._renames: dict[str, str] = {}
        self.initials: set[str] = set()
        self.fed_names: set[str] = set()
        self.summaries: list[Summary] = []
        self._summed: dict[int, Summary] = {}
        self._inside: list[str | None] = []
        self._variable_scopes: list[str | None] = []
        self._counts: dict[str, int] = {}
        self._default = 0
        self._reusing = False
        self._making: Moved | None = None
        self._may_make = True
        self.same: dict[int, str] = {}
        self.signatures: dict[str, dict[str, Signature]] = {}
        self.initial_steps: list[Step] = []
        self.cells: list[ast.Call] = []
        self.cells_bound: dict[str, list[ast.expr]] = {}
        self.cells_run: set[int] = set()
        self.scope_paths: dict[str, str | None] = {}
        self.scopes_named: Counter[str] = Counter()
        self.instead: dict[int, tuple[str, list[ast.expr]]] = {}
        self.reset: set[int] = set()
        self._makes_parts: bool | None = None
        self._asking: set[str] = set()
        self._awaited: tuple[Moved, ...] = ()
        self.savings: dict[str, Saved] = {}
        self.saved: Saved = []
        self.untrained: set[str] = set()
        self.own_collections: dict[str, list[str]] = {}
        self.layered: set[str] = set()
        self.irregular = False
        self.regular: list[tuple[str, Moved | None, str]] = []
        self.regular_needs: dict[int, list[tuple[str, Moved | None, str]]] = {}
        self.layer_symbols: dict[str, str] = {}
        self.collected: dict[int, str] = {}
        self.trained_lists: set[int] = set()
        self.computed: dict[int, tuple[ast.expr, ast.expr | str]] = {}
        self.unsaved: ast.AST | None = None
        self.uncollected: ast.AST | None = None
        self.factored: dict[str, Factory] = {}
        self._restored: dict[int, int] = {}
        self._initial: dict[int, int] = {}
        self.drawn: dict[int, set[int]] = {}
        self._last_save = 0
        self._saves_between = False
        self._running: set[str] = set()
        self._slotted: set[str] = set()
        self.optimizers: dict[str, ast.Call] = {}
        # By the identity of what makes an optimizer: its rate, where that is a tensor.
        self.rates: dict[int, ast.expr] = {}
        self.kept: dict[str, set[str]] = {}
        self.objects: list[ast.Call] = []
        self.held_savers: dict[str, tuple[str, str]] = {}
        self.stateful: set[str] = set()
        self._counted = False
        self.shown: list[Moved] = []
        self.values_shown = False
        self.graph_shown = False
        self.steps: list[Step] = []
        self.opened: list[ast.With] = []
        self.feeds: list[Fed] = []
        self.made: set[int] = set()
        self.variables = 0
        self.minimized: set[str] = set()
        self.taken: set[str] = set()
        self.loads: Counter[str] = Counter()
        self.reuses: list[ast.expr] = []
        self.stores: Counter[str] = Counter()
        self.builders: dict[int, ast.FunctionDef] = {}
        self._step = Step(ast.Pass())
        self._nested = False
        self._looping = False
        self._branch: list[ast.stmt] | None = None
        self._blocks_around: tuple[int, ...] = ()
        if function is not None:
            self._enter(function)

    def inherit(self, around: Scope) -> None:
        """Know the variables that the scope around made, whose graph this one runs."""
        self.saved = list(around.saved)
        self.untrained, self.layered = set(around.untrained), set(around.layered)
        self.layer_symbols, self.factored = dict(around.layer_symbols), dict(around.factored)
        self.own_collections = {k: list(v) for k, v in around.own_collections.items()}
        self.unsaved, self.uncollected = around.unsaved, around.uncollected

    def _enter(self, function: ast.FunctionDef) -> None:
        """Bind the parameters of the function that is read."""
        given = {
            t.parameter
            for t in self.around.takers.values()
            if any(f is function for _, f in t.functions)
        }
        savers = {saved_with(n, given) for n in walk(function) if isinstance(n, ast.Call)}
        datasets = {
            n.value.id
            for n in walk(function)
            if isinstance(n, ast.Attribute)
            and n.attr in known.ITERATING
            and isinstance(n.value, ast.Name)
        }
        for parameter in parameters(function):
            kind = Is.SESSION if parameter.arg in given else Is.PYTHON
            if parameter.arg in savers:
                kind = Is.SAVER
                self.savings[parameter.arg] = []
            if parameter.arg in datasets:
                kind = Is.DATASET
            # Nobody knows how a dataset was made that is given.
            self.names[parameter.arg] = Named(kind, parameter, shuffled=kind is Is.DATASET)

    def _is_handed(self, call: ast.Call, argument: ast.expr) -> bool:
        """Tell whether an argument is a session that a function of the file is given."""
        taker = self.around.takers.get(called_name(call, self.around.prefix))
        if taker is None or taker.argument(call) is not argument:
            return False
        nothing = isinstance(argument, ast.Constant) and argument.value is None
        if not nothing and self._kind(argument) is not Is.SESSION:
            raise Refusal(call, f"{taker.called} is given a session, and something else here")
        self.handed.add(id(call))
        # What the function saves and restores is saved and restored here.
        for node in (n for _, f in taker.functions for n in walk(f) if isinstance(n, ast.Call)):
            if saved_with(node, {taker.parameter}):
                if is_method(node, "save"):
                    self._last_save = max(self._last_save, call.lineno)
                    self._saves_between |= self._nested
                else:
                    self._restored.setdefault(self._owner(argument), call.lineno)
        return True

    def _owner(self, node: ast.expr) -> int:
        """Return which session an expression is."""
        if isinstance(node, ast.Call) and self._symbol(node.func) == known.DEFAULT_SESSION:
            return self._default
        if isinstance(node, ast.Call) and self._symbol(node.func) in known.SESSION:
            return id(node)
        if isinstance(node, ast.Call) and as_default(node) and isinstance(node.func, ast.Attribute):
            return self._owner(node.func.value)
        named = self._named(node.id) if isinstance(node, ast.Name) else None
        return named.session if named is not None else 0

    # Whether all that is made here is asked for at once, whatever its scope.
    whole = False

    # What later layers of the reader know: each of these is written there, none is called on this one.

    def _kind(self, node: ast.expr) -> Is:
        raise NotImplementedError

    def _run(self, call: ast.Call) -> Run | None:
        raise NotImplementedError

    def _fed(
        self, node: ast.expr | None
    ) -> tuple[list[tuple[str, ast.expr]], str, tuple[str, ...]]:
        raise NotImplementedError

    def _inferred(self, node: ast.expr) -> str:
        raise NotImplementedError

    def _statement(self, node: ast.stmt) -> None:
        raise NotImplementedError

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

    @property
    def initialises(self) -> bool:
        """Whether variables are initialised."""
        return bool(self._initial)

    @property
    def restores(self) -> bool:
        """Whether variables are restored."""
        return bool(self._restored)

    def restored_in(self, session: int) -> bool:
        """Tell whether a session has what a saver restored in it."""
        return session in self._restored

    @property
    def trains(self) -> bool:
        """Whether a run trains."""
        runs = (run for step in self.steps for run in step.runs)
        return any(f.training is not None for run in runs for f in run.fetches)

    def _symbol(self, node: ast.expr) -> str:
        return self.symbols.get(id(node), "")

    def _named(self, name: str) -> Named | None:
        return self.names.get(name) or self.outer.get(name)

    def _kind_of(self, name: str) -> Is:
        found = self._named(name)
        return Is.PYTHON if found is None else found.kind

    def _alone(self, node: ast.Name) -> ast.expr | None:
        """Return what a name is bound to, by a statement that binds nothing else and is not this one."""
        named = self._named(node.id)
        if named is None:
            return None
        bound = named.moved.statement if named.moved is not None else named.node
        single = isinstance(bound, ast.Assign) and isinstance(bound.targets[0], ast.Name)
        if not isinstance(bound, ast.Assign) or not single or node in walk(bound):
            return None
        return bound.value

    def _bind_target(self, target: ast.expr, kind: Is, node: ast.AST) -> None:
        for name in walk(target):
            if isinstance(name, ast.Name):
                # What a run gave may take the name of what was run: the graph's own is done with.
                if not self._nested and self._is_held(name.id) and id(name) not in self.renamed:
                    wanted = f"{name.id}_value" if kind is Is.PYTHON else name.id
                    self._renames[name.id] = self._free(wanted)
                    self.renamed[id(name)] = self._renames[name.id]
                before = self.names.get(name.id)
                # What a part of it is bound to changes nothing of what it is.
                part = isinstance(name.ctx, ast.Load) and before is not None
                held = before if part and before is not None and before.kind is kind else None
                self.names[name.id] = held or Named(kind, node)
                if id(name) in self.renamed:
                    self.names[self.renamed[id(name)]] = self.names[name.id]

    def _is_held(self, name: str) -> bool:
        """Tell whether a name is one that statements hold which moved into functions."""
        held = self.names.get(name)
        return (
            held is not None
            and held.kind in (Is.VARIABLE, Is.EAGER)
            and any(step.moved is not None and name in step.moved.captured for step in self.steps)
        )

    def _initialised(self, node: ast.stmt, session: int) -> None:
        if self._looping or (self._nested and session in self._initial):
            raise Refusal(node, "variables initialised in a loop or branch")
        self._initial[session] = self._initial.get(session, 0) + 1
        self.initial_steps.append(self._step)
        if self._initial[session] > 2 and self.variables:
            raise Refusal(node, "variables initialised again")

    def _drop(self, node: ast.stmt) -> None:
        if self._nested:
            raise Refusal(node, "what prepares a session stands in a loop or branch")
        self._step.fate = "drop"

    def _take(self, run: Run) -> None:
        if run.fetches and all(f.kind is Is.INIT for f in run.fetches):
            # It gives nothing.
            if id(run.call) not in self.instead:
                self._initialised(self._step.statement, run.session)
            nothing = ", ".join(["None"] * len(run.fetches))
            self.instead[id(run.call)] = (f"[{nothing}]" if run.listed else nothing, [])
            return
        if any(f.kind is Is.INIT for f in run.fetches):
            raise Refusal(run.call, "an initialiser is run together with something else")
        self._step.runs.append(run)

    def _factory_of(self, call: ast.Call) -> Factory | None:
        found = self._named(call.func.id) if isinstance(call.func, ast.Name) else None
        return self.factories.get(id(found.node)) if found is not None else None

    def _free(self, wanted: str) -> str:
        """Return a name that is not taken yet, and take it."""
        name = free_name(wanted, self.taken)
        self.taken.add(name)
        return name

    def _base_kind(self, call: ast.Call) -> Is:
        assert isinstance(call.func, ast.Attribute)
        base = call.func.value
        if isinstance(base, ast.Call) and self._symbol(base.func) in known.SESSION:
            self._session(base)
            return Is.SESSION
        if isinstance(base, ast.Call) and self._symbol(base.func) == known.DEFAULT_SESSION:
            return Is.SESSION
        return self._kind_of(base.id) if isinstance(base, ast.Name) else Is.PYTHON

    def _dtype(self, name: str) -> str:
        """Return the type of what may be fed, as it is written; nothing if it is not known."""
        found = self._named(name)
        return found.dtype if found is not None else ""

    def _nameless(self, node: ast.AST) -> None:
        """Note that something makes variables whose names, and which they are, is not known here."""
        self.unsaved = self.unsaved or node
        self.uncollected = self.uncollected or node

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
