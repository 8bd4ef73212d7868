"""First pass over a tree: statements only, and what they bind in which scope."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from tfshift.code import objects
from tfshift.code.names import (
    Binding,
    Branch,
    Exported,
    Known,
    Scope,
    Surroundings,
    Value,
    as_symbol,
    place,
    symbol_of,
)
from tfshift.code.trees import children

IMPORT_FAILURES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_NOTHING = Exported()
ATTRIBUTE_FAILURES = IMPORT_FAILURES | {"AttributeError"}


def _end(node: ast.stmt | ast.expr) -> int:
    return place(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _start(node: ast.stmt | ast.expr | ast.ExceptHandler) -> int:
    return place(node.lineno, node.col_offset)


# Function -> parameter -> what is known of it.
Parameters = Mapping[ast.AST, Mapping[str, Value]]
_UNTOLD: Mapping[str, Value] = {}


class Binder:
    """Notes what each scope of a tree binds.

    Args:
        tree: the module.
        around: what other modules of the project export.
        walruses: whether there may be assignment expressions.
        parameters: what is known of the parameters of its functions besides their annotations.
    """

    def __init__(
        self,
        tree: ast.Module,
        around: Surroundings,
        *,
        walruses: bool = False,
        parameters: Parameters | None = None,
    ) -> None:
        self.around = around
        self.parameters = parameters or {}
        self.module = Scope(tree, None)
        self.scopes: dict[ast.AST, Scope] = {tree: self.module}
        self.imports: list[tuple[Binding, bool]] = []
        self.project_imports: list[tuple[ast.stmt, str]] = []
        self.branches: list[Branch] = []
        self.public: set[str] | None = None
        # Nothing is known of any object before a name means TensorFlow.
        self.uses = False
        self._body(tree.body, self.module, 0, False)
        if walruses:
            self._walruses(tree)

    def _body(self, body: Sequence[ast.stmt], scope: Scope, group: int, guarded: bool) -> None:
        for position, statement in enumerate(body):
            handler = _BINDERS.get(type(statement))
            if handler is not None:
                handler(self, statement, scope, group, guarded)
                if type(statement) is ast.If:
                    rest = body[position + 1 :]
                    branch = Branch(statement.test, scope, statement.body, statement.orelse, rest)
                    self.branches.append(branch)

    def _import(self, node: ast.Import, scope: Scope, group: int, guarded: bool) -> None:
        for alias in node.names:
            symbol = self._symbol(alias.name)
            local = alias.asname or alias.name.split(".")[0]
            if symbol is not None:
                meaning = symbol if alias.asname else symbol.partition(".")[0]
                binding = Binding(local, meaning, _end(node), group, node, alias)
                scope.bind(binding)
                self.uses = True
                self.imports.append((binding, guarded))
                continue
            self.project_imports.append((node, alias.name))
            scope.bind(Binding(local, None, _end(node), group, node, alias))
            exported = self.around.exports_of(alias.name)
            if exported is not None:
                self._hand_on(exported, (alias.asname or alias.name) + ".", node, scope, group)

    def _symbol(self, module: str) -> str | None:
        """Spell a module as a symbol, unless it is one of the project's own."""
        return None if module.partition(".")[0] in self.around.own else as_symbol(module)

    def _hand_on(
        self,
        exported: Exported,
        prefix: str,
        node: ast.stmt,
        scope: Scope,
        group: int,
        only: set[str] | None = None,
    ) -> None:
        """Bind what a module of the project exports, or some of it."""
        for name, symbols in exported.names.items():
            if only is None or name in only:
                self._bind_all(prefix + name, symbols, node, scope, group)
        for name, known in exported.objects.items():
            if only is None or name in only:
                self._bind_known(prefix + name, known, node, scope, group)

    def _bind_known(
        self, name: str, known: Known, node: ast.stmt, scope: Scope, group: int
    ) -> None:
        self.uses = True
        binding = Binding(name, None, _end(node), group, node)
        binding.value, binding.makes = known.value, known.makes
        scope.bind(binding)

    def _bind_all(
        self, name: str, symbols: tuple[str, ...], node: ast.stmt, scope: Scope, group: int
    ) -> None:
        """Bind a name to what it may mean; more than one meaning are alternatives."""
        self.uses = True
        for symbol in reversed(symbols):
            shared = group or (id(node) if len(symbols) > 1 else 0)
            scope.bind(Binding(name, symbol, _end(node), shared, node))

    def _import_from(self, node: ast.ImportFrom, scope: Scope, group: int, guarded: bool) -> None:
        module = "." * node.level + (node.module or "")
        symbol = self._symbol(module)
        if symbol is None:
            self._import_from_project(node, module, scope, group)
            return
        self.uses = True
        for alias in node.names:
            binding = Binding(
                alias.asname or alias.name, f"{symbol}.{alias.name}", _end(node), group, node, alias
            )
            scope.bind(binding)
            self.imports.append((binding, guarded))

    def _import_from_project(
        self, node: ast.ImportFrom, module: str, scope: Scope, group: int
    ) -> None:
        self.project_imports.append((node, module))
        exported = self.around.exports_of(module) or _NOTHING
        for alias in node.names:
            if alias.name == "*":
                self._hand_on(exported, "", node, scope, group, exported.starred)
                continue
            local = alias.asname or alias.name
            if alias.name in exported.names:
                self._bind_all(local, exported.names[alias.name], node, scope, group)
                continue
            if alias.name in exported.objects:
                self._bind_known(local, exported.objects[alias.name], node, scope, group)
                continue
            scope.bind(Binding(local, None, _end(node), group, node))
            inner = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
            self.project_imports.append((node, inner))
            found = self.around.exports_of(inner)
            if found is not None:
                self._hand_on(found, local + ".", node, scope, group)

    def _assign(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope, group: int, _: bool
    ) -> None:
        kind = type(node)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        if value is None:
            return
        at = _end(node)
        for target in targets:
            if type(target) is not ast.Name:
                if type(target) is ast.Attribute:
                    self._attribute(target, value, scope)
                else:
                    self._target(target, scope, at, group)
                continue
            meaning = None
            if kind is not ast.AugAssign and type(value) in (ast.Name, ast.Attribute):
                meaning = symbol_of(value, scope, _start(node))
            made = self._made(value, scope)
            if type(value) is ast.Name and meaning is None:
                made = objects.known(value, scope)
            scope.bind(Binding(target.id, meaning, at, group, node, value=made))
            if target.id == "__all__" and scope is self.module:
                self._declare(value, kind is ast.AugAssign)

    def _attribute(self, target: ast.Attribute, value: ast.expr, scope: Scope) -> None:
        """Note what a method assigns to an attribute of its object."""
        holder = target.value
        owner = objects.known(holder, scope) if isinstance(holder, ast.Name) else None
        if owner is not None:
            objects.note(owner, target.attr, self._made(value, scope))

    def _made(self, node: ast.expr, scope: Scope) -> Value | None:
        """Return what is known of a call's result; nothing before a name means TensorFlow."""
        if type(node) is not ast.Call or not self.uses:
            return None
        return objects.made(node, scope, self.around.made_by)

    def _declare(self, value: ast.expr, more: bool) -> None:
        """Note ``__all__`` where it is a plain list of names."""
        if not isinstance(value, (ast.List, ast.Tuple)):
            self.public = None
            return
        names = {e.value for e in value.elts if isinstance(e, ast.Constant)}
        self.public = {str(n) for n in names} | ((self.public or set()) if more else set())

    def _target(self, target: ast.expr, scope: Scope, at: int, group: int) -> None:
        if isinstance(target, ast.Name):
            scope.bind(Binding(target.id, None, at, group))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._target(element, scope, at, group)
        elif isinstance(target, ast.Starred):
            self._target(target.value, scope, at, group)

    def _delete(self, node: ast.Delete, scope: Scope, group: int, _: bool) -> None:
        for target in node.targets:
            self._target(target, scope, _end(node), group)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope, group: int, guarded: bool) -> None:
        self._target(node.target, scope, _end(node.iter), group)
        self._body(node.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)

    def _with(
        self, node: ast.With | ast.AsyncWith, scope: Scope, group: int, guarded: bool
    ) -> None:
        for item in node.items:
            variable = item.optional_vars
            if isinstance(variable, ast.Name):
                # Those of TensorFlow's classes that are entered give themselves.
                made = self._made(item.context_expr, scope)
                at = _end(variable)
                scope.bind(Binding(variable.id, None, at, group, value=made))
            elif variable is not None:
                self._target(variable, scope, _end(variable), group)
        self._body(node.body, scope, group, guarded)

    def _while(self, node: ast.While, scope: Scope, group: int, guarded: bool) -> None:
        self._body(node.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)

    def _if(self, node: ast.If, scope: Scope, group: int, guarded: bool) -> None:
        self._body(node.body, scope, group or id(node), guarded)
        self._body(node.orelse, scope, group or id(node), guarded)

    def _try(self, node: ast.Try, scope: Scope, group: int, guarded: bool) -> None:
        group = group or id(node)
        self._body(node.body, scope, group, guarded or catches(node, IMPORT_FAILURES))
        for handler in node.handlers:
            if handler.name:
                scope.bind(Binding(handler.name, None, _start(handler), group))
            self._body(handler.body, scope, group, guarded)
        self._body(node.orelse, scope, group, guarded)
        self._body(node.finalbody, scope, group, guarded)

    def _match(self, node: ast.Match, scope: Scope, group: int, guarded: bool) -> None:
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    at = place(case.pattern.end_lineno, case.pattern.end_col_offset)
                    scope.bind(Binding(name, None, at, 0))
            self._body(case.body, scope, group or id(node), guarded)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, group: int, guarded: bool
    ) -> None:
        at = _start(node)
        binding = Binding(node.name, None, at, group, node)
        scope.bind(binding)
        inner = self.scopes[node] = Scope(node, scope)
        told = self.parameters.get(node, _UNTOLD)
        for number, argument in enumerate(parameters_of(node.args)):
            mine = scope.value if number == 0 and not node.decorator_list else None
            if mine is None and self.uses:
                mine = told.get(argument.arg) or objects.annotated(argument.annotation, scope)
            inner.bind(Binding(argument.arg, None, at, value=mine))
        for star in (node.args.vararg, node.args.kwarg):
            if star is not None:
                inner.bind(Binding(star.arg, None, at))
        self._body(node.body, inner, 0, guarded)
        if self.uses and not node.decorator_list:
            binding.makes = objects.returned(node, inner, self.around.made_by)

    def _class(self, node: ast.ClassDef, scope: Scope, group: int, guarded: bool) -> None:
        value = objects.instance(node, scope)
        scope.bind(Binding(node.name, None, _end(node), group, node, makes=value))
        inner = self.scopes[node] = Scope(node, scope, is_class=True, value=value)
        self._body(node.body, inner, 0, guarded)
        value.own.update(inner.bindings)

    def _global(self, node: ast.Global, scope: Scope, *_: object) -> None:
        scope.globals = {*(scope.globals or ()), *node.names}

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope, *_: object) -> None:
        scope.nonlocals = {*(scope.nonlocals or ()), *node.names}

    def _walruses(self, tree: ast.Module) -> None:
        """Bind what assignment expressions assign, in the function around them."""
        stack: list[tuple[ast.AST, Scope]] = [(tree, self.module)]
        names: set[str] = set()
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, ast.NamedExpr):
                meaning = symbol_of(node.value, scope, _start(node))
                scope.bind(Binding(node.target.id, meaning, _end(node)))
                names.add(node.target.id)
            inner = self.scopes.get(node, scope)
            stack.extend((child, inner) for child in children(node))
        # Statements were bound before: the order must be that of the source again.
        for scope in self.scopes.values():
            for name in names & scope.bindings.keys():
                scope.bindings[name].sort(key=lambda b: b.at)


_BINDERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Import: Binder._import,
    ast.ImportFrom: Binder._import_from,
    ast.Assign: Binder._assign,
    ast.AnnAssign: Binder._assign,
    ast.AugAssign: Binder._assign,
    ast.Delete: Binder._delete,
    ast.For: Binder._for,
    ast.AsyncFor: Binder._for,
    ast.With: Binder._with,
    ast.AsyncWith: Binder._with,
    ast.While: Binder._while,
    ast.If: Binder._if,
    ast.Try: Binder._try,
    ast.Match: Binder._match,
    ast.FunctionDef: Binder._function,
    ast.AsyncFunctionDef: Binder._function,
    ast.ClassDef: Binder._class,
    ast.Global: Binder._global,
    ast.Nonlocal: Binder._nonlocal,
}
if hasattr(ast, "TryStar"):
    _BINDERS[ast.TryStar] = Binder._try


def parameters_of(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Yield a function's parameters but those with stars."""
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)


def parameter_names(arguments: ast.arguments) -> Iterator[str]:
    """Yield the names of a function's parameters."""
    for argument in parameters_of(arguments):
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
