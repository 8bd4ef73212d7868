"""Second pass over a tree: expressions, and every chain in them whose base may be TensorFlow."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from tfshift.code import objects
from tfshift.code.binding import ATTRIBUTE_FAILURES, Binder, catches, parameter_names
from tfshift.code.names import (
    END,
    Binding,
    Branch,
    Exported,
    Exports,
    Names,
    Scope,
    Surroundings,
    Usage,
    imported_symbol,
    place,
    symbol_of,
    visible,
)
from tfshift.code.parameters import of_calls
from tfshift.code.sources import Source
from tfshift.code.trees import FIELDS, children

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Push = Callable[[tuple[ast.AST, Scope, bool]], None]

# Where an assignment expression may stand without being prose (":=" is common in docstrings).
_WALRUS = re.compile(
    r"(?:[(\[{,]|\b(?:if|elif|while|assert|not|and|or|in|yield))\s*[A-Za-z_]\w*\s*:="
)


class _Reader:
    """Collects chains.

    Args:
        binder: what the first pass found.
        interesting: names that mean TensorFlow somewhere in the file.
        hits: lines on which they stand, ascending: all others need no visit.
    """

    def __init__(self, binder: Binder, interesting: set[str], hits: Sequence[int]) -> None:
        self.scopes = binder.scopes
        self.branches = binder.branches
        self.interesting = interesting
        self.dotted = {name.partition(".")[0] for name in interesting if "." in name}
        self.hits = hits
        self.usages: list[Usage] = []
        self.computed: list[tuple[ast.Call, str]] = []

    def read(self, tree: ast.Module) -> None:
        """Visit the whole tree without recursion."""
        scope = self.scopes[tree]
        stack: list[tuple[ast.AST, Scope, bool]] = [(s, scope, False) for s in reversed(tree.body)]
        push = stack.append
        pop = stack.pop
        hits = self.hits
        while stack:
            node, scope, guarded = pop()
            kind = type(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Attribute or kind is ast.Name:
                self._chain(node, scope, guarded, None, push)  # type: ignore[arg-type]
                continue
            if kind is ast.Call:
                self._call(node, scope, guarded, push)  # type: ignore[arg-type]
                continue
            if kind in _STATEMENTS:
                first = node.lineno  # type: ignore[attr-defined]
                if kind in _DECORATED and node.decorator_list:  # type: ignore[attr-defined]
                    first = node.decorator_list[0].lineno  # type: ignore[attr-defined]
                at = bisect_left(hits, first)
                if at == len(hits) or hits[at] > node.end_lineno:  # type: ignore[attr-defined]
                    continue
            if kind in _OPENERS:
                self._open(node, scope, guarded, push)
                continue
            if kind is ast.IfExp or kind is ast.BoolOp:
                self._branch(node, scope)
            for name in FIELDS[kind]:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for item in value:
                        if isinstance(item, ast.AST):
                            push((item, scope, guarded))
                elif isinstance(value, ast.AST):
                    push((value, scope, guarded))

    def _call(self, node: ast.Call, scope: Scope, guarded: bool, push: _Push) -> None:
        function = node.func
        if type(function) is ast.Attribute or type(function) is ast.Name:
            self._chain(function, scope, guarded, node, push)
            if isinstance(function, ast.Name) and function.id == "getattr":
                self._getattr(node, scope, guarded)
        else:
            push((function, scope, guarded))
        for keyword in node.keywords:
            push((keyword.value, scope, guarded))
        for argument in node.args:
            push((argument, scope, guarded))

    def _getattr(self, node: ast.Call, scope: Scope, guarded: bool) -> None:
        """``getattr(tf, "x")`` is ``tf.x``; with a default it asks whether there is one."""
        if len(node.args) == 2 and not isinstance(node.args[1], ast.Constant):
            symbol = symbol_of(node.args[0], scope, place(node.lineno, node.col_offset))
            if symbol is not None and not guarded:
                self.computed.append((node, symbol))
            return
        if len(node.args) != 2 or not isinstance(node.args[1], ast.Constant):
            return
        attribute = node.args[1].value
        if isinstance(attribute, str) and attribute.isidentifier():
            chained = ast.Attribute(node.args[0], attribute, ast.Load())
            ast.copy_location(chained, node)
            self._chain(chained, scope, guarded, None, lambda _: None)

    def _branch(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.IfExp):
            self.branches.append(Branch(node.test, scope, [node.body], [node.orelse]))
        elif isinstance(node, ast.BoolOp):
            for number, value in enumerate(node.values[:-1], 1):
                rest = node.values[number:]
                both = (rest, ()) if isinstance(node.op, ast.And) else ((), rest)
                self.branches.append(Branch(value, scope, *both))

    def _open(self, node: ast.AST, scope: Scope, guarded: bool, push: _Push) -> None:
        """Visit nodes that open a scope or a guard."""
        if isinstance(node, ast.Try):
            safe = guarded or catches(node, ATTRIBUTE_FAILURES)
            for statement in node.body:
                push((statement, scope, safe))
            for part in (*node.handlers, *node.orelse, *node.finalbody):
                push((part, scope, guarded))
            return
        inner = self.scopes.get(node)
        if inner is None:
            inner = self._expression_scope(node, scope)
        outside: list[ast.AST | None] = []
        inside: list[ast.AST]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            outside = [*node.decorator_list, node.returns, *_annotations(node.args)]
            outside += [*node.args.defaults, *node.args.kw_defaults]
            inside = list(node.body)
        elif isinstance(node, ast.ClassDef):
            outside = [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
            inside = list(node.body)
        elif isinstance(node, ast.Lambda):
            outside = [*node.args.defaults, *node.args.kw_defaults]
            inside = [node.body]
        elif isinstance(node, _COMPREHENSIONS):
            # The first iterable is evaluated outside.
            first = node.generators[0]
            outside = [first.iter]
            inside = [c for c in children(node) if c is not first]
            inside += [first.target, *first.ifs]
        else:
            inside = list(children(node))
        for child in outside:
            if child is not None:
                push((child, scope, guarded))
        for child in reversed(inside):
            push((child, inner, guarded))

    def _expression_scope(self, node: ast.AST, scope: Scope) -> Scope:
        if isinstance(node, ast.Lambda):
            names = set(parameter_names(node.args))
        else:
            generators = getattr(node, "generators", [])
            names = {
                n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
            }
        shadowed = names & (self.interesting | self.dotted)
        if not shadowed:
            return scope
        inner = Scope(node, scope)
        for name in shadowed:
            inner.bind(Binding(name, None, 0))
        return inner

    def _chain(
        self, node: ast.expr, scope: Scope, guarded: bool, call: ast.Call | None, push: _Push
    ) -> None:
        attributes: list[str] = []
        base: ast.expr = node
        while type(base) is ast.Attribute:
            attributes.append(base.attr)
            base = base.value
        if type(base) is not ast.Name:
            push((base, scope, guarded))
            return
        name = base.id
        if name in self.dotted:
            attributes.reverse()
            name, attributes = self._longest(name, attributes)
            if name not in self.interesting:
                return
        elif name not in self.interesting:
            return
        else:
            attributes.reverse()
        self._use(name, attributes, node, scope, guarded, call)

    def _longest(self, name: str, attributes: list[str]) -> tuple[str, list[str]]:
        """Prefer what a module of the project hands on (``common.tf``) to the module itself."""
        for length in range(len(attributes), 0, -1):
            longer = ".".join([name, *attributes[:length]])
            if longer in self.interesting:
                return longer, attributes[length:]
        return name, attributes

    def _use(
        self,
        name: str,
        attributes: list[str],
        node: ast.expr,
        scope: Scope,
        guarded: bool,
        call: ast.Call | None,
    ) -> None:
        bindings = visible(name, scope, place(node.lineno, node.col_offset))
        if not bindings:
            return
        if self._shadowed(name, scope):
            return
        if bindings[0].value is not None and len(bindings) == 1:
            self._method(bindings[0], attributes, node, guarded, call)
            return
        if bindings[0].symbol is None:
            return
        symbols = [".".join([b.symbol, *attributes]) for b in bindings if b.symbol]
        stored = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
        if stored and not attributes:
            return
        found = Usage(
            symbols[0], node, bindings[0], call, None, guarded, tuple(symbols[1:]), stored
        )
        self.usages.append(found)

    def _method(
        self,
        binding: Binding,
        attributes: list[str],
        node: ast.expr,
        guarded: bool,
        call: ast.Call | None,
    ) -> None:
        """Note a method of an object whose class is known, or of a known attribute of it."""
        value, before = binding.value, binding.name
        if value is not None and len(attributes) == 2 and attributes[0] in value.attributes:
            before = f"{before}.{attributes[0]}"
            value, attributes = value.attributes[attributes[0]], attributes[1:]
        if value is None or value.symbol is None or len(attributes) != 1:
            return
        name = attributes[0]
        if name in value.own or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return
        start = Binding(before, value.symbol, binding.at, binding.group, binding.statement)
        symbol = f"{value.symbol}.{name}"
        self.usages.append(Usage(symbol, node, start, call, None, guarded, method=True))

    def _shadowed(self, name: str, scope: Scope) -> bool:
        """``common.tf`` means nothing where ``common`` was bound to something else since."""
        base, dot, _ = name.partition(".")
        if not dot:
            return False
        found = visible(base, scope, END)
        return not found or not isinstance(found[0].statement, (ast.Import, ast.ImportFrom))


_DECORATED = {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef}
_OPENERS = {ast.Try, ast.Lambda, *_DECORATED, *_COMPREHENSIONS}
_STATEMENTS = set(ast.stmt.__subclasses__())
_MANY = 100


def _annotations(arguments: ast.arguments) -> Iterator[ast.AST]:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.annotation is not None:
            yield argument.annotation
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None and star.annotation is not None:
            yield star.annotation


def _bind_stars(binder: Binder, around: Surroundings) -> None:
    for star in [b for b, _ in binder.imports if b.name == "*"]:
        assert star.symbol is not None
        root = star.symbol[: -len(".*")]
        for name in around.star_names(root):
            # An explicit binding of the same name wins: it usually comes after the star.
            if name not in binder.module.bindings:
                binder.module.bind(
                    Binding(name, f"{root}.{name}", star.at, star.group, star.statement, star.alias)
                )


def _hits(
    source: Source, names: set[str], holders: set[str], is_method: Callable[[str], bool]
) -> Sequence[int]:
    """Return the lines on which names may stand; all lines where it is not worth telling.

    Args:
        source: the file.
        names: names that mean TensorFlow.
        holders: names of objects whose class is known: only calls of their methods count.
        is_method: whether a class of TensorFlow has a method of that name.
    """
    bases = {name.partition(".")[0] for name in names}
    if len(bases | holders) > _MANY or not all(map(str.isascii, bases | holders)):
        return range(source.line_count + 1)
    found = source.lines_with(bases)
    if not holders:
        return found
    places = (at for name, _, at in source.calls(is_method) if name in holders)
    return sorted({*found, *source.lines_of(places)})


def _defines(binding: Binding) -> bool:
    """Tell whether a binding is a function or class at the very left."""
    node = binding.statement
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not node.col_offset


def exports_of(binder: Binder) -> Exported:
    """Return what importers may take."""
    exports: Exports = {}
    own = objects.exported(binder.module) if binder.uses else {}
    for name, bindings in binder.module.bindings.items():
        if "." in name or name == "*" or not any(b.symbol for b in bindings):
            continue
        if any(_defines(b) for b in bindings):
            continue  # see Modules.graphs, which relies on it
        found = visible(name, binder.module, END)
        symbols = tuple(dict.fromkeys(b.symbol for b in found if b.symbol is not None))
        if symbols:
            exports[name] = symbols
    starred = binder.public
    if starred is None:
        starred = {name for name in (*exports, *own) if name[0] != "_"}
    return Exported(exports, starred, own)


def bind_names(source: Source, around: Surroundings | None = None) -> Binder:
    """Find out what a file binds and what it exports: the first pass alone.

    Args:
        source: the file.
        around: what other modules of the project export.
    """
    around = around or Surroundings()
    walruses = ":=" in source.text and _WALRUS.search(source.text) is not None
    binder = Binder(source.tree, around, walruses=walruses)
    _bind_stars(binder, around)
    told = of_calls(source, binder, around.is_method) if binder.uses else {}
    if told:
        # Once more: what a function makes of its parameters is known now as well.
        binder = Binder(source.tree, around, walruses=walruses, parameters=told)
        _bind_stars(binder, around)
    return binder


def read_names(
    source: Source, around: Surroundings | None = None, binder: Binder | None = None
) -> Names:
    """Resolve the TensorFlow names of one file.

    Args:
        source: the file.
        around: what other modules of the project export.
        binder: the first pass over the same file, where it has been made already.
    """
    binder = binder or bind_names(source, around)
    usages = [
        Usage(imported_symbol(b), b.alias, b, None, b.statement, guarded)
        for b, guarded in binder.imports
        if b.alias is not None and isinstance(b.statement, (ast.Import, ast.ImportFrom))
    ]
    interesting = {
        name
        for scope in binder.scopes.values()
        for name, bindings in scope.bindings.items()
        for b in bindings
        if b.symbol is not None
    }
    holders = {
        name
        for scope in binder.scopes.values()
        for name, bindings in scope.bindings.items()
        for b in bindings
        if b.value is not None and b.value.tells
    }
    computed: list[tuple[ast.Call, str]] = []
    if interesting or holders:
        is_method = (around or Surroundings()).is_method
        hits = _hits(source, interesting, holders - interesting, is_method)
        reader = _Reader(binder, interesting | holders, hits)
        reader.read(source.tree)
        usages += reader.usages
        computed = reader.computed
    usages.sort(key=lambda u: (u.node.lineno, u.node.col_offset))
    return Names(
        usages,
        [b for b, _ in binder.imports],
        exports_of(binder),
        binder.module,
        binder.project_imports,
        binder.branches,
        computed,
    )
