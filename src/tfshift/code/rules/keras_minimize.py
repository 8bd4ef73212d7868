"""``minimize`` of an optimizer, which those of Keras 3 do not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import Is
from tfshift.code.whole import Whole, by_hand, safe
from tfshift.domain.findings import Applicability, Edit, Finding, Fix

ID = "keras-minimize"
TITLE = "Optimizers of Keras 3 have no minimize"
_START = "import tensorflow as tf\nv = tf.Variable(1.0)\no = tf.keras.optimizers.SGD(0.1)\n"
EXAMPLES = [
    ("2.15", "2.21", _START + "o.minimize(lambda: v * v, [v])\n", [(4, "tf.keras.optimizers.Optimizer.minimize")]),
    ("2.8", "2.16", _START + "with tf.GradientTape() as t:\n    l = v * v\no.minimize(l, var_list=[v], tape=t)\n",
     [(6, "tf.keras.optimizers.Optimizer.minimize")]),
    ("2.15", "2.21", "import tensorflow as tf\nclass M(tf.keras.Model):\n    def train_step(self, data):\n"
     "        self.optimizer.minimize(data, self.trainable_variables, tape=data)\n",
     [(4, "tf.keras.optimizers.Optimizer.minimize")]),
    ("2.8", "2.15", _START + "o.minimize(lambda: v * v, [v])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef f(o, tape):\n    o.minimize(1)\n", []),
    ("2.15", "2.21", _START + "o.apply_gradients([])\n", []),
]  # fmt: skip
_PARAMETERS = ("loss", "var_list", "grad_loss", "name", "tape")


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each call."""
    if not whole.to_keras_3:
        return
    for node in whole.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "minimize" and whole.flow.kind(node.func.value) is Is.OPTIMIZER:
            yield whole.finding(
                node.func,
                "tf.keras.optimizers.Optimizer.minimize",
                ID,
                f"an optimizer has no minimize in TensorFlow {whole.target}: Keras 3",
                "all optimizers of tf.keras have minimize from 1.14 to 2.15.1 and none in 2.16.2 and "
                "2.21.0; it is apply_gradients of the tape's gradients",
                _fix(whole, node),
            )


def _fix(whole: Whole, node: ast.Call) -> Fix:
    title = "Apply the gradients"
    given = dict(zip(_PARAMETERS, node.args, strict=False))
    given.update({k.arg: k.value for k in node.keywords if k.arg is not None})
    loss, listed, tape = (given.get(name) for name in ("loss", "var_list", "tape"))
    assert isinstance(node.func, ast.Attribute)
    optimizer = whole.text(node.func.value)
    loss_text = whole.text(loss) if loss is not None else None
    listed_text = whole.text(listed) if listed is not None else None
    if "tape" in given and isinstance(tape, ast.Constant):
        tape = None
    if optimizer is None or loss_text is None or listed_text is None or "grad_loss" in given:
        return by_hand(title)
    if tape is not None:
        tape_text = whole.text(tape)
        text = f"{optimizer}.apply_gradients(zip({tape_text}.gradient({loss_text}, {listed_text}), {listed_text}))"
        return safe(title, Edit(*whole.span(node), text)) if tape_text else by_hand(title)
    root, statement = whole.spelling.root_name(), whole.statement(node)
    if statement is None or root is None:
        module = whole.provider("keras_v2")
        text = f"{module}.minimize({optimizer}, {loss_text}, {listed_text})"
        return Fix(title, Applicability.SAFE, (Edit(*whole.span(node), text),), ("keras_v2",))
    if isinstance(loss, ast.Lambda):
        value = whole.text(loss.body)
    else:
        value = f"{loss_text}()"
    if value is None or "\n" in value or isinstance(listed, ast.Lambda):
        return by_hand(title)
    space = whole.file.source.newline + " " * statement.col_offset
    lines = [
        f"with {root[0]}.GradientTape() as tape:",
        f"    loss = {value}",
        f"{optimizer}.apply_gradients(zip(tape.gradient(loss, {listed_text}), {listed_text}))",
    ]
    return safe(title, Edit(*whole.span(node), space.join(lines)))
