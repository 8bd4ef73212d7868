"""Classes that hold a graph: methods that build it are one scope, those that run it borrow it."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.handed import Surroundings
from tfshift.code.graphs.kinds import Factory, Is, Moved, Named, Refusal, Run, Saved
from tfshift.code.graphs.layout import Function
from tfshift.code.graphs.programs import Programs
from tfshift.code.graphs.reading import Reader
from tfshift.code.graphs.scope import Reading, Step
from tfshift.code.graphs.syntax import bound_in, changed_in_place, free_name
from tfshift.code.graphs.veil import SELF, Held, Veiled, makes
from tfshift.code.graphs.walking import walk
from tfshift.code.graphs.writing import Writer
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.domain.findings import Edit

_STEP = "    "
_RUNNING = ("run", "eval")
# Making these adds nothing to what is computed.
_BESIDE = known.SAVER | known.WRITER | known.PLAIN | {"tf.get_default_graph"}
# What is nothing outside of a run.
_GONE = (
    Is.DEFERRED, Is.PLACEHOLDER, Is.TRAIN, Is.INIT, Is.SESSION, Is.GRAPH, Is.SUMMARY, Is.CONFIG,
    Is.ITERATOR, Is.BEGIN, Is.FEED,
)  # fmt: skip


class ClassReader(Reader):
    """Reads the methods of a class that build its graph, from ``__init__`` on.

    Args:
        symbols: as for any reader.
        outer: names of the module.
        around: as for any reader.
        held: the class.
        factories: functions that make variables, by their identity.
        alone: whether nothing else in the file makes variables.
    """

    def __init__(
        self,
        symbols: Mapping[int, str],
        outer: Mapping[str, Named],
        around: Surroundings,
        held: Held,
        factories: dict[int, Factory],
        *,
        alone: bool,
    ) -> None:
        super().__init__(symbols, outer, factories, around=around)
        self.held = held
        self.methods = {held.prefix + name: m for name, m in held.methods.items()}
        self._owners: dict[str, ast.FunctionDef] = {}
        for name, method in self.methods.items():
            self.names[name] = Named(Is.BUILDER, method)
        if not alone:
            self._nameless(held.node)
        self._adding: dict[ast.FunctionDef, bool] = {}
        self.renamed.update(held.renamed)

    def read_class(self) -> Reading:
        """Read what builds the graph.

        Raises:
            Refusal: at the first thing that is not known.
        """
        begins = self.held.methods.get("__init__")
        called = {
            n.func.id
            for n in walk(self.held.node)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        roots = [] if begins is None else [begins]
        roots += [
            method
            for name, method in self.methods.items()
            if method is not begins and name not in called and self._adds(method)
        ]
        if not roots:
            raise Refusal(self.held.node, "a class in which nothing builds a graph")
        whole = [s for method in self.held.methods.values() for s in method.body]
        for root in roots:
            self._begin(root)
        reading = self.read([s for root in roots for s in root.body], whole)
        for step in self._emptied():
            step.fate = "pass"
        return reading

    def _emptied(self) -> Iterator[Step]:
        """Yield the first step of each method of which nothing is left."""
        fates = {id(step.statement): step for step in self.steps}
        for method in self.held.built:
            inside = [fates[id(s)] for s in walk(method) if id(s) in fates]
            text = method.body[0]
            said = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            if not said and all(
                s.fate == "drop" or (s.fate == "move" and not (s.moved and s.moved.made))
                for s in inside
            ):
                yield inside[0]

    def _begin(self, method: ast.FunctionDef) -> None:
        """Note that a method is part of what builds the graph."""
        if method in self.held.built:
            raise Refusal(method, f"{method.name} builds a graph twice")
        own = {n for n in bound_in(method) - {SELF} if not self.held.attribute(n)}
        read = {n.id for n in walk(method) if isinstance(n, ast.Name)}
        for name in sorted((own | read) & self._owners.keys()):
            raise Refusal(method, f"{name} is a name of several methods that build")
        for other in self.held.built:
            seen = {n.id for n in walk(other) if isinstance(n, ast.Name)}
            for name in sorted(own & seen):
                raise Refusal(method, f"{name} is a name of several methods that build")
        self._owners |= dict.fromkeys(own, method)
        self.held.built.append(method)
        self._enter(method)

    def _adds(self, method: ast.FunctionDef) -> bool:
        """Tell whether a method adds to the graph, and neither runs it nor gives anything."""
        known_before = self._adding.get(method)
        if known_before is not None:
            return known_before
        # One that calls itself, or another one that calls it, adds nothing by that.
        self._adding[method] = False
        nodes = walk(method)
        if any(isinstance(n, ast.Attribute) and n.attr in _RUNNING for n in nodes) or any(
            isinstance(n, ast.Return) and n.value is not None for n in nodes
        ):
            return False
        calls = [n for n in nodes if isinstance(n, ast.Call)]
        symbols = {self._symbol(c.func) for c in calls} - _BESIDE
        self._adding[method] = any(s.startswith("tf.") for s in symbols) or any(
            self._adds(other)
            for c in calls
            if isinstance(c.func, ast.Name) and (other := self.methods.get(c.func.id)) is not None
        )
        return self._adding[method]

    def one_name(self) -> bool:
        """Let local names be the attributes that hold the same tensor; tell whether there are such."""
        stored: dict[str, int] = {}
        for method in self.held.built:
            for node in walk(method):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    stored[node.id] = stored.get(node.id, 0) + 1
        found = False
        for step in self.steps:
            statement = step.statement
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            value = statement.value if isinstance(statement, ast.Assign) else None
            if (
                isinstance(target, ast.Name)
                and isinstance(value, ast.Name)
                and self.held.attribute(target.id)
                and not self.held.attribute(value.id)
                and self._kind_of(target.id) in (Is.DEFERRED, Is.PLACEHOLDER)
                and stored.get(target.id) == stored.get(value.id) == 1
                and value.id in self._owners
            ):
                found = True
                local = value.id
                for node in walk(self._owners[local]):
                    if isinstance(node, ast.Name) and node.id == local:
                        node.id = target.id
                        self.held.renamed[id(node)] = target.id
        return found

    def _constructs(self, statement: ast.stmt) -> ast.FunctionDef | None:
        """Return the method that a statement calls so that it builds a part of the graph."""
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            return None
        method = self.methods.get(call.func.id)
        return method if method is not None and self._adds(method) else None

    def _behind(self, statement: ast.stmt) -> Iterable[ast.stmt]:
        method = self._constructs(statement)
        if method is not None:
            self._begin(method)
            yield from self._flat(method.body)

    def _statement(self, node: ast.stmt) -> None:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Name) and id(value) in self.held.renamed:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id == value.id:
                self._drop(node)
                return
        if self._constructs(node) is not None:
            assert isinstance(node, ast.Expr)
            assert isinstance(node.value, ast.Call)
            for kind in self._arguments(node.value):
                if kind is not Is.PYTHON:
                    raise Refusal(node, "a tensor of the graph is given to a method that builds")
            return
        super()._statement(node)

    def _factory(self, call: ast.Call, function: ast.AST) -> None:
        if function in self.methods.values():
            raise Refusal(call, "a method that makes variables for tensors")
        super()._factory(call, function)

    def _carry(self, node: ast.AST, found: Named) -> None:
        if found.node in self.methods.values():
            raise Refusal(node, "a method that reads the graph and gives a part of it")
        super()._carry(node, found)

    def _builder(self, call: ast.expr, found: Named, made: set[str]) -> None:
        if found.node in self.methods.values() and any(
            s in known.MADE or s in known.DROPOUTS or s.startswith(known.RANDOM) for s in made
        ):
            raise Refusal(call, "a method that makes variables or draws, and gives a tensor")
        super()._builder(call, found, made)

    def settle(self, tree: ast.Module, asked: Container[int]) -> None:
        """Decide which attributes leave the class.

        Args:
            tree: the whole file.
            asked: attributes of objects that are run, by identity.

        Raises:
            Refusal: if what leaves is read elsewhere, or what stays is changed.
        """
        self._check_collected(tree)
        gone = {
            name
            for name, named in self.names.items()
            if self.held.attribute(name) and named.kind in _GONE
        }
        captured = {n for s in self.steps if s.moved is not None for n in s.moved.captured}
        captured |= {
            n for s in self.steps for r in s.runs for f in r.fetches for n in f.needs.captured
        }
        held = {n for n in captured if self.held.attribute(n)} | gone
        others = [m for m in self.held.node.body if m not in self.held.built]
        for node in (n for other in others for n in walk(other)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in held:
                name = self.held.attribute(node.id)
                raise Refusal(node, f"{name} is bound again after the graph was built from it")
            if changed_in_place(node) in held:
                name = self.held.attribute(changed_in_place(node))
                raise Refusal(node, f"{name} is changed after the graph was built from it")
        changed = {self.held.attribute(name) for name in held}
        for node in walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and (
                node.attr in changed
            ):  # fmt: skip
                raise Refusal(node, f"{node.attr} is bound again after the graph was built from it")
        self._unread({self.held.attribute(name) for name in gone}, tree, asked)
        # What is written holds names of these methods alone.
        taken = {n.id for m in self.held.built for n in walk(m) if isinstance(n, ast.Name)}
        for name in sorted(gone):
            self.held.gone[name] = free_name(self.held.attribute(name), taken)
            taken.add(self.held.gone[name])

    def _check_collected(self, tree: ast.Module) -> None:
        """Refuse to collect variables in a class of several objects: they share a graph's collections."""
        name = self.held.node.name
        loops = [n for n in walk(tree) if isinstance(n, (ast.For, ast.While, ast.comprehension))]
        looped = {id(n) for loop in loops for n in walk(loop)}
        uses = [n for n in walk(tree) if isinstance(n, ast.Name) and n.id == name]
        if self.collected and (len(uses) > 1 or any(id(n) in looped for n in uses)):
            raise Refusal(uses[-1], "variables are collected in a class of several objects")

    def _unread(self, gone: set[str], tree: ast.Module, asked: Container[int]) -> None:
        """Refuse what is asked of an object elsewhere and leaves it."""
        # Modules below TensorFlow are no objects.
        modules = {id(n) for node in walk(tree) if id(node) in self.symbols for n in walk(node)}
        for node in (n for n in walk(tree) if id(n) not in asked):
            if isinstance(node, ast.Attribute) and node.attr in gone and id(node) not in modules:
                raise Refusal(node, f"{node.attr} of the graph is read from outside of its class")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (
                node.func.id in ("hasattr", "getattr", "setattr") and len(node.args) > 1
            ):  # fmt: skip
                name = node.args[1]
                if not isinstance(name, ast.Constant) or name.value in gone:
                    raise Refusal(node, "an attribute whose name is computed beside graph code")


