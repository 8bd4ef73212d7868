"""ParseExampleV2 -> ParseExample, where nothing is ragged: the keys become inputs one by one."""

from __future__ import annotations

from typing import Any

from tfshift.model.protos import dtype_number, message
from tfshift.model.rewrites import Place, Work

TITLE = "ParseExampleV2 -> ParseExample"
ORDER = 50
EXAMPLES = (
    'ParseExampleV2(x, names, ["s"], ["a", "b"], [], d, e) -> ParseExample(x, names, "s", "a", "b", d, e)',
)
# Serialized examples, names, three lists of keys; then the defaults.
_BEFORE_DEFAULTS = 5


def rewrite(work: Work) -> int:
    """Rewrite nodes whose keys are constants; the old op takes a vector of examples, no single one."""
    if work.has("ParseExampleV2") or work.lacks("ParseExample"):
        return 0
    return sum(
        _rewritten(place, node)
        for place in work.places()
        for node in list(place.nodes)
        if node.op == "ParseExampleV2"
    )


def _rewritten(place: Place, node: Any) -> bool:
    ragged = ("ragged_value_types", "ragged_split_types")
    if any(len(node.attr[name].list.type) for name in ragged) or len(node.input) < _BEFORE_DEFAULTS:
        return False
    sparse, dense = (_strings(place.source(node.input[n])) for n in (2, 3))
    if sparse is None or dense is None or _single(place.source(node.input[0])):
        return False
    if len(sparse) != node.attr["num_sparse"].i or len(dense) != len(node.attr["Tdense"].list.type):
        return False
    keys = [_key(place, node, key) for key in (*sparse, *dense)]
    inputs = [*node.input[:2], *keys, *node.input[_BEFORE_DEFAULTS:]]
    del node.input[:]
    node.input.extend(inputs)
    for name in ("num_sparse", *ragged):
        if name in node.attr:
            del node.attr[name]
    node.op = "ParseExample"
    node.attr["Nsparse"].i, node.attr["Ndense"].i = len(sparse), len(dense)
    return True


def _strings(node: Any) -> list[bytes] | None:
    """Return a constant vector of strings, None for anything else."""
    if node is None or node.op != "Const":
        return None
    tensor = node.attr["value"].tensor
    sizes = [d.size for d in tensor.tensor_shape.dim]
    if len(sizes) != 1:
        return None
    values: list[bytes] = list(tensor.string_val)
    # What is left out at the end is the last one again.
    padded: list[bytes] = values + values[-1:] * (sizes[0] - len(values))
    return padded


def _single(node: Any) -> bool:
    """Tell whether the examples are known to be one scalar."""
    if node is None or "shape" not in node.attr:
        return False
    shape = node.attr["shape"].shape
    return not shape.unknown_rank and len(shape.dim) == 0


def _key(place: Place, node: Any, key: bytes) -> str:
    """Add a scalar constant with a key and return how it is taken."""
    constant, taken = place.add(f"{node.name}/key", "Const", (), "output")
    kind = dtype_number("DT_STRING")
    constant.attr["dtype"].type = kind
    tensor = message("TensorProto")(dtype=kind)
    tensor.string_val.append(key)
    tensor.tensor_shape.SetInParent()
    constant.attr["value"].tensor.CopyFrom(tensor)
    return taken
