"""Classes that are given a session or make one, as classes that make one.

Where there are no sessions, the two are the same: ``if sess is None: self.sess = tf.Session()`` and
what else it does hold for each object, and nobody gives it one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, until_none
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.lines import as_text, edited, outdented
from tfshift.code.graphs.syntax import is_constant, parameters
from tfshift.code.graphs.veil import without_argument, without_parameter
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

# A name that may be a session's, asked whether it holds nothing.
_ASKED = re.compile(r"\bif\s+(not\s+)?\w*sess\w*(\s+is\s+None)?\s*:", re.IGNORECASE)


def with_own_sessions(one: Inlined) -> Inlined:
    """Write classes that make a session unless they are given one as if they were never given one."""
    if not _ASKED.search(one.file.source.text):
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for node in source.tree.body:
            for begins in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(begins, ast.FunctionDef) and begins.name == "__init__":
                    assert isinstance(node, ast.ClassDef)
                    made = (
                        _written(source, symbols, node, begins, p) for p in parameters(begins)[1:]
                    )
                    yield from (text for text in made if text is not None)

    return until_none(one, written)


def _written(
    source: Source,
    symbols: Mapping[int, str],
    owner: ast.ClassDef,
    begins: ast.FunctionDef,
    parameter: ast.arg,
) -> tuple[str, list[int]] | None:
    """Return the text in which a parameter is gone, if a session is made where it is None."""
    name = parameter.arg
    choice = next((s for s in begins.body if isinstance(s, ast.If) and _asks(s.test, name)), None)
    uses = [n for n in walk(begins) if isinstance(n, ast.Name) and n.id == name]
    if choice is None or len(uses) != 2 or not has_its_lines(source, choice):
        return None
    given = choice.orelse[0] if len(choice.orelse) == 1 else None
    made = [
        ast.unparse(s.targets[0])
        for s in choice.body
        if isinstance(s, ast.Assign)
        and isinstance(s.value, ast.Call)
        and plain(symbols.get(id(s.value.func), "")) in known.SESSION
    ]
    taken = isinstance(given, ast.Assign) and ast.unparse(given.targets[0]) in made
    if not taken or not isinstance(given, ast.Assign) or ast.unparse(given.value) != name:
        return None
    end = choice.body[-1].end_lineno
    assert end is not None
    assert choice.end_lineno is not None
    if choice.body[0].lineno == choice.lineno or end >= given.lineno:
        return None
    position = [p.arg for p in parameters(begins)].index(name) - 1
    edits: list[Edit] = []
    for call in (n for n in walk(source.tree) if isinstance(n, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == owner.name:
            keyword = next((k for k in call.keywords if k.arg == name), None)
            if any(isinstance(a, ast.Starred) for a in call.args):
                return None
            if keyword is not None or len(call.args) > position:
                edits.append(without_argument(source, call, keyword or call.args[position]))
    try:
        edits.append(without_parameter(source, begins, name))
    except Refusal:
        return None
    gone: set[int] = set()
    for edit in edits:
        first = source.data.count(b"\n", 0, edit.start) + 1
        gone.update(range(first + 1, first + 1 + source.data.count(b"\n", edit.start, edit.end)))
    left = [number for number in range(1, source.line_count + 2) if number not in gone]
    text = edited(source, edits)
    deeper = choice.body[0].col_offset - choice.col_offset
    lines: list[tuple[str, int]] = []
    for number, line in zip(left, text.split("\n"), strict=False):
        if choice.lineno < number <= end:
            lines.append((outdented(line, deeper), number))
        elif not choice.lineno <= number <= choice.end_lineno:
            lines.append((line, number))
    return as_text(lines)


def _asks(test: ast.expr, name: str) -> bool:
    """Tell whether a condition is that a name holds nothing."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return isinstance(test.operand, ast.Name) and test.operand.id == name
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == name
        and isinstance(test.ops[0], ast.Is)
        and is_constant(test.comparators[0], None)
    )
