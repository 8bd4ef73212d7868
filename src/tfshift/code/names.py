"""What names mean: imports, aliases and scopes, resolved to TensorFlow symbols.

Two passes over a tree. The first visits statements only and notes what each scope binds; where
nothing is bound to TensorFlow the file is done. The second visits expressions and yields every
attribute chain whose base may be TensorFlow.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_IMPORT_FAILURES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_ATTRIBUTE_FAILURES = _IMPORT_FAILURES | {"AttributeError"}


@dataclass(frozen=True)
class Binding:
    """One place where a scope binds a name.

    Args:
        name: the local name.
        symbol: what it means (``tf.keras``), or None for anything that is not TensorFlow.
        line: where.
        group: identity of the try or if statement around it, 0 for none: bindings of one group
            are alternatives.
        statement: the import or assignment.
        alias: the import's alias, None for assignments.
    """

    name: str
    symbol: str | None
    line: int
    group: int = 0
    statement: ast.stmt | None = None
    alias: ast.alias | None = None


@dataclass
class Scope:
    """A module, class or function with what it binds."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    is_class: bool = False
    outer: set[str] = field(default_factory=set)

    def bind(self, binding: Binding) -> None:
        """Note a binding, in the enclosing scope where the name was declared global."""
        scope = self
        if binding.name in self.outer:
            while scope.parent is not None:
                scope = scope.parent
        scope.bindings.setdefault(binding.name, []).append(binding)


@dataclass(frozen=True)
class Usage:
    """A TensorFlow symbol at a place.

    Args:
        symbol: the whole path from ``tf.``.
        node: the chain's outermost expression, or the import's alias.
        binding: what the chain starts from.
        call: the call whose function it is, or None.
        statement: the import statement, where the usage is an import.
        guarded: it stands in a try block that catches what its absence would raise.
        alternatives: other symbols that the same name may mean (try/except imports).
        stored: something is assigned to it or deleted.
    """

    symbol: str
    node: ast.expr | ast.alias
    binding: Binding
    call: ast.Call | None = None
    statement: ast.Import | ast.ImportFrom | None = None
    guarded: bool = False
    alternatives: tuple[str, ...] = ()
    stored: bool = False


@dataclass
class Names:
    """All that a file says about TensorFlow.

    ``exports`` are module-level names and what they mean, for files that import this one.
    """

    usages: list[Usage]
    imports: list[Binding]
    exports: dict[str, str]
    module_scope: Scope
    project_imports: list[tuple[ast.stmt, str]]
    branches: list[ast.If]


Resolve = Callable[[str, int], "dict[str, str] | None"]


def as_symbol(module: str) -> str | None:
    """Spell a TensorFlow module's dotted name from ``tf.``; None for other modules."""
    if module == "tensorflow" or module.startswith("tensorflow."):
        return "tf" + module[len("tensorflow") :]
    return None


def imported_symbol(binding: Binding) -> str:
    """Return what an import names: all of ``import tensorflow.a.b``, which binds only the root."""
    if isinstance(binding.statement, ast.Import) and binding.alias is not None:
        return as_symbol(binding.alias.name) or binding.symbol or ""
    return binding.symbol or ""


