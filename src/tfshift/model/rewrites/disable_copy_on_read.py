"""Take DisableCopyOnRead away: it only says how a variable is read later."""

from __future__ import annotations

from typing import Any

from tfshift.model.rewrites import Work

TITLE = "take DisableCopyOnRead away"
ORDER = 30
EXAMPLES = ("DisableCopyOnRead(v); ReadVariableOp(v, ^it) -> ReadVariableOp(v)",)
_OP = "DisableCopyOnRead"


def rewrite(work: Work) -> int:
    """Remove the nodes and what waits for them; reading gives the same value."""
    if work.has(_OP):
        return 0
    count = 0
    for body in work.bodies():
        count += _without(body)
    for function in work.graph.library.function:
        names = {node.name for node in function.node_def}
        for key, name in list(function.control_ret.items()):
            if name not in names:
                del function.control_ret[key]
                left = [n for n in function.signature.control_output if n != key]
                del function.signature.control_output[:]
                function.signature.control_output.extend(left)
    return count


def _without(body: Any) -> int:
    gone = {
        node.name: [i for i in node.input if i.startswith("^")] for node in body if node.op == _OP
    }
    if not gone:
        return 0
    for node in body:
        waits = [i for i in node.input if i.startswith("^") and i[1:] in gone]
        if waits:
            # What it waited for is waited for all the same.
            instead = [w for name in waits for w in gone[name[1:]]]
            kept = [i for i in node.input if i not in waits]
            del node.input[:]
            node.input.extend(dict.fromkeys([*kept, *instead]))
    for position in reversed(range(len(body))):
        if body[position].op == _OP:
            del body[position]
    return len(gone)
