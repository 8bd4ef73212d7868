"""Code of ``tf.compat.v1`` in TensorFlow 2, as functions."""

from pathlib import Path

import pytest

from tests.code.moving import findings, fixed_project, move

PROGRAMS = tuple(sorted((Path(__file__).parent / "programs" / "graphs").glob("*.py")))
ROOT = "import tensorflow as tf\n"
FIRST = "import tensorflow.compat.v1 as tf\n"
SWITCH = "tf.disable_v2_behavior()\n"
GRAPH = (
    "x = tf.placeholder(tf.float32, [None, 2])\ny = tf.reduce_sum(x, 1)\n"
    "with tf.Session() as s:\n    print(s.run(y, {x: [[1, 2]]}))\n"
)
AFTER = (
    "\n\n@tf.function\ndef compute_y(x):\n    y = tf.reduce_sum(x, 1)\n    return y\n\n\n"
    "print(compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n"
)


def native(code: str, origin: str, target: str = "2.15") -> str:
    the_move = move(origin, target, "native")
    return fixed_project({"program.py": code}, the_move, unsafe=True)["program.py"].decode()


@pytest.mark.parametrize("origin", ["1.15", "2.3", "2.15"])
def test_programs_of_it_become_what_those_of_the_first_api_become(origin: str) -> None:
    for program in PROGRAMS:
        code = program.read_text("utf-8")
        assert ROOT in code
        switched = code.replace(ROOT, FIRST + SWITCH, 1)
        assert native(switched, origin) == native(code, "1.15"), program


@pytest.mark.parametrize(
    "code",
    [
        FIRST + SWITCH + GRAPH,
        FIRST + GRAPH,
        "from tensorflow.compat import v1 as tf\n" + SWITCH + GRAPH,
        FIRST + "tf.disable_eager_execution()  # a graph\ntf.enable_resource_variables()\n" + GRAPH,
        ROOT + "tf.compat.v1.disable_v2_behavior()\n"
        + GRAPH.replace("tf.placeholder", "tf.compat.v1.placeholder").replace("tf.Session", "tf.compat.v1.Session"),
        ROOT + FIRST + SWITCH + GRAPH,
        ROOT + "from tensorflow.compat import v1\n" + (SWITCH + GRAPH).replace("tf.", "v1.").replace("v1.float32", "tf.float32").replace("v1.reduce", "tf.reduce"),
        ROOT + "tf1 = tf.compat.v1\n" + (SWITCH + GRAPH).replace("tf.", "tf1.").replace("tf1.float32", "tf.float32").replace("tf1.reduce", "tf.reduce"),
        ROOT + "tf = tf.compat.v1\n" + SWITCH + GRAPH,
        ROOT + "if tf.__version__ >= '2':\n    import tensorflow.compat.v1 as tf\n    tf.disable_v2_behavior()\n" + GRAPH,
        "try:\n    import tensorflow.compat.v1 as tf\n    tf.disable_v2_behavior()\nexcept ImportError:\n    " + ROOT + GRAPH,
    ],
)  # fmt: skip
@pytest.mark.parametrize("origin", ["1.15", "2.0", "2.15"])
def test_names_and_switches_go(code: str, origin: str) -> None:
    assert native(code, origin) == ROOT + AFTER


@pytest.mark.parametrize(
    "code",
    [
        "y = tf.nn.dropout(tf.math.log(x), rate=0.5)\n",
        "y = tf.reduce_sum(tf.cond(tf.shape(x)[0] > 1, lambda: x, lambda: tf.constant(0.0)), axis=1)\n",
        "y = x * tf.Variable(2.0)\n",
        "d = tf.data.Dataset.from_tensor_slices([1.0]).repeat()\n"
        "i = tf.compat.v1.data.make_one_shot_iterator(d)\nn = i.get_next()\ny = x + n\n",
    ],
)
def test_names_that_mean_the_same_in_both_apis_stay(code: str) -> None:
    code = (
        f"{ROOT}tf.compat.v1.disable_eager_execution()\nx = tf.compat.v1.placeholder(tf.float32)\n"
        f"{code}print(tf.compat.v1.Session().run(y, {{x: [[1.0]]}}))\n"
    )
    after = native(code, "2.3")
    assert "compat" not in after
    assert "@tf.function" in after


