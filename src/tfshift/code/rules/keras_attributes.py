"""An attribute that objects of Keras 2 have and those of Keras 3 do not, or under another name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import LAYERS, MODELS, TENSORS, Is
from tfshift.code.whole import Whole, by_hand, safe, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind, Severity

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
    ("2.15", "2.21", _MODEL + "print(m.input_shape, m.output_shape)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nx = tf.keras.Input((3,))\nm = tf.keras.Model(x, x)\nprint(m.input, x.shape)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass A:\n    lr = 1\nprint(A().lr)\nh = {}\nprint(h['lr'])\n", []),
    ("2.8", "2.15", _MODEL + "m.compile('sgd', 'mse')\nprint(m.optimizer.lr)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef f(x):\n    return x.get_shape().as_list(), x.output_shape\n", []),
    ("2.15", "2.21", _MODEL + "m.compile('sgd', 'mse')\nprint(m.optimizer.learning_rate)\n", []),
    ("2.15", "2.21", _MODEL + "print(m.fit([1]).history['loss'])\n", []),
]  # fmt: skip
_SCALED = (
    "with scale_loss, and the gradients given to apply_gradients as they are, a step of SGD gives the "
    "same in 2.21.0 as with both in 2.15.1"
)
_CATEGORICAL = ("tf.keras.utils.to_categorical", "tf.keras.utils.np_utils.to_categorical")
_SHAPES = {"input_shape": "input", "output_shape": "output"}


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each attribute."""
    if not whole.to_keras_3:
        return
    nodes = list(ast.walk(whole.file.source.tree))
    above = {id(child): node for node in nodes for child in ast.iter_child_nodes(node)}
    for node in nodes:
        if isinstance(node, ast.Attribute):
            yield from _attribute(whole, node, above)
        elif isinstance(node, ast.Call):
            yield from _call(whole, node, above)
        elif isinstance(node, ast.Subscript) and whole.flow.kind(node.value) is Is.RECORD:
            yield from _recorded(whole, node)


def _attribute(whole: Whole, node: ast.Attribute, above: dict[int, ast.AST]) -> Iterator[Finding]:
    kind, name = whole.flow.kind(node.value), node.attr
    if name == "AUTO" and whole.flow.symbol(node) == "tf.keras.losses.Reduction.AUTO":
        end = whole.span(node)[1]
        yield _told(
            whole, node, "tf.keras.losses.Reduction.AUTO", "a loss takes no reduction AUTO",
            "a mean squared error gives the same with it and with SUM_OVER_BATCH_SIZE in 2.8.4 and "
            "2.15.1; 2.21.0 refuses 'auto' with a ValueError",
            safe("Use SUM_OVER_BATCH_SIZE", Edit(end - 4, end, "SUM_OVER_BATCH_SIZE")),
        )  # fmt: skip
    if name == "lr" and kind is Is.OPTIMIZER:
        yield _told(
            whole, node, "tf.keras.optimizers.Optimizer.lr", "an optimizer has no lr",
            "lr and learning_rate are one value in 2.0.4, 2.8.4 and 2.15.1; 2.16.2 and 2.21.0 have no lr",
            safe("Use learning_rate", _renamed(whole, node, "learning_rate")),
        )  # fmt: skip
    elif name in _SHAPES and kind is Is.LAYER:
        end = whole.span(node)[1]
        edit = Edit(end - len(name), end, f"{_SHAPES[name]}.shape")
        yield _told(
            whole, node, f"tf.keras.layers.Layer.{name}", f"a layer has no {name}",
            "a Dense layer of a Sequential model gives (None, 2) in 2.15.1, and so does the shape "
            "of its output in 2.21.0, which has no such attribute",
            unsafe(f"Use the shape of its {_SHAPES[name]}", edit),
        )  # fmt: skip
    elif name in ("input", "output") and kind is Is.SEQUENTIAL:
        yield _told(
            whole, node, f"tf.keras.Sequential.{name}",
            f"a Sequential model that was never called has no {name}",
            "it is an AttributeError in 2.21.0, where inputs and outputs are lists of one tensor",
            safe(f"Use {name}s[0]", _renamed(whole, node, f"{name}s[0]")),
        )  # fmt: skip
    elif name == "get_shape" and kind in TENSORS:
        yield _shape(whole, node, above)
    elif name == "as_list" and _is_shape(whole, node.value):
        call = above.get(id(node))
        start, end = whole.span(call) if isinstance(call, ast.Call) else whole.span(node)
        edits = (Edit(start, start, "list("), Edit(whole.span(node.value)[1], end, ")"))
        yield _told(
            whole, node, "tf.keras.KerasTensor.shape", "the shape of a symbolic tensor is a tuple",
            "tf.keras.Input((3,)).shape is a TensorShape in 2.15.1 and the tuple (None, 3) in 2.21.0",
            safe("Make a list of it", *edits) if isinstance(call, ast.Call) else by_hand("Make a list of it"),
        )  # fmt: skip
    elif name == "add_metric" and (kind in LAYERS or _is_own(whole, node)):
        yield _told(
            whole, node, "tf.keras.layers.Layer.add_metric", "layers and models take no metric this way",
            "it raises NotImplementedError in 2.21.0 and says to keep a metric object and update that",
            by_hand("Keep a tf.keras.metrics object in the layer and call its update_state"),
        )  # fmt: skip
    elif name == "add_loss" and kind in LAYERS:
        call = above.get(id(node))
        given = call.args if isinstance(call, ast.Call) else []
        if any(whole.flow.kind(a) in TENSORS or isinstance(a, ast.Lambda) for a in given):
            yield _told(
                whole, node, "tf.keras.layers.Layer.add_loss", "no loss of symbolic tensors or functions is taken",
                "both raise NotImplementedError in 2.21.0; 2.15.1 takes them",
                by_hand("Add the loss in the call method of a layer that the tensor goes through"),
            )  # fmt: skip


