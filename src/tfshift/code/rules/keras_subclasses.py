"""Layers and models of the project's own, written for Keras 2."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import MODELS
from tfshift.code.whole import Whole, by_hand, safe, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind, Severity

ID = "keras-subclass"
TITLE = "Layers and models of one's own are written otherwise for Keras 3"
_LAYER = (
    "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n    def build(self, s):\n        "
)
_MODEL = (
    "import tensorflow as tf\nclass M(tf.keras.Model):\n    def train_step(self, data):\n        "
)
EXAMPLES = [
    ("2.15", "2.21", _LAYER + "self.w = self.add_weight('w', shape=(2,))\n", [(4, "tf.keras.layers.Layer.add_weight")]),
    ("2.8", "2.16", _LAYER + "self.w = self.add_weight('w', (2,))\n", [(4, "tf.keras.layers.Layer.add_weight")]),
    ("2.15", "2.21", _LAYER + "self.w = self.add_variable(name='w', shape=(2,))\n",
     [(4, "tf.keras.layers.Layer.add_variable")]),
    ("2.15", "2.21", _LAYER + "self.w = tf.Variable(tf.ones(2))\n", [(4, "tf.Variable")]),
    ("2.15", "2.21", "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n    def __init__(self):\n"
     "        super().__init__(dynamic=True)\n", [(4, "tf.keras.layers.Layer")]),
    ("2.15", "2.21", _MODEL + "loss = self.compiled_loss(data[1], self(data[0]))\n",
     [(4, "tf.keras.Model.compiled_loss")]),
    ("2.15", "2.21", _MODEL + "self.compiled_metrics.update_state(data[1], data[0])\n",
     [(4, "tf.keras.Model.compiled_metrics")]),
    ("2.15", "2.21", _LAYER + "self.w = self.add_weight(name='w', shape=(2,))\n", []),
    ("2.15", "2.21", _LAYER + "self.w = self.add_weight(shape=(2,), initializer='ones')\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass L:\n    def build(self, s):\n        self.w = tf.Variable(1.0)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass L(tf.Module):\n    def build(self, s):\n"
     "        self.w = self.add_weight('w', (2,))\n        self.v = tf.Variable(1.0)\n", []),
    ("2.8", "2.15", _LAYER + "self.w = tf.Variable(tf.ones(2))\n", []),
    ("2.8", "2.15", _LAYER + "self.w = self.add_weight('w', shape=(2,))\n", []),
    ("2.15", "2.21", _MODEL + "loss = self.compute_loss(data[0], data[1], self(data[0]))\n", []),
    ("2.15", "2.21", _LAYER + "w = tf.Variable(tf.ones(2))\n", []),
]  # fmt: skip
_WEIGHT = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
_VARIABLE = {
    "initial_value": "initializer",
    "trainable": "trainable",
    "name": "name",
    "dtype": "dtype",
}
_OWN = "the layer's weights are empty in 2.21.0 where 2.15.1 lists the tf.Variable and trains it"


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of all layers and models of the file."""
    if not whole.to_keras_3:
        return
    for given, kind in whole.flow.inside():
        for node in ast.walk(given):
            if isinstance(node, ast.Call):
                yield from _weights(whole, node)
                yield from _dynamic(whole, node)
                if kind in MODELS:
                    yield from _steps(whole, node)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                yield from _variable(whole, node, node.value)


