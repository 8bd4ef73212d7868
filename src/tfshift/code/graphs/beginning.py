"""Methods that build and are called right after their object is made, called as the object begins."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise

from tfshift.code.graphs.inlining import (
    BUILDING,
    Inlined,
    Text,
    has_its_lines,
    plain,
    symbols_in,
    until_none,
)
from tfshift.code.graphs.lines import as_text, ending, lines_without
from tfshift.code.graphs.walking import walk


def begun_at_once(one: Inlined) -> Inlined:
    """Let ``__init__`` call what is called on the next line: ``m = Model()`` and ``m.build()``."""
    if "__init__" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = walk(source.tree)
        classes = {n.name: n for n in source.tree.body if isinstance(n, ast.ClassDef)}
        named = [n.id for n in nodes if isinstance(n, ast.Name)]
        asked = [n.attr for n in nodes if isinstance(n, ast.Attribute)]
        for block in (getattr(n, "body", ()) for n in nodes):
            for made, called in pairwise(block if isinstance(block, list) else ()):
                found = _pair(made, called)
                node = classes.get(found[0]) if found is not None else None
                if found is None or node is None or node.decorator_list:
                    continue
                if any(ast.unparse(b) != "object" for b in node.bases):
                    continue
                methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
                begins, method = methods.get("__init__"), methods.get(found[1])
                once = named.count(found[0]) == 1 and asked.count(found[1]) == 1
                if (
                    begins is None
                    or method is None
                    or not once
                    or not has_its_lines(source, called)
                ):
                    continue
                used = symbols_in(method, symbols)
                returns = any(isinstance(n, ast.Return) for n in walk(begins))
                if not used & BUILDING or returns or begins.body[0].lineno == begins.lineno:
                    continue
                assert begins.end_lineno is not None
                gone = range(called.lineno, (called.end_lineno or called.lineno) + 1)
                space = " " * begins.body[0].col_offset
                cr = ending(source)
                lines: list[tuple[str, int]] = []
                for number, line in enumerate(source.text.split("\n"), 1):
                    if number not in gone:
                        lines.append((line, number))
                    if number == begins.end_lineno:
                        lines.append((f"{space}self.{found[1]}({found[2]}){cr}", called.lineno))
                yield as_text(lines)

    return until_none(one, written)


def _pair(made: ast.stmt, called: ast.stmt) -> tuple[str, str, str] | None:
    """Return the class of an object that is made, the method that is called next, and its arguments."""
    if not isinstance(made, ast.Assign) or not isinstance(called, ast.Expr):
        return None
    target, call = made.targets[0], called.value
    if not isinstance(made.value, ast.Call) or not isinstance(made.value.func, ast.Name):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if ast.unparse(call.func.value) != ast.unparse(target) or len(made.targets) > 1:
        return None
    given = [*call.args, *(k.value for k in call.keywords)]
    if not all(isinstance(value, ast.Constant) for value in given):
        return None
    parts = [*map(ast.unparse, call.args), *map(ast.unparse, call.keywords)]
    return made.value.func.id, call.func.attr, ", ".join(parts)


def bound_once(one: Inlined) -> Inlined:
    """Leave out ``self.session = None`` where one other statement binds it, and nothing asks for it."""
    if "= None" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        for node in (n for n in source.tree.body if isinstance(n, ast.ClassDef)):
            nodes = walk(node)
            bound: dict[str, list[ast.Assign]] = {}
            for statement in (n for n in nodes if isinstance(n, ast.Assign)):
                for target in statement.targets:
                    for part in walk(target):
                        if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "self":
                            bound.setdefault(part.attr, []).append(statement)
            tests = [
                n.test for n in nodes if isinstance(n, (ast.If, ast.While, ast.IfExp, ast.Assert))
            ]
            tests += [n for n in nodes if isinstance(n, (ast.Compare, ast.BoolOp, ast.UnaryOp))]
            tested = {n.attr for t in tests for n in walk(t) if isinstance(n, ast.Attribute)}
            for name, statements in bound.items():
                empty, *others = sorted(statements, key=lambda s: not _is_nothing(s))
                if len(others) != 1 or not _is_nothing(empty) or _is_nothing(others[0]):
                    continue
                graph = any(
                    plain(symbols.get(id(n), "")) in BUILDING for n in walk(others[0].value)
                )
                if graph and name not in tested and has_its_lines(source, empty):
                    yield lines_without(source.text, source.tree, [empty])

    return until_none(one, written)


def _is_nothing(statement: ast.Assign) -> bool:
    value = statement.value
    return isinstance(value, ast.Constant) and value.value is None and len(statement.targets) == 1
