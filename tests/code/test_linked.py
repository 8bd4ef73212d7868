"""Programs of several files in the style native: their graph is built in one and run in another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import CheckResult, check, fix_file

from .moving import fixed, move
from .test_truth_programs import agree, run

PROJECTS = sorted((Path(__file__).parent / "programs" / "linked").iterdir())
MAINS = (
    "train_classes", "use_classes", "feed_functions", "train_package", "train_texts", "train_variational"
)  # fmt: skip
HEAD = "import tensorflow as tf\n"


def written(folder: Path, files: Mapping[str, str], target: str = "2.15") -> CheckResult:
    """Write files into a folder and fix them there."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(text.encode())
    result = check([folder], move("1.15", target, "native"))
    writing.write(folder, [fix_file(r, unsafe=True) for r in result.results])
    return result


def refused(result: CheckResult) -> dict[str, str]:
    return {f.path: f.message for f in result.findings if f.rule == "native-refused"}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_projects_become_native_as_a_whole_and_once(project: Path, tmp_path: Path) -> None:
    place = tmp_path / "project"
    shutil.copytree(project, place)
    result = check([place], move("1.15", "2.15", "native"))
    assert not refused(result)
    writing.write(place, [fix_file(r, unsafe=True) for r in result.results])
    for path in place.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "compat.v1" not in text
        assert "Session" not in text
        assert not re.search(r"_(?:of|0f|zq|zQ)\d", text)
    again = check([place], move("1.15", "2.15", "native"))
    assert not [f for f in again.findings if f.rule in ("graphs", "native-refused")]


