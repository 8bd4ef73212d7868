"""Functions that make variables from what they are given and apply them to tensors, taken apart.

In a graph such a function is called once for each layer. Outside of one, its variables must be made
once and what it computes is computed in every run: it becomes a function that makes the variables
and returns another one, which computes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Factory, Is, Moved, Named, Refusal
from tfshift.code.graphs.reading import Reader
from tfshift.code.graphs.scope import Step
from tfshift.code.graphs.spelling import Spelling
from tfshift.code.graphs.syntax import bound_in, is_trained, parameters, shares_if
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_STEP = "    "
_TENSORS = (Is.DEFERRED, Is.PLACEHOLDER)
_COMPOUND = (ast.For, ast.While, ast.If, ast.Try, ast.With)


class FactoryReader(Reader):
    """Reads the body of a function that makes variables: what is made, and what is computed.

    Args:
        symbols: as for any reader.
        outer: names of the scope around the function.
        factories: those that are known, by their function.
        factory: the function.
    """

    whole = True

    def __init__(
        self,
        symbols: Mapping[int, str],
        outer: Mapping[str, Named],
        factories: dict[int, Factory],
        factory: Factory,
    ) -> None:
        super().__init__(symbols, outer, factories, factory.function)
        self.factory = factory
        for name in factory.tensors:
            self.names[name].kind = Is.DEFERRED
        self.stored: dict[str, set[str]] = {"keep": set(), "move": set()}

    def read_function(self) -> list[Step]:
        """Return the function's statements in order, each kept (made once) or moved (computed).

        Raises:
            Refusal: if it cannot be taken apart.
        """
        function = self.factory.function
        _check_shape(function)
        for call in (n for n in walk(function) if isinstance(n, ast.Call)):
            if self._symbol(call.func) in known.NORMS:
                # Which of its calls update their averages, each run tells.
                raise Refusal(call, "moving averages in a function that makes variables")
            if self._symbol(call.func) in known.LAYERS and not is_trained(call):
                raise Refusal(call, "a layer that may not be trained, in a function that makes it")
        steps = self.read(function.body).steps
        last = steps[-1].statement if steps else function
        if not isinstance(last, ast.Return) or last.value is None:
            raise Refusal(function, f"{function.name} makes variables and returns nothing")
        own = {p.arg for p in parameters(function)} - self.factory.tensors
        twice = self.stored["move"] & (self.stored["keep"] | own)
        if twice:
            raise Refusal(function, f"{min(twice)} of {function.name} is made and computed")
        early = {n.id for s in steps if s.fate == "keep" for n in walk(s.statement)
                 if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}  # fmt: skip
        if early & (self.stored["move"] | self.factory.tensors):
            raise Refusal(function, f"variables of {function.name} depend on what is computed")
        return steps

    def _scope(self, call: ast.Call, bound: ast.expr | None) -> None:
        again = next((k.value for k in call.keywords if k.arg == "reuse"), None)
        said = isinstance(again, ast.Name) and again.id == self.factory.reuse
        if again is not None and self._symbol(again) == "tf.AUTO_REUSE":
            said = self.factory.shared = True
        if said:
            # Which variables are meant is told by each call.
            keywords = [k for k in call.keywords if k.arg != "reuse"]
            call = ast.copy_location(ast.Call(call.func, call.args, keywords), call)
        shared = {
            node.value.id
            for test in walk(self.factory.function)
            if self._shares(test)
            for node in walk(test)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        uses = [
            n
            for n in walk(self.factory.function)
            if isinstance(n, ast.Name) and isinstance(bound, ast.Name) and n.id == bound.id
        ]
        if isinstance(bound, ast.Name) and bound.id in shared and len(uses) == 2:
            # Its name is bound for that alone.
            bound = None
        super()._scope(call, bound)
        if self._reusing:
            raise Refusal(call, "a scope whose variables are there already")

    def _shares(self, node: ast.AST) -> bool:
        """Tell whether a statement says with the function's parameter whose variables are meant."""
        return bool(self.factory.reuse) and shares_if(node) == self.factory.reuse

    def listed(self) -> str:
        """Return the list of the variables that the function makes, as it is written.

        Raises:
            Refusal: if not all of them are known.
        """
        if self.uncollected is not None:
            raise Refusal(self.uncollected, "variables whose names are not known are collected")
        return f"[{', '.join(self._variables())}]"

    def _statement(self, node: ast.stmt) -> None:
        if self._shares(node):
            self._step.fate = "drop"
        elif isinstance(node, ast.Return):
            if node.value is None:
                raise Refusal(node, "a function that makes variables and returns nothing")
            self._kind(node.value)
            self._compute(node, ())
        elif isinstance(node, _COMPOUND):
            self._block(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._bound(node)
        elif isinstance(node, ast.Expr):
            if self._kind(node.value) in _TENSORS:
                self._compute(node, ())
        elif isinstance(node, ast.FunctionDef):
            reads = {n.id for n in walk(node) if isinstance(n, ast.Name)} - bound_in(node)
            if any(self._kind_of(name) is Is.DEFERRED for name in reads):
                raise Refusal(node, "a function within a function that makes variables")
            self._function(node)
            self.stored["keep"].add(node.name)
        elif not isinstance(node, (ast.Pass, ast.Assert, ast.Global)):
            raise Refusal(node, "a statement that is not known in a function that makes variables")

    def _bound(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = tuple(n.id for t in targets for n in walk(t) if isinstance(n, ast.Name))
        simple = all(isinstance(t, (ast.Name, ast.Tuple, ast.List)) for t in targets)
        kind = Is.PYTHON if node.value is None else self._kind(node.value)
        if isinstance(node, ast.AugAssign) and self._kind_of(names[0]) in (
            Is.DEFERRED,
            Is.VARIABLE,
        ):
            kind = Is.DEFERRED
        if kind in _TENSORS:
            if not simple:
                raise Refusal(node, "a tensor of the graph bound to something else than a name")
            self._compute(node, names)
            return
        if kind in (Is.VARIABLE, Is.EAGER) and isinstance(node, ast.Assign) and not self._stays(
            node.value, kind
        ):  # fmt: skip
            self._compute(node, names)
            return
        self.stored["keep"] |= set(names)
        for target in (n for t in targets for n in walk(t) if isinstance(n, ast.Name)):
            if self._is_computed_from(target.id):
                # What is computed holds what the name stood for before.
                self._renames[target.id] = self._free(target.id)
                self.renamed[id(target)] = self._renames[target.id]
        for name in names:
            self.names[name] = Named(kind, node)
        if kind is Is.VARIABLE and node.value is not None:
            if len(names) == 1:
                self._key_made(node.value, self._renames.get(names[0], names[0]))
            else:
                self.uncollected = self.uncollected or node

    def _is_computed_from(self, name: str) -> bool:
        """Tell whether a statement above that is computed reads a name."""
        return any(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
            for step in self.steps
            if step.moved is not None
            for n in walk(step.statement)
        )

    def _block(self, node: ast.stmt) -> None:
        """Read a loop or branch: it is computed as a whole if it reads a tensor, made otherwise."""
        stored = {
            n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        reads = any(isinstance(n, ast.Name) and self._kind_of(n.id) in _TENSORS for n in walk(node))
        if not reads:
            for child in walk(node):
                if isinstance(child, ast.Return):
                    raise Refusal(child, "a function that makes variables and returns early")
                if isinstance(child, ast.Assign):
                    kind = self._kind(child.value)
                    if kind is Is.DEFERRED:
                        raise Refusal(child, "a tensor of the graph made in a loop or branch")
                    for name in _target_names(child):
                        self.names[name] = Named(kind, child)
            for name in sorted(stored):
                if self._is_computed_from(name):
                    raise Refusal(node, f"{name} is bound again after the graph was built from it")
            self.stored["keep"] |= stored
            return
        tests = [node.test] if isinstance(node, (ast.If, ast.While)) else []
        tests += [node.iter] if isinstance(node, ast.For) else []
        if any(self._kind(test) in _TENSORS for test in tests):
            raise Refusal(node, "a tensor of the graph as a condition")
        for name in stored:
            self.names[name] = Named(Is.DEFERRED, node)
        for call in (n for n in walk(node) if isinstance(n, ast.Call)):
            self._kind(call)
            if self._makes_something(call):
                raise Refusal(call, "variables made in a loop or branch")
        self._compute(node, tuple(stored))

    def _makes_something(self, call: ast.Call) -> bool:
        symbol = self._symbol(call.func)
        if symbol in known.LAYERS or symbol in known.VARIABLES:
            return True
        return isinstance(call.func, ast.Name) and bool(self._uses_of(call.func.id) & known.MADE)

    def _compute(self, node: ast.stmt, names: tuple[str, ...]) -> None:
        moved = Moved(node, names)
        for expression in (n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)):
            self._note_made(moved, expression, names[0] if names else "result")
        self._step.fate, self._step.moved = "move", moved
        self.stored["move"] |= set(names)
        for name in names:
            self.names[name] = Named(Is.DEFERRED, node)

    def _move(self, node: ast.stmt, names: tuple[str, ...], reads: list[ast.expr]) -> None:
        self._compute(node, names)


def _check_shape(function: ast.FunctionDef) -> None:
    given = function.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
        raise Refusal(function, f"{function.name} makes variables and takes any arguments")
    if function.decorator_list:
        raise Refusal(function, f"{function.name} makes variables and is decorated")


def _target_names(node: ast.Assign) -> Iterator[str]:
    for target in node.targets:
        for name in walk(target):
            if isinstance(name, ast.Name):
                yield name.id


def written(
    source: Source,
    factory: Factory,
    steps: list[Step],
    spelling: Spelling,
    name: str,
    variables: str = "",
) -> Edit:
    """Return the edit that writes a function anew.

    Args:
        source: the file.
        factory: the function.
        steps: its statements.
        spelling: writes its expressions.
        name: what the function is called that computes.
        variables: the list of what it makes, where somebody asks for it.
    """
    function = factory.function
    for step in steps:
        if step.moved is not None:
            spelling.made.update({id(call): name for call, name in step.moved.made})
            spelling.made.update(step.moved.reused)
    outer: list[str] = []
    inner: list[str] = []
    for number, step in enumerate(steps):
        statement = step.statement
        if (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and not number
        ):
            outer += spelling.lines(statement, whole=True)
            continue
        if step.fate == "drop":
            continue
        said = _paragraphs(source, spelling, statement)
        apart = [""] if _apart(source, spelling, statement) else []
        if step.moved is None:
            outer += [*apart, *said][not outer :] if apart else said
            spelling.once = True
            outer += spelling.lines(statement)
            spelling.once = False
        else:
            outer += spelling.making(step.moved)
            inner += [*apart, *said][not inner :] if apart else said
            inner += spelling.lines(statement)
    given, applied = _split(source, factory)
    lines = [
        f"def {function.name}({', '.join(given)}):",
        *(f"{_STEP}{line}".rstrip() for line in [*outer, *spelling.prelude]),
        "",
        f"{_STEP}def {name}({', '.join(applied)}):",
        *(f"{_STEP * 2}{line}".rstrip() for line in inner),
        "",
        *([f"{_STEP}{name}.trainable_variables = lambda: {variables}"] if variables else []),
        f"{_STEP}return {name}",
    ]
    spelling.prelude.clear()
    space = " " * function.col_offset
    if spelling.above:
        lines[:0] = [*spelling.above, "", ""]
    text = source.newline.join([lines[0], *(f"{space}{line}".rstrip() for line in lines[1:])])
    start, end = source.span(function)
    return Edit(start, end, text)


def _apart(source: Source, spelling: Spelling, statement: ast.stmt) -> bool:
    """Tell whether a blank line stands above a statement and its comments."""
    first = min([statement.lineno, *spelling.comments_above(statement)])
    return first > 1 and not source.line(first - 1).strip()


def _paragraphs(source: Source, spelling: Spelling, statement: ast.stmt) -> list[str]:
    """Return comments above those of a statement, which blank lines part from it, and these lines."""
    number = min([statement.lineno, *spelling.comments_above(statement)]) - 1
    found: list[str] = []
    while number > 0 and (text := source.line(number).strip())[:1] in ("", "#"):
        found.insert(0, text)
        number -= 1
    while found and not found[0]:
        del found[0]
    return found


def _split(source: Source, factory: Factory) -> tuple[list[str], list[str]]:
    """Return the parameters of what makes and of what computes, as they are written."""
    given = factory.function.args
    defaults = [None] * (len(given.args) - len(given.defaults)) + list(given.defaults)
    made: list[str] = []
    applied: list[str] = []
    for parameter, default in zip(given.args, defaults, strict=True):
        text = parameter.arg
        if default is not None:
            start, end = source.span(default)
            text += "=" + source.data[start:end].decode(source.encoding)
        if parameter.arg in factory.tensors:
            applied.append(text)
        elif parameter.arg != factory.reuse:
            made.append(text)
    return made, applied
