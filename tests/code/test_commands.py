"""Commands of TensorFlow in scripts: what the target lacks is found, the rest is left alone."""

from __future__ import annotations

import json

import pytest

from .moving import checked, fixed_project, move

PYTHON = {"a.py": "x = 1\n"}

FAILS = [
    ("run.sh", "freeze_graph --input_graph a.pb\n", [(1, 1, "freeze_graph")]),
    ("run.sh", "set -e\nCUDA_VISIBLE_DEVICES=0 nohup freeze_graph \\\n  --clear_devices\n",
     [(2, 30, "freeze_graph")]),
    ("run.sh", "cd x && tflite_convert \\\n   --graph_def_file=a.pb --output_file b\n",
     [(2, 4, "tflite_convert --graph_def_file")]),
    ("run.sh", "if true; then freeze_graph; fi\n", [(1, 15, "freeze_graph")]),
    ("run.sh", "python3 -m tensorflow.contrib.learn.python.learn.datasets.mnist\n",
     [(1, 12, "tf.contrib.learn.python.learn.datasets.mnist")]),
    ("Dockerfile", 'FROM x\nCMD ["tensorboard", "--debugger_port", "6064"]\n',
     [(2, 22, "tensorboard --debugger_port")]),
    ("Makefile", "all:\n\t@freeze_graph --x\n", [(2, 3, "freeze_graph")]),
    (".github/workflows/a.yml", "steps:\n  - run: freeze_graph --x\n", [(2, 10, "freeze_graph")]),
]  # fmt: skip

STAYS = [
    ("run.sh", "tensorboard --logdir x --port 6006\n"),
    ("run.sh", "saved_model_cli show --dir x --all\n"),
    ("run.sh", "# freeze_graph --x\n"),
    (
        "run.sh",
        "echo freeze_graph\npip install tensorboard\nmy_freeze_graph --x\nfreeze_graph.sh\n",
    ),
    ("run.sh", "tflite_convert --saved_model_dir x --output_file y\n"),
    ("run.sh", "tflite_convert --no_such_option x\n"),
    (
        "run.sh",
        "python -m tensorflow.python.tools.freeze_graph --x\npython -m tensorflow.no.such\n",
    ),
    ("notes.txt", "freeze_graph --x\n"),
]


@pytest.mark.parametrize(("path", "text", "wanted"), FAILS)
def test_what_the_target_lacks_is_found(
    path: str, text: str, wanted: list[tuple[int, int, str]]
) -> None:
    found = checked({**PYTHON, path: text}, move()).findings
    assert [(f.line, f.column, f.symbol) for f in found] == wanted
    assert {f.path for f in found} == {path}
    assert all(f.severity.value == "error" and f.evidence for f in found)


@pytest.mark.parametrize(("path", "text"), STAYS)
def test_the_rest_is_left_alone(path: str, text: str) -> None:
    assert checked({**PYTHON, path: text}, move()).findings == ()


def test_a_command_whose_module_is_left_is_called_by_its_module() -> None:
    files = {**PYTHON, "run.sh": "freeze_graph --input_graph a.pb  # é\n"}
    after = fixed_project(files, move(), unsafe=True)["run.sh"].decode()
    assert after == "python -m tensorflow.python.tools.freeze_graph --input_graph a.pb  # é\n"
    assert checked({**PYTHON, "run.sh": after}, move()).findings == ()


def test_lines_of_notebooks_are_commands_only_behind_a_mark() -> None:
    lines = ["!freeze_graph --input_graph a.pb\n", "freeze_graph = 1\n", "import tensorflow\n"]
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": lines,
    }
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found = [f for f in checked({"a.ipynb": book}, move()).findings if f.rule == "command"]
    assert [(f.cell, f.line, f.symbol) for f in found] == [(1, 1, "freeze_graph")]


def test_downwards_and_up_to_a_release_without_tensorboard() -> None:
    files = {
        **PYTHON,
        "run.sh": "tf_upgrade_v2 --infile a.py --outfile b.py\ntensorboard --logdir x\n",
    }
    down = checked(files, move("1.15", "1.8")).findings
    assert [(f.line, f.symbol) for f in down] == [(1, "tf_upgrade_v2")]
    up = checked(files, move("2.15", "2.21")).findings
    assert [(f.line, f.symbol) for f in up] == [(2, "tensorboard")]
    assert "installed beside" in up[0].message
