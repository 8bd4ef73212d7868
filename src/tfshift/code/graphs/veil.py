"""What ``self`` holds, read and written as plain names.

The walk over a scope knows names. In a class that holds a graph, ``self.loss`` is therefore read as
``self_loss``: of the same length, so that every position stays. What is written is turned back: what
left the class is a local name of the functions that hold it, all else is an attribute again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tfshift.code.edits import apply
from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.handed import Surroundings, Taker, called_name, takers
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.syntax import bound_in, free_name, parameters
from tfshift.code.graphs.walking import pairs, walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

SELF = "self"
_JOINTS = "_0zQ"
_HOLDING = known.SESSION | known.PLACEHOLDER | known.VARIABLES | {*known.OPTIMIZERS, *known.LAYERS}


@dataclass(eq=False)
class Held:
    """A class that holds a graph.

    Args:
        node: it.
        prefix: what the names start with that its attributes are read as.
        gone: those of them that are no attributes any more, and the local names that they get.
        built: the methods that build the graph.
        written: the methods that are written for it.
        renamed: local names that are read as the attribute that holds the same.
    """

    node: ast.ClassDef
    prefix: str
    gone: dict[str, str] = field(default_factory=dict)
    built: list[ast.FunctionDef] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    renamed: dict[int, str] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, ast.FunctionDef]:
        """Its methods by name, but for those that are decorated or have no ``self``."""
        return {n.name: n for n in self.node.body if isinstance(n, ast.FunctionDef) and _plain(n)}

    def attribute(self, name: str) -> str:
        """Return the attribute that a name stands for; nothing if it is a plain one."""
        return name.removeprefix(self.prefix) if name.startswith(self.prefix) else ""

    def attributes(self) -> set[str]:
        """Return all attributes of ``self`` in it, its methods among them."""
        names = (self.attribute(n.id) for n in walk(self.node) if isinstance(n, ast.Name))
        left = {self.attribute(name) for name in self.gone}
        methods = {n.name for n in self.node.body if isinstance(n, ast.FunctionDef)}
        return ({name for name in names if name} - left) | methods


@dataclass
class Veiled:
    """A file in which the attributes of classes that hold graphs are names.

    Args:
        source: it.
        symbols: identity of an expression -> the symbol that it names.
        classes: those classes.
        around: what all its scopes are read with.
    """

    source: Source
    symbols: dict[int, str]
    classes: list[Held]
    around: Surroundings


def veiled(source: Source, symbols: dict[int, str]) -> Veiled:
    """Return a file as it is read.

    Raises:
        Refusal: if a class that holds a graph is of a kind that is not read.
    """
    held = [
        node
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and (_holds(node, symbols) or _is_given(node))
    ]
    if not held:
        return Veiled(source, symbols, [], _around(source.tree, symbols, SELF + _JOINTS[0], {}))
    for node in held:
        _check(node, source.tree, symbols)
    joint = next((j for j in _JOINTS if not re.search(rf"\b{SELF}{j}", source.text)), "")
    if not joint:
        raise Refusal(held[0], "a class whose attributes cannot be read as names")
    data = bytearray(source.data)
    for node in held:
        for place in _dots(source, node):
            data[place : place + 1] = joint.encode(source.encoding)
    text = bytes(data)[source.bom :].decode(source.encoding)
    other = replace(
        source, data=bytes(data), text=text, tree=ast.parse(text), _starts=[], _bytes=[]
    )
    named = {
        id(new): symbols[id(old)]
        for old, new in pairs(source.tree, other.tree)
        if id(old) in symbols
    }
    names = {node.name for node in held}
    classes = [
        Held(node, SELF + joint)
        for node in other.tree.body
        if isinstance(node, ast.ClassDef) and node.name in names
    ]
    bound = {
        held.node: {
            held.attribute(n.id)
            for n in walk(held.node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and held.attribute(n.id)
        }
        for held in classes
    }
    return Veiled(other, named, classes, _around(other.tree, named, SELF + joint, bound))


def _around(
    tree: ast.Module,
    symbols: Mapping[int, str],
    prefix: str,
    classes: Mapping[ast.ClassDef, set[str]],
) -> Surroundings:
    attributes = {node.name: bound for node, bound in classes.items()}
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    return Surroundings(takers(tree, symbols, prefix), prefix, classes, attributes, imported)


def _plain(method: ast.FunctionDef) -> bool:
    """Tell whether a method is called on an object, and nothing else."""
    first = parameters(method)[:1]
    return bool(first) and first[0].arg == SELF and not method.decorator_list


def _holds(node: ast.AST, symbols: Mapping[int, str]) -> bool:
    return any(symbols.get(id(n), "") in _HOLDING for n in walk(node) if isinstance(n, ast.expr))


def makes(node: ast.AST, symbols: Mapping[int, str]) -> bool:
    """Tell whether something makes variables or layers."""
    return any(symbols.get(id(n), "") in known.MADE for n in walk(node))


def _is_given(node: ast.ClassDef) -> bool:
    """Tell whether a class runs something in a session that its objects are given."""
    begins = next(
        (n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None
    )
    if begins is None:
        return False
    given = {p.arg for p in parameters(begins)}
    kept = {
        n.targets[0].attr
        for n in walk(begins)
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Attribute)
        and isinstance(n.value, ast.Name)
        and n.value.id in given
        and "sess" in n.value.id
    }
    return any(
        isinstance(n, ast.Attribute)
        and n.attr == "run"
        and isinstance(n.value, ast.Attribute)
        and n.value.attr in kept
        for n in walk(node)
    )


def _check(node: ast.ClassDef, tree: ast.Module, symbols: Mapping[int, str]) -> None:
    """Refuse classes that share what they hold with others, or hide it."""
    # What a class of the file holds that knows no graph cannot be of one.
    bases = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef) and not _holds(n, symbols)}
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else ""
        if name != "object" and (name not in bases or any(map(_inherits, bases[name].bases))):
            raise Refusal(node, "graph code in a class that inherits")
    if node.keywords or node.decorator_list:
        raise Refusal(node, "graph code in a class that is decorated")
    for other in walk(tree):
        above = other.bases if isinstance(other, ast.ClassDef) else ()
        if any(isinstance(b, ast.Name) and b.id == node.name for b in above):
            raise Refusal(other, "graph code in a class that others inherit")
    for statement in node.body:
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.FunctionDef):
            if not _plain(statement) and _holds(statement, symbols):
                raise Refusal(statement, "graph code in a method without self, or decorated")
        elif not text and not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Pass)):
            raise Refusal(statement, "graph code in the body of a class")
    allowed = {
        id(inner)
        for outer in walk(node)
        if isinstance(outer, ast.Attribute)
        or (
            isinstance(outer, ast.Call)
            and isinstance(outer.func, ast.Name)
            and outer.func.id in ("hasattr", "super")
        )
        for inner in ast.iter_child_nodes(outer)
    }
    for bare in walk(node):
        if isinstance(bare, ast.Name) and bare.id == SELF and id(bare) not in allowed:
            raise Refusal(bare, "self is handed on from a class with graph code")


def _inherits(base: ast.expr) -> bool:
    return not isinstance(base, ast.Name) or base.id != "object"


def _dots(source: Source, node: ast.ClassDef) -> Iterator[int]:
    """Yield the byte of the dot of each attribute of ``self`` in a class."""
    size = len(SELF)
    for attribute in walk(node):
        if not isinstance(attribute, ast.Attribute) or not isinstance(attribute.value, ast.Name):
            continue
        if attribute.value.id != SELF:
            continue
        start, _ = source.span(attribute)
        wanted = f"{SELF}.{attribute.attr}".encode(source.encoding)
        if source.data[start : start + len(wanted)] == wanted:
            yield start + size
        elif getattr(attribute, "end_lineno", 0) != attribute.lineno:
            raise Refusal(attribute, "an attribute of self over several lines")


def unveiled(data: bytes, before: Source, classes: list[Held], around: Surroundings) -> bytes:
    """Return a rewritten file with attributes as attributes, and without sessions that are given.

    Args:
        data: the file as it was written.
        before: the file as it was read.
        classes: those whose attributes are names in it.
        around: what its scopes were read with.

    Raises:
        Refusal: if what left a class is still read in it.
    """
    if not classes and not around.takers:
        return data
    source = _parsed(data, before)
    edits = list(_without_sessions(source, around.takers, around.prefix))
    edits += [
        edit
        for held in classes
        for edit in _attributes(source, held)
        if not any(e.start <= edit.start < e.end for e in edits)
    ]
    source = _parsed(apply(data, edits, before.encoding), before)
    edits = [e for held in classes for e in _promoted(source, held)]
    return apply(source.data, edits, before.encoding)


def _parsed(data: bytes, like: Source) -> Source:
    text = data[like.bom :].decode(like.encoding)
    return Source(like.path, data, text, like.encoding, like.bom, ast.parse(text))


def _class(source: Source, held: Held) -> ast.ClassDef:
    return next(
        n for n in source.tree.body if isinstance(n, ast.ClassDef) and n.name == held.node.name
    )


def _attributes(source: Source, held: Held) -> Iterator[Edit]:
    """Turn names back into attributes; those that left the class become plain ones."""
    methods = held.methods
    for method in _class(source, held).body:
        called = {id(n.func) for n in walk(method) if isinstance(n, ast.Call)}
        own = [n for n in walk(method) if isinstance(n, (ast.Name, ast.arg))]
        for node in own:
            name = node.id if isinstance(node, ast.Name) else node.arg
            attribute = held.attribute(name)
            if not attribute:
                continue
            local = held.gone.get(name)
            text = f"{SELF}.{attribute}"
            if local is not None and not (id(node) in called and attribute in methods):
                text = local
                if getattr(method, "name", "") not in held.written:
                    raise Refusal(node, f"{attribute} of the graph is read outside of a run")
            start = source.offset(node.lineno, node.col_offset)
            end = start + len(name.encode(source.encoding))
            if source.data[start:end] != name.encode(source.encoding):
                raise Refusal(node, f"{attribute} in a formatted text")
            yield Edit(start, end, text)


def _without_sessions(source: Source, given: Mapping[str, Taker], prefix: str) -> Iterator[Edit]:
    """Take the sessions away that functions are given."""
    for node in walk(source.tree):
        if isinstance(node, ast.Call):
            taker = given.get(called_name(node, prefix))
            argument = taker.argument(node) if taker is not None else None
            if argument is not None:
                keyword = next((k for k in node.keywords if k.value is argument), None)
                yield without_argument(source, node, keyword or argument)
    owners = {
        (owner, function.name): taker
        for taker in given.values()
        for owner, function in taker.functions
    }
    for top in source.tree.body:
        inner = top.body if isinstance(top, ast.ClassDef) else [top]
        owner = top.name if isinstance(top, ast.ClassDef) else ""
        for function in (n for n in inner if isinstance(n, ast.FunctionDef)):
            taker = owners.get((owner, function.name))
            if taker is not None:
                yield without_parameter(source, function, taker.parameter)


def without_argument(source: Source, call: ast.Call, argument: ast.expr | ast.keyword) -> Edit:
    """Return the edit that takes an argument of a call away."""
    parts = sorted([*map(source.span, call.args), *map(source.span, call.keywords)])
    return _without(parts, source.span(argument))


def without_parameter(source: Source, function: ast.FunctionDef, name: str) -> Edit:
    """Return the edit that takes a parameter of a function away.

    Raises:
        Refusal: if it is given by its name alone.
    """
    given = function.args
    defaults = [None] * (len(given.args) - len(given.defaults)) + list(given.defaults)
    parts = []
    for parameter, default in zip(given.args, defaults, strict=True):
        start = source.offset(parameter.lineno, parameter.col_offset)
        last = parameter if default is None else default
        assert last.end_lineno is not None
        assert last.end_col_offset is not None
        parts.append((start, source.offset(last.end_lineno, last.end_col_offset)))
    names = [p.arg for p in given.args]
    if name not in names:
        raise Refusal(function, f"{name} is given by its name alone")
    return _without(parts, parts[names.index(name)])


def _without(parts: list[tuple[int, int]], gone: tuple[int, int]) -> Edit:
    """Return the edit that takes one of some parts away that commas stand between."""
    at = parts.index(gone)
    if at:
        return Edit(parts[at - 1][1], gone[1], "")
    return Edit(gone[0], parts[1][0] if len(parts) > 1 else gone[1], "")


def _promoted(source: Source, held: Held) -> Iterator[Edit]:
    """Bind what the written methods read of those that build as attributes."""
    node = _class(source, held)
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    built = [methods[m.name] for m in held.built]
    bound = {m.name: bound_in(m) - {SELF} for m in built}
    attributes = held.attributes()
    shown: dict[str, str] = {}
    for name in sorted(held.written):
        own = bound_in(methods[name])
        reads = [n for n in walk(methods[name]) if isinstance(n, ast.Name) and n.id not in own]
        for read in reads:
            owners = [m for m in built if read.id in bound[m.name]]
            if not owners:
                continue
            if len(owners) > 1:
                raise Refusal(owners[1], f"{read.id} is a name of several methods that build")
            if read.id not in shown:
                shown[read.id], edits = _as_attribute(source, node, owners[0], read.id, attributes)
                yield from edits
            yield Edit(*source.span(read), f"{SELF}.{shown[read.id]}")


def _as_attribute(
    source: Source, owner: ast.ClassDef, method: ast.FunctionDef, name: str, attributes: set[str]
) -> tuple[str, list[Edit]]:
    """Return the attribute that a local name of a method becomes, and the edits that make it one."""
    nodes = [n for n in walk(method) if isinstance(n, ast.Name) and n.id == name]
    stored = [n for n in nodes if isinstance(n.ctx, ast.Store)]
    given = name in {p.arg for p in parameters(method)}
    if given and not stored:
        for statement in method.body:
            held = statement.targets[0] if isinstance(statement, ast.Assign) else None
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(value, ast.Name) and value.id == name and _own(held):
                assert isinstance(held, ast.Attribute)
                if sum(_own(n) and n.attr == held.attr for n in _stored(owner)) == 1:
                    return held.attr, []
    scoped = (
        ast.Lambda,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
        ast.FunctionDef,
    )
    inner = [n for n in walk(method) if isinstance(n, scoped) and n is not method]
    if any(name in bound_in(n) for n in inner) or (given and stored):
        raise Refusal(method, f"{name} has several meanings in {method.name}")
    attribute = free_name(name, attributes)
    attributes.add(attribute)
    if not given:
        return attribute, [Edit(*source.span(n), f"{SELF}.{attribute}") for n in nodes]
    first = method.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        first = method.body[1]
    if first.lineno == method.lineno:
        raise Refusal(method, "a method on one line")
    number = first.lineno
    while source.line(number - 1).lstrip().startswith("#"):
        number -= 1
    start, space = source.offset(number, 0), " " * first.col_offset
    return attribute, [Edit(start, start, f"{space}{SELF}.{attribute} = {name}{source.newline}")]


def _own(node: ast.AST | None) -> bool:
    """Tell whether a node is an attribute of ``self``."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == SELF
    )


def _stored(node: ast.AST) -> Iterator[ast.Attribute]:
    """Yield the attributes that are bound in a node."""
    for inner in walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            yield inner
