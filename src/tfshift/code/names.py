"""What names mean: imports, aliases and scopes, resolved to TensorFlow symbols.

Two passes over a tree. The first (``binding``) visits statements only and notes what each scope
binds; where nothing is bound to TensorFlow the file is done. The second (``reading``) visits
expressions and yields every attribute chain whose base may be TensorFlow.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Exports = dict[str, tuple[str, ...]]
END = 1 << 60
# Keras beside TensorFlow: packages whose releases are measured as well.
KERAS = frozenset({"keras", "tf_keras"})


@dataclass(slots=True)
class Value:
    """What is known of an object: the class of TensorFlow that it is of, and what is its own.

    Args:
        symbol: the class, or a base of the project's own class; None where it has none.
        own: names that the project's class defines or its methods assign.
        attributes: of those, the ones whose value is known; None where several differ.
    """

    symbol: str | None
    own: set[str] = field(default_factory=set)
    attributes: dict[str, Value | None] = field(default_factory=dict)

    @property
    def tells(self) -> bool:
        """Whether anything is known."""
        return self.symbol is not None or any(self.attributes.values())


@dataclass(slots=True)
class Known:
    """What is known of a module's own object, function or class.

    Args:
        value: of the object itself.
        makes: of what a call of it gives.
    """

    value: Value | None = None
    makes: Value | None = None


@dataclass(slots=True)
class Exported:
    """What a module of the project gives to those that import it.

    Args:
        names: its names and the symbols that they may mean.
        starred: what a star import takes.
        objects: its own names of which something is known.
    """

    names: Exports = field(default_factory=dict)
    starred: set[str] = field(default_factory=set)
    objects: dict[str, Known] = field(default_factory=dict)


@dataclass(slots=True)
class Binding:
    """One place where a scope binds a name.

    Args:
        name: the local name; dotted where a module of the project hands it on (``common.tf``).
        symbol: what it means (``tf.keras``), or None for anything that is not TensorFlow.
        at: from where it holds, as ``place`` tells.
        group: identity of the try or if statement around it, 0 for none: bindings of one group
            are alternatives.
        statement: the import or assignment.
        alias: the import's alias, None for assignments.
        value: what is known of the object.
        makes: what is known of what a call of it gives, for the file's own classes and functions.
    """

    name: str
    symbol: str | None
    at: int
    group: int = 0
    statement: ast.stmt | None = None
    alias: ast.alias | None = None
    value: Value | None = None
    makes: Value | None = None


@dataclass(slots=True)
class Scope:
    """A module, class or function with what it binds.

    ``value`` is what is known of a class's objects.
    """

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    is_class: bool = False
    value: Value | None = None
    globals: set[str] | None = None
    nonlocals: set[str] | None = None

    def bind(self, binding: Binding) -> None:
        """Note a binding, in the scope that the name was declared to belong to."""
        scope = self
        if self.globals and binding.name in self.globals:
            while scope.parent is not None:
                scope = scope.parent
        elif self.nonlocals and binding.name in self.nonlocals and self.parent is not None:
            scope = self.parent
        found = scope.bindings.get(binding.name)
        if found is None:
            scope.bindings[binding.name] = [binding]
        else:
            found.append(binding)


@dataclass(slots=True)
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
        method: it is a method, and what stands before it an object of the class.
        likely: that it is one is told by the method's name alone.
    """

    symbol: str
    node: ast.expr | ast.alias
    binding: Binding
    call: ast.Call | None = None
    statement: ast.Import | ast.ImportFrom | None = None
    guarded: bool = False
    alternatives: tuple[str, ...] = ()
    stored: bool = False
    method: bool = False
    likely: bool = False

    @property
    def spelled(self) -> str:
        """The symbol as the file spells it, through what the chain starts from."""
        assert self.binding.symbol is not None
        return self.binding.name + self.symbol[len(self.binding.symbol) :]


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition with what runs only where it holds, or only where it does not.

    Args:
        test: the condition.
        scope: where it is evaluated.
        holds: what runs where it is true.
        fails: what runs where it is false.
        rest: what follows an if statement in its block: dead where the chosen side leaves it.
    """

    test: ast.expr
    scope: Scope
    holds: Sequence[ast.AST]
    fails: Sequence[ast.AST]
    rest: Sequence[ast.stmt] = ()


@dataclass
class Names:
    """All that a file says about TensorFlow.

    Args:
        usages: in source order, imports among them.
        imports: bindings that import statements make.
        exported: what files that import this one may take.
        module_scope: what the module binds.
        project_imports: imports of anything else, with the name after ``import`` or ``from``.
        branches: conditions that may depend on the release.
        computed: ``getattr`` of TensorFlow with a name that only running tells, and of what.
    """

    usages: list[Usage]
    imports: list[Binding]
    exported: Exported
    module_scope: Scope
    project_imports: list[tuple[ast.stmt, str]]
    branches: list[Branch]
    computed: list[tuple[ast.Call, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Surroundings:
    """What a file cannot know alone.

    Args:
        exports_of: module name (with leading dots) -> what that module of the project exports;
            None where it is none of the project's.
        star_names: names that a star import of a TensorFlow symbol brings.
        made_by: symbol -> the class of what a call of it gives, or None.
        own: names of packages that are the project's own, whatever else is called so.
        is_method: whether any class of TensorFlow has a method of that name.
        exists: whether the origin has a symbol.
    """

    exports_of: Callable[[str], Exported | None] = lambda name: None
    star_names: Callable[[str], Iterable[str]] = lambda symbol: ()
    made_by: Callable[[str], str | None] = lambda symbol: None
    own: frozenset[str] = frozenset()
    is_method: Callable[[str], bool] = lambda name: True
    exists: Callable[[str], bool] = lambda symbol: False


def place(line: int, column: int) -> int:
    """Spell a position as one number that can be compared."""
    return line << 20 | min(column, (1 << 20) - 1)


def as_symbol(module: str) -> str | None:
    """Spell a TensorFlow module's dotted name from ``tf.``, Keras's own as it is; None for others."""
    if module == "tensorflow" or module.startswith("tensorflow."):
        return "tf" + module[len("tensorflow") :]
    return module if module.partition(".")[0] in KERAS else None


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


def visible(name: str, scope: Scope | None, at: int, *, inner: bool = False) -> list[Binding]:
    """Return what a name may mean at a place, the likeliest first; empty where it is unbound.

    In the scope itself the last binding before the place counts; seen from an inner function, the
    last one of all. Bindings of the same try or if statement are alternatives.
    """
    while scope is not None:
        bindings = scope.bindings.get(name)
        if bindings and not (inner and scope.is_class):
            earlier = bindings if inner else [b for b in bindings if b.at <= at]
            # A function's own name shadows outer ones even before it is bound.
            if earlier or not (scope.parent is None or scope.is_class):
                return _alternatives((earlier or bindings)[-1], bindings)
        scope, inner = scope.parent, True
    return []


def _alternatives(chosen: Binding, bindings: list[Binding]) -> list[Binding]:
    if len(bindings) == 1 or not chosen.group:
        return [chosen]
    others = [b for b in bindings if b is not chosen and b.group == chosen.group]
    return [b for b in (chosen, *others) if b.symbol is not None] or [chosen]


def symbol_of(node: ast.expr, scope: Scope, at: int = END) -> str | None:
    """Return the TensorFlow symbol that an expression names at a place, or None."""
    found = chain(node)
    if found is None:
        return None
    bindings = visible(found[0], scope, at)
    if not bindings or bindings[0].symbol is None:
        return None
    return ".".join([bindings[0].symbol, *found[1]])