@dataclass(kw_only=True)
class ClassWriter(Writer):
    """Writes a method anew, and methods before it that hold what it runs.

    Args:
        held: the class.
        order: statements that move -> in which order they stood in the graph.
        shared: the functions that are written for the class so far.
        late: those of them that are called from outside alone, and stand behind all others.
        saved: its variables, under their names in a checkpoint.
    """

    held: Held
    order: Mapping[int, int] = field(default_factory=dict)
    shared: dict[tuple[object, ...], Function] = field(default_factory=dict)
    late: list[Function] = field(default_factory=list)
    saved: Saved = field(default_factory=list)

    def method(self, run: Run) -> str:
        """Return the name of a method for a run of an object; write it behind the others if it is new."""
        trains = list({id(f.training): f.training for f in run.fetches if f.training}.values())
        before, self.functions = self.functions, {}
        self.spelling.renamed = self.reading.renamed
        found = self._function_of(run, trains)
        self.late += self.functions.values()
        self.functions = before
        return found.name

    def write(self) -> list[Edit]:
        """Return the edits of the method."""
        if self.reading.anew is not None:
            call, listed = self.reading.anew
            begins = f"{SELF}.{self._begins(listed)}()"
            self.reading.instead = {**self.reading.instead, id(call): (begins, [])}
        return super().write()

    def _begins(self, listed: str) -> str:
        """Return the name of a method that lets a session begin; write it if it is new."""
        key = ("begins",)
        if key not in self.shared:
            self.spelling.provides.add(known.SESSION_MODULE)
            name = self._named("begin")
            call = f"{PROVIDER_PREFIX}{known.SESSION_MODULE}.begin({listed})"
            lines = [f"def {name}({SELF}):", f"{_STEP}{call}"]
            self.shared[key] = self.functions[key] = Function(name, lines)
        return self.shared[key].name

    def saver(self) -> str:
        """Return the name of a method that gives what saves the class's variables; write it if it is new."""
        key = ("saver",)
        if key not in self.shared:
            self.spelling.provides.add(known.SAVER_MODULE)
            name = self._named("saver")
            held = [
                f'{_STEP * 3}"{key}": {held if isinstance(held, str) else self._text(held)},'
                for key, held in self.saved
            ]
            optimizers = ", ".join(sorted(self.reading.stateful))
            lines = [
                f"def {name}({SELF}, **settings):",
                f"{_STEP}return {PROVIDER_PREFIX}{known.SAVER_MODULE}.Saver(",
                f"{_STEP * 2}{{",
                *held,
                f"{_STEP * 2}}},",
                *([f"{_STEP * 2}optimizers=[{optimizers}],"] if optimizers else []),
                f"{_STEP * 2}**settings",
                f"{_STEP})",
            ]
            self.shared[key] = Function(name, lines)
            self.late.append(self.shared[key])
        return self.shared[key].name

    def behind(self) -> Iterator[Edit]:
        """Yield the methods that stand behind all others."""
        if self.late:
            end = self.source.end_of_line(self.held.node.end_lineno or 0)
            text = "".join(
                self.source.newline
                + self.source.newline.join(f"    {line}".rstrip() for line in function.lines)
                + self.source.newline
                for function in self.late
            )
            yield Edit(end, end, text)

    @property
    def _own(self) -> set[str]:
        # What a method binds that others read becomes an attribute.
        return set()

    def _known(self) -> dict[tuple[object, ...], Function]:
        return self.shared

    def _named(self, wanted: str) -> str:
        wanted = wanted.replace(self.held.prefix, "")
        attributes = self.held.attributes()
        name = free_name(wanted, {*attributes, *self.held.written})
        self.held.written.add(name)
        return name

    def _header(self, name: str, given: Sequence[str]) -> str:
        return super()._header(name, [SELF, *given])

    def _calling(self, name: str) -> str:
        return f"{SELF}.{name}"

    def _fed_name(self, name: str) -> str:
        return self.held.gone.get(name, name)

    def _place(self, moved: Moved) -> tuple[int, int]:
        return self.order.get(id(moved), -1), moved.statement.lineno


