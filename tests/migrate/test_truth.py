"""Whole migrations on real TensorFlow: the examples, a failure, a difference, an interruption."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import tfshift.migrate as migration
from tfshift.migrate import trees

from .running import tfshift

pytestmark = pytest.mark.truth

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(migration.__file__).parent / "certificate.schema.json").read_text())
)
EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = [
    ("digits-tf1", "2.15", "train.py"),
    ("linear-savedmodel", "2.15", "use.py"),
    ("estimator", "2.15", "train.py"),
    ("keras-h5", "2.15", "train.py"),
    ("tf2-to-1", "1.15", "train.py"),
]


def migrate(project: Path, to: str, out: Path, *command: str, **options: Any) -> dict[str, Any]:
    done = tfshift(
        "migrate", project, "--to", to, "--out", out, "--format", "json", "--", *command, **options
    )
    assert done.stdout, done.stderr
    return {**json.loads(done.stdout), "exit": done.returncode}


def printed(recording: Path) -> list[str]:
    lines: list[str] = json.loads((recording / "recording.json").read_text())["stdout"]["lines"]
    return lines


@pytest.mark.parametrize(("name", "to", "script"), CASES)
def test_examples_move_with_the_same_results(
    tmp_path: Path, name: str, to: str, script: str
) -> None:
    project = tmp_path / name
    shutil.copytree(EXAMPLES / name, project)
    digest = trees.digest(project)
    out = tmp_path / "out"
    result = migrate(project, to, out, "python", script)
    assert result["verdict"] in ("equal", "close"), result["reason"]
    assert result["exit"] == 0
    assert result["remaining"] == []
    assert result["comparison"]["tolerance"]["reason"]
    assert trees.digest(project) == digest
    stated = re.search(r"```\n(.*?)```", (project / "README.md").read_text(), re.DOTALL)
    assert stated is not None
    assert printed(out / "recordings" / "before") == stated.group(1).splitlines()
    assert printed(out / "recordings" / "after") == stated.group(1).splitlines()
    for made in ("project", "before.lock", "after.lock", "certificate.json", "report.html"):
        assert (out / made).exists()
    certificate = json.loads((out / "certificate.json").read_text())
    SCHEMA.validate(certificate)
    for without in ("verdict", "before", "tree"):
        part = {key: value for key, value in certificate.items() if key != without}
        assert not SCHEMA.is_valid(part)


SMALL = """import tensorflow as tf
x = tf.placeholder(tf.float32, [None])
w = tf.get_variable("w", [3], initializer=tf.random_normal_initializer())
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("%.5f" % sess.run(tf.reduce_sum(w * x), {x: [1.0, 2.0, 3.0]}))
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    project = tmp_path / "small"
    project.mkdir()
    (project / "train.py").write_text(SMALL)
    return project


