"""What is predicted is held against real releases: models saved by three, loaded by three."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import tfshift
from tfshift import facts
from tfshift.model.check import check
from tfshift.model.convert import convert, write
from tfshift.model.formats import read_model

pytestmark = pytest.mark.truth

HERE = Path(__file__).parent
VERSIONS = ("1.15", "2.15", "2.21")
PythonOf = Callable[[str], Path]
FILES = {
    "frozen": "frozen.pb", "checkpoint": "m.ckpt-7", "seq_weights": "m.weights.h5", "tflite": "m.tflite",
    "fun_keras": "m.keras",
}  # fmt: skip


def run(python: Path, script: str, folder: Path, *more: str) -> dict[str, object]:
    environ = {
        **os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0",
        "PATH": f"{python.parent}:{os.environ['PATH']}",
    }  # fmt: skip
    command = [str(python), "-W", "ignore", str(HERE / script), str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert done.stdout.strip(), done.stderr[-2000:]
    told: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, tensorflow_python: PythonOf) -> dict[str, Path]:
    folders = {}
    for version in VERSIONS:
        folders[version] = tmp_path_factory.mktemp("saved") / version
        folders[version].mkdir()
        errors = run(tensorflow_python(version), "saving.py", folders[version])
        assert not [e for e in errors.values() if e], errors
    return folders


def place(folder: Path, kind: str) -> Path:
    return folder / kind / ("model" if kind.endswith("_sm") else FILES.get(kind, "m.h5"))


def rows(
    told: dict[str, dict[str, str | None]], folder: Path
) -> list[tuple[str, Path, bool, object]]:
    found = []
    for kind, ways in told.items():
        plain = {name: error for name, error in ways.items() if name != "meta"}
        found.append((kind, place(folder, kind), None in plain.values(), plain))
        if "meta" in ways:
            path = folder / kind / "m.ckpt-7.meta"
            found.append((f"{kind}.meta", path, ways["meta"] is None, ways["meta"]))
    return found


@pytest.mark.parametrize("loaded_by", VERSIONS)
def test_what_loads_is_predicted(
    loaded_by: str, saved: dict[str, Path], tensorflow_python: PythonOf
) -> None:
    wrong, count = [], 0
    for saved_by, folder in saved.items():
        told = run(tensorflow_python(loaded_by), "loading.py", folder)
        for kind, path, loads, errors in rows(told, folder):  # type: ignore[arg-type]
            (target,) = check(read_model(path), facts.open(), [loaded_by])
            count += 1
            if target.verdict != ("yes" if loads else "no"):
                wrong.append((kind, saved_by, target.verdict, errors))
    assert count >= 36
    assert not wrong, wrong


@pytest.mark.parametrize("saved_by", ["2.15", "2.21"])
def test_what_does_not_load_loads_once_it_is_converted(
    saved_by: str, saved: dict[str, Path], tensorflow_python: PythonOf, tmp_path: Path
) -> None:
    converted = 0
    kinds = (
        "linear_sm", "looping_sm", "convolved_sm", "table_sm", "frozen", "module_sm", "newer_sm"
    )  # fmt: skip
    for kind in kinds:
        model = read_model(place(saved[saved_by], kind))
        (target,) = check(model, facts.open(), ["1.15"])
        message, done = convert(model, facts.open(), "1.15")
        assert done.verdict == "yes", (kind, done.problems)
        out = place(tmp_path, kind)
        write(model, message, out, done.steps)
        (out.parent / "golden.npz").write_bytes(
            (saved[saved_by] / kind / "golden.npz").read_bytes()
        )
        converted += target.verdict == "no"
        # What loads already is not touched for nothing.
        assert done.steps or target.verdict == "yes"
    told = run(tensorflow_python("1.15"), "loading.py", tmp_path)
    assert len(told) == len(kinds)
    assert converted >= 3
    failed = {kind: ways for kind, ways in told.items() if None not in ways.values()}  # type: ignore[attr-defined]
    assert not failed, failed


def test_a_conversion_is_proved_by_running_both(saved: dict[str, Path], tmp_path: Path) -> None:
    model = place(saved["2.15"], "module_sm")
    before = sorted((p.name, p.stat().st_size) for p in model.rglob("*"))
    said = tfshift(
        "model",
        "convert",
        model,
        tmp_path / "out",
        "--to",
        "1.15",
        "--prove",
        "--format",
        "json",
        "-q",
    )
    assert said.code == 0, said.err
    assert said.json["verdict"] == "yes"
    assert said.json["max_abs_error"] <= 1e-5
    assert said.json["certificate"]["verdict"] in ("equal", "close")
    assert sorted((p.name, p.stat().st_size) for p in model.rglob("*")) == before
    again = tfshift("model", "check", tmp_path / "out", "--to", "1.15", "--format", "json")
    assert again.json["targets"][0]["verdict"] == "yes"


@pytest.mark.parametrize("version", ["2.15", "2.21"])
def test_a_checkpoint_of_sessions_goes_into_keras_layers(
    version: str, tensorflow_python: PythonOf, tmp_path: Path
) -> None:
    run(tensorflow_python("1.15"), "naming.py", tmp_path)
    run(tensorflow_python(version), "naming.py", tmp_path)
    out = tmp_path / "moved.ckpt"
    said = tfshift(
        "model", "convert", tmp_path / "old.ckpt", out, "--to", version,
        "--like", tmp_path / "new.ckpt", "--prove", "--format", "json", "-q",
    )  # fmt: skip
    assert said.code == 0, said.out + said.err
    assert said.json["certificate"]["verdict"] == "equal"
    assert len(said.json["names"]) == 11
    found = run(tensorflow_python(version), "naming.py", tmp_path, str(out))
    assert found["worst"] <= 1e-5  # type: ignore[operator]
    # And back, by the names of 1.x.
    back = tmp_path / "back.ckpt"
    like = ("--like", tmp_path / "old.ckpt", "--prove", "--format", "json", "-q")
    again = tfshift("model", "convert", out, back, "--to", "1.15", *like)
    assert again.code == 0, again.out + again.err
    assert again.json["names"] == {old: new for new, old in said.json["names"].items()}


def test_an_object_graphs_own_names(
    saved: dict[str, Path], tensorflow_python: PythonOf, tmp_path: Path
) -> None:
    """Releases without tf.train.Checkpoint restore by the names of variables."""
    run(tensorflow_python("2.15"), "naming.py", tmp_path)
    said = tfshift(
        "model", "convert", tmp_path / "new.ckpt", tmp_path / "named.ckpt", "--to", "1.4",
        "--format", "json",
    )  # fmt: skip
    assert said.code == 0, said.err
    names = [v.name for v in read_model(tmp_path / "named.ckpt").variables]
    assert "conv2d_2/kernel" in names
    assert "batch_normalization/moving_variance" in names


@pytest.mark.parametrize(
    ("kind", "saved_by", "target"),
    [("linear_sm", "1.15", "2.15"), ("module_sm", "2.21", "2.15"), ("fun_keras", "2.21", "2.15"), ("seq_h5", "2.15", "1.15")],
)  # fmt: skip
def test_a_model_is_written_as_tflite_and_runs_the_same(
    kind: str, saved_by: str, target: str, saved: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "model.tflite"
    said = tfshift(
        "model", "convert", place(saved[saved_by], kind), out, "--to", target, "--prove",
        "--format", "json", "-q",
    )  # fmt: skip
    assert said.code == 0, said.out + said.err
    assert said.json["verdict"] == "yes"
    assert said.json["max_abs_error"] <= 1e-5
    assert read_model(out).format == "tflite"


def test_what_changes_results_is_only_done_where_it_is_allowed(
    saved: dict[str, Path], tensorflow_python: PythonOf, tmp_path: Path
) -> None:
    run(tensorflow_python("1.15"), "resizing.py", tmp_path)
    command = ("model", "convert", tmp_path / "model", tmp_path / "out", "--to", "1.12", "--format", "json", "-q")  # fmt: skip
    refused = tfshift(*command)
    assert refused.code == 1
    assert refused.json["problems"][0]["name"] == "ResizeBilinear.half_pixel_centers"
    assert not (tmp_path / "out").exists()
    said = tfshift(*command, "--allow-approximate", "--prove")
    (step,) = [s for s in said.json["steps"] if s["approximate"]]
    assert "half a pixel" in step["approximate"]
    assert said.json["verdict"] == "no"
    assert 0 < said.json["max_abs_error"] < 1