def joined(reading: Reading, of: Reading) -> Reading:
    """Return what a scope holds that runs the graph of another one."""
    return replace(
        reading,
        renamed={**of.renamed, **reading.renamed},
        collected={**of.collected, **reading.collected},
        computed={**of.computed, **reading.computed},
        savings={**of.savings, **reading.savings},
        summaries=of.summaries or reading.summaries,
        shown=of.shown,
        made={**of.made, **reading.made},
        same={**of.same, **reading.same},
        instead={**of.instead, **reading.instead},
    )


def runners(held: Held, reader: ClassReader, symbols: Mapping[int, str]) -> list[ast.FunctionDef]:
    """Return the methods that are not part of what builds, and read the graph or hold a session."""
    gone = {n for n, named in reader.names.items() if named.kind in _GONE}
    found = []
    for method in held.methods.values():
        if method in held.built or id(method) in reader.builders:
            continue
        taken = any(f is method for t in reader.around.takers.values() for _, f in t.functions)
        nodes = walk(method)
        if taken or any(
            (isinstance(n, ast.Name) and n.id in gone and held.attribute(n.id))
            or symbols.get(id(n), "") in known.SESSION | known.PLACEHOLDER | known.VARIABLES
            for n in nodes
        ):
            found.append(method)
    return found


