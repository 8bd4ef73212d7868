"""An attribute that objects of Keras 2 have and those of Keras 3 do not, or under another name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import LAYERS, TENSORS, Is
from tfshift.code.whole import Whole, by_hand, safe, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind

ID = "keras-attribute"
TITLE = "Objects of Keras 3 have this under another name, or not"
_MODEL = "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])\n"
EXAMPLES = [
    ("2.15", "2.21", _MODEL + "m.compile('sgd', 'mse')\nprint(m.optimizer.lr)\n", [(4, "tf.keras.optimizers.Optimizer.lr")]),
    ("2.8", "2.16", "import tensorflow as tf\nclass C(tf.keras.callbacks.Callback):\n"
     "    def on_epoch_end(self, epoch, logs=None):\n        self.model.optimizer.lr = 0.1\n",
     [(4, "tf.keras.optimizers.Optimizer.lr")]),
    ("2.15", "2.21", _MODEL + "h = m.fit([1])\nprint(h.history['lr'])\n", [(4, "tf.keras.callbacks.History.history")]),
    ("2.15", "2.21", _MODEL + "print(m.layers[0].output_shape)\n", [(3, "tf.keras.layers.Layer.output_shape")]),
    ("2.15", "2.21", _MODEL + "n = tf.keras.Model(m.input, m.layers[0].output)\n", [(3, "tf.keras.Sequential.input")]),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.Input((3,))\nprint(x.get_shape().as_list())\n",
     [(3, "tf.keras.KerasTensor.get_shape")]),
    ("2.15", "2.21", _MODEL + "m.add_metric(1, name='a')\n", [(3, "tf.keras.layers.Layer.add_metric")]),
    ("2.15", "2.21", "import tensorflow as tf\nl = tf.keras.losses.MeanSquaredError(tf.keras.losses.Reduction.AUTO)\n",
     [(2, "tf.keras.losses.Reduction.AUTO")]),
    ("2.15", "2.21", _MODEL + "print(m.input_shape, m.output_shape)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.Input((3,))\nm = tf.keras.Model(x, x)\nprint(m.input, x.shape)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass A:\n    lr = 1\nprint(A().lr)\nh = {}\nprint(h['lr'])\n", []),
    ("2.8", "2.15", _MODEL + "m.compile('sgd', 'mse')\nprint(m.optimizer.lr)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef f(x):\n    return x.get_shape().as_list(), x.output_shape\n", []),
    ("2.15", "2.21", _MODEL + "m.compile('sgd', 'mse')\nprint(m.optimizer.learning_rate)\n", []),
    ("2.15", "2.21", _MODEL + "print(m.fit([1]).history['loss'])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.Input((3,))\nprint(list(x.shape), x.dtype)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nv = tf.Variable([1.0])\nprint(v.shape.as_list(), v.get_shape())\n", []),
]  # fmt: skip
_SHAPES = {"input_shape": "input", "output_shape": "output"}


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each attribute."""
    if not whole.to_keras_3:
        return
    for node in whole.nodes:
        if isinstance(node, ast.Attribute):
            yield from _attribute(whole, node)
        elif isinstance(node, ast.Subscript) and whole.flow.kind(node.value) is Is.RECORD:
            yield from _recorded(whole, node)