def _of_self(node: ast.expr) -> str:
    """Return the name of an attribute of ``self``."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id == "self" else ""
    return ""


def _weights(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    name = _of_self(node.func)
    if name not in ("add_weight", "add_variable") or (name == "add_weight" and not node.args):
        return
    edits = []
    if name == "add_variable":
        end = whole.span(node.func)[1]
        edits.append(Edit(end - len(name), end, "add_weight"))
    known = len(node.args) <= len(_WEIGHT) and not any(
        isinstance(a, ast.Starred) for a in node.args
    )
    for parameter, argument in zip(_WEIGHT, node.args, strict=False):
        start, _ = whole.span(argument)
        edits.append(Edit(start, start, f"{parameter}="))
    fix = safe("Name the arguments", *edits) if known else by_hand("Name the arguments")
    yield whole.finding(
        node.func,
        f"tf.keras.layers.Layer.{name}",
        ID,
        f"{name} takes its arguments by name alone in TensorFlow {whole.target}: Keras 3",
        "add_weight('w', shape=(2,)) is a TypeError in 2.16.2 and a ValueError in 2.21.0, "
        "add_variable('w', shape=(2,)) a TypeError in both; 2.15.1 takes them",
        fix,
        kind=Kind.PARAMETERS,
    )  # fmt: skip


def _dynamic(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    function = node.func
    above = isinstance(function, ast.Attribute) and function.attr == "__init__"
    for keyword in node.keywords:
        if keyword.arg == "dynamic" and above:
            yield whole.finding(
                keyword,
                "tf.keras.layers.Layer",
                ID,
                f"a layer takes no argument 'dynamic' in TensorFlow {whole.target}: Keras 3",
                "it is a ValueError in 2.21.0; compile(run_eagerly=True) runs a model eagerly",
                by_hand("Leave it out, and compile the model with run_eagerly=True"),
                kind=Kind.PARAMETERS,
            )


def _variable(whole: Whole, node: ast.Assign, call: ast.Call) -> Iterator[Finding]:
    if whole.flow.symbol(call.func) != "tf.Variable" or not any(map(_of_self, node.targets)):
        return
    yield whole.finding(
        call.func,
        "tf.Variable",
        ID,
        f"a layer does not know its tf.Variable in TensorFlow {whole.target}: Keras 3 neither trains "
        "nor saves it",
        _OWN,
        _own_variable(whole, call),
        kind=Kind.BEHAVIOUR,
        severity=Severity.WARNING,
    )


def _own_variable(whole: Whole, call: ast.Call) -> Fix:
    """Make it a variable of Keras."""
    title = "Make it a tf.keras.Variable"
    known = all(k.arg in _VARIABLE for k in call.keywords) and len(call.args) <= 2
    if not known or any(isinstance(a, ast.Starred) for a in call.args):
        return by_hand(title)
    edits = [Edit(*whole.span(call.func), whole.path("tf.keras.Variable"))]
    for keyword in call.keywords:
        assert keyword.arg is not None
        start, _ = whole.span(keyword)
        edits.append(Edit(start, start + len(keyword.arg), _VARIABLE[keyword.arg]))
    if len(call.args) == 2:
        start, _ = whole.span(call.args[1])
        edits.append(Edit(start, start, "trainable="))
    return unsafe(title, *edits)


def _steps(whole: Whole, node: ast.Call) -> Iterator[Finding]:
    """Losses and metrics in steps of training of one's own."""
    function = node.func
    if _of_self(function) == "compiled_loss":
        yield whole.finding(
            function,
            "tf.keras.Model.compiled_loss",
            ID,
            f"compiled_loss does not note the loss in TensorFlow {whole.target}: Keras 3",
            "with it the history of a training has another loss in 2.21.0 than in 2.15.1; "
            "compute_loss with the metric of that name updated gives the same",
            _loss(whole, node),
            kind=Kind.BEHAVIOUR,
            severity=Severity.WARNING,
        )
    elif (
        isinstance(function, ast.Attribute)
        and function.attr == "update_state"
        and _of_self(function.value) == "compiled_metrics"
    ):
        yield whole.finding(
            function,
            "tf.keras.Model.compiled_metrics",
            ID,
            f"compiled_metrics knows no loss in TensorFlow {whole.target}: Keras 3",
            "the metrics of a model are updated one by one in 2.21.0, its loss is one of them",
            _metrics(whole, node),
            kind=Kind.BEHAVIOUR,
            severity=Severity.WARNING,
        )


def _loss(whole: Whole, node: ast.Call) -> Fix:
    title = "Use compute_loss"
    texts = [whole.text(a) for a in node.args]
    named = {k.arg: k.value for k in node.keywords}
    if named.keys() - {"regularization_losses", "sample_weight"} or not 2 <= len(texts) <= 3:
        return by_hand(title)
    if any(t is None or t.startswith("*") for t in texts):
        return by_hand(title)
    parts = [f"{n}={t}" for n, t in zip(("y", "y_pred", "sample_weight"), texts, strict=False)]
    if "sample_weight" in named:
        parts.append(f"sample_weight={whole.text(named['sample_weight'])}")
    head = "loss = " if whole.statement(node) else ""
    return unsafe(title, Edit(*whole.span(node), f"{head}self.compute_loss({', '.join(parts)})"))


def _metrics(whole: Whole, node: ast.Call) -> Fix:
    title = "Update the metrics one by one"
    texts = [whole.text(a) for a in node.args]
    for keyword in node.keywords:
        value = whole.text(keyword.value)
        texts.append(None if value is None or not keyword.arg else f"{keyword.arg}={value}")
    statement = whole.statement(node)
    if statement is None or any(t is None for t in texts):
        return by_hand(title)
    loss = _loss_name(whole, node)
    if loss is None:
        return by_hand(title)
    space = whole.file.source.newline + " " * statement.col_offset
    lines = [
        "for metric in self.metrics:",
        '    if metric.name == "loss":',
        f"        metric.update_state({loss})",
        "    else:",
        f"        metric.update_state({', '.join(str(t) for t in texts)})",
    ]
    return unsafe(title, Edit(*whole.span(node), space.join(lines)))


def _loss_name(whole: Whole, node: ast.Call) -> str | None:
    """Return the name that the loss has above a place in the same function."""
    best: tuple[int, str] | None = None
    for one in whole.nodes:
        if not isinstance(one, (ast.Assign, ast.Expr)) or not isinstance(one.value, ast.Call):
            continue
        if _of_self(one.value.func) != "compiled_loss" or one.lineno > node.lineno:
            continue
        target = one.targets[0] if isinstance(one, ast.Assign) else None
        name = "loss" if target is None else target.id if isinstance(target, ast.Name) else ""
        if name and (best is None or one.lineno > best[0]):
            best = one.lineno, name
    return best[1] if best else None
