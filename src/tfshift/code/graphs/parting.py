"""Loops that make variables and build with them, taken apart: one that makes, one that builds.

Outside of a graph variables are made once, and what is built from them is computed in every run: the
first loop keeps what it makes in lists, the second one goes along these.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfshift.code.edits import apply
from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import (
    Inlined,
    builds,
    has_its_lines,
    names_in,
    plain,
    symbols_in,
    until_none,
)
from tfshift.code.graphs.lines import as_text, edited
from tfshift.code.graphs.syntax import free_name
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

# What gives the same again when it is gone through again.
_AGAIN = ("range", "enumerate", "zip", "reversed", "list", "tuple", "sorted", "len")
_LEAVES = (ast.Assign, ast.AugAssign, ast.Expr)


def parted(one: Inlined) -> Inlined:
    """Take loops apart that make variables or layers and build with them."""

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for loop in _loops(source.tree.body):
            text = _written(source, symbols, loop)
            if text is not None:
                yield text

    return until_none(one, written)


def _loops(body: Sequence[ast.stmt]) -> Iterator[ast.For]:
    """Yield the loops that stand in no other one."""
    for statement in body:
        if isinstance(statement, ast.For):
            yield statement
        elif not isinstance(statement, (ast.While, ast.Try)):
            for name in ("body", "orelse"):
                yield from _loops(getattr(statement, name, ()))


@dataclass
class _Parts:
    """What a loop's statements do.

    Args:
        made: statements that bind a variable, and its name.
        computed: statements that build.
        plain: those that do neither.
        scopes: blocks around some of them that are scopes of names.
        settled: what layers are made with, by identity: the second loop does not need it.
    """

    made: list[tuple[ast.Assign, str]] = field(default_factory=list)
    computed: list[ast.stmt] = field(default_factory=list)
    plain: list[ast.stmt] = field(default_factory=list)
    scopes: list[ast.With] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)


def _written(
    source: Source, symbols: Mapping[int, str], loop: ast.For
) -> tuple[str, list[int]] | None:
    """Return the file's text with a loop taken apart; None where it cannot be."""
    used = symbols_in(loop, symbols)
    if not used & known.MADE or loop.orelse or loop.body[0].lineno == loop.lineno:
        return None
    if not builds(loop, symbols) or not _is_same_again(loop.iter, source.tree):
        return None
    parts = _Parts()
    leaves: list[ast.stmt] = []
    if not _flattened(loop.body, symbols, leaves, parts.scopes) or not all(
        has_its_lines(source, leaf) for leaf in leaves
    ):
        return None
    layers = [
        call
        for leaf in leaves
        for call in walk(leaf)
        if isinstance(call, ast.Call) and _symbol(call, symbols) in known.LAYERS
    ]
    if any(_symbol(call, symbols) not in known.LAYER_CLASSES for call in layers):
        return None
    if not _sorted(leaves, symbols, loop, parts):
        return None
    taken = names_in(source.tree)
    lists: dict[str, str] = {}
    for _, name in parts.made:
        lists[name] = free_name(f"{name}_list", taken)
        taken.add(lists[name])
    edits: list[Edit] = []
    objects: dict[int, list[str]] = {}
    tainted = {n for leaf in parts.computed for n in _stored(leaf)}
    for call in layers:
        made = _object(source, call, symbols, tainted)
        name = free_name(_symbol(call, symbols).rpartition(".")[2], taken)
        if made is None:
            return None
        inputs, text = made
        given = [a for a in walk(call) if isinstance(a, ast.expr)]
        needed = {id(n) for n in walk(_inputs(call))}
        parts.settled |= {id(n) for n in given if id(n) not in needed}
        taken.add(name)
        lists[name] = free_name(f"{name}_layers", taken)
        taken.add(lists[name])
        leaf = next(s for s in leaves if call in walk(s))
        objects.setdefault(leaf.lineno, []).append(f"{lists[name]}.append({text})")
        start, end = source.span(call)
        edits.append(Edit(start, end, f"{name}({inputs})"))
    if any(a.start < b.start < a.end for a in edits for b in edits):
        return None
    fresh = edited(source, edits)
    if fresh.count("\n") != source.text.count("\n"):
        return None
    return _placed(source, fresh.split("\n"), loop, parts, lists, objects)


