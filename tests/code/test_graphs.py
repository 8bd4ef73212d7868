"""Session code in the style native: what it becomes, what is refused, and that it prints the same."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.domain.findings import Applicability

from .moving import findings, fixed, move
from .test_truth_programs import agree, run
from .test_truth_programs import fixed as fixed_programs

PROGRAMS = tuple(sorted((Path(__file__).parent / "programs" / "graphs").glob("*.py")))
_SHOWN = ("summaries", "each_summarised")
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
        (X + "print(x)\n", "shown that is in no run"),
        (X + "y = x + 1\nif y == x:\n    pass\n", "identity"),
        (X + "sess = tf.Session('grpc://there')\n", "a session with settings"),
        (X + "f = make_feed()\nsess = tf.Session()\nsess.run(x + 1, f)\n", "a feed that is made elsewhere"),
        (X + "y = tf.layers.separable_conv2d(x, 1, 1)\ntf.Session()\n", "tf.layers.separable_conv2d"),
        (X + "class Net:\n    def go(self):\n        return tf.Session()\n", "nothing builds a graph"),
        (X + "def go():\n    return x + 1\n", "go reads x"),
        (X + "k = 1\ny = x * k\nk = 2\nwith tf.Session() as s:\n    s.run(y, {x: [[1, 2]]})\n", "k is bound again"),
        (X + "s = tf.Session()\nfor i in range(2):\n    s.run(x + i, {x: [[1, 2]]})\n", "the graph grows"),
        (HEAD + "c = tf.random_gamma([1], 1.0, seed=1)\nwith tf.Session() as s:\n    s.run(c)\n"
         "with tf.Session() as s:\n    s.run(c)\n", "start anew"),
        (HEAD + "w = tf.Variable(1.0)\nwith tf.Session() as s:\n    s.run(tf.global_variables_initializer())\n    s.run(w)\n"
         "with tf.Session() as s:\n    s.run(w.initializer)\n    s.run(w)\n", "several sessions"),
        (X + "a = 1; y = x + a\ntf.Session().run(y, {x: [[1, 2]]})\n", "several statements on one line"),
    ],
)  # fmt: skip
def test_what_is_not_known_stays_as_it_is_and_says_why(code: str, reason: str) -> None:
    told = [f for f in findings(code, "1.15", "2.15", "native") if f.rule == "native-refused"]
    assert len(told) == 1, told
    assert reason in told[0].message
    assert fixed(code, "1.15", "2.15", "native") == fixed(code, "1.15", "2.15", "compat")


_QUEUE = (
    "q = tf.train.string_input_producer({files})\nr = tf.{reader}\nk, v = r.read(q)\n{more}"
    "with tf.Session() as s:\n    t = tf.train.start_queue_runners(sess=s)\n    print(s.run({run}))\n"
)


@pytest.mark.parametrize(
    ("files", "reader", "more", "run", "dataset"),
    [
        ("['a', 'b'], shuffle=False", "TextLineReader()", "", "v", "tf.data.TextLineDataset(['a', 'b'])\n"),
        ("['a']", "TFRecordReader()", "", "v", "TFRecordDataset(['a'])"),
        ("names", "TFRecordReader()", "", "v", "tf.data.Dataset.from_tensor_slices(names).shuffle(len(names)).flat_map("
         "lambda name: tf.data.TFRecordDataset(name))"),
        ("tf.train.match_filenames_once('*.txt')", "WholeFileReader()", "", "[k, v]",
         ".shuffle(tf.size(filenames, out_type=tf.int64)).map(lambda name: (name, tf.io.read_file(name)))"),
        ("['a']", "FixedLengthRecordReader(8, header_bytes=2)", "", "v",
         "FixedLengthRecordDataset(['a'], record_bytes=8, header_bytes=2)"),
        ("['a']", "WholeFileReader()", "b, c = tf.train.batch([k, tf.decode_raw(v, tf.uint8)], 2)\n", "b",
         "return (k, tf.io.decode_raw(v, tf.uint8))"),
        ("['a']", "TextLineReader()", "", "k", ""),
        ("['a']", "TextLineReader()", "b = tf.train.batch([v], 2)\n", "[b, v]", ""),
        ("['a']", "TextLineReader()", "print(q.name)\n", "v", ""),
        ("['a']", "TextLineReader()", "w, u = r.read(q)\n", "[v, u]", ""),
        ("['a']", "IdentityReader()", "", "v", ""),
        ("['a'], element_shape=[]", "TextLineReader()", "", "v", ""),
    ],
)  # fmt: skip
def test_queues_of_files_are_datasets_where_all_that_reads_them_is_known(
    files: str, reader: str, more: str, run: str, dataset: str
) -> None:
    code = HEAD + "names = ['a', 'b']\n" * ("names" in files)
    code += _QUEUE.format(files=files, reader=reader, more=more, run=run)
    if dataset:
        assert dataset.replace("return (", "return ").rstrip(")") in native(code)
    else:
        assert "graphs" not in {f.rule for f in findings(code, "1.15", "2.15", "native")}


_TRACED = X + (
    "y = x + 1\n{made}with tf.Session() as s:\n    print(s.run(y, {{x: [[1, 2]]}}, {given}))\n{more}"
)


@pytest.mark.parametrize(
    ("made", "given", "more", "kept"),
    [
        ("o = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)\nm = tf.RunMetadata()\n", "options=o, run_metadata=m",
         "    w.add_run_metadata(m, 'step')\n", True),
        ("m = tf.RunMetadata()\n", "run_metadata=m", "", True),
        ("", "options=tf.RunOptions(trace_level=3)", "", True),
        ("o = tf.RunOptions(timeout_in_ms=5)\n", "options=o", "", False),
        ("m = tf.RunMetadata()\n", "run_metadata=m", "    print(m.step_stats)\n", False),
        ("o = make()\n", "options=o", "", False),
    ],
)  # fmt: skip
def test_runs_that_are_only_traced_are_not(made: str, given: str, more: str, kept: bool) -> None:
    code = _TRACED.format(made=made, given=given, more=more)
    found = [f for f in findings(code, "1.15", "2.15", "native") if f.rule == "graphs"]
    assert bool(found) == kept
    if kept:
        assert "is traced no more" in found[0].message
        assert "Run" not in native(code)


_LOOP = X + (
    "w = tf.Variable([[1.0], [2.0]])\nparts = [x]\nz = tf.matmul(x, w)\nn = 2\nwith tf.Session() as s:\n"
    "    s.run(tf.global_variables_initializer())\n    for i in range(3):\n{0}"
    "        print(s.run(y, {{x: [[1, 2]]}}))\n"
)


@pytest.mark.parametrize(
    ("inside", "same"),
    [
        ("        y = tf.reduce_sum(z)\n", True),
        ("        h = tf.equal(z, x)\n        y = tf.reduce_mean(tf.cast(h, tf.float32))\n", True),
        ("        y = tf.reduce_sum(z) + i\n", False),
        ("        parts.append(z)\n        y = tf.concat(parts, 1)\n", False),
        ("        y = tf.matmul(x, tf.Variable([[1.0], [2.0]]))\n", False),
        ("        y = z * tf.random_uniform([1])\n", False),
        ("        y = z\n        y = tf.square(y)\n", False),
    ],
)  # fmt: skip
def test_tensors_that_are_the_same_each_time_are_built_once(inside: str, same: bool) -> None:
    found = findings(_LOOP.format(inside), "1.15", "2.15", "native")
    assert any(f.rule == "graphs" for f in found) == same


_TRIED = (
    X
    + "{0}:\n    y = {1}\n{2}:\n    y = {3}\nwith tf.Session() as s:\n    print(s.run(y, {{x: [[1, 2]]}}))\n"
)


@pytest.mark.parametrize(
    ("tried", "caught", "other", "kept"),
    [
        ("x + tf.ones([2])", "except AttributeError", "x + tf.one([2])", "x + tf.ones([2])"),
        ("x + tf.one([2])", "except AttributeError", "x + tf.ones([2])", "x + tf.ones([2])"),
        ("tf.scalars(x)", "except (ImportError, AttributeError) as e", "tf.abs(x)", "tf.abs(x)"),
        ("tf.abs(x)", "except", "tf.absolute(x)", "tf.abs(x)"),
        ("tf.absolute(x)", "except Exception", "tf.abs(x)", "tf.abs(x)"),
        ("tf.abs(x)", "except ValueError", "tf.square(x)", ""),
        ("tf.scalars(x)", "except AttributeError as e", "tf.abs(x) + len(str(e))", ""),
        ("tf.abs(x)", "finally", "tf.square(x)", ""),
        ("go(x)", "except AttributeError", "tf.abs(x)", ""),
    ],
)  # fmt: skip
def test_what_the_origin_has_stays_of_what_is_tried(
    tried: str, caught: str, other: str, kept: str
) -> None:
    code = _TRIED.format("try", tried, caught, other)
    if kept:
        assert f"    y = {kept}\n    return y\n" in native(code)
    else:
        told = {f.rule for f in findings(code, "1.15", "2.15", "native")}
        assert "graphs" not in told


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
@pytest.mark.parametrize("target", ["2.15", "2.21"])
def test_functions_print_what_the_graphs_printed(
    tensorflow_python: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    # 2.21 writes no summaries where TensorBoard is not installed, and it does not ask for it.
    programs = [p for p in PROGRAMS if target != "2.21" or p.stem not in _SHOWN]
    made = fixed_programs(programs, tmp_path, "1.15", target, "native", unsafe=True)
    before = run(tensorflow_python("1.15"), PROGRAMS)
    after = run(tensorflow_python(target), made)
    for name, (status, said) in after.items():
        # NumPy 2 names the type of a number in a list.
        agree(before[name], (status, re.sub(r"np\.\w+\(([^()]*)\)", r"\1", said)))


NET = (
    HEAD
    + "def layer(x, n, m):\n    w = tf.Variable(tf.ones([n, m]))\n    return tf.matmul(x, w)\n\n\n"
    + "x = tf.placeholder(tf.float32, [None, 2])\n"
)


def test_a_function_that_makes_variables_returns_one_that_computes() -> None:
    code = NET + "y = layer(x, 2, 3)\nwith tf.Session() as s:\n    print(s.run(y, {x: [[1, 2]]}))\n"
    assert native(code) == (
        HEAD + "def layer(n, m):\n    w = tf.Variable(tf.ones([n, m]))\n\n    def apply(x):\n"
        "        return tf.matmul(x, w)\n\n    return apply\n\n\ny_layer = layer(2, 3)\n\n\n"
        "@tf.function\ndef compute_y(x):\n    y = y_layer(x)\n    return y\n\n\n"
        "print(compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n"
    )


def test_comments_in_paragraphs_of_their_own_stay() -> None:
    code = NET.replace(
        "    w =", "\n    # What it is.\n    # And why.\n\n    # Weights.\n    w ="
    ).replace("    return", "    # A word between.\n\n    # The end.\n    return")
    code += "y = layer(x, 2, 3)\nwith tf.Session() as s:\n    print(s.run(y, {x: [[1, 2]]}))\n"
    assert (
        "def layer(n, m):\n    # What it is.\n    # And why.\n\n    # Weights.\n"
        "    w = tf.Variable(tf.ones([n, m]))\n\n    def apply(x):\n        # A word between.\n\n"
        "        # The end.\n        return tf.matmul(x, w)\n"
    ) in native(code)


def test_an_operation_that_draws_keeps_a_stream_of_its_own() -> None:
    code = (
        HEAD
        + "w = tf.Variable(tf.random_normal([2], seed=4))\nr = tf.random_uniform([2], 0, 9)\n"
        + "with tf.Session() as s:\n    print(s.run(r))\n"
    )
    after = native(code)
    assert "w = tf.Variable(tfshift_random_v1.generator(4).normal([2]))\n" in after
    assert "random_numbers = tfshift_random_v1.generator()\n\n\n@tf.function\n" in after
    assert "    r = random_numbers.uniform([2], 0, 9)\n" in after


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("a = tf.random_normal([2])\n", "random_numbers = tfshift_random_v1.generator(place=(7, 3))"),
        ("a = tf.random_normal([2], seed=1)\n", "random_numbers = tfshift_random_v1.generator(1)"),
        ("a = tf.Variable(tf.random_normal([2]))\n",
         "a = tf.Variable(tfshift_random_v1.generator(place=(7, 3)).normal([2]))"),
        ("a = tf.get_variable('a', [2])\n",
         "a = tf.Variable(tfshift_random_v1.glorot_uniform(place=(7, 3))([2]), name='a')"),
    ],
)  # fmt: skip
def test_a_recorded_place_is_written_where_no_seed_is(code: str, line: str, tmp_path: Path) -> None:
    text = HEAD + code + "with tf.Session() as s:\n    s.run(a)\n"
    (tmp_path / "program.py").write_text(text)
    the_move = move("1.15", "2.15", "native")
    the_move.drawn = {"program.py": [(2, (7, 3))]}
    result = check([tmp_path], the_move)
    assert line in fix_file(result.results[0], unsafe=True).after.decode().splitlines()


def test_a_seeded_graph_without_a_recording_is_said_to_draw_other_numbers() -> None:
    seeded = HEAD + "tf.set_random_seed(1)\na = tf.random_normal([2])\ntf.Session().run(a)\n"
    told = findings(seeded, "1.15", "2.15", "native", rule="graphs")
    assert "draw other numbers" in told[0].message
    told = findings(seeded.replace("tf.set_random_seed(1)\n", ""), "1.15", "2.15", "native")
    assert [f.rule for f in told] == ["graphs"]
    assert "draw other numbers" not in told[0].message


RUN = "with tf.Session() as s:\n    s.run(tf.global_variables_initializer())\n    print(s.run(y, {x: [[1, 2]]}))\n"
W = "w = tf.Variable([[1.0], [2.0]])\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (NET + "for i in range(2):\n    x = layer(x, 2, 2)\ny = x\n" + RUN, "in a loop"),
        (NET.replace("    return", "    if n > 2:\n        return None\n    return") + "y = layer(x, 2, 2)\n" + RUN,
         "early"),
        (NET.replace("[n, m]", "[int(x.shape[0]), m]") + "y = layer(x, 2, 2)\n" + RUN, "starts from a tensor"),
        (NET + "y = layer(x, *(2, 2))\n" + RUN, "arguments that are not known"),
        (X + "with tf.variable_scope('a', reuse=True):\n    y = tf.layers.dense(x, 2)\n" + RUN, "of a scope that are not known"),
        (X + "name = input()\nwith tf.name_scope(name):\n    tf.summary.scalar('a', tf.reduce_sum(x))\n"
         "y = tf.summary.merge_all()\n" + RUN, "whose name is computed"),
        (X + "y = tf.to_float(x, 'n')\n" + RUN, "arguments that are not known"),
        (X + "y = x * 2\ns = tf.Session()\n\n\ndef f(k):\n    return s.run(y * k, {x: [[1, 2]]})\n\n\nf(2)\n",
         "k of a function"),
        (X + "y = x * 2\nb = tf.saved_model.builder.SavedModelBuilder('d')\nwith tf.Session() as s:\n"
         "    b.add_meta_graph_and_variables(s, ['train'], signature_def_map={})\n    b.save()\n", "other tags"),
        (X + "k = tf.placeholder(tf.float32)\ny = x * k\nwith tf.Session() as s:\n"
         "    tf.saved_model.simple_save(s, 'd', {'x': x}, {'y': y})\n", "k is not fed"),
        (X.replace("32", "64") + "z = tf.placeholder(tf.float32, [1, 2])\ny = tf.layers.dense(x + tf.to_double(z), 2)\n"
         "with tf.Session() as s:\n    s.run(y, {x: [[1, 2]], z: [[1, 2]]})\n", "type is not known"),
        (X + W + "y = tf.matmul(x, w)\ndef more(a):\n    b = y + 1\n    return s.run(b, {x: a})\n" + RUN + "more(1)\n",
         "the graph grows"),
        (X + W + "y = tf.matmul(x, w)\nname = 'v'\nv = tf.Variable(1.0, name=name)\nsaver = tf.train.Saver()\n" + RUN,
         "not known"),
        (X + W + "y = tf.matmul(x, w)\nt = tf.train.AdadeltaOptimizer().minimize(y)\nsaver = tf.train.Saver()\n"
         "with tf.Session() as s:\n    saver.restore(s, 'a')\n    s.run(t, {x: [[1, 2]]})\n", "state of an optimizer"),
        (X + W + "y = tf.matmul(x, w)\na = tf.train.AdamOptimizer().minimize(y)\n"
         "b = tf.train.AdamOptimizer().minimize(y * 2)\nwith tf.Session() as s:\n"
         "    s.run([a, b], {x: [[1, 2]]})\n", "several training steps"),
        (X + W + "y = tf.matmul(x, w)\nt = tf.train.AdamOptimizer().minimize(y)\n"
         "with tf.Session() as s:\n    s.run([t, w.assign(w * 0)], {x: [[1, 2]]})\n", "in no order"),
        # Moving averages.
        (X + "y = tf.layers.batch_normalization(x, training=True)\n"
         "u = tf.get_collection(tf.GraphKeys.UPDATE_OPS, scope='a')\n" + RUN, "a part of the updates"),
        (X + W + "y = tf.matmul(x, w)\nwith tf.control_dependencies([w.assign(w * 0)]):\n    z = y * 2\n" + RUN,
         "tf.control_dependencies"),
        (X + "h = tf.layers.batch_normalization(x, training=True)\n"
         "with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):\n    y = h * 2\n" + RUN,
         "no training step"),
        # Layers that nothing has called have no variables yet: in a graph they had.
        (HEAD + "x = tf.placeholder(tf.float32, [None, 8, 8, 1])\ny = tf.layers.conv2d(x, 3, 2)\n"
         "print(len(tf.global_variables()))\n" + RUN, "may not be made yet"),
        # Variables that are chosen.
        (X + W + "y = tf.matmul(x, w)\nv = [v for v in tf.trainable_variables() if v.name.endswith('0')]\n"
         "t = tf.train.AdamOptimizer().minimize(y, var_list=v)\n" + RUN, "not known of their names"),
        (X + W + "y = tf.matmul(x, w)\nv = [v for v in tf.trainable_variables() if 'other' in v.name]\n"
         "t = tf.train.AdamOptimizer().minimize(y, var_list=v)\n" + RUN, "no variables are collected"),
        # Feeds.
        (X + "k = tf.placeholder(tf.float32)\ny = x * k\nf = {x: [[1, 2]]}\nif tf.__version__:\n    f[k] = 2.0\n"
         "with tf.Session() as s:\n    print(s.run(y, f))\n", "grows in a branch"),
        (X + "k = tf.placeholder(tf.float32)\ny = x * k\nf = {x: [[1, 2]]}\nf.update(list({k: 2.0}))\n"
         "with tf.Session() as s:\n    print(s.run(y, f))\n", "not written out"),
        # Scopes whose variables are there already.
        (X + "a = tf.reshape(x, [1, 1, 2])\nwith tf.variable_scope('r', reuse=tf.AUTO_REUSE):\n"
         "    y, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(2), a, dtype=tf.float32)\n" + RUN,
         "of a scope that are not known"),
        # Branches.
        (X + "k = 1\nif tf.__version__:\n    k = 2\n    y = x * k\n    k = 3\n" + RUN, "k is bound again"),
        # Weights that are to be small.
        (X + "def f(a):\n    return tf.layers.dense(a, 2, kernel_regularizer=tf.contrib.layers.l2_regularizer(0.1))\n\n\n"
         "y = tf.reduce_sum(f(x)) + tf.losses.get_regularization_loss()\n"
         "z = [f(x) for n in range(2)]\n" + RUN, ""),
        # Loops that make something and build with it.
        (X + "h = x\nk = 1\nfor n in [2, 3]:\n    h = tf.layers.dense(h, n) * k\n    k = n\ny = h\n" + RUN, "made in a loop"),
        (X + "h = x\nfor n in (i for i in [2, 3]):\n    h = tf.layers.dense(h, n)\ny = h\n" + RUN, "made in a loop"),
        (X + "h = x\nfor n in [2, 3]:\n    h = tf.layers.dense(h, int(h.shape[1]))\ny = h\n" + RUN, "made in a loop"),
        (X + "h = x\nfor n in [2, 3]:\n    if n > 2:\n        break\n    h = tf.layers.dense(h, n)\ny = h\n" + RUN,
         "in a loop"),
        (X + "y = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(2, True), x, dtype=tf.float32)\n" + RUN,
         "arguments that are not known"),
        (HEAD + "d = tf.data.Dataset.range(9).shuffle(9, seed=1)\ni = d.make_initializable_iterator()\n"
         "n = i.get_next()\nwith tf.Session() as s:\n    for e in range(2):\n        s.run(i.initializer)\n"
         "        s.run(n)\n", "begun again"),
        (X + W + "n = tf.Variable(0)\nr = tf.train.exponential_decay(0.1, n, 2, 0.5)\n"
         "t = tf.train.MomentumOptimizer(r, 0.9).minimize(tf.matmul(x, w), n)\ny = x + 1\n" + RUN, "a rate that changes"),
        (X + W + "n = tf.Variable(0)\nr = tf.train.exponential_decay(0.1, n, 2, 0.5)\ny = x * r\n" + RUN, "used in an expression"),
        (HEAD + "a = tf.print('now')\ntf.Session().run(a)\n", "tf.print"),
        (X + "d = tf.data.Dataset.from_tensors(x)\ny = d.make_one_shot_iterator().get_next()\n" + RUN, "a dataset of placeholders"),
        (X + W + "y = tf.keras.layers.Dense(2)(x)\nk = tf.train.Saver()\n" + RUN, "tf.keras.layers.Dense"),
        (X + W + "l = tf.matmul(x, w)\nt = tf.train.AdamOptimizer().minimize(l)\ns = tf.Session()\nr = s.run([t, l], {x: [[1.0]]})\nr[0] = 1\nprint(r[1])\n",
         "the result of a training step"),
        (X + "y = x + 1\ns = tf.Session()\nf = {}\nf[x] = [[1.0]]\nf[y] = f[x]\ns.run(y, f)\n", "a feed"),
        (X + "y = x + 1\ns = tf.Session()\ntry:\n    s.run(y, {x: [[1.0]]})\nfinally:\n    s.close()\n    del y\n", "y"),
        (X + "def f():\n    tf.losses.mean_squared_error(x, x * 2)\nf()\nf()\ny = tf.losses.get_total_loss()\n" + RUN, "get_total_loss"),
        (X + "y = tf.losses.get_total_loss()\ntf.losses.mean_squared_error(x, x * 2)\n" + RUN, "get_total_loss"),
        (X + "tf.losses.mean_squared_error(x, x * 2)\ntf.add_to_collection(tf.GraphKeys.LOSSES, tf.reduce_sum(x))\ny = tf.losses.get_total_loss()\n" + RUN, ""),
        (X + W + "r = tf.placeholder(tf.float32)\nt = tf.train.AdadeltaOptimizer(r).minimize(tf.matmul(x, w))\ny = x + 1\n" + RUN, "with a rate that changes"),
        (X + W + "r = tf.placeholder(tf.float32)\nt = tf.train.MomentumOptimizer(0.1, r).minimize(tf.matmul(x, w))\ny = x + 1\n" + RUN, "other than its rate"),
        (X + W + "r = tf.placeholder(tf.float64)\nt = tf.train.AdamOptimizer(r).minimize(tf.matmul(x, w))\ny = x + 1\n" + RUN, "single precision"),
        (X + "l = tf.layers.dense(x, 2)\ny = tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if 'bias' in v.name])\n" + RUN,
         "what is not known of their names"),
        (X + "m = tf.keras.Sequential([tf.keras.layers.Dense(2)])\ny = m(x)\n" + RUN, "tf.keras.Sequential"),
        (X + W + "y = tf.contrib.layers.l2_regularizer(0.0)(w)\n" + RUN, "l2_regularizer(0.0)"),
        (X + W + "y = tf.nn.embedding_lookup([w], [0], partition_strategy='div')\n" + RUN, "what may be a list"),
        # What the graph was built from is changed in place: it holds what it was.
        (X + "import numpy as np\na = np.ones(2)\ny = x + a\na[:] = 5\n" + RUN, "a is changed after the graph was built"),
        (X + "sizes = [2, -1]\ny = tf.reshape(x, sizes)\nsizes.append(7)\n" + RUN, "sizes is changed after the graph"),
        (X + "import numpy as np\na = np.arange(2)\ny = x + a\nnp.random.shuffle(a)\n" + RUN, "a is changed after"),
        (X + "seen = []\n\n\ndef layer(t):\n    seen.append(t)\n    return t * 2\n\n\ny = layer(x)\nprint(len(seen))\n" + RUN,
         "changes seen"),
        (X + "k = 2.0\n\n\ndef f(t):\n    return t * k\n\n\ny = f(x)\nk = 3.0\nz = f(x)\n" + RUN, "k is bound again after"),
        (HEAD + "class A(object):\n    def __init__(self):\n        self.n = [-1, 1]\n        self.x = tf.placeholder(tf.float32, [None, 2])\n"
         "        self.y = tf.reshape(self.x, self.n)\n        self.s = tf.Session()\n    def go(self, v):\n        self.n[0] = v\n"
         "        return self.s.run(self.y, {self.x: v})\nprint(A().go([[1, 2]]))\n", "n is changed after the graph"),
        (X + "w = tf.Variable(1.0)\nwith tf.Session() as s:\n    s.run(w.initializer)\n    s.run(w.assign_add(1.0).op)\n",
         "an operation without what it gives"),
        (HEAD + "i = tf.data.Dataset.range(6).make_one_shot_iterator()\na = i.get_next()\nb = i.get_next()\n"
         "with tf.Session() as s:\n    print(s.run([a, b]))\n", "several elements of one iterator"),
        # Two operations of one name: the graph calls the second one otherwise.
        (X + "y = tf.identity(x, name='a')\nz = tf.identity(x * 2, name='a')\ns = tf.Session()\n"
         "print(s.run('a_1:0', {x: [[1, 2]]}))\n", "a run of plain Python"),
        (X + "y = x * 2\ndef feed(more):\n    return {x: [[1, 2]], **more}\ns = tf.Session()\nprint(s.run(y, feed({})))\n",
         "a feed that is not written out"),
        (X + "y = x * 2\ndef feed(k):\n    return {x: k}\ns = tf.Session()\nprint(s.run(y, feed(1)), feed(2))\n",
         "a feed that is not written out"),
        (X + "v, u = tf.metrics.mean(x, weights=x)\ns = tf.Session()\ns.run(tf.local_variables_initializer())\n"
         "s.run(u, {x: [[1, 2]]})\nprint(s.run(v))\n", "weights"),
        (X + "v, u = tf.metrics.mean(x)\ny = v * 2\n" + RUN, "the value of a metric"),
        (X + "v, u = tf.metrics.mean(x)\ns = tf.Session()\nfor i in range(2):\n    s.run(tf.global_variables_initializer())\n"
         "    s.run(u, {x: [[1, 2]]})\n", "initialised in a loop"),
        # Gone through twice, for inputs of other widths; not in each round; and what a call does besides.
        (HEAD + "def stack(t):\n    for i, n in enumerate([3, 2]):\n        w = tf.Variable(tf.ones([int(t.get_shape()[1]), n]))\n"
         "        t = tf.matmul(t, w)\n    return t\n\n\na = tf.placeholder(tf.float32, [None, 4])\nb = tf.placeholder(tf.float32, [None, 5])\n"
         "y = stack(a) + stack(b)\ns = tf.Session()\ns.run(tf.global_variables_initializer())\nprint(s.run(y, {a: [[1] * 4], b: [[1] * 5]}))\n",
         "starts from a tensor"),
        (X + "h = x\nfor i, n in enumerate([3, 4, 5]):\n    d = 2\n    if i > 0:\n        d = int(h.get_shape()[1])\n"
         "    w = tf.Variable(tf.ones([d, n]))\n    h = tf.matmul(h, w)\ny = h\n" + RUN, "starts from a tensor"),
        (X + "seen = []\n\n\ndef f(t):\n    seen.append(t)\n    return t * 2\n\n\nw = tf.Variable(tf.ones([int(f(x).get_shape()[1]), len(seen)]))\n"
         "y = tf.matmul(x, w)\n" + RUN, "changes seen"),
        # As wide as the round before made it, and nothing counts the rounds.
        (X + "h = x\nfor n in [3, 4]:\n    w = tf.Variable(tf.ones([int(h.get_shape()[1]), n]))\n    h = tf.matmul(h, w)\ny = h\n" + RUN,
         "starts from a tensor"),
        (X + "k = tf.placeholder(tf.float32)\nw = tf.Variable(tf.ones([k.get_shape()[1].value, 2]))\ny = tf.matmul(x, w)\n" + RUN,
         "starts from a tensor"),
        (X + "h = tf.layers.batch_normalization(x)\nsaver = tf.train.Saver(tf.trainable_variables())\ny = h * 2\n" + RUN,
         "a part of what layers have"),
        (HEAD + "class A(object):\n    def __init__(self):\n        self.x = tf.placeholder(tf.float32)\n"
         "class B(A):\n    def go(self):\n        return tf.Session().run(self.x * 2, {self.x: 1})\n"
         "b = B()\nprint(isinstance(b, A), b.go())\n", "others inherit"),
    ],
)  # fmt: skip
def test_what_would_be_another_program_is_left(code: str, reason: str) -> None:
    told = [f for f in findings(code, "1.15", "2.15", "native") if f.rule == "native-refused"]
    assert len(told) == 1, [f.message for f in findings(code, "1.15", "2.15", "native")]
    assert reason in told[0].message
    assert fixed(code, "1.15", "2.15", "native") == fixed(code, "1.15", "2.15", "compat")


CLASS = (
    HEAD
    + """