def chain(node: ast.expr) -> tuple[str, list[str]] | None:
    """Split ``a.b.c`` into its base name and attributes; None where the base is no name."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        attributes.reverse()
        return node.id, attributes
    return None


class _Binder:
    """First pass: statements only."""

    def __init__(self, tree: ast.Module, exports_of: Resolve) -> None:
        self.exports_of = exports_of
        self.module = Scope(tree, None)
        self.scopes: dict[ast.AST, Scope] = {tree: self.module}
        self.imports: list[tuple[Binding, bool, Scope]] = []
        self.project_imports: list[tuple[ast.stmt, str]] = []
        self.branches: list[ast.If] = []
        self._body(tree.body, self.module, 0, False)

    def _body(self, body: Iterable[ast.stmt], scope: Scope, group: int, guarded: bool) -> None:
        for statement in body:
            handler = _BINDERS.get(type(statement))
            if handler is not None:
                handler(self, statement, scope, group, guarded)

    def _import(self, node: ast.Import, scope: Scope, group: int, guarded: bool) -> None:
        for alias in node.names:
            symbol = as_symbol(alias.name)
            if symbol is None:
                self.project_imports.append((node, alias.name))
                exported = self.exports_of(alias.name, 0)
                local = alias.asname or alias.name.split(".")[0]
                scope.bind(Binding(local, None, node.lineno, group, node, alias))
                if exported and (alias.asname or "." not in alias.name):
                    self._reexports(exported, local, node, scope, group)
                continue
            local = alias.asname or alias.name.split(".")[0]
            meaning = symbol if alias.asname else "tf"
            binding = Binding(local, meaning, node.lineno, group, node, alias)
            scope.bind(binding)
            self.imports.append((binding, guarded, scope))

    def _reexports(
        self, exported: dict[str, str], local: str, node: ast.stmt, scope: Scope, group: int
    ) -> None:
        for name, symbol in exported.items():
            scope.bind(Binding(f"{local}.{name}", symbol, node.lineno, group, node))

    def _import_from(self, node: ast.ImportFrom, scope: Scope, group: int, guarded: bool) -> None:
        module = node.module or ""
        symbol = as_symbol(module) if not node.level else None
        exported = None
        if symbol is None:
            self.project_imports.append((node, "." * node.level + module))
            exported = self.exports_of(module, node.level)
        for alias in node.names:
            local = alias.asname or alias.name
            if symbol is not None:
                meaning: str | None = f"{symbol}.{alias.name}"
                if alias.name == "*":
                    meaning = f"{symbol}.*"
                binding = Binding(local, meaning, node.lineno, group, node, alias)
                scope.bind(binding)
                self.imports.append((binding, guarded, scope))
            elif exported is not None and alias.name == "*":
                for name, meaning in exported.items():
                    scope.bind(Binding(name, meaning, node.lineno, group, node))
            else:
                self._project_name(node, alias, local, exported, scope, group)

    def _project_name(
        self,
        node: ast.ImportFrom,
        alias: ast.alias,
        local: str,
        exported: dict[str, str] | None,
        scope: Scope,
        group: int,
    ) -> None:
        meaning = (exported or {}).get(alias.name)
        scope.bind(Binding(local, meaning, node.lineno, group, node))
        if meaning is None:
            inner = f"{node.module}.{alias.name}" if node.module else alias.name
            self.project_imports.append((node, "." * node.level + inner))
            module_exports = self.exports_of(inner, node.level)
            if module_exports:
                self._reexports(module_exports, local, node, scope, group)

    def _assign(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope, group: int, _: bool
    ) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        for target in targets:
            if isinstance(target, ast.Name):
                meaning = None
                if isinstance(value, (ast.Name, ast.Attribute)) and not isinstance(
                    node, ast.AugAssign
                ):
                    meaning = self._meaning(value, scope, node.lineno)
                scope.bind(Binding(target.id, meaning, node.lineno, group, node))
            else:
                self._target(target, scope, node.lineno, group)

    def _meaning(self, value: ast.expr, scope: Scope, line: int) -> str | None:
        found = chain(value)
        if found is None:
            return None
        bindings = visible(found[0], scope, line)
        if not bindings or bindings[0].symbol is None:
            return None
        return ".".join([bindings[0].symbol, *found[1]])

    def _target(self, target: ast.expr, scope: Scope, line: int, group: int) -> None:
        if isinstance(target, ast.Name):
            scope.bind(Binding(target.id, None, line, group))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._target(element, scope, line, group)
        elif isinstance(target, ast.Starred):
            self._target(target.value, scope, line, group)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope, group: int, guarded: bool) -> None:
        self._target(node.target, scope, node.lineno, group)
        self._body(node.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)

    def _with(
        self, node: ast.With | ast.AsyncWith, scope: Scope, group: int, guarded: bool
    ) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._target(item.optional_vars, scope, node.lineno, group)
        self._body(node.body, scope, group, guarded)

    def _while(self, node: ast.While, scope: Scope, group: int, guarded: bool) -> None:
        self._body(node.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)

    def _if(self, node: ast.If, scope: Scope, group: int, guarded: bool) -> None:
        self.branches.append(node)
        self._body(node.body, scope, group or id(node), guarded)
        self._body(node.orelse, scope, group or id(node), guarded)

    def _try(self, node: ast.Try, scope: Scope, group: int, guarded: bool) -> None:
        group = group or id(node)
        self._body(node.body, scope, group, guarded or catches(node, _IMPORT_FAILURES))
        for handler in node.handlers:
            if handler.name:
                scope.bind(Binding(handler.name, None, handler.lineno, group))
            self._body(handler.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)
        self._body(node.finalbody, scope, group, guarded)

    def _match(self, node: ast.Match, scope: Scope, group: int, guarded: bool) -> None:
        for case in node.cases:
            self._body(case.body, scope, group or id(node), guarded)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, group: int, guarded: bool
    ) -> None:
        scope.bind(Binding(node.name, None, node.lineno, group))
        inner = Scope(node, scope)
        self.scopes[node] = inner
        for name in parameter_names(node.args):
            inner.bind(Binding(name, None, node.lineno))
        self._body(node.body, inner, 0, guarded)

    def _class(self, node: ast.ClassDef, scope: Scope, group: int, guarded: bool) -> None:
        scope.bind(Binding(node.name, None, node.lineno, group))
        inner = Scope(node, scope, is_class=True)
        self.scopes[node] = inner
        self._body(node.body, inner, 0, guarded)

    def _global(self, node: ast.Global | ast.Nonlocal, scope: Scope, *_: object) -> None:
        scope.outer.update(node.names)


_BINDERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Import: _Binder._import,
    ast.ImportFrom: _Binder._import_from,
    ast.Assign: _Binder._assign,
    ast.AnnAssign: _Binder._assign,
    ast.AugAssign: _Binder._assign,
    ast.For: _Binder._for,
    ast.AsyncFor: _Binder._for,
    ast.With: _Binder._with,
    ast.AsyncWith: _Binder._with,
    ast.While: _Binder._while,
    ast.If: _Binder._if,
    ast.Try: _Binder._try,
    ast.Match: _Binder._match,
    ast.FunctionDef: _Binder._function,
    ast.AsyncFunctionDef: _Binder._function,
    ast.ClassDef: _Binder._class,
    ast.Global: _Binder._global,
    ast.Nonlocal: _Binder._global,
}
if hasattr(ast, "TryStar"):
    _BINDERS[ast.TryStar] = _Binder._try


def parameter_names(arguments: ast.arguments) -> Iterator[str]:
    """Yield the names of a function's parameters."""
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None:
            yield star.arg


