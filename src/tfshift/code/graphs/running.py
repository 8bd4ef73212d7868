"""Runs of the graph: what they ask for, and what they are fed."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.expressions import Expressions
from tfshift.code.graphs.kinds import (
    RUN,
    Fetch,
    Is,
    Moved,
    Refusal,
    Run,
)
from tfshift.code.graphs.needs import fed_by
from tfshift.code.graphs.syntax import (
    outside_in,
    target_names,
)
from tfshift.code.graphs.walking import walk

# What a value of Python's becomes where nothing says otherwise.
_TYPES = {float: "float32", int: "int32", bool: "bool"}


class Runs(Expressions):
    """Runs of the graph: what they ask for, and what they are fed."""

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
            if kind is Is.VARIABLE and call.args:
                # Theirs takes a session, and nothing is fed.
                fed, given["session"] = None, call.args[0]
            if set(given) - {"feed_dict", "session"} or len(call.args) > 1:
                raise Refusal(call, "a run with options")
        listed = isinstance(fetched, (ast.List, ast.Tuple))
        nodes = fetched.elts if isinstance(fetched, (ast.List, ast.Tuple)) else [fetched]
        instance = self._instance(nodes)
        if instance:
            return self._run_of_instance(call, fetched, instance, fed)
        fetches = [self._fetch(node) for node in nodes]
        feed, feed_name, keys = self._fed(fed)
        stops = [n.moved for k in keys if (n := self._named(k)) is not None and n.moved is not None]
        missing = {p for f in fetches for p in fed_by(f.needs, stops)} - set(keys)
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
        self._complete_feed(run, missing)
        return run

    def _complete_feed(self, run: Run, missing: set[str]) -> None:
        """Let placeholders that are not fed hold what they hold then.

        Raises:
            Refusal: if one holds nothing.
        """
        for name in sorted(missing):
            named = self._named(name)
            default = named.default if named is not None else None
            if default is None:
                raise Refusal(run.call, f"{name} is not fed")
            run.unfed.append((name, default))
        run.keys = (*run.keys, *(name for name, _ in run.unfed))
        run.types = {name: self._dtype(name) for name in run.keys}

    def _instance(self, nodes: Sequence[ast.expr | None]) -> str:
        """Return the name of the object whose attributes expressions are, if it may hold a graph."""
        if not self.around.attributes:
            return ""
        known_ones = {name for bound in self.around.attributes.values() for name in bound}
        found = {
            node.value.id
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.attr in known_ones
            and id(node) not in self.symbols
            and self._kind_of(node.value.id) is Is.PYTHON
            else ""
            for node in nodes
        }
        return found.pop() if len(found) == 1 else ""

    def _instance_feed(
        self, node: ast.expr | None
    ) -> tuple[str, list[tuple[str, ast.expr]]] | None:
        """Read a dictionary from placeholders of an object to values; None where it is none."""
        if not isinstance(node, ast.Dict) or not node.keys:
            return None
        instance = self._instance(node.keys)
        if not instance:
            return None
        pairs = zip(node.keys, node.values, strict=True)
        prefix = self.around.prefix
        return instance, [
            (f"{prefix}{k.attr}", v) for k, v in pairs if isinstance(k, ast.Attribute)
        ]

    def _run_of_instance(
        self, call: ast.Call, fetched: ast.expr, instance: str, fed: ast.expr | None
    ) -> Run:
        """Note a run of what an object holds; what that is its class tells."""
        nodes = fetched.elts if isinstance(fetched, (ast.List, ast.Tuple)) else [fetched]
        feed: list[tuple[str, ast.expr]] = []
        feed_name, keys = "", tuple[str, ...]()
        if isinstance(fed, ast.Name):
            found = self._named(fed.id)
            if found is None or found.kind is not Is.FEED or found.instance != instance:
                raise Refusal(fed, "a feed that is made elsewhere")
            feed_name, keys = fed.id, found.keys
        elif fed is not None and not (isinstance(fed, ast.Constant) and fed.value is None):
            given = self._instance_feed(fed)
            if given is None or given[0] != instance:
                raise Refusal(fed, "a feed of more than what one object holds")
            feed, keys = given[1], tuple(name for name, _ in given[1])
            for _, value in feed:
                self._plain(value)
        listed = isinstance(fetched, (ast.List, ast.Tuple))
        assert isinstance(call.func, ast.Attribute)
        session = self._owner(call.func.value)
        run = Run(call, [], listed, feed, feed_name, keys, session=session, instance=instance)
        run.asked = [node for node in nodes if isinstance(node, ast.Attribute)]
        run.tupled = isinstance(fetched, ast.Tuple)
        named = self._named(instance)
        bound = named.node if named is not None else None
        made = bound.value if isinstance(bound, ast.Assign) else None
        if isinstance(made, ast.Call) and isinstance(made.func, ast.Name):
            run.holder = made.func.id
        return run

    def complete(self, run: Run, nodes: list[ast.Name]) -> None:
        """Read what a run of an object asks for, in a scope that knows what the object holds.

        Raises:
            Refusal: if something of it is not known.
        """
        run.fetches = [self._fetch(node) for node in nodes]
        if any(fetch.kind is Is.INIT for fetch in run.fetches):
            raise Refusal(run.call, "an initialiser that an object holds")
        for name in run.keys:
            if self._kind_of(name) is not Is.PLACEHOLDER and not self._feedable(name):
                raise Refusal(run.call, "what is fed is no placeholder, and its type is not known")
        stops = [self._named(name) for name in run.keys]
        run.stops = [n.moved for n in stops if n is not None and n.moved is not None]
        missing = {p for f in run.fetches for p in fed_by(f.needs, run.stops)} - set(run.keys)
        self._complete_feed(run, missing)

    def _fetch(self, node: ast.expr) -> Fetch:
        kind = self._kind(node)
        if kind is Is.SCHEDULE and isinstance(node, ast.Name):
            # It is asked for as the tensor that it gives.
            needs = Moved(ast.Expr(node), ())
            needs.captured.add(node.id)
            return Fetch(node, kind, needs)
        if isinstance(node, ast.Attribute) and node.attr == "op" and kind in RUN:
            raise Refusal(node, "an operation without what it gives")
        if kind is Is.METRIC and isinstance(node, ast.Name):
            named = self._named(node.id)
            assert named is not None
            self.instead[id(node)] = (f"{named.metric}.result()", [])
            return Fetch(node, Is.EAGER, Moved(ast.Expr(node), ()))
        if self._is_nowhere(node):
            # To ask for it fails, here as there.
            return Fetch(node, Is.EAGER, Moved(ast.Expr(node), ()))
        if kind in (Is.PYTHON, Is.FEED, Is.SESSION, Is.OPTIMIZER, Is.GRAPH, Is.BUILDER):
            raise Refusal(node, f"a run of {kind.value}")
        needs = Moved(ast.Expr(node), ())
        training = None
        if kind is Is.UPDATES:
            needs.needs += self._updates_of(node) or ()
            return Fetch(node, kind, needs)
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
            many = named.moved.many or (isinstance(node, ast.Name) and node.id in named.moved.lists)
        elif (
            isinstance(node, ast.Name) and named is not None and isinstance(named.node, ast.Assign)
        ):
            many = target_names(named.node) == (node.id,) and self._many(named.node.value)
        if isinstance(node, (ast.List, ast.Tuple, ast.Dict)):
            raise Refusal(node, "fetches within fetches")
        if any(self.symbols.get(id(n)) in known.VARIABLES for n in walk(node)):
            raise Refusal(node, "a variable that is made where it is run")
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
        return Fetch(node, kind, needs, training, many, in_parts=self._in_parts(node))

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

    def _is_nowhere(self, node: ast.expr) -> bool:
        """Tell whether an attribute of ``self`` is asked for that nothing in the file binds."""
        prefix = self.around.prefix
        if not isinstance(node, ast.Name) or not prefix or not node.id.startswith(prefix):
            return False
        name = node.id.removeprefix(prefix)
        bound = any(name in names for names in self.around.attributes.values())
        return self._named(node.id) is None and not bound

    def _feedable(self, name: str) -> bool:
        """Tell whether the type of a tensor is known, so that it can be fed in a placeholder's place."""
        named = self._named(name)
        moved = named.moved if named is not None else None
        value = getattr(moved.statement, "value", None) if moved is not None else None
        if named is None or moved is None or moved.targets != (name,) or value is None:
            return False
        named.dtype = named.dtype or self._inferred(value)
        return bool(named.dtype)

    def _inferred(self, node: ast.expr) -> str:
        """Return the type of a tensor, as it is written; nothing where it is not known."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            if named is None or named.dtype:
                return named.dtype if named is not None else ""
            value = self._alone(node)
            return self._inferred(value) if value is not None else ""
        if isinstance(node, (ast.UnaryOp, ast.Subscript)):
            return self._inferred(node.operand if isinstance(node, ast.UnaryOp) else node.value)
        if isinstance(node, ast.BinOp):
            return self._inferred(node.left) or self._inferred(node.right)
        return self._given_by(node) if isinstance(node, ast.Call) else ""

    def _given_by(self, call: ast.Call) -> str:
        """Return the type of what a call gives, as it is written; nothing where it is not known."""
        symbol = self._symbol(call.func)
        named = {k.arg: k.value for k in call.keywords}
        if symbol in known.PLACEHOLDER:
            return self._type_of(call)
        if symbol in known.ALIKE:
            first = (self._inferred(part) for part in (*call.args, *named.values()))
            return next(filter(None, first), "")
        drawn = symbol in known.DRAWS
        if symbol not in (*known.VARIABLES, *known.LAYERS) and not drawn:
            return ""
        if "dtype" in named:
            return ast.unparse(named["dtype"])
        if symbol in known.VARIABLE:
            initial = call.args[0] if call.args else named.get("initial_value")
            return self._inferred(initial) if initial is not None else ""
        if len(call.args) > (3 if drawn else 2) and symbol not in known.LAYERS:
            return ""
        # What they give is of the usual type where nothing else is said.
        parts = ast.unparse(call.func).split(".")[: -symbol.count(".")]
        return f"{'.'.join(parts)}.float32" if parts else ""

    def _type_of(self, call: ast.Call) -> str:
        if self._symbol(call.func) == known.DEFAULTED:
            default = self._default_of(call)
            kind = type(default.value) if isinstance(default, ast.Constant) else None
            if kind not in _TYPES:
                raise Refusal(call, "a placeholder without a type")
            return f"{ast.unparse(call.func).rpartition('.')[0]}.{_TYPES[kind]}"
        given = call.args[0] if call.args else next(
            (k.value for k in call.keywords if k.arg == "dtype"), None
        )  # fmt: skip
        if given is None:
            raise Refusal(call, "a placeholder without a type")
        sparse = known.SPARSE * (self._symbol(call.func) in known.SPARSE_PLACEHOLDER)
        return sparse + ast.unparse(given)

    @staticmethod
    def _default_of(call: ast.Call) -> ast.expr | None:
        """Return what a placeholder holds where it is not fed."""
        named = {k.arg: k.value for k in call.keywords}
        return call.args[0] if call.args else named.get("input")

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
        if not any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval") for n in walk(node)):
            return False
        found = list(outside_in(node, self._run_of))
        for run in found:
            self._take(run)
        if found:
            inside = {id(n) for r in (*self._step.runs, *found) for n in walk(r.call)}
            for name in walk(node):
                if isinstance(name, ast.Name) and id(name) not in inside:
                    kind = self._kind_of(name.id)
                    if kind in (*RUN, Is.TRAIN, Is.OPTIMIZER, Is.FEED, Is.SESSION):
                        raise Refusal(name, f"{kind.value} is used outside of a run")
        return bool(found)

    def _run_of(self, node: ast.expr) -> Run | None:
        return self._run(node) if isinstance(node, ast.Call) else None

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

    def keep_state(self, run: Run) -> None:
        """Let what an optimizer keeps be saved and restored with the variables.

        Raises:
            Refusal: if its keys in a checkpoint, or the optimizer, are not known.
        """
        for fetch in run.fetches:
            name = fetch.training.optimizer if fetch.training is not None else ""
            if name not in self._slotted:
                continue
            made = self.optimizers.get(name)
            if (
                len(self._slotted) > 1
                or made is None
                or self._symbol(made.func) not in known.KEPT
                or any(k.arg == "name" for k in made.keywords)
                or any(name not in kept for kept in self.kept.values())
            ):
                raise Refusal(run.call, "the state of an optimizer would not be restored")
            self.stateful.add(name)

    @property
    def draws(self) -> bool:
        """Whether a run draws random numbers."""
        return any(self.draws_in(run) for step in self.steps for run in step.runs)

    def draws_in(self, run: Run) -> bool:
        """Tell whether a run draws random numbers."""
        return bool(self._reads(run)[1])

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
            after = bool(earlier) and max(earlier) < self._last_save < restored
            if not after or self._saves_between:
                # The optimizer is here what it was when that was saved in no other case.
                self.keep_state(run)
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
