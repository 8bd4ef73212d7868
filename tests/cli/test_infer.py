"""``infer``: pins first, symbols else, and an error where nothing tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tfshift import facts

from .running import OLD, TF, lay, tfshift

PINS = [
    ("requirements.txt", "numpy\ntensorflow==1.14.0\n"),
    ("requirements.txt", "tensorflow-gpu==1.14  # why\n"),
    ("requirements.txt", "tensorflow>=1.14,<2\n"),
    ("requirements.txt", "tensorflow ~= 1.14.0\n"),
    ("requirements/base.txt", "tensorflow-cpu==1.14.0\n"),
    ("requirements-gpu.txt", "tensorflow_gpu==1.14.0 ; python_version < '3.8'\n"),
    ("setup.py", "from setuptools import setup\nsetup(install_requires=['six', 'tensorflow==1.14.0'])\n"),
    ("setup.py", "from setuptools import setup\nsetup(extras_require={'tf': ['tensorflow>=1.14']})\n"),
    ("setup.cfg", "[options]\ninstall_requires =\n    tensorflow==1.14.0\n"),
    ("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['tensorflow==1.14.0']\n"),
    ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = '^1.14'\n"),
    ("Pipfile", "[packages]\ntensorflow = '==1.14.0'\n"),
    ("environment.yml", "dependencies:\n  - python=3.6\n  - tensorflow=1.14\n"),
    ("environment.yml", "dependencies:\n  - pip:\n    - tensorflow-gpu==1.14.0\n"),
    ("Dockerfile", "FROM tensorflow/tensorflow:1.14.0-gpu-py3\n"),
    ("Dockerfile", "FROM python:3.6\nRUN pip install tensorflow==1.14.0\n"),
    ("uv.lock", '[[package]]\nname = "tensorflow"\nversion = "1.14.0"\n'),
    ("pylock.toml", '[[packages]]\nname = "tensorflow"\nversion = "1.14.0"\n'),
]  # fmt: skip

NO_PINS = [
    ("requirements.txt", "tensorflow\n"),
    ("requirements.txt", "# tensorflow==1.14.0\ntensorflow\n"),
    ("requirements.txt", "tensorflow-hub==1.14.0\ntensorflow-probability==1.14\n"),
    ("requirements.txt", "my-tensorflow==1.14.0\n"),
    ("notes.txt", "tensorflow==1.14.0\n"),
]

SYMBOLS = [
    (TF + "tf.contrib.layers.flatten(x)\n", "1.15"),
    (TF + "tf.keras.utils.set_random_seed(1)\n", "latest"),
    (TF + "tf.compat.v1.Session()\n", "1.15"),
    (TF + "print(tf.constant(1))\n", "1.15"),
    (TF + "tf.GradientTape()\nif hasattr(tf, 'Session'): tf.Session()\n", "1.15"),
]


@pytest.mark.parametrize(("name", "text"), PINS)
def test_a_pin_decides(name: str, text: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "print(tf.constant(1))\n")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    said = tfshift("infer", tmp_path, "--format", "json")
    assert said.code == 0
    payload = said.json
    assert payload["schema"] == "tfshift.infer/1"
    assert payload["best"]["tensorflow"].startswith("1.14")
    assert payload["best"]["python"] in facts.open().release("1.14").pythons
    first = payload["evidence"][0]
    assert first["path"] == name
    assert "1.14" in text.splitlines()[first["line"] - 1]
    assert first["present"] == [["1.14", "1.14"]]


@pytest.mark.parametrize(("name", "text"), NO_PINS)
def test_what_is_no_pin_decides_nothing(name: str, text: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD)
    (tmp_path / name).write_text(text)
    payload = tfshift("infer", tmp_path, "--format", "json").json
    assert all("symbol" in e for e in payload["evidence"])


@pytest.mark.parametrize(("code", "version"), SYMBOLS)
def test_symbols_decide(code: str, version: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=code)
    payload = tfshift("infer", tmp_path, "--format", "json").json
    best = facts.open().release(version)
    assert payload["best"]["tensorflow"] == best.version
    minor = best.minor
    order = facts.open().minors.index
    assert any(order(a) <= order(minor) <= order(b) for a, b in payload["possible"])
    for evidence in payload["evidence"]:
        assert set(evidence) == {"symbol", "path", "line", "present"}
    assert payload["verified"] is None


def test_symbols_of_two_ages_leave_a_guess(tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "tf.contrib.layers\ntf.keras.utils.set_random_seed(1)\n")
    assert tfshift("infer", tmp_path, "--format", "json").json["possible"]


@pytest.mark.parametrize("code", ["x = 1\n", "# import tensorflow\n", "import numpy as tf\n"])
def test_nothing_to_go_by_is_an_error(code: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=code)
    outcome = tfshift("infer", tmp_path)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "nothing here uses TensorFlow" in outcome.err


def test_people_are_told_why(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD, requirements__txt="tensorflow==1.15.5\n")
    assert "because: requirements.txt pins 1.15.5" in tfshift("infer", tmp_path).out


KERAS = [
    ("from keras.models import Graph\nGraph()\n", "1.0.8", "1.0"),
    ("from keras.layers.core import TimeDistributedDense\n", "1.2.2", "1.0"),
    ("from keras.utils.np_utils import to_categorical\n", "2.3.1", "1.15"),
    ("from keras.engine.topology import Layer\n", "2.1.6", "1.6"),
    ("from keras.engine.topology import Layer\nimport tensorflow as tf\ntf.strings.length('a')\n",
     "2.1.6", "1.11"),
    ("import keras\nkeras.ops.add(1, 2)\n", "3.14.1", "2.21"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "keras", "release"), KERAS)
def test_the_keras_is_chosen_with_the_release(
    code: str, keras: str, release: str, tmp_path: Path
) -> None:
    lay(tmp_path, a__py=code)
    best = tfshift("infer", tmp_path, "--format", "json").json["best"]
    assert best["packages"]["keras"] == f"=={keras}"
    assert ("setuptools" in best["packages"]) is keras.startswith("1.")
    assert facts.open().release(best["tensorflow"]).minor == release


def test_names_that_no_release_has_are_told(tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "tf.mul(1, 2)\ntf.flags.FLAGS.size\ntf.python.x\ntf.Session()\n")
    said = tfshift("infer", tmp_path, "--format", "json").json
    assert [e["symbol"] for e in said["evidence"] if not e["present"]] == ["tf.mul"]
    assert "unknown: tf.mul (a.py:2) is in none of the measured" in tfshift("infer", tmp_path).out


def test_where_no_release_has_everything_the_most_counts(tmp_path: Path) -> None:
    lay(
        tmp_path,
        a__py=TF + "tf.Session()\ntf.placeholder\ntf.contrib\ntf.keras.utils.set_random_seed(1)\n",
    )
    assert tfshift("infer", tmp_path, "--format", "json").json["possible"] == [["1.0", "1.15"]]


def cell(source: str, printed: str = "", kind: str = "stream") -> dict[str, object]:
    data = {"text/plain": [printed]}
    output = {"output_type": kind, **({"text": [printed]} if kind == "stream" else {"data": data})}
    return {"cell_type": "code", "source": [source], "outputs": [output] if printed else []}


PRINTED = "import tensorflow as tf\nprint(tf.constant(1), tf.__version__)"
TRACES = [
    ([cell("%tensorflow_version 1.x\nimport tensorflow as tf")], "1.15", "%tensorflow_version 1.x"),
    ([cell("!pip install -q tensorflow-gpu==1.14.0"), cell(TF)], "1.14", "installs 1.14"),
    ([cell(PRINTED, "Tensor 2.3.1\n")], "2.3", "printed 2.3"),
    ([cell("import tensorflow as tf\ntf.__version__", "'1.13.1'", "execute_result")], "1.13", "printed 1.13"),
    ([cell(TF), cell("!pip freeze", "numpy==1.14.5\ntensorflow-estimator==1.12.0\ntensorflow==1.10.1\n")],
     "1.10", "printed 1.10"),
    ([cell(TF), cell("!pip install x", "Successfully installed tensorflow-2.4.1 x-1.14.2")], "2.4", "printed 2.4"),
]  # fmt: skip
NO_TRACES = [
    [cell("import numpy as np, tensorflow as tf\nprint(np.__version__, tf.__version__)", "1.13.3 2.x")],
    [cell("import numpy as np, tensorflow as tf\nnp.__version__", "1.13.3", "execute_result")],
    [cell(TF, "score 1.14.2, tensorflow-hub==1.14.0")],
    [cell(PRINTED, "Tensor 9.9.9")],
    [cell(PRINTED)],
]  # fmt: skip


@pytest.mark.parametrize(("cells", "minor", "why"), TRACES)
def test_a_notebook_tells_with_what_it_was_run(
    cells: list[dict[str, object]], minor: str, why: str, tmp_path: Path
) -> None:
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "run.ipynb").write_text(json.dumps(document, indent=1))
    said = tfshift("infer", tmp_path, "--format", "json").json
    assert facts.open().release(said["best"]["tensorflow"]).minor == minor
    assert why in [e.get("file", e.get("syntax")) for e in said["evidence"]]


@pytest.mark.parametrize("cells", NO_TRACES)
def test_other_figures_of_a_notebook_tell_nothing(
    cells: list[dict[str, object]], tmp_path: Path
) -> None:
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "run.ipynb").write_text(json.dumps(document, indent=1))
    assert tfshift("infer", tmp_path, "--format", "json").json["possible"] == [["1.0", "2.21"]]


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells": 3}', b'{"cells": [3]}', b"\xff"])
def test_a_broken_notebook_is_no_trace(data: bytes, tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "tf.Session()\n")
    (tmp_path / "broken.ipynb").write_bytes(data)
    assert tfshift("infer", tmp_path).code == 0