def _placed(
    source: Source,
    fresh: Sequence[str],
    loop: ast.For,
    parts: _Parts,
    lists: Mapping[str, str],
    objects: Mapping[int, Sequence[str]],
) -> tuple[str, list[int]]:
    """Return the file's lines with the two loops, and which line each was."""
    before = source.text.split("\n")
    kept_in: list[Edit] = []
    for leaf, name in parts.made:
        (start, _), (value, end) = source.span(leaf), source.span(leaf.value)
        kept_in += [Edit(start, value, f"{lists[name]}.append("), Edit(end, end, ")")]
    data = apply(source.data, kept_in, source.encoding)
    making = data[source.bom :].decode(source.encoding).split("\n")
    assert loop.end_lineno is not None
    space, inner = " " * loop.col_offset, " " * loop.body[0].col_offset
    gone = {n for leaf in parts.computed for n in _lines(leaf)}
    lines: list[tuple[str, int]] = [(f"{space}{name} = []", loop.lineno) for name in lists.values()]
    for number in range(loop.lineno, loop.end_lineno + 1):
        if number in objects:
            column = next(leaf.col_offset for leaf in parts.computed if number in _lines(leaf))
            lines += [(" " * column + text, number) for text in objects[number]]
        if number not in gone:
            lines.append((making[number - 1], number))
    read = {
        n.id
        for leaf in parts.computed
        for n in walk(leaf)
        if isinstance(n, ast.Name) and id(n) not in parts.settled
    }
    target, over = ast.unparse(loop.target).strip("()"), ast.unparse(loop.iter)
    names, listed = list(lists), list(lists.values())
    counted = {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}
    needed = read | {n for leaf in parts.plain if read & _stored(leaf) for n in names_in(leaf)}
    if counted & needed:
        names.insert(0, f"({target})" if isinstance(loop.target, ast.Tuple) else target)
        listed.insert(0, over)
    through = f"zip({', '.join(listed)})" if len(listed) > 1 else listed[0]
    lines.append((f"{space}for {', '.join(names)} in {through}:", loop.lineno))
    kept = [leaf for leaf in parts.plain if read & _stored(leaf)]
    building: list[ast.stmt] = sorted([*parts.computed, *kept], key=lambda s: s.lineno)
    for one in building:
        for number in _lines(one):
            text = fresh[number - 1]
            columns = one.col_offset
            # What a layer drew it drew where it is made now.
            origin = loop.lineno if one.lineno in objects else number
            lines.append((inner + text[columns:] if text[:columns].isspace() else text, origin))
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(before, 1):
        if number == loop.lineno:
            placed += lines
        if not loop.lineno <= number <= loop.end_lineno:
            placed.append((line, number))
    return as_text(placed)


def _lines(statement: ast.stmt) -> range:
    assert statement.end_lineno is not None
    return range(statement.lineno, statement.end_lineno + 1)


def _symbol(call: ast.Call, symbols: Mapping[int, str]) -> str:
    return plain(symbols.get(id(call.func), ""))


def _flattened(
    body: Sequence[ast.stmt],
    symbols: Mapping[int, str],
    leaves: list[ast.stmt],
    scopes: list[ast.With],
) -> bool:
    """Gather the statements of a loop, those in scopes of names among them; tell whether that is all."""
    for statement in body:
        if isinstance(statement, ast.With):
            items = [i.context_expr for i in statement.items]
            named = all(
                isinstance(i, ast.Call) and _symbol(i, symbols) in known.SCOPES for i in items
            )
            if not named or any(i.optional_vars is not None for i in statement.items):
                return False
            scopes.append(statement)
            if not _flattened(statement.body, symbols, leaves, scopes):
                return False
        elif isinstance(statement, _LEAVES):
            leaves.append(statement)
        else:
            return False
    return True


def _sorted(
    leaves: Sequence[ast.stmt], symbols: Mapping[int, str], loop: ast.For, parts: _Parts
) -> bool:
    """Sort a loop's statements by what they do; tell whether what is made needs nothing computed."""
    for leaf in leaves:
        value = leaf.value if isinstance(leaf, (ast.Assign, ast.AugAssign, ast.Expr)) else None
        target = leaf.targets[0] if isinstance(leaf, ast.Assign) else None
        made = isinstance(value, ast.Call) and _symbol(value, symbols) in known.VARIABLES
        inside = symbols_in(leaf, symbols)
        if made and isinstance(target, ast.Name) and isinstance(leaf, ast.Assign):
            parts.made.append((leaf, target.id))
        elif inside & known.VARIABLES or inside & known.NORMS:
            return False
        elif any(not _is_plain(symbol) for symbol in inside):
            parts.computed.append(leaf)
        else:
            parts.plain.append(leaf)
    if not parts.computed:
        return False
    own = {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}
    while True:
        tainted = {n for leaf in parts.computed for n in _stored(leaf)}
        tainted |= {name for _, name in parts.made}
        more = [leaf for leaf in parts.plain if tainted & names_in(leaf)]
        if not more:
            break
        parts.computed += more
        parts.plain = [leaf for leaf in parts.plain if leaf not in more]
    computed = {n for leaf in parts.computed for n in _stored(leaf)}
    needed = {n for leaf, _ in parts.made for n in names_in(leaf.value)}
    names = [name for _, name in parts.made]
    return (
        _is_apart(leaves, parts)
        and not needed & (computed | set(names))
        and not own & computed
        and len(set(names)) == len(names)
    )