def _call(whole: Whole, node: ast.Call, above: dict[int, ast.AST]) -> Iterator[Finding]:
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
        yield _told(
            whole, function, "tf.keras.mixed_precision.LossScaleOptimizer.get_scaled_loss",
            "the optimizer has no get_scaled_loss", _SCALED,
            unsafe("Use scale_loss", _renamed(whole, function, "scale_loss")),
        )  # fmt: skip
    elif name == "get_unscaled_gradients" and kind is Is.OPTIMIZER and len(node.args) == 1:
        (start, end), (first, last) = whole.span(node), whole.span(node.args[0])
        yield _told(
            whole, function, "tf.keras.mixed_precision.LossScaleOptimizer.get_unscaled_gradients",
            "the optimizer has no get_unscaled_gradients", _SCALED,
            unsafe("Leave it to apply_gradients", Edit(start, first, ""), Edit(last, end, "")),
        )  # fmt: skip
    elif name == "reset_states" and kind in MODELS and not node.args:
        statement = above.get(id(node))
        model = whole.text(function.value)
        fix: Fix = by_hand("Call reset_state of its layers that have a state")
        if isinstance(statement, ast.Expr) and model is not None:
            space = whole.file.source.newline + " " * statement.col_offset
            lines = (f"for layer in {model}.layers:", '    if hasattr(layer, "reset_state"):',
                     "        layer.reset_state()")  # fmt: skip
            fix = safe("Reset the layers", Edit(*whole.span(node), space.join(lines)))
        yield _told(
            whole, function, "tf.keras.Model.reset_states", "a model has no reset_states",
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
    dropped = whole.without(node, typed) if typed is not None else None
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


def _shape(whole: Whole, node: ast.Attribute, above: dict[int, ast.AST]) -> Finding:
    call = above.get(id(node))
    outer = above.get(id(call))
    last = above.get(id(outer))
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
    return _told(
        whole, node, "tf.keras.KerasTensor.get_shape", "a symbolic tensor has no get_shape",
        "tf.keras.Input((3,)) has none in 2.21.0, where its shape is the tuple (None, 3)", fix,
    )  # fmt: skip


def _renamed(whole: Whole, node: ast.Attribute, name: str) -> Edit:
    end = whole.span(node)[1]
    return Edit(end - len(node.attr), end, name)


def _told(
    whole: Whole, node: ast.Attribute, symbol: str, what: str, evidence: str, fix: Fix
) -> Finding:
    return whole.finding(
        node, symbol, ID, f"{what} in TensorFlow {whole.target}: Keras 3", evidence, fix
    )


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
