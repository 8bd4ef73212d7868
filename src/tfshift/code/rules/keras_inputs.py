"""A layer that is told the shape of whole batches, which only an input of its own is in Keras 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.whole import Whole, safe
from tfshift.domain.findings import Edit, Finding, Kind

ID = "keras-input"
TITLE = "Keras 3 is told the shape of batches by an input of its own"
_HEAD = "import tensorflow as tf\nL = tf.keras.layers\n"
EXAMPLES = [
    ("2.15", "2.21", _HEAD + "m = tf.keras.Sequential([L.LSTM(2, batch_input_shape=(8, 1, 3), stateful=True)])\n",
     [(3, "tf.keras.layers.LSTM")]),
    ("2.8", "2.16", _HEAD + "m = tf.keras.Sequential()\nm.add(L.GRU(2, batch_input_shape=(n, None, 1)))\n",
     [(4, "tf.keras.layers.GRU")]),
    ("2.15", "2.21", _HEAD + "m = tf.keras.Sequential([L.Dense(2, batch_input_shape=(None, 3))])\n", []),
    ("2.15", "2.21", _HEAD + "m = tf.keras.Sequential([L.Dense(2, input_shape=(3,))])\n", []),
    ("2.8", "2.15", _HEAD + "m = tf.keras.Sequential([L.LSTM(2, batch_input_shape=(8, 1, 3))])\n", []),
]  # fmt: skip


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each layer that starts a row of layers."""
    if not whole.to_keras_3 or b"batch_input_shape" not in whole.file.source.data:
        return
    for node in whole.nodes:
        if not isinstance(node, ast.Call):
            continue
        symbol = whole.flow.symbol(node.func)
        told = next((k for k in node.keywords if k.arg == "batch_input_shape"), None)
        if told is None or not symbol.startswith("tf.keras.layers.") or _says_nothing(told.value):
            continue
        edits = _edits(whole, node, told)
        if edits:
            yield whole.finding(
                told,
                symbol,
                ID,
                f"{symbol} takes no batch_input_shape in TensorFlow {whole.target}: Keras 3",
                "a stateful LSTM behind tf.keras.Input(batch_shape=(8, 1, 3)) predicts the same in 2.15.1 "
                "and 2.21.0, which refuses the argument with a ValueError",
                safe("Begin with an input", *edits),
                kind=Kind.PARAMETERS,
            )


def _says_nothing(shape: ast.expr) -> bool:
    """Tell whether a shape leaves the size of a batch open: that is input_shape without it."""
    first = shape.elts[0] if isinstance(shape, (ast.Tuple, ast.List)) and shape.elts else None
    return isinstance(first, ast.Constant) and first.value is None


def _edits(whole: Whole, node: ast.Call, told: ast.keyword) -> tuple[Edit, ...]:
    """Put an input before the layer: in the list of layers, or added before it."""
    shape, dropped = whole.text(told.value), whole.file.source.without(node, told)
    if shape is None or dropped is None:
        return ()
    made = f"{whole.path('tf.keras.Input')}(batch_shape={shape})"
    holder = whole.above.get(id(node))
    start, _ = whole.span(node)
    if isinstance(holder, ast.List) and holder.elts[0] is node:
        return (Edit(start, start, f"{made}, "), dropped)
    statement = whole.above.get(id(holder))
    if not isinstance(holder, ast.Call) or not isinstance(statement, ast.Expr):
        return ()
    model = holder.func.value if isinstance(holder.func, ast.Attribute) else None
    text = whole.text(model) if model is not None else None
    if text is None or not isinstance(holder.func, ast.Attribute) or holder.func.attr != "add":
        return ()
    at, _ = whole.span(statement)
    space = whole.file.source.newline + " " * statement.col_offset
    return (Edit(at, at, f"{text}.add({made}){space}"), dropped)
