"""Classes that inherit from one of the file, written with what they inherit.

What a class and its base build is one graph. The methods of the base that the class does not have
itself stand in it then; one of those that it has too gets a name of its own, under which the class
calls it. A base that nothing else is made of goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import (
    BUILDING,
    Inlined,
    Text,
    symbols_in,
    until_none,
)
from tfshift.code.graphs.lines import as_text, edited, ending
from tfshift.code.graphs.syntax import free_name
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_ROOTS = ("object", "ABC", "abc.ABC")
_METHODS = (ast.FunctionDef, ast.Assign, ast.AnnAssign)


def without_bases(one: Inlined) -> Inlined:
    """Write classes that inherit from a class of the file with what they inherit."""
    if "class " not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        classes = {n.name: n for n in source.tree.body if isinstance(n, ast.ClassDef)}
        for base in classes.values():
            heirs = [
                c for c in classes.values() if [ast.unparse(b) for b in c.bases] == [base.name]
            ]
            if not heirs or not _is_simple(base) or any(h.keywords for h in heirs):
                continue
            if not _is_of_graph(base, symbols) or not any(
                _builds(c, symbols) for c in (base, *heirs)
            ):
                continue
            text = _merged(source, base, heirs)
            if text is not None:
                yield text

    return until_none(one, written, fewer=True)


def _builds(node: ast.ClassDef, symbols: Mapping[int, str]) -> bool:
    return bool(symbols_in(node, symbols) & BUILDING)


def _is_of_graph(base: ast.ClassDef, symbols: Mapping[int, str]) -> bool:
    """Tell whether a class builds a part of the graph or runs it: all else may be inherited."""
    nodes = walk(base)
    runs = any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval") for n in nodes)
    return runs or any(symbols.get(id(n), "").startswith("tf.") for n in nodes)


def _is_simple(base: ast.ClassDef) -> bool:
    """Tell whether a class inherits nothing and has only methods and values."""
    if base.decorator_list or any(k.arg != "metaclass" for k in base.keywords):
        return False
    if any(ast.unparse(b) not in _ROOTS for b in base.bases):
        return False
    body = [s for s in base.body if not _is_text(s)]
    return all(isinstance(s, (*_METHODS, ast.Pass)) for s in body)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _merged(source: Source, base: ast.ClassDef, heirs: list[ast.ClassDef]) -> Text | None:
    """Return the file's text with all heirs of a class written with what they inherit.

    None where the class is named otherwise than as what is inherited, or a part of it or of an heir is
    no method or value.
    """
    if _asks_above(base):
        return None
    named = [n for n in walk(source.tree) if isinstance(n, ast.Name) and n.id == base.name]
    inside: set[int] = set()
    edits: list[Edit] = []
    added: dict[int, list[tuple[str, int]]] = {}
    for heir in heirs:
        body = [s for s in heir.body if not _is_text(s)]
        if not all(isinstance(s, (*_METHODS, ast.Pass)) for s in body):
            return None
        if body[0].col_offset != base.body[0].col_offset or body[0].lineno == heir.lineno:
            return None
        calls = list(_above(heir, base.name))
        names = _spelled(source.tree, base, heir, {name for _, name, _ in calls})
        if names is None:
            return None
        for call, name, explicit in calls:
            edits.append(Edit(*source.span(call.func), f"self.{names[name]}"))
            edits += [_without_self(source, call)] if explicit else []
            inside.update(id(n) for n in walk(call.func))
        inside.update(map(id, heir.bases))
        edits.append(Edit(*source.span(heir.bases[0]), "object"))
        assert heir.end_lineno is not None
        values, methods = _inherited(source, base, heir, names)
        # Values stand above the methods.
        added[body[0].lineno - 1] = values
        added[heir.end_lineno] = methods
    if any(id(n) not in inside for n in named):
        return None
    text = edited(source, edits)
    fresh, lines = text.split("\n"), source.text.split("\n")
    if len(fresh) != len(lines):
        return None
    assert base.end_lineno is not None
    top = base.lineno
    while top > 1 and not lines[top - 2].strip():
        top -= 1
    gone = range(top, base.end_lineno + 1)
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(fresh, 1):
        if number not in gone:
            placed.append((line, number))
        placed += added.get(number, [])
    return as_text(placed)


def _own(node: ast.ClassDef) -> set[str]:
    """Return the names that the body of a class binds."""
    return {name for part in node.body for name in _names(part)}


def _spelled(
    tree: ast.Module, base: ast.ClassDef, heir: ast.ClassDef, asked: set[str]
) -> dict[str, str] | None:
    """Return how the inherited methods are called that a class calls; None where there is none so called.

    One that the class has itself gets another name.
    """
    theirs = {m.name for m in base.body if isinstance(m, ast.FunctionDef)}
    if asked - theirs:
        return None
    own = _own(heir)
    taken = {n.attr for n in walk(tree) if isinstance(n, ast.Attribute)} | own | theirs
    found: dict[str, str] = {}
    for name in sorted(asked):
        wanted = f"{base.name.lower()}_{name.strip('_')}"
        found[name] = free_name(wanted, taken) if name in own else name
        taken.add(found[name])
    return found


def _without_self(source: Source, call: ast.Call) -> Edit:
    """Return the edit that leaves out ``self``, given first: the call is of a method of it."""
    parts = [source.span(a)[0] for a in call.args[1:2]]
    parts += [source.offset(k.lineno, k.col_offset) for k in call.keywords]
    return Edit(source.span(call.args[0])[0], min(parts, default=source.span(call)[1] - 1), "")


def _inherited(
    source: Source, base: ast.ClassDef, heir: ast.ClassDef, spelled: Mapping[str, str]
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the lines of the values, and of the methods, that a class does not have itself.

    Args:
        source: the file.
        base: what it inherits from.
        heir: the class.
        spelled: the methods that it calls there, and how they are called then.
    """
    own, lines = _own(heir), source.text.split("\n")
    values: list[tuple[str, int]] = []
    methods: list[tuple[str, int]] = []
    for part in (p for p in base.body if isinstance(p, _METHODS)):
        if isinstance(part, ast.FunctionDef):
            name = spelled.get(part.name, part.name)
            if name not in own:
                methods += _lines_of(lines, part, name)
        elif not {*_names(part)} & own:
            values += _lines_of(lines, part, "")
    if values:
        values.append((ending(source), values[-1][1]))
    return values, methods