class Net:
    def __init__(self, sess, size):
        self.sess = sess
        self.x = tf.placeholder(tf.float32, [None, size])
        # What is learned.
        w = tf.Variable(tf.ones([size, 1]))
        self.y = tf.matmul(self.x, w) * size

    def predict(self, rows):
        return self.sess.run(self.y, {self.x: rows})
"""
)


OUTSIDE = (
    CLASS.replace(
        "def __init__(self, sess, size):\n        self.sess = sess", "def __init__(self, size):"
    ).split("    def predict")[0]
    + "    def said(self):\n        return 'a net'\n"
)


def test_what_a_class_holds_of_the_graph_becomes_methods() -> None:
    code = CLASS + (
        "\n\nsess = tf.Session()\nnet = Net(sess, 2)\nsess.run(tf.global_variables_initializer())\n"
        "print(net.predict([[1, 2]]))\n"
    )
    assert (
        native(code)
        == HEAD
        + """
class Net:
    def __init__(self, size):
        self.size = size
        # What is learned.
        self.w = tf.Variable(tf.ones([size, 1]))

    @tf.function
    def compute_y(self, x):
        y = tf.matmul(x, self.w) * self.size
        return y

    def predict(self, rows):
        return self.compute_y(tf.constant(rows, tf.float32)).numpy()


