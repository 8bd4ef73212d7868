"""What switches TensorFlow 2 to the behaviour of 1.x is taken away: functions need it as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, has_its_lines, plain, until_none
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.lines import lines_without
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
        for node in (n for n in walk(source.tree) if isinstance(n, ast.stmt)):
            if not is_switch(node, symbols):
                continue
            if not has_its_lines(source, node):
                raise Refusal(node, "a switch of behaviour among other statements")
            yield lines_without(source.text, source.tree, [node])

    return until_none(one, written, fewer=True)


def is_switch(statement: ast.stmt, symbols: Mapping[int, str]) -> bool:
    """Tell whether a statement chooses between the behaviours of 1.x and 2.x."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and plain(symbols.get(id(call.func), "")) in _SWITCHES