def test_what_runs_as_it_is_is_no_error() -> None:
    (told,) = findings(FIRST + SWITCH + GRAPH, "2.3", "2.15", "native", rule="graphs")
    assert told.severity.value == "info"
    (told,) = findings(ROOT + GRAPH, "1.15", "2.15", "native", rule="graphs")
    assert told.severity.value == "error"


def test_a_switch_alone_in_a_block_passes() -> None:
    code = FIRST + "if True:\n    tf.disable_v2_behavior()\n" + GRAPH
    assert native(code, "2.3").startswith(ROOT + "if True:\n    pass\n")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (ROOT + "tf.compat.v1.disable_v2_behavior()\nx = tf.compat.v1.placeholder(tf.float32)\n"
         "y = tf.where(x > 0, x, 0.0)\ntf.compat.v1.Session().run(y, {x: 1})\n", "tf.where of the 2.x API"),
        (ROOT + "x = tf.compat.v1.placeholder(tf.float32)\ny = tf.keras.layers.PReLU()(x)\n"
         "tf.compat.v1.Session().run(y, {x: 1})\n", "tf.keras.layers.PReLU"),
        (ROOT + "x = tf.compat.v1.placeholder(tf.float32)\ny = tf.nn.dropout(x, 0.5)\n"
         "tf.compat.v1.Session().run(y, {x: 1})\n", "tf.nn.dropout of the 2.x API"),
        (FIRST + "a = 1; tf.disable_v2_behavior()\n" + GRAPH, "among other statements"),
        (ROOT + "for v1 in [tf.compat.v1]:\n    pass\nx = v1.placeholder(tf.float32)\ntf.compat.v1.Session().run(x, {x: 1})\n", ""),
        ("import tensorflow.compat.v1 as tf, os\n" + SWITCH + GRAPH, "not imported as a whole"),
    ],
)  # fmt: skip
def test_what_is_of_both_apis_stays(code: str, reason: str) -> None:
    told = findings(code, "2.3", "2.15", "native")
    refused = [f.message for f in told if f.rule == "native-refused"]
    assert len(refused) == 1, told
    assert reason in refused[0]
    assert native(code, "2.3") == code


@pytest.mark.parametrize(
    "code",
    [
        ROOT + "print(tf.reduce_sum([1, 2]))\n",
        FIRST + "def layer(x):\n    return tf.layers.dense(x, 2)\n",
        ROOT + "@tf.function\ndef f(x):\n    return x + 1\n\n\nprint(f(1))\n",
        ROOT + "tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)\n",
    ],
)
def test_what_runs_no_sessions_stays(code: str) -> None:
    assert native(code, "2.3") == code


@pytest.mark.parametrize("style", ["compat", "keras3"])
def test_other_styles_leave_it(style: str) -> None:
    told = findings(FIRST + SWITCH + GRAPH, "2.3", "2.21", style)
    assert not {"graphs", "native-refused"} & {f.rule for f in told}


def test_files_of_one_program_are_spelled_alike() -> None:
    files = {
        "net.py": FIRST + "def build(x):\n    w = tf.get_variable('w', [2, 1])\n    return tf.matmul(x, w)\n",
        "main.py": FIRST + SWITCH + "import net\nx = tf.placeholder(tf.float32, [None, 2])\n"
        "y = net.build(x)\nwith tf.Session() as s:\n    s.run(tf.global_variables_initializer())\n"
        "    print(s.run(y, {x: [[1, 2]]}))\n",
    }  # fmt: skip
    after = fixed_project(files, move("2.3", "2.15", "native"), unsafe=True)
    plain = {name: code.replace(SWITCH, "").replace(FIRST, ROOT) for name, code in files.items()}
    assert after == fixed_project(plain, move("1.15", "2.15", "native"), unsafe=True)
    assert b"compat" not in after["main.py"] + after["net.py"]