def _attribute(whole: Whole, node: ast.Attribute) -> Iterator[Finding]:
    kind, name = whole.flow.kind(node.value), node.attr
    if name == "AUTO" and whole.flow.symbol(node) == "tf.keras.losses.Reduction.AUTO":
        end = whole.span(node)[1]
        yield whole.gone(
            ID, node, "tf.keras.losses.Reduction.AUTO", "a loss takes no reduction AUTO",
            "a mean squared error gives the same with it and with SUM_OVER_BATCH_SIZE in 2.8.4 and "
            "2.15.1; 2.21.0 refuses 'auto' with a ValueError",
            safe("Use SUM_OVER_BATCH_SIZE", Edit(end - 4, end, "SUM_OVER_BATCH_SIZE")),
        )  # fmt: skip
    if name == "lr" and kind is Is.OPTIMIZER:
        yield whole.gone(
            ID, node, "tf.keras.optimizers.Optimizer.lr", "an optimizer has no lr",
            "lr and learning_rate are one value in 2.0.4, 2.8.4 and 2.15.1; 2.16.2 and 2.21.0 have no lr",
            safe("Use learning_rate", whole.renamed(node, "learning_rate")),
        )  # fmt: skip
    elif name in _SHAPES and kind is Is.LAYER:
        end = whole.span(node)[1]
        edit = Edit(end - len(name), end, f"{_SHAPES[name]}.shape")
        yield whole.gone(
            ID, node, f"tf.keras.layers.Layer.{name}", f"a layer has no {name}",
            "a Dense layer of a Sequential model gives (None, 2) in 2.15.1, and so does the shape "
            "of its output in 2.21.0, which has no such attribute",
            unsafe(f"Use the shape of its {_SHAPES[name]}", edit),
        )  # fmt: skip
    elif name in ("input", "output") and kind is Is.SEQUENTIAL:
        yield whole.gone(
            ID, node, f"tf.keras.Sequential.{name}",
            f"a Sequential model that was never called has no {name}",
            "it is an AttributeError in 2.21.0, where inputs and outputs are lists of one tensor",
            safe(f"Use {name}s[0]", whole.renamed(node, f"{name}s[0]")),
        )  # fmt: skip
    elif name == "get_shape" and kind in TENSORS:
        yield _shape(whole, node)
    elif name == "as_list" and _is_shape(whole, node.value):
        call = whole.above.get(id(node))
        start, end = whole.span(call) if isinstance(call, ast.Call) else whole.span(node)
        edits = (Edit(start, start, "list("), Edit(whole.span(node.value)[1], end, ")"))
        yield whole.gone(
            ID, node, "tf.keras.KerasTensor.shape", "the shape of a symbolic tensor is a tuple",
            "tf.keras.Input((3,)).shape is a TensorShape in 2.15.1 and the tuple (None, 3) in 2.21.0",
            safe("Make a list of it", *edits) if isinstance(call, ast.Call) else by_hand("Make a list of it"),
        )  # fmt: skip
    elif name == "add_metric" and (kind in LAYERS or _is_own(whole, node)):
        yield whole.gone(
            ID, node, "tf.keras.layers.Layer.add_metric", "layers and models take no metric this way",
            "it raises NotImplementedError in 2.21.0 and says to keep a metric object and update that",
            by_hand("Keep a tf.keras.metrics object in the layer and call its update_state"),
        )  # fmt: skip
    elif name == "add_loss" and kind in LAYERS:
        call = whole.above.get(id(node))
        given = call.args if isinstance(call, ast.Call) else []
        if any(whole.flow.kind(a) in TENSORS or isinstance(a, ast.Lambda) for a in given):
            yield whole.gone(
                ID, node, "tf.keras.layers.Layer.add_loss", "no loss of symbolic tensors or functions is taken",
                "both raise NotImplementedError in 2.21.0; 2.15.1 takes them",
                by_hand("Add the loss in the call method of a layer that the tensor goes through"),
            )  # fmt: skip


def _is_own(whole: Whole, node: ast.Attribute) -> bool:
    """Tell whether an attribute is one of ``self`` in a layer or model of the file."""
    if not isinstance(node.value, ast.Name) or node.value.id != "self":
        return False
    return any(
        given.lineno <= node.lineno <= (given.end_lineno or 0) for given, _ in whole.flow.inside()
    )


def _is_shape(whole: Whole, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "shape"
        and whole.flow.kind(node.value) is Is.TENSOR
    )


def _shape(whole: Whole, node: ast.Attribute) -> Finding:
    call = whole.above.get(id(node))
    outer = whole.above.get(id(call))
    last = whole.above.get(id(outer))
    title = "Use shape"
    fix: Fix = by_hand(title)
    if isinstance(call, ast.Call) and call.func is node:
        of = whole.span(node.value)[1]
        fix = safe(title, Edit(of, whole.span(call)[1], ".shape"))
        listed = isinstance(outer, ast.Attribute) and outer.attr == "as_list"
        if listed and isinstance(last, ast.Call) and last.func is outer:
            start, end = whole.span(last)
            fix = safe(
                "Make a list of the shape", Edit(start, start, "list("), Edit(of, end, ".shape)")
            )
    return whole.gone(
        ID, node, "tf.keras.KerasTensor.get_shape", "a symbolic tensor has no get_shape",
        "tf.keras.Input((3,)) has none in 2.21.0, where its shape is the tuple (None, 3)", fix,
    )  # fmt: skip


def _recorded(whole: Whole, node: ast.Subscript) -> Iterator[Finding]:
    if not isinstance(node.slice, ast.Constant) or node.slice.value != "lr":
        return
    quote = (whole.text(node.slice) or "'")[:1]
    yield whole.finding(
        node,
        "tf.keras.callbacks.History.history",
        ID,
        f"the rates of a training are called learning_rate in TensorFlow {whole.target}",
        "with ReduceLROnPlateau and with LearningRateScheduler the history has lr in 2.15.1 and "
        "learning_rate in 2.21.0",
        safe("Use learning_rate", Edit(*whole.span(node.slice), f"{quote}learning_rate{quote}")),
        kind=Kind.BEHAVIOUR,
    )