def _is_apart(leaves: Sequence[ast.stmt], parts: _Parts) -> bool:
    """Tell whether what is neither made nor built says the same in both loops.

    A name that is read before it is bound holds what the round before left, or what stood before the
    loop: that is gone when the second one begins.
    """
    read = {n for leaf in parts.computed for n in names_in(leaf)}
    for leaf in parts.plain:
        for name in read & _stored(leaf):
            if isinstance(leaf, (ast.AugAssign, ast.Expr)):
                return False
            first = min(one.lineno for one in leaves if name in names_in(one))
            loads = {
                n.id for n in walk(leaf) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
            }
            if first < leaf.lineno or name in loads:
                return False
    return True


def _is_plain(symbol: str) -> bool:
    """Tell whether a symbol builds nothing by itself."""
    types = symbol in known.USUAL_TYPES or symbol in known.OTHER_TYPES or symbol == "tf.float64"
    beside = symbol.startswith(("tf.app", "tf.flags", "tf.logging", "tf.gfile"))
    return types or beside or symbol in known.SCOPES or symbol in known.INITIALIZERS


def _stored(leaf: ast.stmt) -> set[str]:
    """Return the names that a statement binds or adds to."""
    found = {
        n.id for n in walk(leaf) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    call = leaf.value if isinstance(leaf, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        base = call.func.value
        found |= {base.id} if isinstance(base, ast.Name) else set()
    return found


def _object(
    source: Source, call: ast.Call, symbols: Mapping[int, str], computed: set[str]
) -> tuple[str, str] | None:
    """Return what a layer is given, and what makes it; None where the two are not apart."""
    symbol = _symbol(call, symbols)
    name = ast.unparse(call.func)
    inputs = call.args[0] if call.args else None
    others = [*call.args[1:], *(k.value for k in call.keywords)]
    keywords = list(call.keywords)
    if inputs is None:
        given = next((k for k in keywords if k.arg == "inputs"), None)
        if given is None:
            return None
        inputs = given.value
        keywords.remove(given)
        others.remove(inputs)
    last = symbol.rpartition(".")[2]
    if not name.endswith(last) or any(k.arg is None for k in keywords):
        return None
    if any(names_in(value) & computed for value in others):
        return None
    parts = [ast.unparse(a) for a in call.args[1:]]
    parts += [f"{k.arg}={ast.unparse(k.value)}" for k in keywords]
    made = f"{name[: -len(last)]}{known.LAYER_CLASSES[symbol]}"
    start, end = source.span(inputs)
    return source.data[start:end].decode(source.encoding), f"{made}({', '.join(parts)})"


def _inputs(call: ast.Call) -> ast.expr:
    """Return what a layer is given."""
    return call.args[0] if call.args else next(k.value for k in call.keywords if k.arg == "inputs")


def _is_same_again(over: ast.expr, tree: ast.Module) -> bool:
    """Tell whether what a loop goes through can be gone through twice."""
    if isinstance(over, ast.Call):
        name = over.func.id if isinstance(over.func, ast.Name) else ""
        return name in _AGAIN and all(_is_same_again(a, tree) for a in over.args)
    if isinstance(over, ast.Name):
        bound = [n.value for n in walk(tree) if isinstance(n, ast.Assign)
                 and any(isinstance(t, ast.Name) and t.id == over.id for t in n.targets)]  # fmt: skip
        return not any(isinstance(value, ast.GeneratorExp) or _is_once(value) for value in bound)
    return isinstance(
        over, (ast.List, ast.Tuple, ast.Constant, ast.Attribute, ast.Subscript, ast.BinOp)
    )


def _is_once(value: ast.expr) -> bool:
    name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    return name in ("map", "filter", "zip", "iter", "open", "enumerate", "reversed")
