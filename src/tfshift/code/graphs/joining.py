"""What is built in a loop and run by the next statement, written where it is run.

Such an operation is made anew in each round, and its name is read once: it says the same in its run.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.edits import apply
from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, until_none
from tfshift.code.graphs.lines import as_text
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_RUNNING = ("run", "eval")


def joined_runs(one: Inlined) -> Inlined:
    """Write operations of a loop in the runs that follow them."""

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for block in _looped(source.tree):
            for first, second in itertools.pairwise(block):
                text = _joined(source, symbols, block, first, second)
                if text is not None:
                    yield text

    return until_none(one, written)


def _looped(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements that stand in loops."""
    seen: set[int] = set()
    for loop in (n for n in walk(tree) if isinstance(n, (ast.For, ast.While))):
        for node in walk(loop):
            for name in ("body", "orelse"):
                block = getattr(node, name, None)
                if isinstance(block, list) and id(block) not in seen:
                    seen.add(id(block))
                    yield block


def _joined(
    source: Source,
    symbols: Mapping[int, str],
    block: Sequence[ast.stmt],
    first: ast.stmt,
    second: ast.stmt,
) -> tuple[str, list[int]] | None:
    """Return the text with an operation in the run that follows it; None where that is not all of it."""
    target = first.targets[0] if isinstance(first, ast.Assign) and len(first.targets) == 1 else None
    value = first.value if isinstance(first, ast.Assign) else None
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
        return None
    if not plain(symbols.get(id(value.func), "")).startswith("tf."):
        return None
    if first.end_lineno != first.lineno or not has_its_lines(source, first):
        return None
    uses = [n for n in walk(source.tree) if isinstance(n, ast.Name) and n.id == target.id]
    loads = [n for n in walk(second) if isinstance(n, ast.Name) and n.id == target.id]
    others = [n for n in uses if n is not target and n not in loads]
    own = not hasattr(second, "body") and len(loads) == 1 and isinstance(loads[0].ctx, ast.Load)
    if others or not own or not _is_run(second, loads[0]) or block[-1] is first:
        return None
    start, end = source.span(value)
    text = source.data[start:end].decode(source.encoding)
    data = apply(source.data, [Edit(*source.span(loads[0]), text)], source.encoding)
    lines = data[source.bom :].decode(source.encoding).split("\n")
    kept = [(line, number) for number, line in enumerate(lines, 1) if number != first.lineno]
    return as_text(kept)


def _is_run(statement: ast.stmt, name: ast.Name) -> bool:
    """Tell whether a name is what a statement runs."""
    for call in (n for n in walk(statement) if isinstance(n, ast.Call)):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in _RUNNING:
            fetched = function.value if function.attr == "eval" or not call.args else call.args[0]
            if fetched is name:
                return True
    return False
