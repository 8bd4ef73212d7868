"""Session code in the style native: what it becomes, what is refused, and that it prints the same."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.domain.findings import Applicability

from .moving import findings, fixed, move
from .test_truth_programs import agree, run

PROGRAMS = tuple(sorted((Path(__file__).parent / "programs" / "graphs").glob("*.py")))
HEAD = "import tensorflow as tf\n"
X = HEAD + "x = tf.placeholder(tf.float32, [None, 2])\n"


def native(code: str) -> str:
    after = fixed(code, "1.15", "2.15", "native", unsafe=True)
    assert isinstance(after, str)
    return after


def test_a_run_becomes_a_function_of_what_is_fed() -> None:
    code = (
        X + "scale = 2.0\n\n# Twice as much.\ny = x * scale\nz = tf.reduce_sum(y)\n\n"
        "with tf.Session() as sess:\n    for row in ([[1, 2]], [[3, 4]]):\n"
        "        print(sess.run([y, z], feed_dict={x: row}))\n    print('end')  # done\n"
    )
    assert native(code) == (
        HEAD + "scale = 2.0\n\n\n@tf.function\ndef compute_y_and_z(x):\n    # Twice as much.\n"
        "    y = x * scale\n    z = tf.reduce_sum(y)\n    return y, z\n\n\n"
        "for row in ([[1, 2]], [[3, 4]]):\n"
        "    print([value.numpy() for value in compute_y_and_z(tf.constant(row, tf.float32))])\n"
        "print('end')  # done\n"
    )


def test_constants_need_no_function() -> None:
    code = HEAD + "a = tf.constant(2)\nwith tf.Session() as s:\n    print(s.run(a + 1), s.run(a))\n"
    assert native(code) == HEAD + "a = tf.constant(2)\nprint((a + 1).numpy(), a.numpy())\n"


def test_a_minimize_becomes_a_step_on_a_tape() -> None:
    code = (
        X + "w = tf.Variable([[1.0], [2.0]])\ncost = tf.reduce_sum(tf.matmul(x, w))\n"
        "train = tf.train.AdamOptimizer(0.1).minimize(cost)\nsess = tf.Session()\n"
        "sess.run(tf.global_variables_initializer())\n_, c = sess.run([train, cost], {x: [[1, 2]]})\nprint(c)\n"
    )
    assert native(code) == (
        HEAD
        + "w = tf.Variable([[1.0], [2.0]])\noptimizer = tf.keras.optimizers.Adam(0.1, epsilon=1e-08)\n\n\n"
        "@tf.function\ndef train_step(x):\n    with tf.GradientTape() as tape:\n"
        "        cost = tf.reduce_sum(tf.matmul(x, w))\n    variables = tape.watched_variables()\n"
        "    gradients = tape.gradient(cost, variables)\n"
        "    optimizer.apply_gradients(zip(gradients, variables))\n    return cost\n\n\n"
        "c = train_step(tf.constant([[1, 2]], tf.float32)).numpy()\nprint(c)\n"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (X + "tf.Session().run(x)\n", "x is not fed"),
        (X + "for i in range(2):\n    y = x * tf.Variable(1.0)\n", "in a loop"),
        (X + "print(x)\n", "given to print"),
        (X + "y = x + 1\nif y == x:\n    pass\n", "identity"),
        (X + "sess = tf.Session('grpc://there')\n", "a session with settings"),
        (X + "f = make_feed()\nsess = tf.Session()\nsess.run(x + 1, f)\n", "a feed that is made elsewhere"),
        (X + "y = tf.layers.batch_normalization(x)\ntf.Session()\n", "tf.layers.batch_normalization"),
        (X + "class Net:\n    def go(self):\n        return tf.Session()\n", "graph code in a class"),
        (X + "def go():\n    return x + 1\n", "go reads x"),
        (X + "k = 1\ny = x * k\nk = 2\nwith tf.Session() as s:\n    s.run(y, {x: [[1, 2]]})\n", "k is bound again"),
        (X + "s = tf.Session()\nfor i in range(2):\n    s.run(x + i, {x: [[1, 2]]})\n", "the graph grows"),
        (HEAD + "c = tf.random_gamma([1], 1.0, seed=1)\nwith tf.Session() as s:\n    s.run(c)\n"
         "with tf.Session() as s:\n    s.run(c)\n", "start anew"),
        (HEAD + "w = tf.Variable(1.0)\nwith tf.Session() as s:\n    s.run(tf.global_variables_initializer())\n    s.run(w)\n"
         "with tf.Session() as s:\n    s.run(w.initializer)\n    s.run(w)\n", "several sessions"),
        (X + "w = tf.Variable([[1.0], [1.0]])\nt = tf.matmul(x, w)\n"
         "l = tf.nn.softmax_cross_entropy_with_logits(labels=t * 2, logits=t)\ntf.Session()\n", "labels"),
        (X + "a = 1; y = x + a\ntf.Session().run(y, {x: [[1, 2]]})\n", "several statements on one line"),
    ],
)  # fmt: skip
def test_what_is_not_known_stays_as_it_is_and_says_why(code: str, reason: str) -> None:
    told = [f for f in findings(code, "1.15", "2.15", "native") if f.rule == "native-refused"]
    assert len(told) == 1, told
    assert reason in told[0].message
    assert fixed(code, "1.15", "2.15", "native") == fixed(code, "1.15", "2.15", "compat")


def test_a_run_in_a_formatted_text_is_right_or_left() -> None:
    code = (
        HEAD
        + "a = tf.constant(2)\nwith tf.Session() as s:\n    print(f'it is {s.run(a)!r}, {1}')\n"
    )
    after = native(code)
    assert "f'it is {a.numpy()!r}, {1}'" in after or "compat.v1" in after


def test_what_became_functions_is_never_called_safe() -> None:
    for program in PROGRAMS:
        found = findings(program.read_text("utf-8"), "1.15", "2.15", "native")
        assert [f.rule for f in found] == ["graphs"], program
        assert found[0].fix is not None
        assert found[0].fix.applicability is Applicability.UNSAFE


def test_a_second_run_changes_nothing() -> None:
    for program in PROGRAMS:
        once = native(program.read_text("utf-8"))
        ast.parse(once)
        assert "compat.v1" not in once
        assert native(once) == once


@pytest.mark.truth
def test_functions_print_what_the_graphs_printed(
    tensorflow_python: Callable[[str], Path], tmp_path: Path
) -> None:
    made = []
    for program in PROGRAMS:
        place = tmp_path / program.stem
        place.mkdir()
        (place / program.name).write_bytes(program.read_bytes())
        result = check([place], move("1.15", "2.15", "native"))
        writing.write(place, [fix_file(r, unsafe=True) for r in result.results])
        made.append(place / program.name)
    before = run(tensorflow_python("1.15"), PROGRAMS)
    after = run(tensorflow_python("2.15"), tuple(made))
    for name in before:
        agree(before[name], after[name])
