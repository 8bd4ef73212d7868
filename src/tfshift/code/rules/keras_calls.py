"""A call that objects and functions of Keras 2 take and those of Keras 3 do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import LAYERS, MODELS, Is
from tfshift.code.whole import Whole, by_hand, safe, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind, Severity

ID = "keras-call"
TITLE = "Keras 3 takes this call otherwise, or not"
_MODEL = "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])\n"
EXAMPLES = [
    ("2.15", "2.21", _MODEL + "m.compile('sgd')\ntf.keras.backend.set_value(m.optimizer.learning_rate, 0.5)\n",
     [(4, "tf.keras.backend.set_value")]),
    ("2.15", "2.21", _MODEL + "m.reset_states()\n", [(3, "tf.keras.Model.reset_states")]),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.backend.placeholder(shape=(2, 3))\n",
     [(2, "tf.keras.backend.placeholder")]),
    ("2.15", "2.21", "import tensorflow as tf\ny = tf.keras.layers.ReLU()([-3.0, 1.0])\n", [(2, "tf.keras.layers.Layer")]),
    ("2.15", "2.21", "import tensorflow as tf\ndef r(x):\n    return x\nd = tf.keras.layers.Dense(1, kernel_regularizer=r)\n",
     [(4, "tf.keras.layers.Dense")]),
    ("2.15", "2.21", "import tensorflow as tf\nl = tf.keras.losses.Huber(reduction='auto')\n", [(2, "tf.keras.losses.Huber")]),
    ("2.15", "2.21", "import tensorflow as tf\nl = tf.keras.losses.Huber(reduction='sum')\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nd = tf.keras.layers.Dense(1, kernel_regularizer='l2')\n"
     "y = tf.keras.layers.Add()([d, d])\n", []),
    ("2.15", "2.21", _MODEL + "print(m.predict([[1.0, 2.0, 3.0]]))\nm.layers[0].add_loss(tf.constant(1.0))\n", []),
    ("2.8", "2.15", "import tensorflow as tf\nx = tf.keras.backend.placeholder((2, 3))\n"
     "y = tf.keras.layers.ReLU()([-3.0, 1.0])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.backend.mean(y)\nl = tf.keras.layers.ReLU()\nl(y)\n", []),
    ("2.15", "2.21", _MODEL + "m.layers[0].reset_states()\nr = tf.keras.losses.Reduction.SUM\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ny = tf.keras.utils.to_categorical([0, 1])\n",
     [(2, "tf.keras.utils.to_categorical")]),
    ("2.8", "2.15", "import tensorflow as tf\ny = tf.keras.utils.to_categorical([0, 1])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef f(o, m):\n    m.reset_states()\n    o.get_scaled_loss(1)\n", []),
    ("2.8", "2.15", _MODEL + "tf.keras.backend.set_value(m.x, 0.5)\n", []),
]  # fmt: skip
_SCALED = (
    "with scale_loss, and the gradients given to apply_gradients as they are, a step of SGD gives the "
    "same in 2.21.0 as with both in 2.15.1"
)
_CATEGORICAL = ("tf.keras.utils.to_categorical", "tf.keras.utils.np_utils.to_categorical")


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each call."""
    if not whole.to_keras_3:
        return
    for node in whole.nodes:
        if isinstance(node, ast.Call):
            yield from _call(whole, node)


