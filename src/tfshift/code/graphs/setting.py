"""Sessions that objects are given by a method, as the one session that there is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, Text, has_its_lines, plain, until_none
from tfshift.code.graphs.lines import edited, lines_without
from tfshift.code.graphs.syntax import parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit


def without_setters(one: Inlined) -> Inlined:
    """Let objects run in the default session where ``model.set_session(session)`` gives them the only one."""
    if "self." not in one.file.source.text or ".run(" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        made = [
            n
            for n in walk(source.tree)
            if isinstance(n, ast.Call) and plain(symbols.get(id(n.func), "")) in known.SESSION
        ]
        if len(made) != 1 or not isinstance(made[0].func, ast.Attribute):
            return
        root = ast.unparse(made[0].func.value)
        for node in (n for n in source.tree.body if isinstance(n, ast.ClassDef)):
            for method in (m for m in node.body if isinstance(m, ast.FunctionDef)):
                text = _without(source, node, method, made[0], root)
                if text is not None:
                    yield text

    return until_none(one, written)


def _without(
    source: Source, node: ast.ClassDef, method: ast.FunctionDef, session: ast.Call, root: str
) -> Text | None:
    """Return the file's text without a method that keeps a session; None where more is made of it."""
    given = parameters(method)
    kept = method.body[0] if len(method.body) == 1 else None
    target = kept.targets[0] if isinstance(kept, ast.Assign) and len(kept.targets) == 1 else None
    if method.name.startswith("__") or method.decorator_list or len(given) != 2:
        return None
    if not isinstance(target, ast.Attribute) or not isinstance(kept, ast.Assign):
        return None
    written = ast.unparse(target)
    if ast.unparse(kept.value) != given[1].arg or written != f"self.{target.attr}":
        return None
    nodes = walk(source.tree)
    names = _names_of(source.tree, session)
    calls = [
        s
        for s in nodes
        if isinstance(s, ast.Expr)
        and isinstance(s.value, ast.Call)
        and isinstance(s.value.func, ast.Attribute)
        and s.value.func.attr == method.name
    ]
    asked = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == method.name]
    gives = [c.value.args for c in calls if isinstance(c.value, ast.Call) and not c.value.keywords]
    if not calls or len(asked) != len(calls) or len(gives) != len(calls):
        return None
    if any(len(args) != 1 or ast.unparse(args[0]) not in names for args in gives):
        return None
    runs = [n.value for n in walk(node) if isinstance(n, ast.Attribute) and n.attr == "run"]
    uses = [n for n in walk(node) if isinstance(n, ast.Attribute) and n.attr == target.attr]
    loads = [n for n in uses if n is not target and ast.unparse(n) == written]
    others = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == target.attr]
    if any(n not in runs for n in loads) or len(loads) + 1 != len(others):
        return None
    gone: list[ast.stmt] = [method, *calls]
    if not all(has_its_lines(source, s) for s in calls) or len(node.body) < 2:
        return None
    edits = [Edit(*source.span(n), f"{root}.get_default_session()") for n in loads]
    text = edited(source, edits)
    return lines_without(text, source.tree, gone)


def _names_of(tree: ast.Module, session: ast.Call) -> set[str]:
    """Return the names of a session."""
    found: set[str] = set()
    for node in walk(tree):
        if isinstance(node, ast.Assign) and node.value is session:
            found |= {ast.unparse(t) for t in node.targets}
        elif isinstance(node, ast.withitem) and node.context_expr is session:
            found |= {ast.unparse(node.optional_vars)} if node.optional_vars else set()
    return found