def catches(node: ast.Try, names: set[str]) -> bool:
    """Tell whether a try statement catches one of some exceptions (a bare except catches all)."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for kind in kinds:
            if kind is None or (isinstance(kind, ast.Name) and kind.id in names):
                return True
            if isinstance(kind, ast.Attribute) and kind.attr in names:
                return True
    return False


def visible(name: str, scope: Scope | None, line: int, *, inner: bool = False) -> list[Binding]:
    """Return what a name may mean at a place, the likeliest first; empty where it is unbound.

    In the scope itself the last binding before the line counts; seen from an inner function, the
    last one of all. Bindings of the same try or if statement are alternatives.
    """
    while scope is not None:
        if not (inner and scope.is_class):
            bindings = scope.bindings.get(name)
            if bindings:
                earlier = bindings if inner else [b for b in bindings if b.line <= line]
                if earlier or not isinstance(scope.node, ast.Module):
                    chosen = (earlier or bindings)[-1]
                    others = [
                        b
                        for b in bindings
                        if b is not chosen and b.group and b.group == chosen.group
                    ]
                    known = [b for b in (chosen, *others) if b.symbol is not None]
                    return known or [chosen]
        scope, inner = scope.parent, True
    return []


class _Reader:
    """Second pass: expressions. Collects chains whose base name may be TensorFlow."""

    def __init__(self, binder: _Binder, interesting: set[str], stars: list[Binding]) -> None:
        self.scopes = binder.scopes
        self.interesting = interesting
        self.stars = stars
        self.usages: list[Usage] = []

    def read(self, tree: ast.Module) -> None:
        """Visit the whole tree without recursion."""
        scope = self.scopes[tree]
        stack: list[tuple[ast.AST, Scope, bool]] = [(s, scope, False) for s in reversed(tree.body)]
        push = stack.append
        pop = stack.pop
        while stack:
            node, scope, guarded = pop()
            kind = type(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Attribute or kind is ast.Name:
                self._chain(node, scope, guarded, None, push)
                continue
            if kind is ast.Call:
                function = node.func  # type: ignore[attr-defined]
                if type(function) is ast.Attribute or type(function) is ast.Name:
                    self._chain(function, scope, guarded, node, push)  # type: ignore[arg-type]
                else:
                    push((function, scope, guarded))
                for keyword in node.keywords:  # type: ignore[attr-defined]
                    push((keyword.value, scope, guarded))
                for argument in node.args:  # type: ignore[attr-defined]
                    push((argument, scope, guarded))
                continue
            if kind in _OPENERS:
                self._open(node, scope, guarded, push)
                continue
            fields = _FIELDS.get(kind)
            if fields is None:
                fields = _FIELDS[kind] = tuple(f for f in kind._fields if f not in _LEAVES)
            for name in fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for item in value:
                        if isinstance(item, ast.AST):
                            push((item, scope, guarded))
                elif isinstance(value, ast.AST):
                    push((value, scope, guarded))

    def _open(
        self,
        node: ast.AST,
        scope: Scope,
        guarded: bool,
        push: Callable[[tuple[ast.AST, Scope, bool]], None],
    ) -> None:
        """Visit nodes that open a scope or a guard."""
        if isinstance(node, ast.Try):
            safe = guarded or catches(node, _ATTRIBUTE_FAILURES)
            for statement in node.body:
                push((statement, scope, safe))
            for part in (*node.handlers, *node.orelse, *node.finalbody):
                push((part, scope, guarded))
            return
        inner = self.scopes.get(node)
        if inner is None:
            inner = self._expression_scope(node, scope)
        outside: list[ast.AST | None] = []
        inside: list[ast.AST] = []
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
        else:
            inside = list(ast.iter_child_nodes(node))
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
        shadowed = names & self.interesting
        if not shadowed:
            return scope
        inner = Scope(node, scope)
        for name in shadowed:
            inner.bind(Binding(name, None, getattr(node, "lineno", 0)))
        return inner

    def _chain(
        self,
        node: ast.expr,
        scope: Scope,
        guarded: bool,
        call: ast.Call | None,
        push: Callable[[tuple[ast.AST, Scope, bool]], None],
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
        attributes.reverse()
        if attributes and f"{name}.{attributes[0]}" in self.interesting:
            name = f"{name}.{attributes.pop(0)}"
        elif name not in self.interesting:
            return
        self._use(name, attributes, node, scope, guarded, call)

    def _use(
        self,
        name: str,
        attributes: list[str],
        node: ast.expr,
        scope: Scope,
        guarded: bool,
        call: ast.Call | None,
    ) -> None:
        bindings = visible(name, scope, node.lineno)
        if not bindings or bindings[0].symbol is None:
            return
        symbols = [".".join([b.symbol, *attributes]) for b in bindings if b.symbol]
        self.usages.append(
            Usage(
                symbols[0],
                node,
                bindings[0],
                call,
                None,
                guarded,
                tuple(symbols[1:]),
                isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)),
            )
        )


_LEAVES = {"ctx", "op", "ops", "name", "names", "id", "arg", "kind", "type_comment", "attr", "level",
           "module", "lineno", "type_ignores", "simple", "is_async", "conversion"}  # fmt: skip
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {ast.Import: (), ast.ImportFrom: ()}
_OPENERS = {
    ast.Try,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    *_COMPREHENSIONS,
}


def _annotations(arguments: ast.arguments) -> Iterator[ast.AST]:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.annotation is not None:
            yield argument.annotation
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None and star.annotation is not None:
            yield star.annotation


def _nothing(module: str, level: int) -> None:
    return None


def read_names(
    tree: ast.Module,
    exports_of: Resolve = _nothing,
    star_names: Callable[[str], Iterable[str]] = lambda symbol: (),
) -> Names:
    """Resolve the TensorFlow names of one file.

    Args:
        tree: its syntax tree.
        exports_of: module name and import level -> what that module of the project exports.
        star_names: names that a star import of a symbol brings.

    Returns:
        Usages in source order, imports among them.
    """
    binder = _Binder(tree, exports_of)
    stars = [b for b, _, _ in binder.imports if b.name == "*"]
    for star in stars:
        assert star.symbol is not None
        root = star.symbol[: -len(".*")]
        for name in star_names(root):
            binding = Binding(
                name, f"{root}.{name}", star.line, star.group, star.statement, star.alias
            )
            # An explicit binding of the same name wins: it usually comes after the star.
            if name not in binder.module.bindings:
                binder.module.bind(binding)
    interesting = {
        name
        for scope in binder.scopes.values()
        for name, bindings in scope.bindings.items()
        if any(b.symbol is not None for b in bindings)
    }
    usages = [
        Usage(imported_symbol(b), b.alias, b, None, b.statement, guarded)
        for b, guarded, _ in binder.imports
        if b.symbol is not None
        and b.alias is not None
        and isinstance(b.statement, (ast.Import, ast.ImportFrom))
    ]
    if interesting:
        reader = _Reader(binder, interesting, stars)
        reader.read(tree)
        usages += reader.usages
    usages.sort(key=lambda u: (u.node.lineno, u.node.col_offset))
    exports = {
        name: bindings[-1].symbol
        for name, bindings in binder.module.bindings.items()
        if bindings[-1].symbol is not None and name != "*"
    }
    return Names(
        usages,
        [b for b, _, _ in binder.imports],
        exports,
        binder.module,
        binder.project_imports,
        binder.branches,
    )