def once(held: Held, method: ast.FunctionDef, tree: ast.Module) -> bool:
    """Tell whether a method is called once at most: in one place of the module that is in no loop."""
    calls = [
        n
        for n in walk(tree)
        if isinstance(n, ast.Call)
        and (
            (isinstance(n.func, ast.Attribute) and n.func.attr == method.name)
            or (isinstance(n.func, ast.Name) and held.attribute(n.func.id) == method.name)
        )
    ]
    inside = {
        id(n)
        for block in walk(tree)
        if isinstance(block, (ast.For, ast.While, ast.FunctionDef, ast.ListComp, ast.GeneratorExp))
        for n in walk(block)
    }
    return len(calls) == 1 and id(calls[0]) not in inside


def check_sessions(
    held: Held,
    runs: Sequence[tuple[ast.FunctionDef, Reader, Reading]],
    modules: Sequence[Reader],
    builder: ClassReader,
    tree: ast.Module,
) -> None:
    """Refuse methods with sessions of their own that do not go on where another one ended.

    Args:
        held: the class.
        runs: its methods that run the graph, what read them, and what was found.
        modules: what read the module.
        builder: what read what builds the class's graph.
        tree: the file.

    Raises:
        Refusal: if variables would be initialised in each call, or not be those that were saved.
    """
    before = [*modules, builder]
    # What restores all of them does not need to initialise any.
    initialised = [(m, r, found) for m, r, found in runs if r.initialises and not r.restores]
    begun = any(r.initialises for r in before)
    for method, reader, found in initialised:
        if begun or len(initialised) > 1 or not once(held, method, tree):
            _begin_anew(method, reader, found, builder)
    own = [(m, r) for m, r, _ in runs if r.sessions]
    for method, reader in own if any(r.sessions for r in before) else own[1:]:
        if not reader.restores or reader.trains or reader.draws:
            raise Refusal(method, f"{method.name} has a session of its own, with other values")


