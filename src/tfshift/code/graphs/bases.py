"""Classes that inherit from one of the file, written with what they inherit.

What a class and its base build is one graph. The methods of the base that the class does not have
itself stand in it then; one of those that it has too gets a name of its own, under which the class
calls it. A base that nothing else is made of goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.edits import apply
from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import ENTERING, Inlined, Text, plain, until_none
from tfshift.code.graphs.lines import as_text
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
    used = {plain(symbols[id(n)]) for n in walk(node) if id(n) in symbols}
    return bool(used & (known.SESSION | ENTERING | known.MADE))


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
    """Return the file's text with all heirs of a class written with what they inherit."""
    named = [n for n in walk(source.tree) if isinstance(n, ast.Name) and n.id == base.name]
    inside: set[int] = set()
    theirs = {m.name: m for m in base.body if isinstance(m, ast.FunctionDef)}
    if _asks_above(base):
        return None
    edits: list[Edit] = []
    added: dict[int, list[tuple[str, int]]] = {}
    lines = source.text.split("\n")
    for heir in heirs:
        body = [s for s in heir.body if not _is_text(s)]
        if not all(isinstance(s, (*_METHODS, ast.Pass)) for s in body):
            return None
        if body[0].col_offset != base.body[0].col_offset or body[0].lineno == heir.lineno:
            return None
        own = {m.name for m in body if isinstance(m, ast.FunctionDef)}
        own |= {
            t.id
            for s in body
            if isinstance(s, ast.Assign)
            for t in s.targets
            if isinstance(t, ast.Name)
        }
        calls = list(_above(heir, base.name))
        if calls is None or any(name not in theirs for _, name, _ in calls):
            return None
        taken = (
            {n.attr for n in walk(source.tree) if isinstance(n, ast.Attribute)} | own | {*theirs}
        )
        again: dict[str, str] = {}
        for call, name, explicit in calls:
            assert isinstance(call.func, ast.Attribute)
            if name not in own:
                spelled = name
            else:
                wanted = f"{base.name.lower()}_{name.strip('_')}"
                spelled = again.setdefault(name, free_name(wanted, taken))
            edits.append(Edit(*source.span(call.func), f"self.{spelled}"))
            if explicit:
                # self is given by the call itself.
                first, end = call.args[0], source.span(call)[1] - 1
                stop = (
                    source.span(call.args[1])[0]
                    if len(call.args) > 1
                    else (
                        min(
                            (source.offset(k.lineno, k.col_offset) for k in call.keywords),
                            default=end,
                        )
                    )
                )
                edits.append(Edit(source.span(first)[0], stop, ""))
        inside.update(id(n) for call, _, _ in calls for n in walk(call.func))
        inside.update(map(id, heir.bases))
        edits.append(Edit(*source.span(heir.bases[0]), "object"))
        held: dict[bool, list[tuple[str, int]]] = {True: [], False: []}
        for part in base.body:
            if not isinstance(part, _METHODS):
                continue
            names = _names(part)
            renamed = again.get(names[0], "") if isinstance(part, ast.FunctionDef) else ""
            if set(names) & own and not renamed:
                continue
            held[isinstance(part, ast.FunctionDef)] += _lines_of(lines, part, renamed)
        assert heir.end_lineno is not None
        # Values stand above the methods.
        cr = "\r" if source.newline == "\r\n" else ""
        values = [*held[False], (cr, body[0].lineno)] if held[False] else []
        added[body[0].lineno - 1] = values
        added[heir.end_lineno] = held[True]
    if any(id(n) not in inside for n in named):
        return None
    assert base.end_lineno is not None
    top = base.lineno
    while top > 1 and not lines[top - 2].strip():
        top -= 1
    gone = range(top, base.end_lineno + 1)
    text = apply(source.data, edits, source.encoding)[source.bom :].decode(source.encoding)
    fresh = text.split("\n")
    if len(fresh) != len(lines):
        return None
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(fresh, 1):
        if number not in gone:
            placed.append((line, number))
        placed += added.get(number, [])
    return as_text(placed)


def _names(part: ast.stmt) -> list[str]:
    if isinstance(part, ast.FunctionDef):
        return [part.name]
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return [t.id for t in targets if isinstance(t, ast.Name)] or [""]


def _lines_of(lines: list[str], part: ast.stmt, renamed: str) -> list[tuple[str, int]]:
    """Return the lines of a part of a class, an empty one before a method."""
    decorators = getattr(part, "decorator_list", [])
    first = min([part.lineno, *(d.lineno for d in decorators)])
    while lines[first - 2].strip().startswith("#"):
        first -= 1
    assert part.end_lineno is not None
    found = [(lines[n - 1], n) for n in range(first, part.end_lineno + 1)]
    if isinstance(part, ast.FunctionDef):
        if renamed:
            at = part.lineno - first
            line, number = found[at]
            found[at] = (line.replace(f"def {part.name}", f"def {renamed}", 1), number)
        cr = "\r" if lines[first - 1].endswith("\r") else ""
        found.insert(0, (cr, first))
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
