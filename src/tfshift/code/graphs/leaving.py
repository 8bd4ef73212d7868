"""Imports of tf.contrib that nothing needs once the layers and cells from there are written otherwise."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_LEFT = "tensorflow.contrib"


def without_imports(before: Source, data: bytes) -> bytes:
    """Take away imports of tf.contrib of which all uses went.

    Args:
        before: the file as it was.
        data: the file as it is written, in the same encoding.
    """
    if b"contrib" not in data:
        return data
    text = data[before.bom :].decode(before.encoding)
    tree = ast.parse(text)
    gone = _read(before.tree) - _read(tree)
    lines = text.split("\n")
    for statement in reversed([n for n in walk(tree) if isinstance(n, ast.stmt)]):
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        rest = _rest(statement, gone)
        alone = not lines[first][: statement.col_offset].strip() and not _follows(lines, statement)
        if rest is None or not alone:
            continue
        space = lines[first][: statement.col_offset]
        # A block must keep a statement.
        kept = rest or ("pass" if space else "")
        lines[first : last + 1] = [space + kept] if kept else []
    return data[: before.bom] + "\n".join(lines).encode(before.encoding)


def _follows(lines: list[str], statement: ast.stmt) -> bool:
    """Tell whether something but a comment stands behind a statement on its line."""
    assert statement.end_lineno is not None
    assert statement.end_col_offset is not None
    behind = lines[statement.end_lineno - 1].encode()[statement.end_col_offset :].strip()
    return bool(behind) and not behind.startswith(b"#")


def _read(tree: ast.AST) -> set[str]:
    """Return the names that a file reads, those in the texts of ``__all__`` among them."""
    found = {n.id for n in walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    texts = (n.value for n in walk(tree) if isinstance(n, ast.Constant))
    return found | {text for text in texts if isinstance(text, str) and text.isidentifier()}


def _rest(statement: ast.stmt, gone: Container[str]) -> str | None:
    """Return what stays of a statement that binds what is gone; None where that is all of it."""
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
        path = ast.unparse(statement.value)
        single = isinstance(target, ast.Name) and len(statement.targets) == 1
        contrib = ".contrib." in path and all(p.isidentifier() for p in path.split("."))
        return "" if single and contrib and ast.unparse(target) in gone else None
    if isinstance(statement, ast.Import):
        left = [a for a in statement.names if a.name.startswith(_LEFT) and a.asname in gone]
    elif isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(_LEFT):
        left = [a for a in statement.names if (a.asname or a.name) in gone]
    else:
        return None
    if not left:
        return None
    stays = list(_written(a for a in statement.names if a not in left))
    if not stays:
        return ""
    start = f"from {statement.module} " if isinstance(statement, ast.ImportFrom) else ""
    return f"{start}import {', '.join(stays)}"


def _written(aliases: Iterator[ast.alias]) -> Iterator[str]:
    for alias in aliases:
        yield f"{alias.name} as {alias.asname}" if alias.asname else alias.name
