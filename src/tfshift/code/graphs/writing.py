"""Runs become calls of functions; what the functions hold leaves its place. Bytes else untouched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Begun, Export, Fetch, Is, Moved, Refusal, Run, Training
from tfshift.code.graphs.layout import Function, Layout
from tfshift.code.graphs.scope import Step
from tfshift.code.graphs.syntax import bound_in, free_name, session_of
from tfshift.code.graphs.veil import without_argument
from tfshift.code.graphs.walking import walk
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.domain.findings import Edit

_STEP = "    "

# Layers, and functions that make some, in a list of collected variables.
_LISTED = re.compile(r"\*(\w+)\.(?:trainable_)?variables")
# There is a value of these outside of functions.
_READY = (Is.EAGER, Is.VARIABLE, Is.SCHEDULE)
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Writer(Layout):
    """Writes one scope anew.

    Args:
        inside: what writes the functions within this scope that run its graph as well.
        unordered: whether an assignment ran beside a training step, in no order.
    """

    inside: list[Writer] = field(default_factory=list)
    unordered: bool = False

    def all_of_it(self) -> Iterator[Writer]:
        """Yield this and what writes the functions within."""
        yield self
        for inner in self.inside:
            yield from inner.all_of_it()

    def write(self) -> list[Edit]:
        """Return the edits of the scope.

        Raises:
            Refusal: if something cannot be written.
        """
        self.spelling.renamed = self.reading.renamed
        self.spelling.collected = self.reading.collected
        self.spelling.computed = self.reading.computed
        self.spelling.same = self.reading.same
        self.spelling.instead = self.reading.instead
        self.spelling.reset = self.reading.reset
        for asking, collected in self.reading.collected.items():
            if asking not in self.reading.trained_lists:
                self.spelling.listed.update(_LISTED.findall(collected))
        own = self._open_blocks()
        if own.keys() & self.outer_dedents.keys():
            raise Refusal(self.reading.opened[0], "a session in a function within another one's")
        dedents = {**self.outer_dedents, **own}
        within: list[Edit] = []
        for inner in self.inside:
            inner.outer_dedents = dedents
            within += inner.write()
        gone: set[int] = set()
        replaced: list[tuple[int, int]] = []
        self.spelling.made.update(self.reading.made)
        for step in self.reading.steps:
            statement = step.statement
            if step.moved is not None and step.moved.made:
                self._lines_of(statement)
                start, end = self.source.span(statement)
                lines = self.spelling.making(step.moved)
                space = self.source.newline + " " * _width(statement, dedents)
                self.edits.append(Edit(start, end, space.join(lines)))
                replaced.append((start, end))
            elif step.fate == "move" and step.alone:
                step.idle.append(statement)
            elif step.fate in ("drop", "move"):
                gone.update(self._lines_of(statement))
            elif step.fate == "pass":
                # A method of which nothing is left still needs a body.
                start, end = self.source.span(statement)
                self.edits.append(Edit(start, end, "pass"))
                replaced.append((start, end))
            elif step.fate == "writer":
                assert step.built is not None
                call, _ = step.built
                start, end = self.source.span(call)
                folder = self._text(call.args[0])
                text = f"{self.root}.summary.create_file_writer({folder})"
                self.edits.append(Edit(start, end, text))
            elif step.fate == "saver":
                assert step.built is not None
                self._saver(*step.built)
            elif step.fate in ("optimizer", "train"):
                self._optimizer(step)
            elif step.fate == "keep" and not step.begun and not isinstance(statement, _BLOCKS):
                self._kept(step, dedents)
            for idle in step.idle:
                start, end = self.source.span(idle)
                self.edits.append(Edit(start, end, "pass"))
            for export in step.exports:
                start, end = self.source.span(export.call)
                self.edits.append(Edit(start, end, self._export(export)))
                replaced.append((start, end))
            for begun in step.begun:
                start, end = self.source.span(begun.statement)
                space = self.source.newline + " " * _width(begun.statement, dedents)
                self.edits.append(Edit(start, end, space.join(self._begun(begun))))
                replaced.append((start, end))
            for run in step.runs:
                start, end, text = self._replacement(run, step, self._call(run, step))
                self.edits.append(Edit(start, end, text))
                replaced.append((start, end))
        self._restarts(dedents)
        self._feeds()
        gone = set(self._squeezed(gone)) | self._headers
        held = [*replaced, *((e.start, e.end) for e in (*self.edits, *within))]
        lost = [(e.start, e.end) for e in within if e.end > e.start]
        first, functions = self._placed(dedents, gone)
        for number in sorted(gone):
            self.edits.append(self._line_edit(number))
        for number, width in own.items():
            start = self.source.offset(number, 0)
            if number in gone or any(a < start < b for a, b in held):
                continue
            if any(a <= start < b for a, b in lost):
                continue
            if self.source.line(number).strip():
                self.edits.append(Edit(start, start + width, functions if number == first else ""))
        if first and first not in own:
            start = self.source.offset(first, 0)
            self.edits.append(Edit(start, start, functions))
        return sorted({*self.edits, *within}, key=lambda e: (e.start, e.end))

    def _restarts(self, dedents: Mapping[int, int]) -> None:
        """Let the generators start anew in each session, as random numbers do there."""
        drawn: set[int] = set()
        entered: set[int] = set()
        for step in self.reading.steps:
            again: list[str] = []
            for run in step.runs:
                if run.session in entered:
                    continue
                entered.add(run.session)
                again += self._again(run.session, drawn)
                drawn |= self.reading.draws.get(run.session, set())
            if again:
                start, _ = self.source.span(step.statement)
                space = self.source.newline + " " * _width(step.statement, dedents)
                self.edits.append(Edit(start, start, space.join([*again, ""])))

    def _again(self, session: int, drawn: set[int]) -> list[str]:
        shared = self.reading.draws.get(session, set()) & drawn
        held = {**self.spelling.streams, **self.spelling.made}
        names = sorted(held[call] for call in shared)
        return [f"{PROVIDER_PREFIX}{known.RANDOM_MODULE}.restart({name})" for name in names]

    def _begun(self, begun: Begun) -> list[str]:
        """Return the lines that begin iterators."""
        lines = [
            f"{name} = {self._constant(begun.types[name], self._text(value))}"
            for name, value in begun.feed
        ]
        for moved in self._slice([begun.needs]):
            lines += self.spelling.lines(moved.statement, comments=False)
        return [*lines, *(f"{name} = iter({self._text(over)})" for name, over in begun.iterators)]

    def _export(self, export: Export) -> str:
        """Return what writes a SavedModel: a function for each signature, what it takes and gives."""
        self.spelling.provides.add(known.EXPORT_MODULE)
        parts = []
        for key, signature in export.signatures.items():
            function = self._calling(self._function_of(signature.run, []).name)
            inputs = ", ".join(f"{name}: {self.root}.{spec}" for name, spec in signature.inputs)
            outputs = ", ".join(signature.outputs)
            parts.append(f"{key}: ({function}, {{{inputs}}}, [{outputs}])")
        written = f"{PROVIDER_PREFIX}{known.EXPORT_MODULE}.save"
        return f"{written}({self._text(export.folder)}, {{{', '.join(parts)}}})"

    def _kept(self, step: Step, dedents: Mapping[int, int]) -> None:
        """Write otherwise what is made in a statement that stays."""
        self._added(step.statement)
        self._saves(step.statement)
        runs = [self.source.span(run.call) for run in step.runs]
        self._check_listed(step)
        looped = isinstance(step.statement, (ast.For, ast.While))
        self.spelling.once, self.spelling.looped = True, looped
        scopes = [i.context_expr for block in self.reading.opened for i in block.items]
        apart = {id(n) for n in (*step.within, *scopes)}
        for start, end, text in self.spelling.otherwise(step.statement, apart):
            if not any(a <= start and end <= b for a, b in runs):
                self.edits.append(Edit(start, end, text))
        self.spelling.once = self.spelling.looped = False
        if looped and self.spelling.above:
            start, _ = self.source.span(step.statement)
            space = self.source.newline + " " * _width(step.statement, dedents)
            self.edits.append(Edit(start, start, space.join([*self.spelling.above, ""])))
            self.spelling.above.clear()

    def _check_listed(self, step: Step) -> None:
        """Refuse to list variables of layers that nothing has made yet, where the list is read at once."""
        steps = self.reading.steps
        ran = any(s.runs for s in steps[: steps.index(step)]) or self.before is not None
        for node in () if ran else walk(step.statement):
            listed = set(_LISTED.findall(self.spelling.collected.get(id(node), "")))
            if listed - self.spelling.built:
                raise Refusal(node, "variables are collected of layers that may not be made yet")

    def _text(self, node: ast.AST) -> str:
        return self.spelling.text(node)

    def _slice(self, parts: list[Moved], stops: Sequence[Moved] = ()) -> list[Moved]:
        """Return the statements that some others need, in order, but for some and what only they need."""
        found: dict[int, Moved] = {}
        stopped = {id(stop) for stop in stops}
        pending = [need for part in parts for need in part.needs]
        while pending:
            moved = pending.pop()
            if id(moved) not in found and id(moved) not in stopped:
                found[id(moved)] = moved
                pending.extend(moved.needs)
        return sorted(found.values(), key=self._place)

    def _showing(self, held: list[Moved], run: Run, before: Iterable[int] = ()) -> list[Moved]:
        """Return the statements of a function with those that show what is first computed there."""
        there = {*map(id, held), *before}
        showing = [
            shown
            for shown in self.reading.shown
            if shown.fed <= set(run.keys) and all(id(need) in there for need in shown.needs)
        ]
        for shown in showing:
            self.reading.shown.remove(shown)
        return sorted([*held, *showing], key=self._place)

    # What is otherwise where the functions are methods.

    def _known(self) -> dict[tuple[object, ...], Function]:
        """Return the functions that there are already."""
        return self.functions

    def _header(self, name: str, given: Sequence[str]) -> str:
        return f"def {name}({', '.join(given)}):"

    def _calling(self, name: str) -> str:
        return name

    def _fed_name(self, name: str) -> str:
        return name

    def _place(self, moved: Moved) -> tuple[int, int]:
        """Return where in the order of the graph a statement stood."""
        return 0, moved.statement.lineno

    def _call(self, run: Run, step: Step) -> str | None:
        """Return the call of the function for a run; None where none is needed."""
        if run.instance:
            return self._call_of_instance(run, step)
        trains = list({id(f.training): f.training for f in run.fetches if f.training}.values())
        if len(trains) > 1 and (
            not _apart(trains) or len({t.optimizer for t in trains}) < len(trains)
        ):
            raise Refusal(run.call, "several training steps of the same variables in one run")
        if not trains and all(f.kind in _READY for f in run.fetches):
            return None
        if len(run.fetches) == 1 and self._assigned_now(run.fetches[0]):
            return None
        fetched = tuple(f.node.id for f in run.fetches if isinstance(f.node, ast.Name))
        if run.iterator and len(fetched) == len(run.fetches) and fetched == run.group == run.keys:
            return f"{run.iterator}.get_next()"
        late = [f for f in run.fetches if trains and f.training is None and self._assigns(f)]
        if any(not isinstance(f.node, ast.Name) for f in late):
            raise Refusal(run.call, "an assignment is run beside a training step, in no order")
        self.unordered |= bool(late)
        step.calls = True
        name = self._calling(self._function_of(run, trains).name)
        return self._applied(run, name)

    def _applied(self, run: Run, name: str) -> str:
        """Return the call of a function with what a run is fed."""
        if run.feed_name:
            more = [f"{p}={self._constant(run.types[p], self._text(v))}" for p, v in run.unfed]
            return f"{name}({', '.join([f'**{run.feed_name}', *more])})"
        given = [self._constant(run.types[p], self._text(v)) for p, v in [*run.feed, *run.unfed]]
        if run.iterator:
            given.insert(0, f"{'*' * (len(run.group) > 1)}{run.iterator}.get_next()")
        return f"{name}({', '.join(given)})"

    def _call_of_instance(self, run: Run, step: Step) -> str | None:
        """Return the call of an object's method for a run of what it holds; None where none is needed."""
        if all(f.kind in _READY and f.training is None for f in run.fetches):
            return None
        del step
        name = self.methods[run.holder](run)
        return self._applied(run, f"{run.instance}.{name}")

    def _function_of(self, run: Run, trains: list[Training]) -> Function:
        """Return the function that a run calls."""
        texts = tuple(self._text(f.node) for f in run.fetches)
        held = self._slice([f.needs for f in run.fetches], run.stops)
        versions = tuple(id(m) for m in held)
        read = {n for m in (*held, *(f.needs for f in run.fetches)) for n in m.captured}
        for name in sorted(read & self._own - set(run.keys)):
            raise Refusal(run.call, f"{name} of a function is read by what runs there")
        both = read & {name for m in held for name in m.targets}
        if both:
            raise Refusal(run.call, f"{min(both)} is a value first and a tensor of the graph then")
        key = (texts, run.keys, versions)
        functions = self._known()
        if key not in functions:
            self._check_made(run, held)
            for fetch in run.fetches:
                self._steady(fetch, run)
            functions[key] = self.functions[key] = self._function(run, texts, trains)
        return functions[key]

    def _assigned_now(self, fetch: Fetch) -> bool:
        """Tell whether a fetch gives a variable what a loop has at that time, and reads no graph."""
        node, needs = fetch.node, fetch.needs
        if needs.needs or needs.fed or fetch.training is not None:
            return False
        if needs.captured & self._own:
            # Only here is there what it is written with.
            return True
        if not isinstance(node, ast.Call):
            return False
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        assigns = self.spelling.symbol(node.func) in known.ASSIGN or method.startswith("assign")
        return assigns and bool(needs.captured & self._changing)

    @property
    def _own(self) -> set[str]:
        """The names that the function binds which is written."""
        return bound_in(self.before) if isinstance(self.before, ast.FunctionDef) else set()

    def _assigns(self, fetch: Fetch) -> bool:
        """Tell whether a fetch changes variables."""
        statements = [moved.statement for moved in self._slice([fetch.needs])]
        calls = (n for s in (*statements, fetch.node) for n in walk(s) if isinstance(n, ast.Call))
        return any(
            self.spelling.symbol(call.func) in known.ASSIGN
            or (isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assign"))
            for call in calls
        )

    def _constant(self, dtype: str, value: str) -> str:
        if dtype.startswith(known.SPARSE):
            self.spelling.provides.add(known.VALUES_MODULE)
            dtype = dtype.removeprefix(known.SPARSE)
            return f"{PROVIDER_PREFIX}{known.VALUES_MODULE}.sparse({value}, {dtype})"
        return f"{self.root}.constant({value}{', ' if dtype else ''}{dtype})"

    def _check_made(self, run: Run, held: list[Moved]) -> None:
        """Refuse to collect variables of layers that the function does not call: they may not be made."""
        called = {name for moved in held for _, name in moved.made}
        called |= {name for moved in held for name in moved.reused.values()}
        statements: list[ast.AST] = [moved.statement for moved in held]
        statements += [fetch.node for fetch in run.fetches if fetch.gives]
        for node in (n for statement in statements for n in walk(statement)):
            collected = self.spelling.collected.get(id(node), "")
            if set(_LISTED.findall(collected)) - called - self.spelling.built:
                raise Refusal(
                    run.call, "variables are collected of layers that may not be made yet"
                )

    def _steady(self, fetch: Fetch, run: Run) -> None:
        """Refuse a fetch that is written with what a loop changes: the graph would grow in 1.x."""
        if isinstance(fetch.node, ast.Name) or fetch.kind is Is.EAGER:
            return
        for name in fetch.needs.captured:
            if name in self._changing:
                raise Refusal(run.call, f"the graph grows with {name} in a loop")

    def _rated(self, training: Training) -> list[str]:
        """Return the line that gives an optimizer the rate of a step, where that is a tensor."""
        if training.rate is None:
            return []
        name, rate = training.optimizer, self._text(training.rate[0])
        symbol = self.spelling.symbol(training.rate[1].func)
        own = name in self.reading.stateful or known.OPTIMIZERS[symbol][0] == known.OWN
        given = f" = {rate}" if own else f".assign({rate})"
        return [f"{_STEP}{name}.learning_rate{given}"]

    @property
    def _changing(self) -> set[str]:
        found: set[str] = set()
        for step in self.reading.steps:
            if isinstance(step.statement, (ast.For, ast.While)):
                stores = (n for n in walk(step.statement) if isinstance(n, ast.Name))
                found |= {n.id for n in stores if isinstance(n.ctx, ast.Store)}
        return found

    def _named(self, wanted: str) -> str:
        name = free_name(wanted, self.taken | {f.name for f in self.functions.values()})
        if not self.reading.outer or self.before is not None:
            # It is one of the module's names.
            self.taken.add(name)
        return name

    def _function(self, run: Run, texts: tuple[str, ...], trains: list[Training]) -> Function:
        outs = [(f, t) for f, t in zip(run.fetches, texts, strict=True) if f.gives]
        named = [t for f, t in outs if isinstance(f.node, ast.Name)]
        wanted = "train_step" if trains else "compute"
        if not trains and named and len(named) == len(outs) <= 3:
            wanted = "compute_" + "_and_".join(named)
        name = self._named(wanted)
        lines = [f"@{self.root}.function", self._header(name, run.keys)]
        done: set[int] = set()
        given = [t for t in trains if t.pairs is not None]
        self._inner = self._names_in(run, trains)
        names = self._gradients(trains)
        self.spelling.updating = self._updating(run, trains)
        lines += self._tape(trains, names, done, run) if trains and not given else []
        # Beside a training step an assignment has no order: it comes after it.
        late = [(f, t) for f, t in outs if trains and self._assigns(f)]
        early = [pair for pair in outs if pair not in late]
        needs = [*(f.needs for f, _ in early), *(t.needs for t in given)]
        for moved in self._showing(self._slice(needs, run.stops), run, done):
            if id(moved) not in done:
                lines += self._indented(moved, 1)
                done.add(id(moved))
        values, before = self._values(outs, bool(trains))
        lines += [_STEP + line for line in before]
        for training, (gradients, variables) in zip(trains, names, strict=True):
            zipped = f"zip({gradients}, {variables})"
            if training.pairs is not None:
                zipped = self._text(training.pairs)
                if self.dense:
                    zipped = f"[({self.root}.convert_to_tensor(g), v) for g, v in {zipped}]"
            lines += self._rated(training)
            lines.append(f"{_STEP}{training.optimizer}.apply_gradients({zipped})")
            if training.counter:
                lines.append(f"{_STEP}{training.counter}.assign_add(1)")
        for moved in self._slice([f.needs for f, _ in late], run.stops):
            if id(moved) not in done:
                lines += self._indented(moved, 1)
        if values:
            lines.append(f"{_STEP}return {', '.join(values)}")
        self.spelling.updating = set()
        return Function(name, lines)

    def _updating(self, run: Run, trains: list[Training]) -> set[int]:
        """Return the calls whose moving averages a run updates."""
        held = [m for training in trains for m in training.updates]
        held += [m for f in run.fetches if f.kind is Is.UPDATES for m in f.needs.needs]
        return {id(n) for m in held for n in walk(m.statement) if isinstance(n, ast.Call)}

    def _names_in(self, run: Run, trains: list[Training]) -> set[str]:
        """Return the names that the program itself gives things which a function reads or binds."""
        parts = [*(f.needs for f in run.fetches), *(t.needs for t in trains)]
        held = [*self._slice(parts, run.stops), *parts]
        found = {self.root, *run.keys}
        for moved in held:
            found.update((*moved.targets, *moved.captured, *moved.fed))
        for training in trains:
            found.update((training.optimizer, training.counter))
        return found

    def _local(self, wanted: str) -> str:
        """Return a name for something of the function's own."""
        name = free_name(wanted, self._inner)
        self._inner.add(name)
        return name

    def _gradients(self, trains: list[Training]) -> list[tuple[str, str]]:
        """Return what the gradients and variables of each training step are called."""
        ends = [""] if len(trains) == 1 else [f"_{n + 1}" for n in range(len(trains))]
        return [(self._local(f"gradients{end}"), self._local(f"variables{end}")) for end in ends]

    def _indented(self, moved: Moved, depth: int) -> list[str]:
        lines = self.spelling.lines(moved.statement, comments=not moved.made)
        return [_STEP * depth + line for line in lines]

    def _tape(
        self, trains: list[Training], names: list[tuple[str, str]], done: set[int], run: Run
    ) -> list[str]:
        kept = "persistent=True" if len(trains) > 1 else ""
        tape = self._local("tape")
        lines = [f"{_STEP}with {self.root}.GradientTape({kept}) as {tape}:"]
        held = self._slice([training.needs for training in trains], run.stops)
        for moved in self._showing(held, run):
            done.add(id(moved))
            lines += self._indented(moved, 2)
        losses: list[str] = []
        for training in trains:
            loss = self._text(training.loss)
            if not isinstance(training.loss, ast.Name):
                name = self._local("loss" if not losses else f"loss_{len(losses) + 1}")
                lines.append(f"{_STEP * 2}{name} = {loss}")
                loss = name
            losses.append(loss)
        for training, loss, (gradients, variables) in zip(trains, losses, names, strict=True):
            lines.append(
                f"{_STEP}{variables} = {self._chosen(training, tape, several=len(trains) > 1)}"
            )
            lines.append(f"{_STEP}{gradients} = {tape}.gradient({loss}, {variables})")
            if self.dense:
                whole = f"g if g is None else {self.root}.convert_to_tensor(g)"
                lines.append(f"{_STEP}{gradients} = [{whole} for g in {gradients}]")
        return lines

    def _chosen(self, training: Training, tape: str, *, several: bool) -> str:
        chosen = training.variables
        if chosen is None and training.listed is not None and (training.partly or several):
            return f"[{', '.join(training.listed)}]"
        if chosen is None:
            return f"{tape}.watched_variables()"
        listed = self._text(chosen)
        # The values of a dictionary are no list.
        values = isinstance(chosen, ast.Call) and listed.endswith(".values()")
        return f"list({listed})" if values else listed

    def _values(self, outs: list[tuple[Fetch, str]], training: bool) -> tuple[list[str], list[str]]:
        """Return what a function returns, and lines that compute it before the update."""
        values: list[str] = []
        before: list[str] = []
        for fetch, text in outs:
            if fetch.kind is Is.VARIABLE:
                values.append(f"{text}.read_value()")
            elif fetch.kind is Is.SCHEDULE:
                rate = self._local("rate")
                before.append(f"{rate} = {text}()")
                values.append(rate)
            elif fetch.summaries:
                summed = self._summed(fetch)
                if training:
                    summaries = self._local("summaries")
                    before.append(f"{summaries} = {summed}")
                    summed = summaries
                values.append(summed)
            elif isinstance(fetch.node, ast.Name) or not training:
                values.append(text)
            else:
                name = self._local("value")
                before.append(f"{name} = {text}")
                values.append(name)
        return values, before

    def _summed(self, fetch: Fetch) -> str:
        """Return the values of a run's summaries by what they are called."""
        parts = []
        for summary in fetch.summaries:
            text = self._text(summary.value)
            read = ".read_value()" if summary.kind is Is.VARIABLE else ""
            parts.append(f'"{summary.tag}": {text}{read}')
        return f"{{{', '.join(parts)}}}"

    def _written(self) -> str:
        """Return the name of the function that writes summaries."""
        key = ("summaries",)
        functions = self._known()
        if key not in functions:
            name = self._named("write_summaries")
            # Each operation by itself would cost more than the step; a plain step, a trace each time.
            lines = [
                f"@{self.root}.function",
                self._header(name, ["writer", "summaries", "step"]),
                f"{_STEP}with writer.as_default():",
            ]
            for summary in self.reading.summaries:
                value = f'summaries["{summary.tag}"]'
                more = f", max_outputs={self._text(summary.most)}" if summary.most else ""
                call = (
                    f'{self.root}.summary.{summary.function}("{summary.tag}", {value}, step{more})'
                )
                if self._sets > 1:
                    lines.append(f'{_STEP * 2}if "{summary.tag}" in summaries:')
                    call = _STEP + call
                lines.append(_STEP * 2 + call)
            functions[key] = self.functions[key] = Function(name, lines)
        return self._calling(functions[key].name)

    @property
    def _sets(self) -> int:
        fetches = [f for s in self.reading.steps for r in s.runs for f in r.fetches]
        return len({f.summaries for f in fetches if f.summaries})

    def _saver(self, call: ast.Call, name: str) -> None:
        """Write what saves variables under the keys that they have in 1.x."""
        start, end = self.source.span(call)
        more = [f"{k.arg}={self._text(k.value)}" for k in call.keywords if k.arg == "max_to_keep"]
        if name in self.reading.held:
            holder, of = self.reading.held[name]
            text = f"{holder}.{self.savers[of]()}({', '.join(more)})"
            self.edits.append(Edit(start, end, text))
            return
        self.spelling.provides.add(known.SAVER_MODULE)
        parts = [
            f'"{key}": {held if isinstance(held, str) else self._text(held)}'
            for key, held in self.reading.savings[name]
        ]
        if self.reading.stateful:
            more.append(f"optimizers=[{', '.join(sorted(self.reading.stateful))}]")
        made = f"{PROVIDER_PREFIX}{known.SAVER_MODULE}.Saver"
        listed = f"{{{', '.join(parts)}}}"
        self.edits.append(Edit(start, end, f"{made}({', '.join([listed, *more])})"))

    def _saves(self, statement: ast.stmt) -> None:
        """Take the session away that a saver is given."""
        for call in walk(statement):
            function = call.func if isinstance(call, ast.Call) else None
            if not isinstance(call, ast.Call) or not isinstance(function, ast.Attribute):
                continue
            base = function.value
            given = session_of(call)
            if isinstance(base, ast.Name) and base.id in self.reading.savings and given is not None:
                self.edits.append(without_argument(self.source, call, given))

    def _added(self, statement: ast.stmt) -> None:
        """Write what adds summaries to a writer as a call of the function that writes them."""
        for call in walk(statement):
            function = call.func if isinstance(call, ast.Call) else None
            if not isinstance(call, ast.Call) or not isinstance(function, ast.Attribute):
                continue
            if function.attr != "add_summary" or not isinstance(function.value, ast.Name):
                continue
            start, end = self.source.span(function)
            self.edits.append(Edit(start, end, self._written()))
            at, _ = self.source.span(call.args[0])
            self.edits.append(Edit(at, at, f"{function.value.id}, "))
            given = f"{self.root}.constant("
            for keyword in call.keywords:
                start, _ = self.source.span(keyword)
                end, after = self.source.span(keyword.value)
                self.edits.append(Edit(start, end, f"step={given}"))
                self.edits.append(Edit(after, after, f", {self.root}.int64)"))
            if len(call.args) > 1:
                start, end = self.source.span(call.args[1])
                self.edits.append(Edit(start, start, given))
                self.edits.append(Edit(end, end, f", {self.root}.int64)"))
            if len(call.args) + len(call.keywords) == 1:
                _, at = self.source.span(call.args[0])
                self.edits.append(Edit(at, at, f", {given}0, {self.root}.int64)"))

    def _replacement(self, run: Run, step: Step, call: str | None) -> tuple[int, int, str]:
        start, end = self.source.span(run.call)
        formatted = any(isinstance(n, ast.JoinedStr) for n in walk(step.statement))
        if formatted and not self._is_there(run.call, start, end):
            raise Refusal(run.call, "a run in a formatted text")
        statement = _holder(step.statement, run.call)
        alone = isinstance(statement, ast.Expr) and statement.value is run.call
        outs = [f for f in run.fetches if f.gives]
        if call is None:
            texts = [self._eager(f) for f in run.fetches]
            listed = f"[{', '.join(texts)}]"
            if run.tupled:
                listed = f"({', '.join(texts)}{',' * (len(texts) == 1)})"
            if alone and len(texts) == 1 and run.fetches[0].kind is Is.DEFERRED:
                return start, end, self._text(run.fetches[0].node)
            return start, end, listed if run.listed else texts[0]
        if alone:
            return start, end, call
        if not run.listed:
            return start, end, call if not outs else self._numbers(call, outs)
        if len(outs) < len(run.fetches):
            held = isinstance(statement, ast.Assign) and statement.value is run.call
            if not held and outs and not any(f.many or f.in_parts for f in outs):
                return start, end, self._with_nothing(run, call)
            return self._unpacked(run, statement, call)
        if any(f.many or f.in_parts for f in outs):
            numbers = self._numbers(call, outs)
            if len(outs) == 1:
                return start, end, f"({numbers},)" if run.tupled else f"[{numbers}]"
            return start, end, f"{'tuple' if run.tupled else 'list'}({numbers})"
        if run.tupled and len(outs) > 1:
            return start, end, f"tuple(value.numpy() for value in {call})"
        if len(outs) == 1:
            return start, end, f"({call}.numpy(),)" if run.tupled else f"[{call}.numpy()]"
        return start, end, f"[value.numpy() for value in {call}]"

    def _with_nothing(self, run: Run, call: str) -> str:
        """Return a list of what a run gives, in which training steps gave nothing."""
        given = [f.gives for f in run.fetches]
        if run.tupled:
            raise Refusal(run.call, "the result of a training step is used")
        if sum(given) == 1:
            return f"[{', '.join(f'{call}.numpy()' if one else 'None' for one in given)}]"
        first, last = given.index(True), len(given) - given[::-1].index(True)
        if not all(given[first:last]):
            raise Refusal(run.call, "the result of a training step is used")
        values = f"*(value.numpy() for value in {call})"
        return f"[{', '.join(['None'] * first + [values] + ['None'] * (len(given) - last))}]"

    def _is_there(self, call: ast.Call, start: int, end: int) -> bool:
        """Tell whether a call stands where it is said to: in f-strings it does not before Python 3.12."""
        try:
            text = self.source.data[start:end].decode(self.source.encoding)
            return ast.dump(ast.parse(f"({text})", mode="eval").body) == ast.dump(call)
        except (SyntaxError, UnicodeDecodeError):
            return False

    def _unpacked(self, run: Run, statement: ast.stmt | None, call: str) -> tuple[int, int, str]:
        """Write an assignment whose training step gave nothing."""
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if (
            not isinstance(statement, ast.Assign)
            or statement.value is not run.call
            or not isinstance(target, (ast.Tuple, ast.List))
            or len(target.elts) != len(run.fetches)
        ):
            raise Refusal(run.call, "the result of a training step is used")
        kept: list[str] = []
        for element, fetch in zip(target.elts, run.fetches, strict=True):
            if fetch.gives:
                kept.append(self._text(element))
            elif not isinstance(element, ast.Name) or self._loaded(element.id):
                raise Refusal(run.call, "the result of a training step is used")
        start, end = self.source.span(statement)
        if not kept:
            return start, end, call
        given = [f for f in run.fetches if f.gives]
        if len(kept) == 1 or any(f.many or f.in_parts for f in given):
            return start, end, f"{', '.join(kept)} = {self._numbers(call, given)}"
        return start, end, f"{', '.join(kept)} = (value.numpy() for value in {call})"

    def _loaded(self, name: str) -> bool:
        return name != "_" and any(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
            for step in self.reading.steps
            if step.fate == "keep"
            for n in walk(step.statement)
            if not any(n in list(walk(r.call)) for r in step.runs)
        )

    def _numbers(self, text: str, given: Sequence[Fetch]) -> str:
        """Return the values of what gives these fetches."""
        if any(f.in_parts for f in given):
            self.spelling.provides.add(known.VALUES_MODULE)
            return f"{PROVIDER_PREFIX}{known.VALUES_MODULE}.numbers({text})"
        if any(f.many for f in given):
            return f"{self.root}.nest.map_structure(lambda value: value.numpy(), {text})"
        return f"{text}.numpy()"

    def _eager(self, fetch: Fetch) -> str:
        text = self._text(fetch.node)
        if fetch.kind is Is.SCHEDULE:
            text += "()"
        simple = (ast.Name, ast.Call, ast.Attribute, ast.Subscript)
        if not fetch.many and not isinstance(fetch.node, simple):
            text = f"({text})"
        return self._numbers(text, [fetch])

    def _optimizer(self, step: Step) -> None:
        assert step.built is not None
        call, name = step.built
        stateful = name in self.reading.stateful
        text = self.spelling.stateful(call) if stateful else self.spelling.optimizer(call)
        if step.fate == "train":
            start, end = self.source.span(step.statement)
            self.edits.append(Edit(start, end, f"{name} = {text}"))
        else:
            start, end = self.source.span(call)
            self.edits.append(Edit(start, end, text))

    def _feeds(self) -> None:
        for fed in self.reading.feeds:
            for key, value, name in zip(fed.node.keys, fed.node.values, fed.types, strict=True):
                assert key is not None
                a, b = self.source.span(key)
                self.edits.append(Edit(a, b, f'"{fed.shown.get(name) or self._fed_name(name)}"'))
                a, b = self.source.span(value)
                self.edits.append(Edit(a, b, self._constant(fed.types[name], self._text(value))))


def _width(statement: ast.stmt, dedents: Mapping[int, int]) -> int:
    """Return how far a statement will be indented."""
    return statement.col_offset - dedents.get(statement.lineno, 0)


def _holder(statement: ast.stmt, call: ast.Call) -> ast.stmt | None:
    """Return the innermost statement around a call."""
    found: ast.stmt | None = None
    for node in walk(statement):
        if isinstance(node, ast.stmt) and any(n is call for n in walk(node)):
            found = node
    return found


def _apart(trains: list[Training]) -> bool:
    """Tell whether training steps that are run together each say what they train, and not the same."""
    if any(t.pairs is not None or (t.variables is None and t.listed is None) for t in trains):
        return False
    listed = [t.listed for t in trains if t.variables is None and t.listed is not None]
    if listed and len(listed) < len(trains):
        return False
    return len({v for one in listed for v in one}) == sum(map(len, listed))