def _call(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    function = node.func
    if whole.flow.symbol(function) == "tf.keras.backend.set_value" and len(node.args) == 2:
        (start, _), (first, end), (second, _) = map(whole.span, (node, *node.args))
        edits = (Edit(start, first, ""), Edit(end, second, ".assign("))
        yield whole.finding(
            function, "tf.keras.backend.set_value", ID,
            f"set_value takes no variable of Keras in TensorFlow {whole.target}: Keras 3",
            "it is an AttributeError for the rate of an optimizer and for a weight in 2.21.0; "
            "assign does the same in 2.15.1 and 2.21.0",
            safe("Use assign", *edits) if not node.keywords else by_hand("Use assign"),
        )  # fmt: skip
    if whole.flow.symbol(function) in _CATEGORICAL:
        yield _categorical(whole, node)
    if whole.flow.symbol(function) == "tf.keras.backend.placeholder":
        yield _placeholder(whole, node)
    if whole.flow.kind(function) in LAYERS and node.args and _numbers(node.args[0]):
        start, end = whole.span(node.args[0])
        root = whole.spelling.root_name()
        title = "Give it a tensor"
        edits = (Edit(start, start, f"{root[0]}.constant(" if root else ""), Edit(end, end, ")"))
        yield whole.finding(
            node.args[0], "tf.keras.layers.Layer", ID,
            f"a layer takes no list of numbers in TensorFlow {whole.target}: Keras 3",
            "ReLU and Activation raise ValueError for [-3.0, 1.0] in 2.21.0, where 2.15.1 makes a "
            "tensor of it",
            safe(title, *edits) if root is not None else by_hand(title),
        )  # fmt: skip
    yield from _regularized(whole, node)
    yield from _reduced(whole, node)
    if not isinstance(function, ast.Attribute):
        return
    kind, name = whole.flow.kind(function.value), function.attr
    if name == "get_scaled_loss" and kind is Is.OPTIMIZER:
        yield whole.gone(
            ID, function, "tf.keras.mixed_precision.LossScaleOptimizer.get_scaled_loss",
            "the optimizer has no get_scaled_loss", _SCALED,
            unsafe("Use scale_loss", whole.renamed(function, "scale_loss")),
        )  # fmt: skip
    elif name == "get_unscaled_gradients" and kind is Is.OPTIMIZER and len(node.args) == 1:
        (start, end), (first, last) = whole.span(node), whole.span(node.args[0])
        yield whole.gone(
            ID, function, "tf.keras.mixed_precision.LossScaleOptimizer.get_unscaled_gradients",
            "the optimizer has no get_unscaled_gradients", _SCALED,
            unsafe("Leave it to apply_gradients", Edit(start, first, ""), Edit(last, end, "")),
        )  # fmt: skip
    elif name == "reset_states" and kind in MODELS and not node.args:
        statement = whole.statement(node)
        model = whole.text(function.value)
        fix: Fix = by_hand("Call reset_state of its layers that have a state")
        if statement is not None and model is not None:
            space = whole.file.source.newline + " " * statement.col_offset
            lines = (f"for layer in {model}.layers:", '    if hasattr(layer, "reset_state"):',
                     "        layer.reset_state()")  # fmt: skip
            fix = safe("Reset the layers", Edit(*whole.span(node), space.join(lines)))
        yield whole.gone(
            ID, function, "tf.keras.Model.reset_states", "a model has no reset_states",
            "a stateful LSTM predicts the same after it in 2.15.1 as after reset_state of the layer in "
            "2.21.0", fix,
        )  # fmt: skip


def _numbers(node: ast.expr) -> bool:
    """Tell whether an expression is a list of numbers, or of lists of them."""
    if isinstance(node, ast.List) and node.elts:
        return all(
            _numbers(one) or isinstance(one, (ast.Constant, ast.UnaryOp)) for one in node.elts
        )
    return False


def _categorical(whole: Whole, node: ast.Call) -> Finding:
    """Keep the type of what is encoded."""
    title = "Keep the type with astype"
    typed = next((k for k in node.keywords if k.arg == "dtype"), None)
    dropped = whole.file.source.without(node, typed) if typed is not None else None
    text = whole.text(typed.value) if typed is not None else '"float32"'
    end = whole.span(node)[1]
    edits = [Edit(end, end, f".astype({text})"), *([dropped] if dropped else [])]
    known = text is not None and (typed is None or dropped is not None) and len(node.args) < 3
    return whole.finding(
        node.func, "tf.keras.utils.to_categorical", ID,
        f"to_categorical gives float64 in TensorFlow {whole.target}: Keras 3",
        "to_categorical([0, 2]) is an array of float32 in 2.15.1 and of float64 in 2.21.0, which takes no dtype",
        safe(title, *edits) if known else by_hand(title),
        kind=Kind.BEHAVIOUR, severity=Severity.WARNING,
    )  # fmt: skip


def _placeholder(whole: Whole, node: ast.Call) -> Finding:
    title = "Make it an input"
    given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "shape")]
    known = {"shape", "dtype", "sparse", "name"}
    fix: Fix = by_hand(title)
    if len(node.args) <= 1 and len(given) == 1 and all(k.arg in known for k in node.keywords):
        start, _ = whole.span(given[0])
        named = [k for k in node.keywords if k.arg == "shape"]
        at = whole.span(named[0])[0] if named else start
        fix = safe(
            title,
            Edit(*whole.span(node.func), whole.path("tf.keras.Input")),
            Edit(at, start, "batch_shape="),
        )
    return whole.finding(
        node.func, "tf.keras.backend.placeholder", ID,
        f"tf.keras.backend.placeholder does not exist in TensorFlow {whole.target}: Keras 3",
        "a symbolic tensor with the same shape and dtype comes of tf.keras.Input(batch_shape=...) in "
        "2.15.1 and 2.21.0", fix,
    )  # fmt: skip


def _reduced(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    if not whole.flow.symbol(node.func).startswith("tf.keras.losses."):
        return
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg == "reduction" and isinstance(value, ast.Constant) and value.value == "auto":
            quote = (whole.text(value) or '"')[:1]
            edit = Edit(*whole.span(value), f"{quote}sum_over_batch_size{quote}")
            yield whole.finding(
                keyword, whole.flow.symbol(node.func), ID,
                f"a loss takes no reduction 'auto' in TensorFlow {whole.target}: Keras 3",
                "a mean squared error gives the same with it and with 'sum_over_batch_size' in 2.8.4 and "
                "2.15.1; 2.21.0 refuses 'auto' with a ValueError",
                safe("Use sum_over_batch_size", edit), kind=Kind.PARAMETERS,
            )  # fmt: skip


def _regularized(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    """Tell of functions that are given as regularizers to layers."""
    if not whole.flow.symbol(node.func).startswith("tf.keras.layers."):
        return
    for keyword in node.keywords:
        value = keyword.value
        own = isinstance(value, ast.Name) and whole.flow.functions.get(value.id) is not None
        if (
            keyword.arg
            and keyword.arg.endswith("regularizer")
            and (own or isinstance(value, ast.Lambda))
        ):
            yield whole.finding(
                keyword, whole.flow.symbol(node.func), ID,
                f"a regularizer is an object of its class, no function, in TensorFlow {whole.target}: Keras 3",
                "a function is a ValueError in 2.21.0: Expected an instance of keras.regularizers.Regularizer",
                by_hand("Make a class of it that derives from tf.keras.regularizers.Regularizer"),
                kind=Kind.PARAMETERS,
            )  # fmt: skip