def _begin_anew(
    method: ast.FunctionDef, reader: Reader, found: Reading, builder: ClassReader
) -> None:
    """Let a method that initialises variables in each call give them the values of their making.

    Raises:
        Refusal: if these are not known, or the session would draw random numbers anew as well.
    """
    own = [step for step in reader.initial_steps if isinstance(step.statement, ast.Expr)]
    variables = [access for _, access in builder.saved if isinstance(access, str)]
    unknown = builder.layered or builder.factored or builder.cells or builder.objects
    # In the same session what is drawn again is something else.
    odd = reader.draws or not reader.sessions or len(own) != 1
    if builder.unsaved or unknown or not variables or odd:
        raise Refusal(method, f"variables are initialised in each call of {method.name}")
    optimizers = [s.built[1] for s in builder.steps if s.built and s.fate in ("optimizer", "train")]
    listed = [f"[{', '.join(names)}]" for names in (variables, optimizers) if names]
    statement = own[0].statement
    assert isinstance(statement, ast.Expr)
    found.anew = statement.value, ", ".join(listed)
    own[0].fate = "keep"


def run_outside(readers: Sequence[Reader], begun: Mapping[str, ClassReader]) -> set[int]:
    """Let the classes tell what runs of their objects ask for; return the attributes that are asked.

    Args:
        readers: those of scopes in which objects are run.
        begun: those of the classes, by name.

    Raises:
        Refusal: if it is not clear of which class an object is.
    """
    asked: set[int] = set()
    classes: dict[tuple[int, str], str] = {}
    for reader in readers:
        for run in (r for step in reader.steps for r in step.runs if r.instance):
            wanted = {node.attr for node in run.asked} | {
                key.removeprefix(reader.around.prefix) for key in run.keys
            }
            fitting = [n for n, bound in reader.around.attributes.items() if wanted <= bound]
            if run.holder not in fitting:
                if len(fitting) != 1:
                    raise Refusal(run.call, f"{run.instance} may be of several classes")
                run.holder = fitting[0]
            classes[id(reader), run.instance] = run.holder
            inner = begun[run.holder]
            nodes = []
            for node in run.asked:
                name = ast.copy_location(
                    ast.Name(f"{inner.held.prefix}{node.attr}", ast.Load()), node
                )
                inner.renamed[id(name)] = name.id
                nodes.append(name)
            asked.update(map(id, run.asked))
            asked.update(id(n) for n in walk(run.call) if isinstance(n, ast.Attribute)
                         and isinstance(n.value, ast.Name) and n.value.id == run.instance)  # fmt: skip
            outside = Reader(inner.symbols, inner.names, around=inner.around, borrows=True)
            outside.complete(run, nodes)
        _check_outside(reader, begun)
        for fed in (f for f in reader.feeds if f.instance):
            fed.holder = classes.get((id(reader), fed.instance), "")
            if not fed.holder:
                raise Refusal(fed.node, "a feed of an object that is not run")
            inner = begun[fed.holder]
            keys = [key for key in fed.node.keys if isinstance(key, ast.Attribute)]
            asked.update(map(id, keys))
            names = [f"{inner.held.prefix}{key.attr}" for key in keys]
            fed.types = {name: inner.names[name].dtype for name in names}
    return asked