net = Net(2)
print(net.predict([[1, 2]]))
"""
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_classes_keep_line_ends_and_marks(tmp_path: Path, mark: bytes, end: bytes) -> None:
    code = CLASS + "\n\n# Größe\nsess = tf.Session()\nnet = Net(sess, 2)\n"
    lines = code.replace("# What is learned.", "# Was gelernt wird: ö").encode("utf-8").split(b"\n")
    (tmp_path / "net.py").write_bytes(mark + end.join(lines))
    (result,) = check([tmp_path], move("1.15", "2.15", "native")).results
    after = fix_file(result, unsafe=True).after
    assert after.startswith(mark + b"import tensorflow as tf" + end)
    assert after.count(b"\n") == after.count(end)
    assert b"        return self.compute_y(tf.constant(rows, tf.float32)).numpy()" in after
    assert "        # Was gelernt wird: ö".encode() in after
    ast.parse(after)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (("class Net:", "class Net(tf.keras.Model):"), "a class that inherits"),
        (("class Net:", "@register\nclass Net:"), "a class that is decorated"),
        (
            (
                "def predict",
                "@property\n    def loss(self):\n        return self.y\n\n    def predict",
            ),
            "outside of a run",
        ),
        (("self.sess = sess", "self.sess = sess\n        register(self)"), "self is handed on"),
        (
            ("def predict", "def stop(self):\n        self.y = 1\n\n    def predict"),
            "y is bound again",
        ),
        (("\nclass Net", "\ndef look(net):\n    net.y = 2\n\n\nclass Net"), "y is bound again"),
        (
            ("        return", "        print(self.y)\n        return"),
            "shown in a loop, a branch or each call",
        ),
        (
            ("        return", "        self.z = self.y + 1\n        return"),
            "the graph grows in each call",
        ),
        (
            (
                "        return",
                "        self.sess.run(tf.global_variables_initializer())\n        return",
            ),
            "each call",
        ),
        (
            ("\nclass Net", "\ndef look(net):\n    return net.y\n\n\nclass Net"),
            "read from outside of its class",
        ),
        (
            ("\nclass Net", "\ndef look(net):\n    return getattr(net, 'y')\n\n\nclass Net"),
            "whose name is computed",
        ),
        (("\nclass Net", "\nclass Other(list):\n    pass\n\n\nclass Net"), ""),
    ],
)
def test_classes_that_hide_a_part_of_the_graph_are_refused(
    changed: tuple[str, str], reason: str
) -> None:
    code = CLASS.replace(*changed, 1) if changed[0] != "        return" else CLASS.replace(*changed)
    told = [f for f in findings(code, "1.15", "2.15", "native") if f.rule == "native-refused"]
    assert [reason in f.message for f in told] == [True] * bool(reason), told


def test_sessions_that_functions_are_given_go() -> None:
    code = (
        HEAD
        + """