@pytest.mark.truth
@pytest.mark.parametrize("target", ["2.15", "2.21"])
def test_projects_print_what_their_graphs_printed(
    tensorflow_python: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    mains: dict[str, list[Path]] = {"before": [], "after": []}
    for side, programs in mains.items():
        for project in PROJECTS:
            place = tmp_path / side / project.name
            shutil.copytree(project, place)
            if side == "after":
                result = check([place], move("1.15", target, "native"))
                writing.write(place, [fix_file(r, unsafe=True) for r in result.results])
            # One uses what another has trained.
            programs += sorted(p for p in place.iterdir() if p.stem in MAINS)
    before = run(tensorflow_python("1.15"), tuple(mains["before"]))
    after = run(tensorflow_python(target), tuple(mains["after"]))
    assert set(before) == set(after) == set(MAINS)
    for name, (status, said) in after.items():
        agree(before[name], (status, re.sub(r"np\.\w+\(([^()]*)\)", r"\1", said)))


NET = HEAD + (
    "\n\nclass Net(object):\n    def __init__(self, n):\n"
    "        self.x = tf.placeholder(tf.float32, [None, n])\n"
    "        self.w = tf.Variable(tf.ones([n, 1]), name='w')\n"
    "        self.y = tf.matmul(self.x, self.w)\n"
)
RUN = HEAD + (
    "from net import Net\n\nnet = Net(2)\nwith tf.Session() as sess:\n"
    "    sess.run(tf.global_variables_initializer())\n"
    "    print(sess.run(net.y, {net.x: [[1, 2]]}))\n"
)


def test_an_object_of_another_file_is_run_by_its_methods(tmp_path: Path) -> None:
    written(tmp_path, {"net.py": NET, "run.py": RUN})
    assert (tmp_path / "net.py").read_text("utf-8") == HEAD + (
        "\n\nclass Net(object):\n    def __init__(self, n):\n"
        "        self.w = tf.Variable(tf.ones([n, 1]), name='w')\n\n"
        "    @tf.function\n    def compute_y(self, x):\n        y = tf.matmul(x, self.w)\n        return y\n"
    )
    assert (tmp_path / "run.py").read_text("utf-8") == HEAD + (
        "from net import Net\n\nnet = Net(2)\n"
        "print(net.compute_y(tf.constant([[1, 2]], tf.float32)).numpy())\n"
    )


@pytest.mark.parametrize(
    ("imported", "called"),
    [
        ("import net", "net.Net"), ("import net as n", "n.Net"), ("from net import Net as N", "N"),
        ("from net import *", "Net"), ("import parts.net", "parts.net.Net"),
        ("from parts import net as n", "n.Net"), ("from parts.net import (\n    Net,\n)", "Net"),
    ],
)  # fmt: skip
def test_each_way_to_import_stays_as_it_is(imported: str, called: str, tmp_path: Path) -> None:
    files = (
        {"net.py": NET}
        if "parts" not in imported
        else {"parts/__init__.py": "", "parts/net.py": NET}
    )
    main = RUN.replace("from net import Net", imported).replace("Net(2)", f"{called}(2)")
    main = main.replace("net = ", "made = ").replace("net.y", "made.y").replace("net.x", "made.x")
    result = written(tmp_path, {**files, "run.py": main})
    assert not refused(result)
    text = (tmp_path / "run.py").read_text("utf-8")
    assert text.startswith(f"{HEAD}{imported}\n\nmade = {called}(2)\n")
    assert "made.compute_y(tf.constant(" in text


def test_line_ends_and_marks_stay_each_file_s_own(tmp_path: Path) -> None:
    files = {"net.py": "\ufeff" + NET.replace("\n", "\r\n"), "run.py": RUN.rstrip("\n")}
    assert not refused(written(tmp_path, files))
    net, main = (tmp_path / "net.py").read_bytes(), (tmp_path / "run.py").read_bytes()
    assert net.startswith(b"\xef\xbb\xbfimport")
    assert b"compute_y" in net
    assert net.count(b"\n") == net.count(b"\r\n")
    assert b"\r" not in main
    assert not main.endswith(b"\n")


def test_names_that_files_share_stay_apart(tmp_path: Path) -> None:
    net = NET.replace(
        "class Net", "x = 3\nloss = [1]\n\n\ndef helper(w):\n    return w * x\n\n\nclass Net"
    )
    main = RUN.replace("net = Net(2)", "x = 2\nloss = 5\nnet = Net(x)\nprint(x, loss)")
    assert not refused(written(tmp_path, {"net.py": net, "run.py": main}))
    assert "    return w * x\n" in (tmp_path / "net.py").read_text("utf-8")
    assert "x = 2\nloss = 5\nnet = Net(x)\nprint(x, loss)\n" in (tmp_path / "run.py").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("files", "path", "reason"),
    [
        ({"net.py": NET, "run.py": RUN.replace("from net import Net\n", "def f():\n    from net import Net\n    return Net\nNet = f()\n")}, "run.py", "a place of its own"),
        ({"net.py": NET, "run.py": RUN.replace("from net import Net", "import net as m\nNet = m.Net\nprint(m)")}, "run.py", "handed on as a module"),
        ({"net.py": NET + "\n\nif __name__ == '__main__':\n    print(tf.Session())\n", "run.py": RUN}, "net.py", "a program of its own"),
        ({"net.py": NET.replace("import tensorflow as tf", "import tensorflow as tf\nimport run"), "run.py": RUN}, "net.py", ""),
        ({"net.py": NET + "\n    def said(self):\n        return 1\n", "run.py": RUN + "print(net.y)\n"}, "run.py", "read from outside"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_one_stays_as_it_is(
    files: dict[str, str], path: str, reason: str, tmp_path: Path
) -> None:
    told = refused(written(tmp_path, files))
    assert path in told
    assert reason in told[path]
    # One process is native or compat as a whole.
    assert set(told) == set(files)
    for name in files:
        assert "compat.v1" in (tmp_path / name).read_text("utf-8")


def test_several_programs_of_one_file_get_all_that_they_run(tmp_path: Path) -> None:
    other = RUN.replace("net.y", "net.z").replace("print(", "print('z', ")
    net = NET + "        self.z = self.y * 2\n"
    assert not refused(written(tmp_path, {"net.py": net, "run.py": RUN, "other.py": other}))
    text = (tmp_path / "net.py").read_text("utf-8")
    assert "def compute_y(self, x):" in text
    assert "def compute_z(self, x):" in text


def test_a_program_that_only_calls_a_function_keeps_it(tmp_path: Path) -> None:
    net = NET.replace(
        "class Net",
        "def inputs(n):\n    return tf.placeholder(tf.float32, [None, n])\n\n\nclass Net",
    )
    net = net.replace("self.x = tf.placeholder(tf.float32, [None, n])", "self.x = inputs(n)")
    other = HEAD + "from net import inputs\n\nprint(inputs.__doc__)\n"
    result = written(tmp_path, {"net.py": net, "run.py": RUN, "said.py": other})
    assert set(refused(result)) == {"net.py", "run.py", "said.py"}
    assert "def inputs(n):" in (tmp_path / "net.py").read_text("utf-8")


def test_a_graph_that_several_programs_share_stays(tmp_path: Path) -> None:
    net = HEAD + "x = tf.placeholder(tf.float32, [])\ny = x * 2\nz = x * 3\n"
    main = HEAD + "import net\nwith tf.Session() as s:\n    print(s.run(net.y, {net.x: 1.0}))\n"
    files = {"net.py": net, "one.py": main, "two.py": main.replace("net.y", "net.z")}
    assert set(refused(written(tmp_path, files))) == set(files)


def test_a_session_that_an_object_is_given_goes(tmp_path: Path) -> None:
    runner = (
        "class Runner:\n    def __init__(self, sess, net):\n        self.sess = sess\n"
        "        self.net = net\n\n    def shown(self, x):\n"
        "        return self.sess.run(self.net.y, {self.net.x: x})\n"
    )
    main = HEAD + (
        "from net import Net\nfrom runner import Runner\n\nnet = Net(2)\nwith tf.Session() as sess:\n"
        "    sess.run(tf.global_variables_initializer())\n"
        "    print(Runner(sess, net).shown([[1, 2]]))\n"
    )
    files = {"net.py": NET, "runner.py": runner, "run.py": main}
    assert not refused(written(tmp_path, files))
    assert (tmp_path / "runner.py").read_text("utf-8") == (
        HEAD + "\nclass Runner:\n    def __init__(self, net):\n"
        "        self.net = net\n\n    def shown(self, x):\n"
        "        return self.net.compute_y(tf.constant(x, tf.float32)).numpy()\n"
    )
    assert "print(Runner(net).shown([[1, 2]]))" in (tmp_path / "run.py").read_text("utf-8")


def test_files_beside_one_that_stays_stay_as_well(tmp_path: Path) -> None:
    data = HEAD + (
        "\n\ndef element(n):\n    made = tf.data.Dataset.range(n)\n"
        "    return made.make_one_shot_iterator().get_next()\n"
    )
    main = HEAD + (
        "import data\n\nx = data.element(3)\nsess = tf.Session('grpc://there')\nprint(sess.run(x))\n"
    )
    told = refused(written(tmp_path, {"data.py": data, "run.py": main}))
    assert set(told) == {"data.py", "run.py"}
    assert "compat.v1" in (tmp_path / "data.py").read_text("utf-8")


# What is called once.

X = HEAD + "x = tf.placeholder(tf.float32, [None, 2])\n"
END = "with tf.Session() as s:\n    print(s.run({y}, {{x: [[1, 2]]}}))\n"


def native(code: str) -> str:
    after = fixed(code, "1.15", "2.15", "native", unsafe=True)
    assert isinstance(after, str)
    return after


def test_a_function_that_makes_placeholders_stands_where_it_is_called() -> None:
    code = HEAD + (
        "\n\ndef inputs(size, kind=tf.float32):\n    '''Makes them.'''\n    # Two.\n"
        "    first = tf.placeholder(tf.float32, [None, size])\n"
        "    return first, tf.placeholder(tf.float32, [])\n\n\n"
    )
    code = code.replace(", kind=tf.float32", "")
    code += "x, scale = inputs(2)\ny = x * scale\nwith tf.Session() as s:\n"
    code += "    print(s.run(y, {x: [[1, 2]], scale: 3.0}))\n"
    after = native(code)
    assert "def inputs" not in after
    assert "def compute_y(x, scale):\n    y = x * scale\n" in after


@pytest.mark.parametrize(
    "code",
    [
        # Called more often than anybody would write it.
        "def p(n):\n    return tf.placeholder(tf.float32, [n])\n\n\na = p(1)\n"
        + "".join(f"b{n} = p(2)\n" for n in range(9))
        + "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
        # Gives more than one thing, from several places.
        "def p(n):\n    if n:\n        return tf.placeholder(tf.float32, [n])\n    return tf.placeholder(tf.float32)\n\n\na = p(1)\n"
        "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
        # Holds a text over several lines.
        "def p(n):\n    t = '''a\n    b'''\n    return tf.placeholder(tf.float32, [n], name=t[0])\n\n\na = p(1)\n"
        "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
        # Is handed on.
        "def p(n):\n    return tf.placeholder(tf.float32, [n])\n\n\nprint(p)\na = p(1)\n"
        "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
        # Takes whatever it is given.
        "def p(*n):\n    return tf.placeholder(tf.float32, n)\n\n\na = p(1)\n"
        "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
        # Changes a name of the module.
        "k = 1\n\n\ndef p(n):\n    global k\n    k = n\n    return tf.placeholder(tf.float32, [n])\n\n\na = p(1)\n"
        "with tf.Session() as s:\n    print(s.run(a + 1, {a: [1]}))\n",
    ],
)
def test_what_says_something_else_elsewhere_stays_where_it_is(code: str) -> None:
    after = native(HEAD + "\n\n" + code)
    assert "compat.v1" in after
    assert "def p(" in after


def test_names_of_what_is_called_do_not_meet_those_around() -> None:
    code = X + (
        "\n\ndef train(value, rate):\n    w = tf.Variable([[1.0], [2.0]])\n"
        "    loss = tf.reduce_sum(tf.matmul(value, w))\n"
        "    return tf.train.GradientDescentOptimizer(rate).minimize(loss), loss\n\n\n"
        "w = 0.5\nstep, cost = train(x, w)\nwith tf.Session() as s:\n"
        "    s.run(tf.global_variables_initializer())\n    print(w, s.run([step, cost], {x: [[1, 2]]})[1])\n"
    )
    after = native(code)
    assert "w_2 = tf.Variable([[1.0], [2.0]])\n" in after
    assert "tf.keras.optimizers.SGD(w)" in after
    assert "w = 0.5\n" in after


def test_values_of_a_dictionary_that_a_function_gives_have_names() -> None:
    code = HEAD + (
        "\n\ndef graph(n):\n    x = tf.placeholder(tf.float32, [None, n])\n"
        "    return {'x': x, 'twice': x * 2}\n\n\nnet = graph(2)\nwith tf.Session() as s:\n"
        "    print(s.run(net['twice'], {net['x']: [[1, 2]]}))\n"
    )
    after = native(code)
    assert "def compute_net_twice(x):\n    net_twice = x * 2\n    return net_twice\n" in after
    assert "compat.v1" in native(code.replace("net['twice'],", "net[str('twice')],"))


def test_names_bound_again_where_variables_are_made_keep_their_values() -> None:
    code = (
        HEAD
        + (
            "\n\ndef net(x):\n    w = tf.Variable(tf.ones([2, 3]))\n    h = tf.matmul(x, w)\n"
            "    w = tf.Variable(tf.ones([3, 1]))\n    return tf.matmul(h, w)\n\n\n"
            "x = tf.placeholder(tf.float32, [None, 2])\ny = net(x)\n"
        )
        + END.format(y="y")
    )
    after = native(code)
    assert "        h = tf.matmul(x, w)\n        return tf.matmul(h, w_2)\n" in after


def test_a_placeholder_that_is_not_fed_holds_its_default() -> None:
    code = X + "keep = tf.placeholder_with_default(1.0, [])\ny = x * keep\n" + END.format(y="y")
    code += "    print(s.run(y, {x: [[1, 2]], keep: 0.5}))\n"
    after = native(code)
    assert "compute_y(tf.constant([[1, 2]], tf.float32), tf.constant(1.0, tf.float32))" in after
    assert "compute_y(tf.constant([[1, 2]], tf.float32), tf.constant(0.5, tf.float32))" in after
    bad = code.replace("(1.0, [])", "(x[0][0], [])")
    assert "compat.v1" in native(bad)


UTIL = (
    "def save(sess, saver, path):\n    return saver.save(sess, path)\n\n\n"
    "def restore(session, saver, path):\n    saver.restore(session, path)\n"
)
SAVED = X + (
    "from util import restore, save\n\nw = tf.Variable([[1.0], [2.0]], name='w')\n"
    "loss = tf.reduce_sum(tf.matmul(x, w))\nstep = tf.train.AdamOptimizer(0.1, name='A').minimize(loss)\n"
    "saver = tf.train.Saver()\n"
)


def test_a_session_that_functions_save_in_goes(tmp_path: Path) -> None:
    main = SAVED + (
        "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n"
        "    sess.run(step, {x: [[1, 2]]})\n    print(save(sess, saver, 'here'))\n"
    )
    assert not refused(written(tmp_path, {"util.py": HEAD + UTIL, "run.py": main}))
    assert (tmp_path / "util.py").read_text("utf-8") == HEAD + (
        "def save(saver, path):\n    return saver.save(path)\n\n\n"
        "def restore(saver, path):\n    saver.restore(path)\n"
    )
    assert "print(save(saver, 'here'))" in (tmp_path / "run.py").read_text("utf-8")


def test_what_functions_restore_counts_as_restored_there(tmp_path: Path) -> None:
    main = SAVED + (
        "with tf.Session() as sess:\n    restore(sess, saver, 'here')\n    sess.run(step, {x: [[1, 2]]})\n"
    )
    told = refused(written(tmp_path, {"util.py": HEAD + UTIL, "run.py": main}))
    assert "the state of an optimizer would not be restored" in told["run.py"]


# Widths that code asks for.

LINEAR = HEAD + (
    "\n\ndef linear(x, size):\n    w = tf.Variable(tf.ones([{asked}, size]))\n"
    "    return tf.matmul(x, w)\n\n\n"
)
ASKED = "x = tf.placeholder(tf.float32, [None, {n}])\ny = linear(tf.nn.relu(linear(x, 3)), 2)\n"


@pytest.mark.parametrize(
    "asked",
    [
        "x.get_shape()[1]", "x.get_shape()[-1].value", "int(x.get_shape()[1])", "x.shape[1]",
        "x.get_shape().as_list()[1]", "x.shape.as_list()[-1]", "int(x.shape[1])",
    ],
)  # fmt: skip
def test_a_function_is_given_the_widths_that_it_asks_for(asked: str) -> None:
    after = native(LINEAR.format(asked=asked) + "n = 4\n" + ASKED.format(n="n") + END.format(y="y"))
    assert "def linear(x_size, size):\n    w = tf.Variable(tf.ones([x_size, size]))\n" in after
    assert "y_layer = linear(3, 2)\ny_layer_2 = linear(n, 3)\n" in after


@pytest.mark.parametrize(
    "code",
    [
        # What it was when the tensor was made counts.
        "n = 4\nx = tf.placeholder(tf.float32, [None, n])\nn = 5\ny = linear(x, n)\n",
        # One of both is spread over the other.
        "x = tf.placeholder(tf.float32, [None, 1])\nb = tf.Variable(tf.ones([4]))\ny = linear(x + b, 2)\n",
        "x = tf.placeholder(tf.float32, [None, 2, 2, 1])\ny = linear(tf.reshape(x, [-1, 4]), 2)\n",
    ],
)
def test_widths_that_are_followed_are_written(code: str) -> None:
    after = native(LINEAR.format(asked="int(x.get_shape()[1])") + code + END.format(y="y"))
    assert "tf.ones([4, size])" in after


@pytest.mark.parametrize(
    "code",
    [
        # Nobody says it.
        "x = tf.placeholder(tf.float32, None)\ny = linear(x, 2)\n",
        # One of both is spread over the other.
        "g = tf.placeholder(tf.float32, [None, 1])\nx = tf.placeholder(tf.float32, [None, 3])\ny = linear(g * x, 2)\n",
        # Bound in a branch.
        "x = tf.placeholder(tf.float32, [None, 4])\nif len('a'):\n    x = tf.tile(x, [1, 2])\ny = linear(x, 2)\n",
        # Called where nobody follows.
        "x = tf.placeholder(tf.float32, [None, 4])\nfor i in range(int(input())):\n    y = linear(x + i, 2)\n",
    ],
)
def test_widths_that_are_not_certain_are_not_written(code: str) -> None:
    asked = LINEAR.format(asked="x.get_shape()[1]") + code
    assert "compat.v1" in native(asked + END.format(y="y"))


def test_a_width_that_a_program_asks_is_the_number_that_it_was_made_with() -> None:
    code = (
        X
        + ("n = int(x.get_shape()[1])\nw = tf.Variable(tf.ones([n, 1]))\ny = tf.matmul(x, w)\n")
        + END.format(y="y")
    )
    assert "\nn = 2\n" in native(code)


# Functions within functions, and objects that only hold a graph.


def test_functions_within_run_the_graph_of_what_is_around_them() -> None:
    code = X + (
        "w = tf.Variable([[1.0], [2.0]])\nloss = tf.reduce_sum(tf.matmul(x, w))\n"
        "step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
        "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n\n"
        "    def train_step(a):\n        # One step.\n        feed = {x: a}\n"
        "        _, value = sess.run(\n            [step, loss],\n            feed)\n        return value\n\n"
        "    print(train_step([[1, 2]]))\n"
    )
    after = native(code)
    assert (
        '\n\ndef train_step(a):\n    # One step.\n    feed = {"x": tf.constant(a, tf.float32)}\n'
        "    value = train_step_2(**feed).numpy()\n    return value\n\nprint(train_step([[1, 2]]))\n"
    ) in after
    lines = code.split("\n")
    function = "\n".join(["def main():", *(f"    {line}" for line in lines[1:]), "", "main()"])
    inside = native(f"{HEAD}\n\n{function}\n")
    assert "\n    def train_step(a):\n        # One step.\n        feed = {" in inside
    assert "\n    @tf.function\n    def train_step_2(x):\n" in inside


def test_functions_within_that_only_read_the_graph_are_refused() -> None:
    code = HEAD + (
        "\n\ndef main():\n    x = tf.placeholder(tf.float32, [2])\n\n    def shape():\n"
        "        return x.get_shape()\n\n    with tf.Session() as s:\n        print(s.run(x, {x: [1, 2]}), shape())\n"
    )
    assert "compat.v1" in native(code)


def test_an_object_that_is_given_a_graph_is_names_where_it_is_made(tmp_path: Path) -> None:
    net = HEAD + (
        "\n\nclass Net:\n    def __init__(self, x, n=3):\n        w = tf.Variable(tf.ones([2, n]))\n"
        "        self.units = n\n        self.y = tf.matmul(x, w)\n"
        "        self.loss = tf.reduce_sum(self.y)\n"
    )
    main = X + (
        "from net import Net\n\nw = 2\nnet = Net(x)\n"
        "train = tf.train.GradientDescentOptimizer(0.1).minimize(net.loss)\nwith tf.Session() as sess:\n"
        "    sess.run(tf.global_variables_initializer())\n"
        "    print(net.units, w, sess.run([train, net.loss], {x: [[1, 2]]})[1])\n"
    )
    assert not refused(written(tmp_path, {"net.py": net, "run.py": main}))
    text = (tmp_path / "run.py").read_text("utf-8")
    assert "import Net" not in text
    assert "w = 2\nw_2 = tf.Variable(tf.ones([2, 3]))\nnet_units = 3\n" in text
    assert "        net_y = tf.matmul(x, w_2)\n        net_loss = tf.reduce_sum(net_y)\n" in text
    assert "print(net_units, w, " in text


@pytest.mark.parametrize(
    "more",
    [
        "print(net)\n",
        "del net.y\n",
        "other = Net(x)\n",
        "print(net.z)\n",
        "print(getattr(net, 'y'))\n",
    ],
)
def test_an_object_of_which_more_is_made_stays_one(more: str, tmp_path: Path) -> None:
    net = (
        HEAD + "\n\nclass Net:\n    def __init__(self, x):\n        self.y = x * tf.Variable(2.0)\n"
    )
    main = X + "from net import Net\nnet = Net(x)\n" + END.format(y="net.y") + more
    told = refused(written(tmp_path, {"net.py": net, "run.py": main}))
    assert set(told) == {"net.py", "run.py"}


def test_what_another_class_holds_is_no_part_of_an_object(tmp_path: Path) -> None:
    net = (
        HEAD + "\n\nclass Net:\n    def __init__(self, x):\n        self.y = x * tf.Variable(2.0)\n"
    )
    main = X + (
        "from net import Net\n\n\nclass Other:\n    def __init__(self):\n        self.z = 1\n\n\n"
        "net = Net(x)\nloss = tf.reduce_sum(net.y)\ntrain = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
    )
    told = refused(
        written(
            tmp_path, {"net.py": net, "run.py": main + END.format(y="train") + "print(net.z)\n"}
        )
    )
    assert set(told) == {"net.py", "run.py"}


def test_a_method_that_is_called_once_stands_where_that_is(tmp_path: Path) -> None:
    net = HEAD + (
        "\n\nclass Net(object):\n    def __init__(self, n):\n        self.n = n\n\n    def fit(self, data, rate=0.1):\n"
        "        self.x = tf.placeholder(tf.float32, [None, self.n])\n        self.w = tf.Variable(tf.ones([self.n, 1]))\n"
        "        loss = tf.reduce_sum(tf.matmul(self.x, self.w))\n"
        "        step = tf.train.GradientDescentOptimizer(rate).minimize(loss)\n        sess = tf.Session()\n"
        "        sess.run(tf.global_variables_initializer())\n        self.found = sess.run([step, loss], {self.x: data})[1]\n"
    )
    main = HEAD + "from net import Net\n\nnet = Net(2)\nnet.fit([[1, 2]])\nprint(net.found)\n"
    assert not refused(written(tmp_path, {"net.py": net, "run.py": main}))
    text = (tmp_path / "run.py").read_text("utf-8")
    assert "net_w = tf.Variable(tf.ones([net_n, 1]))\n" in text
    assert "print(net_found)\n" in text


def test_files_that_import_everything_of_others_are_read(tmp_path: Path) -> None:
    util = HEAD + "\n\ndef double(t):\n    return t * 2\n"
    main = X + "from util import *\nfrom more import *\n\ny = double(x)\n" + END.format(y="y")
    files = {"util.py": util, "more.py": "from util import *\n", "run.py": main}
    # Refused or not: it is read, and what is said holds for each file.
    assert {*refused(written(tmp_path, files))} <= {*files}


def test_a_sum_that_begins_with_a_constant_goes_along() -> None:
    code = X + "total = tf.constant(0.0)\ntotal += tf.reduce_sum(x)\n" + END.format(y="total")
    assert (
        "    total = tf.constant(0.0)\n    total += tf.reduce_sum(x)\n    return total\n"
        in native(code)
    )


def test_programs_in_python_2_are_read_as_one_too(tmp_path: Path) -> None:
    net = (
        "import tensorflow as tf\n\n\ndef inputs(n):\n    x = tf.placeholder(tf.float32, [None, n])\n"
        "    print 'made', x.dtype\n    return x\n"
    )
    main = (
        "import net\nimport tensorflow as tf\n\nx = net.inputs(2)\ny = x + 1\nwith tf.Session() as s:\n"
        "    print s.run(y, {x: [[1, 2]]})\n"
    )
    result = written(tmp_path, {"net.py": net, "main.py": main})
    assert not refused(result)
    after = (tmp_path / "main.py").read_text("utf-8")
    assert "print(compute_y(tf.constant([[1, 2]], tf.float32)).numpy())" in after
    assert "    print('made', x.dtype)\n" in after
