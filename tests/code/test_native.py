"""The native style: plain names where nothing has to be restructured; other files stay compat."""

from __future__ import annotations

import pytest

from .moving import checked, fixed, move

HEAD = "import tensorflow as tf\n"

REWRITES = [
    ("print(tf.log(2.0))\n", "print(tf.math.log(2.0))\n"),
    ("print(tf.random_normal([2]))\n", "print(tf.random.normal([2]))\n"),
    ("tf.enable_eager_execution()\nprint(tf.add(1, 2))\n", "print(tf.add(1, 2))\n"),
    ("m.compile(tf.train.AdamOptimizer(), 'mse')\n", "m.compile(tf.keras.optimizers.Adam(epsilon=1e-08), 'mse')\n"),
    ("m.compile(optimizer=tf.train.AdamOptimizer(1e-3, use_locking=True))\n",
     "m.compile(optimizer=tf.keras.optimizers.Adam(1e-3, epsilon=1e-08))\n"),
    ("opt = tf.train.GradientDescentOptimizer(0.1)\nm.compile(opt, 'mse')\n",
     "opt = tf.keras.optimizers.SGD(0.1)\nm.compile(opt, 'mse')\n"),
    ("x = tf.nn.dropout(y, keep_prob=1 - drop)\n", "x = tf.nn.dropout(y, rate=1 - (1 - drop))\n"),
    ("print(tf.compat.v1.gfile.Exists('a'), tf.compat.v1.size([1]))\n",
     "print(tf.compat.v1.gfile.Exists('a'), tf.compat.v1.size([1]))\n"),
    ("print(f'{tf.reduce_sum([1], keep_dims=True)}')\n", None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), REWRITES)
def test_plain_names_are_written(before: str, after: str | None) -> None:
    text = fixed(HEAD + before, "1.15", "2.15", "native")
    assert isinstance(text, str)
    if after is not None:
        assert text == HEAD + after
    compile(text, "program.py", "exec")
    assert fixed(text, "1.15", "2.15", "native") == text


REFUSED = {
    "a session": ("x = tf.Session(target).run(tf.log(2.0))\n", "tf.Session"),
    "an optimizer of a graph": ("t = tf.train.AdamOptimizer().minimize(loss)\n", "tf.train.AdamOptimizer"),
    "gradients applied in a graph": (
        "opt = tf.train.AdamOptimizer()\nt = opt.apply_gradients(g)\n", "tf.train.AdamOptimizer"),
    "a counter of the graph": (
        "tf.enable_eager_execution()\nopt = tf.train.AdamOptimizer()\nopt.apply_gradients(g, global_step=s)\n",
        "tf.train.AdamOptimizer"),
    "layers": ("y = tf.layers.dense(x, 3)\n", "tf.layers.dense"),
    "contrib": ("y = tf.contrib.layers.flatten(x)\n", "tf.contrib.layers.flatten"),
    "the graph, through compat.v1": (
        "print(tf.compat.v1.get_default_graph().get_name_scope())\n", "tf.compat.v1.get_default_graph"),
    "variables of the graph, through compat.v1": (
        "print(tf.compat.v1.global_variables())\n", "tf.compat.v1.global_variables"),
    "a package": ("tf.contrib.slim.queues.QueueRunners(s)\n", "tf.contrib.slim.queues.QueueRunners"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_plain_equal_stays_compat(name: str) -> None:
    body, symbol = REFUSED[name]
    found = checked({"program.py": HEAD + body}, move("1.15", "2.15", "native")).findings
    said = [f for f in found if f.rule == "native-refused"]
    assert [f.symbol for f in said] == [symbol]
    assert said[0].severity.value == "info"
    native = fixed(HEAD + body, "1.15", "2.15", "native")
    assert native == fixed(HEAD + body, "1.15", "2.15")


def test_a_line_that_is_not_alone_stays() -> None:
    body = "if True:\n    tf.enable_eager_execution()\nprint(tf.add(1, 2)); tf.enable_eager_execution()\n"
    text = fixed(HEAD + body, "1.15", "2.15", "native")
    assert isinstance(text, str)
    compile(text, "program.py", "exec")
    assert text.count("enable_eager_execution()") == 2


def test_without_the_edge_of_two_the_styles_agree() -> None:
    code = (
        HEAD
        + "m = tf.keras.Sequential()\nm.compile(tf.keras.optimizers.Adam(lr=1))\nm.predict_classes(x)\n"
    )
    assert fixed(code, "2.1", "2.15", "native") == fixed(code, "2.1", "2.15")


def test_an_argument_that_was_renamed_and_moved_is_named() -> None:
    code = "import tensorflow as tf\ntf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], 'SAME', [2, 2])\n"
    after = fixed(code, "1.15", "2.15", "native")
    assert isinstance(after, str)
    assert "'SAME', dilations=[2, 2])" in after
    kept = code.replace(", [2, 2])", ")")
    assert fixed(kept, "1.15", "2.15", "native") == kept