def show(a, sess, b=1):
    print(sess.run(total) + a + b)


x = tf.Variable(2.0)
total = x + 1
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    show(1, session)
    show(2, session, b=3)
    show(a=2, sess=session)
"""
    )
    after = native(code)
    assert "def show(a, b=1):" in after
    assert after.endswith("show(1)\nshow(2, b=3)\nshow(a=2)\n")
    for more in ("    start(show, session)\n", "    held = show\n", "    start(target=show)\n"):
        told = [f.rule for f in findings(code + more, "1.15", "2.15", "native")]
        assert "native-refused" in told
        assert "graphs" not in told
    method = (
        OUTSIDE
        + "\n    def predict(self, sess, rows):\n        return sess.run(self.y, {self.x: rows})\n"
    )
    for more, reason in (
        ("net.predict(sess, [[1, 2]])\n", ""),
        ("start(target=net.predict, args=(sess, [[1, 2]]))\n", "used in an expression"),
        ("start(net.predict)\n", "predict is handed on"),
    ):
        found = findings(
            method + "\n\nsess = tf.Session()\nnet = Net(2)\n" + more,
            "1.15",
            "2.15",
            "native",
        )
        refused = [f.message for f in found if f.rule == "native-refused"]
        assert [reason in message for message in refused] == [True] * bool(reason), refused
    other = code + "    show(1, open('other'))\n"
    told = [f for f in findings(other, "1.15", "2.15", "native") if f.rule == "native-refused"]
    assert "given a session, and something else" in told[0].message


def test_tensors_are_shown_where_they_are_traced() -> None:
    code = X + (
        "one = tf.constant(1.0)\nprint(one)\ny = x + one\n# Look.\nprint('y', y, x.shape)\n"
        "assert x.shape.as_list()[1:] == y.shape.as_list()[1:]\nwith tf.Session() as s:\n"
        "    print(s.run(y, {x: [[1, 2]]}))\n"
    )
    assert native(code) == (
        HEAD
        + "one = tf.constant(1.0)\nprint(one)\n\n\n@tf.function\ndef compute_y(x):\n    y = x + one\n"
        "    # Look.\n    print('y', y, x.shape)\n"
        "    assert x.shape.as_list()[1:] == y.shape.as_list()[1:]\n    return y\n\n\n"
        "print(compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n"
    )
    (told,) = findings(code, "1.15", "2.15", "native")
    assert "is traced" in told.message
    assert "with their values" in told.message or "holds their values" in told.message


def test_what_keeps_nothing_may_be_made_twice() -> None:
    code = X + (
        "w = tf.Variable([[1.0], [2.0]])\nopt = tf.train.%s(0.1)\na = tf.reduce_sum(tf.matmul(x, w))\n"
        "first = opt.minimize(a)\nsecond = opt.minimize(a * 2)\nwith tf.Session() as s:\n"
        "    s.run(first, {x: [[1, 2]]})\n    s.run(second, {x: [[1, 2]]})\n"
    )
    after = native(code % "GradientDescentOptimizer")
    assert after.count("keras.optimizers.SGD(0.1)") == 2
    assert "opt_2.apply_gradients" in after
    after = native(code % "AdamOptimizer")
    # What it keeps of its steps belongs to both.
    assert after.count("optimizers_v1.Adam(") == 1
    assert after.count("opt.apply_gradients") == 2
    told = findings(code % "AdadeltaOptimizer", "1.15", "2.15", "native")
    assert any("one optimizer for several losses" in finding.message for finding in told)


def test_layers_of_contrib_are_among_what_is_collected() -> None:
    code = X + (
        "h = tf.contrib.layers.fully_connected(x, 3)\ny = tf.layers.dense(h, 1)\n"
        "print(len(tf.trainable_variables()))\n" + RUN
    )
    assert "[*h_layer.trainable_variables, *y_layer.trainable_variables]" in native(code)


def test_division_rounds_where_both_are_whole() -> None:
    code = X + (
        "y = tf.div(x, 2)\nwith tf.Session() as s:\n    print(s.run(tf.div(7, 2)), s.run(tf.div(7.0, 2.0)))\n"
        "    print(s.run(y, {x: [[1, 2]]}))\n"
    )
    after = native(code)
    assert "tf.math.floordiv(7, 2)" in after
    assert "tf.truediv(7.0, 2.0)" in after
    assert "y = tfshift_arithmetic_v1.div(x, 2)" in after


def test_what_is_one_thing_there_and_another_here_is_written_as_it_was() -> None:
    code = X + (
        "w = tf.Variable(2.0)\nlogits = x * w\n"
        "a = tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(logits), logits=logits)\n"
        "b = tf.where(x > 0, x, x * 2)\nc = tf.where(tf.reduce_sum(x, 1) > 0, x, x * 2)\n"
        "d = tf.losses.mean_squared_error(x, logits)\ne = tf.losses.mean_squared_error(x, logits, 2.0)\n"
        "with tf.Session() as s:\n    s.run(tf.global_variables_initializer())\n"
        "    print(s.run([a, b, c, d, e], {x: [[1, 2]]}))\n"
    )
    after = native(code)
    assert "labels=tf.stop_gradient(tf.nn.softmax(logits))" in after
    assert "b = tf.where(x > 0, x, x * 2)" in after
    assert "c = tf.raw_ops.Select(condition=tf.reduce_sum(x, 1) > 0, x=x, y=x * 2)" in after
    assert "d = tf.reduce_mean(tf.math.squared_difference(logits, x))" in after
    assert "e = tfshift_losses_v1.mean_squared_error(x, logits, 2.0)" in after


def test_files_of_one_process_stay_together(tmp_path: Path) -> None:
    fine = X + "with tf.Session() as s:\n    print(s.run(x + 1, {x: [[1, 2]]}))\n"
    bad = X + "sess = tf.Session('grpc://there')\n"
    for name, code in {
        "alone.py": fine,
        "model.py": fine.replace("s:", "held:").replace("s.run", "held.run"),
        "train.py": "import model\n" + bad,
        "used.py": fine,
        "driver.py": "import used\nimport tensorflow as tf\nprint(tf.constant(1))\n",
    }.items():
        (tmp_path / name).write_text(code, "utf-8")
    found = check([tmp_path], move("1.15", "2.15", "native")).findings
    told = {f.path: f.message for f in found if f.rule == "native-refused"}
    assert set(told) == {"model.py", "train.py"}
    assert "train.py, which is run with it" in told["model.py"]
    assert {f.path for f in found if f.rule == "graphs"} == {"alone.py", "used.py"}


def test_a_program_that_names_nothing_of_tensorflow_is_not_spoken_of(tmp_path: Path) -> None:
    bad = X + "sess = tf.Session('grpc://there')\n"
    for name, code in {
        "bad.py": "import shared\n" + bad,
        "plain.py": "import shared\nprint(shared.near(1))\n",
        "shared.py": "# For programs of tensorflow and others.\ndef near(x):\n    return x\n",
    }.items():
        (tmp_path / name).write_text(code, "utf-8")
    found = check([tmp_path], move("1.15", "2.15", "native")).findings
    assert {f.path for f in found} == {"bad.py"}


@pytest.mark.parametrize(
    ("shared", "ties", "stays"),
    [
        ("import numpy as np\n\ndef near(x):\n    return tf.square(np.round(x))\n", False, False),
        ("def near(x):\n    return tf.cond(x > 0, lambda: x, lambda: tf.constant(0.0))\n", False, True),
        ("def near(x):\n    return tf.data.Dataset.from_tensor_slices(x)\n", False, True),
        ("def near(x):\n    return x * tf.Variable(1.0)\n", True, True),
        ("def near(x):\n    return tf.summary.scalar('x', x)\n", True, True),
        ("def near(x):\n    return tf.get_variable('x', []) * x\n", True, True),
    ],
)  # fmt: skip
def test_a_file_that_suits_both_styles_ties_no_programs(
    tmp_path: Path, shared: str, ties: bool, stays: bool
) -> None:
    fine = X + "with tf.Session() as s:\n    print(s.run(x + 1, {x: [[1, 2]]}))\n"
    bad = X + "sess = tf.Session('grpc://there')\n"
    for name, code in {
        "fine.py": "import shared\n" + fine,
        "bad.py": "import shared\n" + bad,
        "shared.py": "import tensorflow as tf\n" + shared,
    }.items():
        (tmp_path / name).write_text(code, "utf-8")
    found = check([tmp_path], move("1.15", "2.15", "native")).findings
    refused = {f.path for f in found if f.rule == "native-refused"}
    assert refused == {"bad.py"} | ({"fine.py"} if ties else set()) | (
        {"shared.py"} if stays else set()
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("net = Net(2)\nwith tf.Session() as s:\n    print(s.run(net.y, {net.x: [[1, 2]]}))\n", ""),
        ("net = Net(2)\nz = tf.Variable(1.0)\nwith tf.Session() as s:\n    s.run([net.y, z], {net.x: [[1, 2]]})\n", "plain Python"),
        ("net = Net(2)\nother = Net(2)\nwith tf.Session() as s:\n    s.run(net.y, {other.x: [[1, 2]]})\n", "more than what one object"),
        ("net = Net(2)\nwith tf.Session() as s:\n    s.run(net.y, {net.x: [[1, 2]]})\nprint(net.y)\n", "read from outside"),
        ("net = Net(2)\nwith tf.Session() as s:\n    s.run(net.y)\n", "is not fed"),
    ],
)  # fmt: skip
def test_what_an_object_holds_is_run_by_its_methods(code: str, reason: str) -> None:
    told = list(findings(OUTSIDE + "\n\n" + code, "1.15", "2.15", "native"))
    refused = [f.message for f in told if f.rule == "native-refused"]
    assert [reason in message for message in refused] == [True] * bool(reason), refused
    if not reason:
        after = native(OUTSIDE + "\n\n" + code)
        assert "    @tf.function\n    def compute_y(self, x):\n" in after
        assert after.endswith("print(net.compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n")


def test_python_2_becomes_python_3_with_its_graph(tmp_path: Path) -> None:
    code = (
        X + "y = x * 2\nwith tf.Session() as sess:\n    print 'twice', sess.run(y, {x: [[1, 2]]})\n"
    )
    (tmp_path / "old.py").write_text(code, "utf-8")
    (tmp_path / "other.py").write_text("print 'other'\n", "utf-8")
    results = check([tmp_path], move("1.15", "2.15", "native")).results
    writing.write(tmp_path, [fix_file(result, unsafe=True) for result in results])
    after = (tmp_path / "old.py").read_text("utf-8")
    assert after == HEAD + (
        "\n\n@tf.function\ndef compute_y(x):\n    y = x * 2\n    return y\n\n\n"
        "print('twice', compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n"
    )
    assert (tmp_path / "other.py").read_text("utf-8") == "print('other')\n"
    # What is not applied is not half applied either.
    (tmp_path / "old.py").write_text(code, "utf-8")
    (result,) = check([tmp_path / "old.py"], move("1.15", "2.15", "native")).results
    assert fix_file(result, unsafe=False).after == code.encode()


LOADING = """
import sys
import numpy as np
import tensorflow as tf
for name in ("simple", "built"):
    signatures = tf.saved_model.load(sys.argv[1] + "/" + name).signatures
    for key in sorted(signatures):
        inputs = signatures[key].structured_input_signature[1]
        given = {n: tf.ones([2, 3]) if len(s.shape) else tf.constant(0.5) for n, s in inputs.items()}
        told = sorted((n, str(s.shape), s.dtype.name) for n, s in inputs.items())
        print(key, told, sorted((n, np.round(v.numpy(), 4).tolist()) for n, v in signatures[key](**given).items()))
"""


@pytest.mark.truth
@pytest.mark.parametrize("target", ["2.15", "2.21"])
def test_an_exported_model_has_its_signatures(
    tensorflow_python: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    program = Path(__file__).parent / "programs" / "graphs" / "exported.py"
    place = tmp_path / "code"
    place.mkdir()
    (place / program.name).write_bytes(program.read_bytes())
    result = check([place], move("1.15", target, "native"))
    writing.write(place, [fix_file(r, unsafe=True) for r in result.results])
    told = []
    for version, file in (("1.15", program), (target, place / program.name)):
        folder = tmp_path / version
        folder.mkdir()
        for python, code in ((version, [str(file)]), (target, ["-c", LOADING, str(folder)])):
            ran = subprocess.run(
                [tensorflow_python(python), "-W", "ignore", *code], capture_output=True, text=True,
                env={**os.environ, "EXPORTED_TO": str(folder), "CUDA_VISIBLE_DEVICES": "-1"},
            )  # fmt: skip
            assert ran.returncode == 0, ran.stderr
        told.append(ran.stdout)
    assert told[0] == told[1]
    assert "serving_default" in told[0]
