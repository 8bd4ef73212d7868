"""Placeholders that a branch alone makes, written above it: to make one does nothing.

Who is not in that branch does not feed it, and reads nothing that it holds then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, until_none
from tfshift.code.graphs.lines import as_text
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_PLACEHOLDER = "tf.placeholder"
# What it holds where it is not fed: a number of its type, which nobody reads.
_NOTHING = {
    "float16": "0.0", "float32": "0.0", "float64": "0.0", "int32": "0", "int64": "0", "bool": "False",
}  # fmt: skip


def raised(one: Inlined) -> Inlined:
    """Write the placeholders of branches above these."""
    if "placeholder" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for branch in (n for n in walk(source.tree) if isinstance(n, ast.If)):
            for block in (branch.body, branch.orelse):
                for statement in block:
                    if _is_apart(source, symbols, branch, statement):
                        assert isinstance(statement, ast.Assign)
                        yield _above(source, branch, block, statement)

    return until_none(one, written, fewer=True)


def _is_apart(
    source: Source, symbols: Mapping[int, str], branch: ast.If, statement: ast.stmt
) -> bool:
    """Tell whether a statement makes a placeholder that is made nowhere else."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    if not isinstance(statement, ast.Assign) or not isinstance(value, ast.Call):
        return False
    if plain(symbols.get(id(value.func), "")) != _PLACEHOLDER or len(statement.targets) != 1:
        return False
    target = ast.unparse(statement.targets[0])
    stores = [
        n
        for n in walk(source.tree)
        if isinstance(n, (ast.Name, ast.Attribute))
        and isinstance(n.ctx, ast.Store)
        and ast.unparse(n) == target
    ]
    single = isinstance(statement.targets[0], (ast.Name, ast.Attribute)) and len(stores) == 1
    # An ``elif`` has no line of its own above it.
    own = source.line(branch.lineno).lstrip().startswith("if")
    return single and own and has_its_lines(source, statement) and bool(_nothing(value))


def _nothing(call: ast.Call) -> str:
    """Return a number of a placeholder's type; nothing where that is not known."""
    given = call.args[0] if call.args else next(
        (k.value for k in call.keywords if k.arg == "dtype"), None
    )  # fmt: skip
    name = given.attr if isinstance(given, ast.Attribute) else ""
    return _NOTHING.get(name, "")


def _above(
    source: Source, branch: ast.If, block: list[ast.stmt], statement: ast.Assign
) -> tuple[str, list[int]]:
    """Return the text with a placeholder above the branch that made it, and which line each was."""
    call = statement.value
    assert isinstance(call, ast.Call)
    rest = [ast.unparse(a) for a in call.args[1:]]
    rest += [f"{k.arg}={ast.unparse(k.value)}" for k in call.keywords if k.arg != "dtype"]
    if len(call.args) < 2 and not any(k.arg == "shape" for k in call.keywords):
        rest.insert(0, "None")
    made = f"{ast.unparse(call.func)}_with_default"
    line = f"{ast.unparse(statement.targets[0])} = {made}({', '.join([_nothing(call), *rest])})"
    lines: list[tuple[str, int]] = []
    gone = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    for number, text in enumerate(source.text.split("\n"), 1):
        if number == branch.lineno:
            lines.append((" " * branch.col_offset + line, statement.lineno))
        if number not in gone:
            lines.append((text, number))
        elif number == gone[0] and len(block) == 1:
            lines.append((" " * statement.col_offset + "pass", number))
    return as_text(lines)
