"""A function of TensorFlow that is given a symbolic tensor of Keras, where Keras 3 refuses that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import TENSORS
from tfshift.code.rules.keras_ops import OPS
from tfshift.code.whole import Whole, by_hand, safe, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind

ID = "keras-tensor"
TITLE = "Keras 3 gives TensorFlow's functions no symbolic tensors"
_MODEL = "import tensorflow as tf\nx = tf.keras.Input((3,))\nh = tf.keras.layers.Dense(2)(x)\n"
EXAMPLES = [
    ("2.15", "2.21", _MODEL + "y = tf.nn.relu(h)\n", [(4, "tf.nn.relu")]),
    ("2.15", "2.21", _MODEL + "y = tf.concat([h, 2 * x[:, :1]], 1)\n", [(4, "tf.concat")]),
    ("2.8", "2.16", _MODEL + "def block(t):\n    return tf.square(t)\ny = block(h)\n", [(5, "tf.square")]),
    ("2.15", "2.21", _MODEL + "y = tf.keras.backend.mean(tf.abs(h))\n", [(4, "tf.keras.backend.mean")]),
    ("2.15", "2.21", "from tensorflow import keras\nimport tensorflow as tf\n"
     "b = keras.applications.MobileNet(weights=None)\nz = tf.reduce_mean(b.output, 1)\n", [(4, "tf.reduce_mean")]),
    ("2.15", "2.21", _MODEL + "y = tf.add(tf.abs(h), tf.square(h))\n", [(4, "tf.add")]),
    ("2.15", "2.21", _MODEL + "with tf.keras.backend.name_scope(h):\n    pass\n", []),
    ("2.15", "2.21", _MODEL + "y = tf.keras.layers.Lambda(lambda t: tf.nn.relu(t))(h)\n", []),
    ("2.15", "2.21", _MODEL + "y = tf.keras.ops.relu(h)\nz = tf.keras.activations.relu(h)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n    def call(self, x):\n"
     "        return tf.nn.relu(x)\ny = L()(tf.keras.Input((3,)))\n", []),
    ("2.8", "2.15", _MODEL + "y = tf.nn.relu(h)\n", []),
    ("2.15", "2.21", _MODEL + "y = tf.keras.backend.int_shape(h)\nz = tf.constant(3)\nw = tf.nn.relu(z)\n", []),
]  # fmt: skip
# Measured in 2.21.0: these work on symbolic tensors, as all that is below the others does not.
_TAKES = ("tf.keras.",)
_REFUSES = ("tf.keras.backend.",)
_FINE = frozenset({
    "tf.keras.backend.int_shape", "tf.keras.backend.is_keras_tensor", "tf.is_symbolic_tensor",
    "tf.print", "tf.keras.backend.function", "tf.keras.backend.name_scope",
})  # fmt: skip
WHERE = "keras-tensor"


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each outermost call that is given a symbolic tensor."""
    if not whole.to_keras_3:
        return
    flow = whole.flow
    inner: set[int] = set()
    for node in whole.nodes:
        if not isinstance(node, ast.Call) or not _refused(whole, node) or id(node) in inner:
            continue
        inner |= {id(n) for n in _pure(whole, node) if n is not node}
        symbol = flow.symbol(node.func)
        message = (
            f"{symbol} takes no symbolic tensor of Keras in TensorFlow {whole.target}: "
            "a layer has to call it"
        )
        evidence = (
            "A KerasTensor cannot be used as input to a TensorFlow function, says 2.21.0 of "
            "tf.nn.relu, tf.concat, tf.reshape, tf.shape and tf.keras.backend.sum; 2.15.1 takes it"
        )
        yield whole.finding(
            node.func, symbol, ID, message, evidence, _fix(whole, node), kind=Kind.BEHAVIOUR
        )


def _refused(whole: Whole, node: ast.AST) -> bool:
    """Tell whether a call is one of TensorFlow's functions that is given a symbolic tensor."""
    if not isinstance(node, ast.Call):
        return False
    symbol = whole.flow.symbol(node.func)
    if not symbol.startswith("tf.") or symbol in _FINE:
        return False
    if symbol.startswith(_TAKES) and not symbol.startswith(_REFUSES):
        return False
    there = whole.move.destination(symbol) if symbol.startswith(_REFUSES) else None
    if there is not None and there.path.startswith(OPS):
        return False
    given = [*node.args, *(k.value for k in node.keywords)]
    return any(whole.flow.kind(value) in TENSORS for value in given)


