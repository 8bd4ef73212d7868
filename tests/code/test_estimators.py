"""Estimators become loops over datasets; what has no place among these keeps its file as it is."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .moving import findings, fixed
from .test_truth_programs import agree, run
from .test_truth_programs import fixed as fixed_programs

FOLDER = Path(__file__).parent / "programs" / "estimators"
PROGRAMS = tuple(sorted(FOLDER.glob("*.py")))
ALONE = tuple(p for p in PROGRAMS if p.stem != "deep")
HEAD = "import tensorflow as tf\n"
CLASSIFIER = "tf.estimator.DNNClassifier([4], [tf.feature_column.numeric_column('a')]"


def native(code: str, target: str = "2.15") -> str:
    return fixed(code, "1.15", target, "native", unsafe=True)


def written(programs: tuple[Path, ...], folder: Path, target: str) -> tuple[Path, ...]:
    return fixed_programs(programs, folder, "1.15", target, "native", unsafe=True)


@pytest.mark.parametrize("target", ["2.0", "2.15", "2.21"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_programs_of_estimators_have_plain_names(program: Path, target: str) -> None:
    once = native(program.read_text("utf-8"), target)
    ast.parse(once)
    assert "compat.v1" not in once
    assert "tf.estimator" not in once
    assert native(once, target) == once


def test_a_model_is_one_of_the_module_s() -> None:
    after = native(f"{HEAD}model = {CLASSIFIER})\nmodel.train(lambda: data, steps=3)\n")
    assert "import tfshift_canned_v1\n" in after
    assert "model = tfshift_canned_v1.DNNClassifier([4]," in after
    assert "model.train(lambda: data, steps=3)\n" in after


def test_layers_and_optimizers_are_the_model_s() -> None:
    body = "tf.train.AdamOptimizer(0.1).minimize(tf.layers.dense(x, 2, name='top'))"
    after = native(f"{HEAD}{body}\nspec = tf.estimator.EstimatorSpec('train')\n")
    assert "tfshift_trainers_v1.AdamOptimizer(0.1).minimize(" in after
    assert "tfshift_models_v1.dense(x, 2, name='top')" in after


@pytest.mark.parametrize(
    "code",
    [
        "tf.estimator.BoostedTreesClassifier([], 1)",
        f"{CLASSIFIER}, warm_start_from='here')",
        "tf.estimator.inputs.numpy_input_fn(x, y, shuffle=False, seed=1)",
        "tf.estimator.EvalSpec(data, exporters=[])",
        "tf.estimator.ModeKeys.TRAIN\ntf.layers.dense(x, 2, activity_regularizer=f)",
        "tf.estimator.ModeKeys.TRAIN\ntf.layers.conv2d(x, 2, 3, kernel_constraint=f)",
        "tf.estimator.ModeKeys.TRAIN\ntf.contrib.layers.fully_connected(x, 2, normalizer_fn=f)",
        "tf.estimator.ModeKeys.TRAIN\ntf.contrib.layers.conv2d(x, 2, 3)",
        "tf.estimator.ModeKeys.TRAIN\ntf.metrics.mean_cosine_distance(a, b, 1)",
    ],
)
def test_what_the_modules_do_not_offer_keeps_the_file_as_it_is(code: str) -> None:
    after = native(f"{HEAD}{code}\n")
    assert not re.search(r"tfshift_(estimators|canned|models|metrics|trainers)_v1", after)
    found = findings(f"{HEAD}{code}\n", "1.15", "2.15", "native", rule="native-refused")
    assert len(found) == 1


def test_layers_without_estimators_are_not_touched() -> None:
    assert "tfshift_models_v1" not in native(f"{HEAD}y = tf.layers.dense(x, 2)\n")


def test_another_style_keeps_estimators() -> None:
    assert "tfshift_" not in fixed(f"{HEAD}model = {CLASSIFIER})\n", "1.15", "2.15", "compat")


def test_an_input_function_returns_the_dataset() -> None:
    code = (
        "model = tf.estimator.Estimator(f)\n"
        "def given():\n    d = tf.data.Dataset.range(3)\n"
        "    return d.make_one_shot_iterator().get_next()\n"
    )
    assert "    return d\n" in native(HEAD + code)


def test_an_input_function_within_another_is_told_once() -> None:
    code = (
        "model = tf.estimator.Estimator(f)\n"
        "def outer():\n    d = tf.data.Dataset.range(3)\n"
        "    def given():\n        return d.make_one_shot_iterator().get_next()\n    return given\n"
    )
    told = findings(HEAD + code, "1.15", "2.15", "native", rule="removed")
    assert [f.line for f in told if f.symbol.endswith("make_one_shot_iterator")] == [6]


def test_what_else_iterators_are_used_for_stays_told() -> None:
    code = (
        "model = tf.estimator.Estimator(f)\n"
        "def given():\n    d = tf.data.Dataset.range(3)\n"
        "    it = d.make_one_shot_iterator()\n    return it.get_next() + 1\n"
    )
    assert "get_next() + 1" in native(HEAD + code)


def test_logging_flags_and_the_start_go_where_they_are_now() -> None:
    code = (
        "flags = tf.app.flags\nflags.DEFINE_integer('n', 1, '')\nFLAGS = flags.FLAGS\n"
        "tf.logging.set_verbosity(tf.logging.INFO)\n"
        "def main(_):\n    tf.logging.info('%d', FLAGS.n)\ntf.app.run()\n"
    )
    after = native(HEAD + code)
    assert "flags = absl.flags\nflags.DEFINE_integer('n', 1, '')\nFLAGS = flags.FLAGS\n" in after
    assert 'tf.get_logger().setLevel("INFO")\n' in after
    assert "tf.get_logger().info('%d', FLAGS.n)\nabsl.app.run(main)\n" in after


def test_flags_that_no_start_parses_stay() -> None:
    code = "tf.flags.DEFINE_integer('n', 1, '')\nprint(tf.flags.FLAGS.n)\n"
    assert "absl" not in native(HEAD + code)


@pytest.mark.truth
@pytest.mark.parametrize("target", ["2.15", "2.21"])
def test_they_print_what_the_estimators_printed(
    tensorflow_python: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    before = run(tensorflow_python("1.15"), ALONE)
    after = run(tensorflow_python(target), written(ALONE, tmp_path, target))
    for program in ALONE:
        agree(before[program.stem], after[program.stem])


@pytest.mark.truth
@pytest.mark.parametrize("target", ["2.15", "2.21"])
def test_a_model_s_folder_is_trained_on(
    tensorflow_python: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    deep = FOLDER / "deep.py"
    models, again = tmp_path / "models", tmp_path / "again"

    def ran(python: Path, program: Path, *arguments: object) -> tuple[int, str]:
        command = [str(python), str(program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr[-2000:] if done.returncode else done.stdout

    assert ran(tensorflow_python("1.15"), deep, models, "fresh") == (0, "")
    shutil.copytree(models, again)
    (program,) = written((deep,), tmp_path, target)
    agree(
        ran(tensorflow_python("1.15"), deep, models), ran(tensorflow_python(target), program, again)
    )