def test_replay_holds_and_notices_a_changed_project(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert migrate(small, "2.15", out, "python", "train.py")["exit"] == 0
    shutil.rmtree(small)
    again = tfshift("replay", out / "certificate.json", "--format", "json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["holds"] is True
    (out / "project" / "train.py").write_text("print(1)\n")
    changed = tfshift("replay", out / "certificate.json")
    assert changed.returncode == 2
    assert "not the certified one" in changed.stderr


def test_a_signed_migration_from_the_same_initial_values(small: Path, tmp_path: Path) -> None:
    import minisign

    # Each release draws others, as TensorFlow's own initialisers may.
    drawn = "start = [0.1, 0.2, 0.3] if tf.__version__.startswith('1.') else [0.3, 0.1, 0.2]\n"
    given = SMALL.replace(
        '"w", [3], initializer=tf.random_normal_initializer()', '"w", initializer=start'
    )
    (small / "train.py").write_text(given.replace("x = tf", drawn + "x = tf", 1))
    pair = minisign.KeyPair.generate()
    key, public = tmp_path / "key", pair.public_key.to_base64().decode()
    key.write_bytes(bytes(pair.secret_key))
    out = tmp_path / "out"
    options = ("--transplant", "--sign", key)
    done = tfshift("migrate", small, "--to", "2.15", "--out", out, *options, "--format", "json", "--",
                   "python", "train.py")  # fmt: skip
    assert json.loads(done.stdout)["verdict"] in ("equal", "close"), done.stderr
    again = tfshift("replay", out / "certificate.json", "--public-key", public)
    assert again.returncode == 0, again.stderr
    assert "initial values were taken from another recording" in again.stdout
    other = minisign.KeyPair.generate().public_key.to_base64().decode()
    for wrong, why in ((other, "does not hold"), ("no key", "no public key")):
        refused = tfshift("replay", out / "certificate.json", "--public-key", wrong)
        assert refused.returncode == 2
        assert why in refused.stderr
    (out / "certificate.json.minisig").unlink()
    unsigned = tfshift("replay", out / "certificate.json", "--public-key", public)
    assert "is not signed" in unsigned.stderr


def test_a_suite_with_failures_is_migrated(tmp_path: Path) -> None:
    project = tmp_path / "suite"
    project.mkdir()
    (project / "requirements.txt").write_text("pytest\n")
    (project / "test_it.py").write_text(
        "import tensorflow as tf\n"
        "def test_sum():\n    with tf.Session() as s: assert s.run(tf.constant(1) + 1) == 2\n"
        "def test_broken():\n    assert False\n"
        "def test_new():\n    assert tf.__version__.startswith('1.')\n"
    )
    result = migrate(
        project, "2.15", tmp_path / "out", "python", "-m", "pytest", "-q", "--no-header"
    )
    assert result["verdict"] == "different"
    found = {
        o["name"]: o["agreement"] for o in result["comparison"]["outputs"] if "test " in o["name"]
    }
    assert found == {
        "test test_it.py::test_broken": "equal",
        "test test_it.py::test_new": "different",
        "test test_it.py::test_sum": "equal",
    }


def test_a_command_that_fails_before_is_not_migrated(small: Path, tmp_path: Path) -> None:
    (small / "train.py").write_text(SMALL + "raise SystemExit('no data')\n")
    done = tfshift(
        "migrate", small, "--to", "2.15", "--out", tmp_path / "out", "--", "python", "train.py"
    )
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert "fails under TensorFlow 1.15.5" in last
    assert "no data" in last
    assert not (tmp_path / "out" / "project").exists()


def test_a_planted_difference_is_found(small: Path, tmp_path: Path) -> None:
    planted = "scale = 1.0 if tf.__version__.startswith('1.') else 1.01\n"
    (small / "train.py").write_text(
        SMALL.replace("x = tf", planted + "x = tf", 1).replace("w * x", "w * x * scale")
    )
    result = migrate(small, "2.15", tmp_path / "out", "python", "train.py")
    assert (result["verdict"], result["exit"]) == ("different", 1)
    assert result["comparison"]["first_difference"]["max_rel"] == pytest.approx(0.01, rel=0.01)
    assert result["broke_at"] == "2.0.4"


def test_without_the_old_interpreter_the_rest_still_runs(small: Path, tmp_path: Path) -> None:
    # Nothing but the running Python is to be found.
    empty = tmp_path / "empty"
    empty.mkdir()
    keep = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYENV", "CONDA", "UV_PYTHON"))
    }
    env = {**keep, "PATH": "/usr/bin:/bin", "HOME": str(empty), "PYENV_ROOT": str(empty),
           "UV_PYTHON_INSTALL_DIR": str(empty), "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache/uv")),
           "TFSHIFT_STORE": os.environ.get("TFSHIFT_STORE", str(Path.home() / ".cache/tfshift"))}  # fmt: skip
    # The running Python must suit the target.
    target = {(3, 10): "2.15", (3, 11): "2.15", (3, 12): "2.21", (3, 13): "2.21"}[
        sys.version_info[:2]
    ]
    result = migrate(small, target, tmp_path / "out", "python", "train.py", env=env)
    assert (result["verdict"], result["exit"]) == ("unknown", 3)
    stages = {s["name"]: s for s in result["stages"]}
    assert stages["lock"]["verdict"] == "unknown"
    assert "3.7" in result["reason"]
    assert stages["run"]["verdict"] == "yes"


def test_an_interrupted_migration_goes_on(small: Path, tmp_path: Path) -> None:
    (small / "train.py").write_text("import time\n" + SMALL + "time.sleep(1.5)\n")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tfshift", "migrate", small, "--to", "2.15", "--out", out]
    running = subprocess.Popen(
        [*map(str, command), "--", "python", "train.py"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("ok  build"):
            break
    # In the middle of the baseline.
    time.sleep(3)
    running.send_signal(signal.SIGINT)
    rest = running.stderr.read()
    assert running.wait() == 130, rest
    assert "Traceback" not in rest
    assert not (out / "certificate.json").exists()
    again = tfshift("migrate", "--resume", out, "--format", "json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["verdict"] in ("equal", "close")