def _names(part: ast.stmt) -> list[str]:
    if isinstance(part, ast.FunctionDef):
        return [part.name]
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return [t.id for t in targets if isinstance(t, ast.Name)]


def _lines_of(lines: list[str], part: ast.stmt, name: str) -> list[tuple[str, int]]:
    """Return the lines of a part of a class; a method under a name, with an empty line before it."""
    decorators = getattr(part, "decorator_list", [])
    first = min([part.lineno, *(d.lineno for d in decorators)])
    while lines[first - 2].strip().startswith("#"):
        first -= 1
    assert part.end_lineno is not None
    found = [(lines[n - 1], n) for n in range(first, part.end_lineno + 1)]
    if isinstance(part, ast.FunctionDef):
        line, number = found[part.lineno - first]
        line = line.replace(f"def {part.name}", f"def {name}", 1)
        found[part.lineno - first] = (line, number)
        found.insert(0, ("\r" if line.endswith("\r") else "", first))
    return found


def _above(heir: ast.ClassDef, base: str) -> Iterator[tuple[ast.Call, str, bool]]:
    """Yield calls of what is inherited: the method, and whether ``self`` is given to it."""
    for call in (n for n in walk(heir) if isinstance(n, ast.Call)):
        if not isinstance(call.func, ast.Attribute):
            continue
        of = call.func.value
        if ast.unparse(of) in ("super()", f"super({heir.name}, self)"):
            yield call, call.func.attr, False
        elif isinstance(of, ast.Name) and of.id == base and call.args:
            first = call.args[0]
            if isinstance(first, ast.Name) and first.id == "self":
                yield call, call.func.attr, True


def _asks_above(base: ast.ClassDef) -> bool:
    """Tell whether a class asks for what it inherits itself."""
    return any(isinstance(n, ast.Name) and n.id in ("super", "__class__") for n in walk(base))