def _check_outside(reader: Reader, begun: Mapping[str, ClassReader]) -> None:
    """Refuse runs of objects in sessions whose values they would not have, and savers of unknown names.

    What a saver restores before a run that trains keeps the state of the optimizer as well.
    """
    runs = [r for step in reader.steps for r in step.runs if r.instance]
    for _, of in reader.held_savers.values():
        unsaved = begun[of].unsaved
        if unsaved is not None:
            raise Refusal(unsaved, "variables whose names in a checkpoint are not known")
        for run in runs:
            if run.holder == of and reader.restores:
                begun[of].keep_state(run)
    sessions = [run.session for run in runs]
    for run in runs if len(set(sessions)) > 1 else ():
        if run.session != sessions[0] and not reader.restored_in(run.session):
            raise Refusal(run.call, "several sessions, each with variables of its own")
        if begun[run.holder].draws_in(run):
            raise Refusal(run.call, "several sessions, in each of which random numbers start anew")


@dataclass
class ReadClass:
    """A class that was read.

    Args:
        held: it.
        reader: what read what builds its graph.
        reading: what that found.
        runs: its methods that run the graph, and what was found in each.
    """

    held: Held
    reader: ClassReader
    reading: Reading
    runs: list[tuple[ast.FunctionDef, Reader, Reading]]


def read_class(
    held: Held, seen: Veiled, programs: Programs, factories: dict[int, Factory]
) -> ReadClass:
    """Read a class that holds a graph.

    Args:
        held: it.
        seen: the file.
        programs: what read the modules of it.
        factories: functions that make variables, by their identity.

    Raises:
        Refusal: where something of it is not known.
    """
    symbols, tree = seen.symbols, seen.source.tree
    nodes = walk(tree)
    module = programs.of(held.node).reader
    readers = [m.reader for m in programs.modules]
    calls = [
        n
        for n in nodes
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == held.node.name
    ]
    made = set(map(id, calls))
    loops = [n for n in nodes if isinstance(n, (ast.For, ast.While))]
    looped = any(id(n) in made for loop in loops for n in walk(loop))
    making = [c for c in seen.classes if makes(c.node, symbols)]
    alone = len(making) <= 1 and not any(reader.saved for reader in readers)
    alone = alone and programs.most(calls) <= 1 and not looped
    while True:
        begun = ClassReader(symbols, module.names, seen.around, held, factories, alone=alone)
        reading = begun.read_class()
        if not begun.one_name():
            break
        held.built.clear()
    around = {
        **module.names,
        **{name: named for name, named in begun.names.items() if held.attribute(name)},
    }
    runs: list[tuple[ast.FunctionDef, Reader, Reading]] = []
    for method in runners(held, begun, symbols):
        reader = Reader(symbols, around, factories, method, around=seen.around, borrows=True)
        reader.savings.update(begun.savings)
        reader.saved, reader.unsaved = list(begun.saved), begun.unsaved
        own = reader.read(method.body)
        if any(step.moved for step in own.steps):
            raise Refusal(method, f"the graph grows in each call of {method.name}")
        runs.append((method, reader, joined(own, reading)))
    check_sessions(held, runs, readers, begun, tree)
    return ReadClass(held, begun, reading, runs)
