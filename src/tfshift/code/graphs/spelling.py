"""Expressions of a graph as they are written for the target."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator, Mapping, Set
from dataclasses import dataclass, field

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Factory, Moved, Refusal
from tfshift.code.graphs.walking import walk
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.code.sources import Source

_RANDOM = PROVIDER_PREFIX + known.RANDOM_MODULE
_SPELLED = (ast.ListComp, ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Compare)
# What all layers take besides, by its name.
_ALL_TAKE = ("name", "trainable", "reuse", "kernel_regularizer", "bias_regularizer")
_RECURRENT = {**known.CELLS, **known.RNN}


@dataclass
class Spelling:
    """Writes expressions of one scope.

    Args:
        source: the file.
        symbols: identity of an expression -> the symbol that it names, from ``tf.``.
        root: what the file calls TensorFlow.
        free: takes a name that is not used yet, like the one wanted.
        factories: functions that make variables for tensors, by calls of them.
        places: calls that draw, and the seeds that their operations had of their places.
        drawing: names of initialisers that draw.
        made: calls that made a layer or variable in its place, and what that is called.
        streams: calls that draw from a generator of their own, and what it is called.
        prelude: lines that make the generators.
        above: lines that must stand above the function that is written.
        provides: modules that are needed beside the file.
        once: whether what is written runs once, so that a generator need not be kept.
        renamed: names that are bound to something else from somewhere on, each with its new name.
        inside: whether it is a function that is written, which may be called several times.
        looped: whether it is a loop that is written.
        collected: as of ``Reading``.
        computed: as of ``Reading``.
        same: as of ``Reading``.
        instead: as of ``Reading``.
        listed: layers whose variables are collected.
        updating: calls of layers whose moving averages change with them.
        built: those of them that are made at once.
        reset: metrics that forget what they counted, by the calls that make them.
    """

    source: Source
    symbols: Mapping[int, str]
    root: str
    free: Callable[[str], str]
    factories: Mapping[int, Factory] = field(default_factory=dict)
    places: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)
    drawing: Container[str] = ()
    made: dict[int, str] = field(default_factory=dict)
    streams: dict[int, str] = field(default_factory=dict)
    prelude: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    provides: set[str] = field(default_factory=set)
    once: bool = False
    renamed: Mapping[int, str] = field(default_factory=dict)
    collected: Mapping[int, str] = field(default_factory=dict)
    computed: Mapping[int, tuple[ast.expr, ast.expr | str]] = field(default_factory=dict)
    inside: bool = False
    looped: bool = False
    same: Mapping[int, str] = field(default_factory=dict)
    instead: Mapping[int, tuple[str, list[ast.expr]]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    updating: set[int] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    reset: Set[int] = frozenset()
    _applied: list[tuple[Factory, str, str]] = field(default_factory=list)
    _listed: dict[int, str] = field(default_factory=dict)
    _within: set[int] = field(default_factory=set)

    def text(self, node: ast.AST) -> str:
        """Return a node's text, with what is written otherwise written so."""
        assert isinstance(node, (ast.expr, ast.stmt))
        start, end = self.source.span(node)
        data = self.source.data
        text, at = "", start
        for a, b, new in sorted(self.otherwise(node)):
            text += data[at:a].decode(self.source.encoding) + new
            at = b
        return text + data[at:end].decode(self.source.encoding)

    def comments_above(self, statement: ast.stmt) -> list[int]:
        """Return the lines right above a statement that are comments."""
        found: list[int] = []
        number = statement.lineno - 1
        while number > 0 and self.source.line(number).lstrip().startswith("#"):
            found.insert(0, number)
            number -= 1
        return found

    def lines(
        self, statement: ast.stmt, *, comments: bool = True, whole: bool = False
    ) -> list[str]:
        """Return a statement's lines, comments above it first, moved to the left.

        Args:
            statement: it.
            comments: whether comments above it come along.
            whole: whether a text over several lines may be in it.

        Raises:
            Refusal: if a text in it goes over several lines.
        """
        for node in walk(statement):
            text = isinstance(node, (ast.Constant, ast.JoinedStr)) and not whole
            if text and getattr(node, "end_lineno", 0) > getattr(node, "lineno", 0):
                raise Refusal(node, "a text over several lines in what moves")
        above = self.comments_above(statement) if comments else []
        said = [self.source.line(n).strip() for n in above]
        first, *rest = self.text(statement).splitlines()
        width = statement.col_offset
        end = self.source.end_of_line(statement.end_lineno or statement.lineno)
        _, stop = self.source.span(statement)
        tail = self.source.data[stop:end].decode(self.source.encoding).rstrip()
        lines = [first, *(r[width:] if not r[:width].strip() else r.lstrip() for r in rest)]
        return [*said, *lines[:-1], lines[-1] + tail]

    def otherwise(
        self, node: ast.AST, apart: Container[int] = ()
    ) -> Iterator[tuple[int, int, str]]:
        """Yield where a call inside is written otherwise, and how: the outermost ones.

        Args:
            node: where to look.
            apart: parts of it that are not looked into, by their identity.
        """
        nodes = walk(node)
        at = 0
        while at < len(nodes):
            inner = nodes[at]
            if id(inner) in apart:
                at += len(walk(inner))
                continue
            spelled = isinstance(inner, _SPELLED) or id(inner) in self.instead
            text = self._anew(inner) if spelled and isinstance(inner, ast.expr) else None
            if text is None:
                at += 1
                if isinstance(inner, ast.Call):
                    beside = known.BESIDE_FILE.get(self.symbol(inner.func))
                    if beside is not None:
                        self.provides.add(beside)
                        name = self.symbol(inner.func).rpartition(".")[2]
                        yield *self.source.span(inner.func), f"{PROVIDER_PREFIX}{beside}.{name}"
                    renamed = known.RENAMED.get(self.symbol(inner.func))
                    if renamed is not None:
                        yield *self.source.span(inner.func), f"{self.root}.{renamed}"
            else:
                assert isinstance(inner, ast.expr)
                yield *self.source.span(inner), text
                at += len(walk(inner))

    def _anew(self, node: ast.expr) -> str | None:
        """Return what is written in an expression's place; None where it stays."""
        if id(node) in self.collected:
            return self.collected[id(node)]
        if id(node) in self.instead and id(node) not in self._within:
            template, parts = self.instead[id(node)]
            # A part of it may be itself.
            self._within.add(id(node))
            try:
                texts = [self.text(part) for part in parts]
            finally:
                self._within.remove(id(node))
            return template.format(*texts, tf=self.root)
        if isinstance(node, ast.Subscript):
            return self._metric(node)
        if isinstance(node, ast.Call):
            text = self._call(node, self.symbol(node.func))
            if text is None:
                self._provided(node)
            return text
        symbol = self.symbol(node)
        if symbol in _RECURRENT:
            self.provides |= {known.RNN_MODULE, known.RANDOM_MODULE}
            return f"{PROVIDER_PREFIX}{known.RNN_MODULE}.{symbol.rpartition('.')[2]}"
        if isinstance(node, ast.Name):
            return self.renamed.get(id(node))
        if symbol in known.LEVELS:
            return f'"{known.LEVELS[symbol]}"'
        if symbol in known.REDUCTIONS:
            return f'"{known.REDUCTIONS[symbol]}"'
        if symbol in known.KEYS:
            return f'"{known.KEYS[symbol]}"'
        # The class itself stands for what it makes.
        return self._initializer(None, symbol) if symbol in known.INITIALIZERS else None

    def symbol(self, node: ast.expr) -> str:
        """Return the symbol that an expression names, or nothing."""
        return self.symbols.get(id(node), "")

    def _call(self, node: ast.Call, symbol: str) -> str | None:
        if id(node) in self.same:
            return self.same[id(node)]
        if id(node) in self.computed:
            loss, variables = self.computed[id(node)]
            if isinstance(variables, ast.expr):
                variables = self.text(variables)
            gradients = f"{self.root}.gradients({self.text(loss)}, {variables})"
            return f"list(zip({gradients}, {variables}))"
        if symbol in known.METRICS:
            raise Refusal(node, "a metric whose value and update are not told apart")
        name = self.made.get(id(node))
        factory = self.factories.get(id(node))
        if factory is not None:
            if name is None:
                raise Refusal(node, "variables that are made anew in each run")
            return f"{name}({self._given(node, factory, tensors=True)})"
        if symbol in known.LAYERS:
            if name is None:
                raise Refusal(node, "a layer that is made anew in each run")
            parameters = [t for t, _ in known.LAYERS[symbol][1]]
            given = self.arguments(node, parameters, _ALL_TAKE)
            parts = [given["inputs"]]
            if symbol in known.NORMS:
                parts += [f"training={given['training']}"] if "training" in given else []
                updates = id(node) in self.updating or "update" in given
                parts += ["update=True"] if updates else []
            return f"{name}({', '.join(parts)})"
        if symbol in known.RUNNING and self.places.get(id(node)):
            self._provided(node)
            self.provides |= {known.RNN_MODULE, known.RANDOM_MODULE}
            parts = [self.text(a) for a in node.args]
            parts += [f"{k.arg}={self.text(k.value)}" for k in node.keywords]
            parts.append(f"places={self.places[id(node)]}")
            return f"{PROVIDER_PREFIX}{known.RNN_MODULE}.{symbol.rpartition('.')[2]}({', '.join(parts)})"
        if symbol in known.REGULARIZERS:
            given = self.arguments(node, ["scale", "scope"])
            made = known.REGULARIZERS[symbol].format(scale=given.get("scale", "0.0"))
            return f"{self.root}.keras.regularizers.{made}"
        if symbol in known.OBJECTS:
            return self._layer(node, known.OBJECTS[symbol], "", inputs=False)
        if name is not None and symbol not in (*known.DRAWS, *known.DROPOUTS):
            return name
        if symbol in known.LOSSES:
            return self._loss(node, symbol)
        if symbol in known.FORMULAS:
            return self._formula(node, symbol)
        if symbol in known.SCHEDULES:
            return self._schedule(node, symbol)
        if symbol in known.COUNTERS:
            tf = self.root
            return f'{tf}.Variable(0, trainable=False, dtype={tf}.int64, name="global_step")'
        if symbol == known.DIVISION:
            return self._division(node)
        if symbol == "tf.group":
            return f"[{', '.join(map(self.text, node.args))}]"
        if symbol in known.DRAWS:
            return self._draw(node, symbol)
        if symbol in known.DROPOUTS:
            return self._dropout(node, symbol)
        if symbol in known.INITIALIZERS:
            return self._initializer(node, symbol)
        if symbol == known.GET_VARIABLE:
            return self.variable(node)
        if symbol == "tf.variable_scope":
            # No variables are made under it here: it names operations.
            return f"{self.root}.name_scope({self.arguments(node, ['name'])['name']})"
        return None

    def _metric(self, node: ast.Subscript) -> str | None:
        """Return the value of a metric, or what updates it and gives the value."""
        call, index = node.value, node.slice
        if not isinstance(call, ast.Call) or self.symbol(call.func) not in known.METRICS:
            return None
        name = self.made.get(id(call))
        number = index.value if isinstance(index, ast.Constant) else None
        if name is None or number not in (0, 1):
            raise Refusal(node, "a metric that is made anew in each run")
        _, parameters = known.METRICS[self.symbol(call.func)]
        more = known.OWN_METRICS.get(self.symbol(call.func), ())
        given = self.arguments(call, list(parameters), ("name", *more))
        for one in ("name", *more):
            given.pop(one, None)
        if set(given) != set(parameters):
            raise Refusal(node, "a metric with weights")
        updated = f"{name}({', '.join(given[p] for p in parameters)})"
        return updated if number else f"{name}.result()"

    def _metric_made(self, call: ast.Call, symbol: str) -> str:
        """Return what makes a metric."""
        name, parameters = known.METRICS[symbol]
        more = known.OWN_METRICS.get(symbol)
        if more is None and id(call) not in self.reset:
            return f"{self.root}.keras.metrics.{name}()"
        self.provides.add(known.MEASURES_MODULE)
        given = self.arguments(call, list(parameters), ("name", *(more or ())))
        told = ", ".join(f"{one}={given[one]}" for one in more or () if one in given)
        return f"{PROVIDER_PREFIX}{known.MEASURES_MODULE}.{name}({told})"

    def _given(self, call: ast.Call, factory: Factory, *, tensors: bool) -> str:
        """Return the arguments of a call that are tensors, or those that are not."""
        positional = {id(a) for a in call.args}
        parts = []
        for name, value in factory.given(call).items():
            if (name in factory.tensors) is tensors and name != factory.reuse:
                text = self.text(value)
                parts.append(text if id(value) in positional else f"{name}={text}")
        return ", ".join(parts)

    def _provided(self, call: ast.Call) -> None:
        """Refuse arguments that the cells beside the file do not know."""
        symbol = self.symbol(call.func)
        parameters = _RECURRENT.get(symbol)
        if parameters is None:
            return
        count = 1 if symbol.rpartition(".")[2] in known.FEW else len(parameters)
        if len(call.args) > count or any(isinstance(a, ast.Starred) for a in call.args):
            raise Refusal(call, f"{symbol} with arguments that are not known")
        for keyword in call.keywords:
            if keyword.arg not in parameters:
                raise Refusal(call, f"{symbol} with {keyword.arg}=")

    def _formula(self, call: ast.Call, symbol: str) -> str:
        listed, template = known.FORMULAS[symbol]
        defaults = {name: value for name, _, value in (p.partition("=") for p in listed)}
        parameters = tuple(defaults)
        given = {
            **{name: value for name, value in defaults.items() if value},
            **self.arguments(call, list(parameters), ("name", "scope")),
        }
        if not given.keys() >= set(parameters):
            raise Refusal(
                call, f"{symbol} without {', '.join(sorted(set(parameters) - given.keys()))}"
            )
        return template.format(tf=self.root, **given)

    def _loss(self, call: ast.Call, symbol: str) -> str:
        """Return a loss: a mean where that is all it is."""
        if symbol in known.FORMULAS:
            try:
                return self._formula(call, symbol)
            except Refusal:
                # It is weighed or smoothed.
                pass
        self.provides.add(known.LOSSES_MODULE)
        parts = [self.text(a) for a in call.args]
        parts += [f"{k.arg}={self.text(k.value)}" for k in call.keywords]
        name = symbol.rpartition(".")[2]
        return f"{PROVIDER_PREFIX}{known.LOSSES_MODULE}.{name}({', '.join(parts)})"

    def _schedule(self, call: ast.Call, symbol: str) -> str:
        """Return what makes a rate that changes with a variable of the file."""
        given = self.arguments(call, list(known.SCHEDULES[symbol][0]))
        given.pop("name", None)
        positional = len(call.args)
        parts = [t if n < positional else f"{k}={t}" for n, (k, t) in enumerate(given.items())]
        self.provides.add(known.SCHEDULE_MODULE)
        name = symbol.rpartition(".")[2].removesuffix("_decay" if "piecewise" in symbol else "\0")
        return f"{PROVIDER_PREFIX}{known.SCHEDULE_MODULE}.{name}({', '.join(parts)})"

    def _division(self, call: ast.Call) -> str:
        """Return a division that rounds where both are whole numbers."""
        given = self.arguments(call, ["x", "y", "name"])
        parts = f"({given['x']}, {given['y']})"
        nodes = [*call.args[:2], *(k.value for k in call.keywords if k.arg in ("x", "y"))]
        kinds = {type(n.value) if isinstance(n, ast.Constant) else None for n in nodes}
        if float in kinds:
            return f"{self.root}.truediv{parts}"
        if kinds == {int}:
            return f"{self.root}.math.floordiv{parts}"
        self.provides.add(known.DIVISION_MODULE)
        return f"{PROVIDER_PREFIX}{known.DIVISION_MODULE}.div{parts}"

    def arguments(
        self, call: ast.Call, parameters: list[str], named: tuple[str, ...] = ()
    ) -> dict[str, str]:
        """Return the texts of a call's arguments by name.

        Args:
            call: the call.
            parameters: those that are known, in order.
            named: those that are known only by their names: others stand before them.

        Raises:
            Refusal: if one is not among the parameters.
        """
        if len(call.args) > len(parameters) or any(isinstance(a, ast.Starred) for a in call.args):
            raise Refusal(call, "arguments that are not known")
        given = {p: self.text(a) for p, a in zip(parameters, call.args, strict=False)}
        for keyword in call.keywords:
            if keyword.arg not in (*parameters, *named):
                raise Refusal(call, f"{ast.unparse(call.func)} with {keyword.arg}=")
            given[keyword.arg] = self.text(keyword.value)
        return given

    # Random numbers

    def _place(self, call: ast.Call) -> str:
        """Return the argument that says by what seeds an operation without one of its own drew."""
        seeds = self.places.get(id(call), [])
        if len(seeds) == 1:
            return f"place={seeds[0]}"
        if not seeds or not (self.inside or self.looped):
            return ""
        # A function that is called several times makes several operations.
        if id(call) not in self._listed:
            self._listed[id(call)] = self.free("places")
            self.above.append(f"{self._listed[id(call)]} = iter({seeds})")
        return f"place=next({self._listed[id(call)]})"

    def _draws(self, initializer: str) -> bool:
        """Tell whether an initialiser draws by its place, as far as it is written."""
        written = initializer.startswith(_RANDOM) and "seed=" not in initializer
        return written or initializer in self.drawing

    def _placed(self, call: ast.Call, initializer: str) -> str:
        """Return an initialiser that is told where its operation stood."""
        place = self._place(call)
        if place and initializer in self.drawing:
            return f"{initializer}.at({place.removeprefix('place=')})"
        if not place or not initializer.endswith(")"):
            return initializer
        apart = "" if initializer.endswith("()") else ", "
        return f"{initializer[:-1]}{apart}{place})"

    def _generator(self, call: ast.Call, seed: str | None) -> str:
        self.provides.add(known.RANDOM_MODULE)
        place = self._place(call) if seed in (None, "None") else ""
        made = f"{_RANDOM}.generator({place or seed or ''})"
        if self.once:
            return made
        if id(call) in self.made:
            return self.made[id(call)]
        if id(call) not in self.streams:
            self.streams[id(call)] = name = self.free("random_numbers")
            self.prelude.append(f"{name} = {made}")
        return self.streams[id(call)]

    def _draw(self, call: ast.Call, symbol: str) -> str:
        method, parameters = known.DRAWS[symbol]
        given = self.arguments(call, list(parameters))
        seed = given.pop("seed", None)
        given.pop("name", None)
        count = min(len(call.args), 4)
        ordered = [given.pop(p) for p in parameters[:count]]
        rest = [f"{name}={text}" for name, text in given.items()]
        return f"{self._generator(call, seed)}.{method}({', '.join([*ordered, *rest])})"

    def _dropout(self, call: ast.Call, symbol: str) -> str:
        parameters = known.DROPOUTS[symbol]
        given = self.arguments(call, list(parameters))
        stream = self._generator(call, given.pop("seed", None))
        given.pop("name", None)
        parts = [given.pop(parameters[0]), stream]
        keep = given.pop("keep_prob", "None")
        if keep != "None":
            simple = keep.isidentifier() or keep.replace(".", "").isdigit()
            given["rate"] = f"1 - {keep if simple else f'({keep})'}"
        if symbol == "tf.layers.dropout":
            given = {"training": "False", **given}
        elif symbol == "tf.contrib.layers.dropout":
            training = given.pop("is_training", "True")
            given = {
                "rate": "0.5",
                **given,
                **({} if training == "True" else {"training": training}),
            }
        elif "rate" not in given:
            raise Refusal(call, "dropout without a rate")
        parts += [f"{name}={text}" for name, text in sorted(given.items())]
        return f"{_RANDOM}.dropout({', '.join(parts)})"

    def _initializer(self, call: ast.Call | None, symbol: str) -> str:
        self.provides.add(known.RANDOM_MODULE)
        ours, parameters, written = known.INITIALIZERS[symbol]
        given = self.arguments(call, [t for t, _ in parameters]) if call is not None else {}
        names = dict(parameters)
        parts = [f"{k}={v}" for k, v in written.items()]
        for theirs, text in given.items():
            if names[theirs] == "*" and text != "True":
                assert call is not None
                raise Refusal(call, f"{symbol} with {theirs}={text}")
            if names[theirs] not in ("", "*"):
                parts.append(f"{names[theirs]}={text}")
        return f"{_RANDOM}.{ours}({', '.join(parts)})"

    # What is made once

    def variable(self, call: ast.Call) -> str:
        """Return what makes the variable that ``tf.get_variable`` makes."""
        given = self.arguments(call, list(known.GET_VARIABLE_PARAMETERS))
        shape, dtype = given.get("shape", "None"), given.get("dtype", "None")
        initial = given.get("initializer", "None")
        before, self.once = self.once, True
        nodes = {k.arg: k.value for k in call.keywords}
        node = nodes.get("initializer") or (call.args[3] if len(call.args) > 3 else None)
        if initial == "None":
            self.provides.add(known.RANDOM_MODULE)
            initial = f"{_RANDOM}.glorot_uniform({self._place(call)})"
        elif shape != "None" and self._draws(initial):
            initial = self._placed(call, initial)
        elif node is not None and self.symbol(node) in known.STEADY_INITIALIZERS:
            initial += "()"
        self.once = before
        if shape != "None":
            typed = f", {dtype}" if dtype != "None" else ""
            initial = f"{initial}({shape}{typed})"
        elif given.get("initializer", "None") == "None":
            raise Refusal(call, "a variable without a shape and a value")
        parts = [initial, *(f"{k}={given[k]}" for k in ("trainable", "name") if k in given)]
        if shape == "None" and dtype != "None":
            parts.append(f"dtype={dtype}")
        return f"{self.root}.Variable({', '.join(parts)})"

    def making(self, moved: Moved) -> list[str]:
        """Return the lines that make the layers and variables of a statement."""
        before, self.once = self.once, True
        lines = []
        for call, name in moved.made:
            symbol, factory = self.symbol(call.func), self.factories.get(id(call))
            if factory is not None:
                text = f"{self.text(call.func)}({self._given(call, factory, tensors=False)})"
                other = self._other(call, factory, text)
                if other:
                    self.made[id(call)] = other
                else:
                    self._applied.append((factory, text, name))
                    lines.append(f"{name} = {text}")
            elif symbol in known.METRICS:
                lines.append(f"{name} = {self._metric_made(call, symbol)}")
            elif symbol in known.LAYERS:
                typed = moved.types.get(id(call), "")
                lines.append(f"{name} = {self._layer(call, symbol, typed)}")
                width = moved.widths.get(id(call))
                if width is not None and name in self.listed:
                    # Somebody asks for its variables, maybe before it is called.
                    lines.append(f"{name}.build([None, {self.text(width)}])")
                    self.built.add(name)
            elif symbol in known.DRAWS or symbol in known.DROPOUTS:
                parameters = known.DROPOUTS.get(symbol) or known.DRAWS[symbol][1]
                seed = self.arguments(call, list(parameters)).get("seed")
                lines.append(f"{name} = {self._generator(call, seed)}")
            elif symbol == known.GET_VARIABLE:
                lines.append(f"{name} = {self.variable(call)}")
            else:
                del self.made[id(call)]
                lines.append(f"{name} = {self.text(call)}")
                self.made[id(call)] = name
        self.once = before
        return lines

    def _other(self, call: ast.Call, factory: Factory, text: str) -> str:
        """Return the name of what another call made, if this one means the same variables."""
        again = factory.given(call).get(factory.reuse)
        meant = factory.shared
        if again is not None:
            if not isinstance(again, ast.Constant):
                raise Refusal(call, "variables that may be those of another call")
            meant = bool(again.value)
        before = [name for made, made_text, name in self._applied if made is factory]
        if not meant:
            return ""
        same = [n for made, made_text, n in self._applied if made is factory and made_text == text]
        if not before and factory.shared:
            return ""
        if len(same) != 1 or len(before) != 1:
            raise Refusal(call, "variables of another call that is not known")
        return same[0]

    def _layer(self, call: ast.Call, symbol: str, typed: str, *, inputs: bool = True) -> str:
        keras, parameters = known.LAYERS[symbol]
        parameters = parameters if inputs else parameters[1:]
        given = self.arguments(call, [theirs for theirs, _ in parameters], _ALL_TAKE)
        if given.pop("reuse", "None") not in ("None", "False"):
            raise Refusal(call, "a layer that may share its variables")
        regular = [
            f"{name}={text}"
            for name in ("kernel_regularizer", "bias_regularizer")
            if (text := given.pop(name, "None")) != "None"
        ]
        trained = given.pop("trainable", "True")
        if trained not in ("True", "False"):
            raise Refusal(call, "a layer that may be trained or not")
        ours = {"name": "", **dict(parameters)}
        first = next((o for _, o in parameters if o), "")
        kernel = next((t for t, o in parameters if o == "kernel_initializer"), "")
        if kernel and given.get(kernel, "None") == "None":
            # Keras' own draws other numbers.
            self.provides.add(known.RANDOM_MODULE)
            given[kernel] = f"{_RANDOM}.glorot_uniform({self._place(call)})"
        elif kernel and self._draws(given[kernel]):
            given[kernel] = self._placed(call, given[kernel])
        if any(ours[theirs] == "?" and text != "None" for theirs, text in given.items()):
            raise Refusal(call, f"{symbol} with more than units and initialisers")
        parts = [
            text if ours[theirs] == first else f"{ours[theirs]}={text}"
            for theirs, text in given.items()
            if ours[theirs] not in ("", "?")
        ]
        told = {ours[theirs] for theirs in given}
        for name, text in known.SAID.get(symbol, {}).items():
            parts += [] if name in told else [f"{name}={text.format(tf=self.root)}"]
        parts += regular
        parts += ["trainable=False"] if trained == "False" else []
        parts += [typed] if typed else []
        if symbol in known.NORMS:
            self.provides.add(known.NORM_MODULE)
            return f"{PROVIDER_PREFIX}{known.NORM_MODULE}.BatchNormalization({', '.join(parts)})"
        return f"{self.root}.keras.layers.{keras}({', '.join(parts)})"

    def stateful(self, call: ast.Call) -> str:
        """Return what makes an optimizer whose state is saved under the keys of 1.x."""
        name, parameters = known.KEPT[self.symbol(call.func)]
        order = [theirs for theirs, _ in known.OPTIMIZERS[self.symbol(call.func)][1]]
        given = self.arguments(call, order)
        parts = [f"{theirs}={text}" for theirs, text in given.items() if theirs in parameters]
        self.provides.add(known.OPTIMIZER_MODULE)
        return f"{PROVIDER_PREFIX}{known.OPTIMIZER_MODULE}.{name}({', '.join(parts)})"

    def optimizer(self, call: ast.Call) -> str:
        """Return what makes the optimizer that takes an optimizer's place."""
        keras, parameters, written = known.OPTIMIZERS[self.symbol(call.func)]
        head, dot, _ = self.text(call.func).rpartition("train.")
        if not dot:
            raise Refusal(call, "an optimizer under a name of its own")
        given = self.arguments(call, [theirs for theirs, _ in parameters])
        ours = dict(parameters)
        parts = [
            text if theirs == "learning_rate" and call.args else f"{ours[theirs]}={text}"
            for theirs, text in given.items()
            if ours[theirs]
        ]
        parts += [f"{k}={v}" for k, v in written.items() if k not in {ours[t] for t in given}]
        function = keras if keras == known.OWN else f"{head}keras.optimizers.{keras}"
        self.provides |= {known.OPTIMIZER_MODULE} if keras == known.OWN else set()
        return f"{function}({', '.join(parts)})"