def _pure(whole: Whole, node: ast.AST) -> Iterator[ast.AST]:
    """Yield what TensorFlow computes in an expression, down to the tensors that it starts from."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Lambda, ast.ListComp, ast.GeneratorExp)):
            continue
        made = isinstance(child, ast.Call) and whole.flow.kind(child) in TENSORS
        if made and not _refused(whole, child):
            continue
        yield from _pure(whole, child)


def _leaves(whole: Whole, node: ast.expr) -> Iterator[ast.expr]:
    """Yield the symbolic tensors that an expression is computed from, in the order of the text."""
    function = node.func if isinstance(node, ast.Call) else None
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword):
            yield from _leaves_of(whole, child.value)
        elif isinstance(child, ast.expr) and child is not function:
            yield from _leaves_of(whole, child)


def _leaves_of(whole: Whole, node: ast.expr) -> Iterator[ast.expr]:
    kind = whole.flow.kind(node)
    computed = (
        ast.BinOp,
        ast.UnaryOp,
        ast.Compare,
        ast.Subscript,
        ast.List,
        ast.Tuple,
        ast.Starred,
    )
    if isinstance(node, computed) or _refused(whole, node):
        yield from _leaves(whole, node)
    elif kind in TENSORS:
        yield node
    elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.GeneratorExp)):
        yield from _leaves(whole, node)


def _fix(whole: Whole, node: ast.Call) -> Fix:
    """Call the function of Keras that is the same, or let a layer call it."""
    # What is computed inside of it goes with it only if all of that has an equal as well.
    calls = [n for n in _pure(whole, node) if isinstance(n, ast.Call) and _refused(whole, n)]
    renamed = [_renamed(whole, call) for call in calls]
    if all(edits is not None for edits in renamed):
        return safe("Use keras.ops", *(edit for edits in renamed for edit in edits or ()))
    leaves = list(_leaves(whole, node))
    layer = f"{whole.path('tf.keras.layers.Lambda')}(lambda "
    start, end = whole.span(node)
    names = {leaf.id for leaf in leaves if isinstance(leaf, ast.Name)}
    title = "Let a Lambda layer call it"
    if len(names) == 1 and all(isinstance(leaf, ast.Name) for leaf in leaves):
        name = names.pop()
        return unsafe(
            title, Edit(start, start, f"{layer}{name}: "), Edit(end, end, f")({name})")
        )  # fmt: skip
    texts = [whole.text(leaf) for leaf in leaves]
    if not leaves or any(text is None for text in texts):
        return by_hand(title)
    order = list(dict.fromkeys(str(text) for text in texts))
    edits = [Edit(start, start, f"{layer}t: ")]
    for leaf, text in zip(leaves, texts, strict=True):
        one = f"t[{order.index(str(text))}]" if len(order) > 1 else "t"
        edits.append(Edit(*whole.span(leaf), one))
    given = f"[{', '.join(order)}]" if len(order) > 1 else order[0]
    return unsafe(title, *edits, Edit(end, end, f")({given})"))


def _renamed(whole: Whole, node: ast.Call) -> list[Edit] | None:
    """Spell the function of Keras that is the same; None where it or an argument has no place there."""
    found = whole.move.destination_where(whole.flow.symbol(node.func), WHERE)
    if found is None:
        return None
    renamed = dict(found.arguments)
    rest = [*node.args[1:], *(k.value for k in node.keywords)]
    if any(isinstance(v, (ast.List, ast.Tuple)) and whole.flow.kind(v) in TENSORS for v in rest):
        # Sizes that are tensors themselves have no place in a shape there.
        return None
    edits = [Edit(*whole.span(node.func), whole.path(found.path))]
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg == "name" or not renamed.get(keyword.arg, "same"):
            return None
        if keyword.arg in renamed:
            start, _ = whole.span(keyword)
            edits.append(Edit(start, start + len(keyword.arg), renamed[keyword.arg]))
    return edits
