"""LeakyRelu -> Maximum(x, alpha * x), which is the same where alpha is at most 1."""

from __future__ import annotations

from tfshift.model.protos import message
from tfshift.model.rewrites import Work

TITLE = "LeakyRelu -> Maximum"
ORDER = 50
EXAMPLES = ("LeakyRelu(x, alpha=0.2) -> Maximum(x, Mul(0.2, x))",)


def rewrite(work: Work) -> int:
    """Put a constant and a product before a Maximum that takes the node's name."""
    if work.has("LeakyRelu"):
        return 0
    count = 0
    for node in list(work.graph.node):
        if node.op != "LeakyRelu":
            continue
        alpha = node.attr["alpha"].f if "alpha" in node.attr else 0.2
        kind = node.attr["T"].type if "T" in node.attr else 1
        # float32 and float64: others have no plain field in a constant.
        if not 0.0 <= alpha <= 1.0 or kind not in (1, 2):
            continue
        constant = work.graph.node.add()
        constant.name, constant.op = work.free_name(f"{node.name}/alpha"), "Const"
        constant.attr["dtype"].type = kind
        tensor = message("TensorProto")(dtype=kind)
        (tensor.float_val if kind == 1 else tensor.double_val).append(alpha)
        tensor.tensor_shape.SetInParent()
        constant.attr["value"].tensor.CopyFrom(tensor)
        product = work.graph.node.add()
        product.name, product.op = work.free_name(f"{node.name}/mul"), "Mul"
        product.input.extend([constant.name, node.input[0]])
        product.attr["T"].type = kind
        product.device = constant.device = node.device
        node.op = "Maximum"
        node.attr["T"].type = kind
        rest = list(node.input[1:])
        first = node.input[0]
        del node.input[:]
        node.input.extend([first, product.name, *rest])
        if "alpha" in node.attr:
            del node.attr["alpha"]
        count += 1
    return count
