"""Bad input to plan, migrate and replay: one clear line, exit code 2, nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import tfshift

CODE = "import tensorflow as tf\nprint(tf.Session().run(tf.constant(1)))\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(CODE)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "OUT", "--", "python", "train.py"], "no target version"),
        (["--to", "2.15", "--", "python", "train.py"], "no folder for the results"),
        (["--to", "2.15", "--out", "OUT"], "no command to prove the move with"),
        (
            ["--to", "2.99", "--out", "OUT", "--", "python", "train.py"],
            "unknown TensorFlow version",
        ),
        (
            ["--to", "1.15", "--out", "OUT", "--", "python", "train.py"],
            "are both TensorFlow 1.15.5",
        ),
        (["--resume", "OUT"], "nothing to resume"),
    ],
)
def test_usage_errors(project: Path, arguments: list[str], said: str) -> None:
    out = project.parent / "out"
    given = [str(out) if a == "OUT" else a for a in arguments]
    done = tfshift("migrate", project, *given)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1 + done.stderr.count("ok  ")
    assert (project / "train.py").read_text() == CODE
    assert not (out / "project").exists()


def test_a_missing_project(tmp_path: Path) -> None:
    done = tfshift(
        "migrate", tmp_path / "no", "--to", "2.15", "--out", tmp_path / "o", "--", "true"
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_results_never_go_over_other_files(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("x")
    done = tfshift("migrate", project, "--to", "2.15", "--out", out, "--", "python", "train.py")
    assert done.returncode == 2
    assert "holds other files" in done.stderr
    assert [p.name for p in out.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("text", [None, "{", "[]", '{"schema": "other"}'])
def test_what_is_no_certificate(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "certificate.json"
    if text is not None:
        file.write_text(text)
    done = tfshift("replay", file)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_unknown_configuration_keys_are_errors(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.tfshift]\ncolour = "red"\n')
    done = tfshift("check", project, "--to", "2.15")
    assert done.returncode == 2
    assert "colour" in done.stderr


def test_configuration_names_the_target(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.tfshift]\nto = "2.15"\n')
    done = tfshift("plan", project, "--format", "json")
    plan = json.loads(done.stdout)
    assert (plan["from"], plan["to"], plan["direct"]) == ("1.15.5", "2.15.1", "yes")
    assert done.returncode == 0


def test_a_plan_from_1_8_goes_by_way_of_1_15(project: Path) -> None:
    plan = json.loads(
        tfshift("plan", project, "--from", "1.8", "--to", "2.15", "--format", "json").stdout
    )
    assert [(h["from"], h["to"]) for h in plan["hops"]] == [
        ("1.8.0", "1.15.5"),
        ("1.15.5", "2.15.1"),
    ]
    assert plan["hops"][0]["findings"] == 0
    assert plan["hops"][1]["findings"] > 0


def test_a_plan_names_what_a_person_must_do(project: Path) -> None:
    (project / "train.py").write_text("import tensorflow as tf\ntf.contrib.nowhere.at_all()\n")
    done = tfshift("plan", project, "--to", "2.15", "--from", "1.15", "--format", "json")
    plan = json.loads(done.stdout)
    assert done.returncode == 1
    assert plan["direct"] == "no"
    assert [b["line"] for b in plan["blockers"]] == [2]
