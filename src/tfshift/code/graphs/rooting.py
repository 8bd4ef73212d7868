"""TensorFlow under several names, or imported in several ways, as one import under one name.

``tf1 = tf.compat.v1`` beside ``tf``, a second import that hides the first, one that is tried or that
hangs on the version: where the names are those of 1.x all of these are one module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs.inlining import Inlined, has_its_lines, symbols_in, until_none
from tfshift.code.graphs.lines import as_text, edited, lines_without
from tfshift.code.graphs.switched import is_switch
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_ROOT = ("tf", "tf.compat.v1")
# Where a file begins among several that are read as one.
_BEGINS = re.compile(r"\w+ part \d+")


def under_one_name(one: Inlined) -> Inlined:
    """Write what TensorFlow is called as one import under one name."""
    text = one.file.source.text
    if text.count("import tensorflow") < 2 and "compat" not in text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for block in (n for n in source.tree.body if isinstance(n, (ast.Try, ast.If))):
            kept = _choice(block, symbols)
            if kept is not None:
                yield _unwrapped(source, block, kept)
        for part in _parts(source.tree):
            yield from _again(source, symbols, part)

    return until_none(one, written, fewer=True)


def _parts(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield the statements of each file that was read as a part of the whole."""
    part: list[ast.stmt] = []
    for statement in tree.body:
        value = statement.value if isinstance(statement, ast.Expr) else None
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(text, str) and _BEGINS.fullmatch(text):
            yield part
            part = []
        part.append(statement)
    yield part


def _again(
    source: Source, symbols: Mapping[int, str], part: Sequence[ast.stmt]
) -> Iterator[tuple[str, list[int]]]:
    """Yield the text without what names TensorFlow again in a file, and which line each was."""
    first = next((name for name in map(_named, part) if name), "")
    nodes = [n for statement in part for n in walk(statement)]
    seen = False
    for statement in part:
        name = _named(statement) or _assigned(statement, symbols)
        if not name or not has_its_lines(source, statement):
            continue
        if not seen and _named(statement):
            seen = True
        elif seen and (name == first or _is_only_bound(nodes, name)):
            text = _called(source, nodes, statement, name, first)
            if text is not None:
                yield text


def _named(statement: ast.stmt) -> str:
    """Return the name under which a statement imports TensorFlow as a whole; nothing otherwise."""
    if not isinstance(statement, ast.Import) or len(statement.names) != 1:
        return ""
    alias = statement.names[0]
    return alias.asname or alias.name if alias.name == "tensorflow" else ""


def _assigned(statement: ast.stmt, symbols: Mapping[int, str]) -> str:
    """Return the name that a statement gives to TensorFlow's API of 1.x; nothing otherwise."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return ""
    target = statement.targets[0]
    whole = symbols.get(id(statement.value), "") in _ROOT
    return target.id if whole and isinstance(target, ast.Name) else ""


def _choice(block: ast.Try | ast.If, symbols: Mapping[int, str]) -> ast.stmt | None:
    """Return the import that is left of a block which only chooses how TensorFlow is imported."""
    others: list[ast.stmt] = []
    if isinstance(block, ast.Try):
        if block.finalbody or not block.handlers:
            return None
        others = [s for handler in block.handlers for s in handler.body] + block.orelse
    else:
        asks = symbols_in(block.test, symbols)
        if not asks or not all("version" in name.lower() for name in asks):
            return None
        others = block.orelse
    each = [*block.body, *others]
    imports = [s for s in each if _named(s)]
    quiet = all(_named(s) or is_switch(s, symbols) or isinstance(s, ast.Pass) for s in each)
    return imports[0] if quiet and imports and len({_named(s) for s in imports}) == 1 else None


def _unwrapped(source: Source, block: ast.Try | ast.If, kept: ast.stmt) -> tuple[str, list[int]]:
    """Return the text with an import in the place of a block, and which line each was."""
    lines: list[tuple[str, int]] = []
    for number, text in enumerate(source.text.split("\n"), 1):
        if number == kept.lineno:
            lines.append((ast.unparse(kept), number))
        elif not block.lineno <= number <= (block.end_lineno or block.lineno):
            lines.append((text, number))
    return as_text(lines)


def _is_only_bound(nodes: Sequence[ast.AST], name: str) -> bool:
    """Tell whether a name is bound once in a file."""
    stored = [n for n in nodes if isinstance(n, ast.Name) and n.id == name
              and not isinstance(n.ctx, ast.Load)]  # fmt: skip
    given = [n for n in nodes if isinstance(n, ast.arg) and n.arg == name]
    aliases: Sequence[ast.alias] = [n for n in nodes if isinstance(n, ast.alias)]
    imported = [a for a in aliases if (a.asname or a.name) == name]
    return len(stored) + len(given) + len(imported) == 1


def _called(
    source: Source, nodes: Sequence[ast.AST], statement: ast.stmt, name: str, first: str
) -> tuple[str, list[int]] | None:
    """Return the text without a statement that names TensorFlow again, and which line each was.

    None where the name cannot be written otherwise.
    """
    edits: list[Edit] = []
    inside = set(map(id, walk(statement)))
    for node in nodes:
        if (
            name != first
            and isinstance(node, ast.Name)
            and node.id == name
            and id(node) not in inside
        ):
            start, end = source.span(node)
            # In a formatted text positions are wrong before Python 3.12.
            if source.data[start:end] != name.encode(source.encoding):
                return None
            edits.append(Edit(start, end, first))
    text = edited(source, edits)
    return lines_without(text, source.tree, [statement])
