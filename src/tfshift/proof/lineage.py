"""What a different output is computed from, operation by operation or layer by layer (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from tfshift.domain.recordings import Feed
from tfshift.proof.recording import Recording

# An operation, as it was recorded: type, names of those before it, value of a constant, attributes.
Operations = Mapping[str, list[Any]]

_SHOWN = 5
_CLOSE = 1e-6
_GRADIENT = re.compile(r"(^|/)gradients(_\d+)?/")
# Types that are one operation in two ages of TensorFlow or Keras.
_SAME = {
    "VarHandleOp": "Variable", "VariableV2": "Variable", "TemporaryVariable": "Variable",
    "ReadVariableOp": "Identity", "AssignVariableOp": "Assign", "StatefulPartitionedCall": "PartitionedCall",
    "BatchNormalizationV1": "BatchNormalization", "BatchMatMul": "MatMul", "SelectV": "Select",
}  # fmt: skip


def _type(name: str) -> str:
    plain = re.sub(r"V\d+$", "", name.removeprefix("Resource"))
    return _SAME.get(name, _SAME.get(plain, plain))


def _above(operations: Operations, roots: Iterable[str]) -> Iterator[str]:
    """Yield what roots are computed from, each once, what comes first in front, a root at its end."""
    seen: set[str] = set()
    for root in roots:
        pending: list[tuple[str, bool]] = [(root, False)]
        while pending:
            name, done = pending.pop()
            if done:
                yield name
            elif name not in seen and name in operations:
                seen.add(name)
                pending.append((name, True))
                pending += [(before, False) for before in reversed(operations[name][1])]


def _number(value: Any) -> list[float] | None:
    """Read numbers of a value or attribute, flat; None where it has others."""
    text = str(value)
    parts = re.findall(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)", text)
    if re.sub(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)|[\[\]\s,()]", "", text):
        return None
    return [float(part) for part in parts]


def _differs(one: Any, other: Any) -> bool:
    if one == other:
        return False
    mine, theirs = _number(one), _number(other)
    if mine is None or theirs is None or len(mine) != len(theirs):
        return True
    return any(abs(a - b) > _CLOSE * max(1.0, abs(a)) for a, b in zip(mine, theirs, strict=True))


def _found(name: str, mine: list[Any], theirs: list[Any]) -> Iterator[Feed]:
    if _type(mine[0]) != _type(theirs[0]):
        yield Feed(name, "type", mine[0], theirs[0])
        return
    if mine[2] is not None and theirs[2] is not None and _differs(mine[2], theirs[2]):
        yield Feed(name, "value", mine[2], theirs[2])
    for key in sorted(mine[3].keys() & theirs[3].keys()):
        if _differs(mine[3][key], theirs[3][key]):
            yield Feed(name, key, str(mine[3][key]), str(theirs[3][key]))


def feeds(before: Recording, after: Recording, output: str) -> Iterator[Feed]:
    """Yield what an output is computed from and that is not the same, what comes first in front.

    Operations are paired by their names, layers by their places. Where both recordings have none of
    them in common, as where a graph became functions, nothing is known.

    Args:
        before: the reference.
        after: what is judged.
        output: the name of a different output, as TensorFlow has it (``loss:0``), of a call of Keras
            (``keras.fit loss``), or of anything else that the program gives.
    """
    mine, theirs = before.operations, after.operations
    if output.startswith("keras."):
        roots = [name for name in mine if name.startswith("model ")]
    else:
        # What changes its variables between runs comes after what it is computed from itself. Of what
        # was printed or written nobody knows from where it comes: that may be anything.
        root = output.partition(":")[0]
        roots = [*([root] if root in mine else []), *(name for name in mine if name != root)]
    # How a gradient is put together is the release's own affair.
    paired = (n for n in _above(mine, roots) if n in theirs and not _GRADIENT.search(n))
    yield from islice((f for n in paired for f in _found(n, mine[n], theirs[n])), _SHOWN)
