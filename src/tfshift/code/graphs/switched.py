"""What switches TensorFlow 2 to the behaviour of 1.x is taken away: functions need it as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, until_none
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.walking import walk

_SWITCHES = {
    f"tf.{name}"
    for name in (
        "disable_v2_behavior", "disable_eager_execution", "disable_resource_variables",
        "enable_resource_variables", "disable_tensor_equality", "disable_v2_tensorshape",
        "enable_v2_tensorshape", "enable_control_flow_v2", "disable_control_flow_v2",
    )
}  # fmt: skip
_MENTIONED = ("disable_", "enable_")


def without_switches(one: Inlined) -> Inlined:
    """Take away the statements that only choose between the behaviours of 1.x and 2.x.

    Raises:
        Refusal: if one stands where it cannot be taken away.
    """
    if not any(word in one.file.source.text for word in _MENTIONED):
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for node in walk(source.tree):
            call = node.value if isinstance(node, ast.Expr) else None
            if not isinstance(node, ast.stmt) or not isinstance(call, ast.Call):
                continue
            if plain(symbols.get(id(call.func), "")) not in _SWITCHES:
                continue
            if not has_its_lines(source, node):
                raise Refusal(node, "a switch of behaviour among other statements")
            alone = _is_alone(source.tree, node)
            gone = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            lines: list[tuple[str, int]] = []
            for number, text in enumerate(source.text.split("\n"), 1):
                if number == gone[0] and alone:
                    lines.append((" " * node.col_offset + "pass", number))
                elif number not in gone:
                    lines.append((text, number))
            yield "\n".join(text for text, _ in lines), [number for _, number in lines]

    return until_none(one, written, fewer=True)


def _is_alone(tree: ast.AST, statement: ast.stmt) -> bool:
    """Tell whether a statement is the only one of its block."""
    for node in walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and statement in block:
                return len(block) == 1
    return False
