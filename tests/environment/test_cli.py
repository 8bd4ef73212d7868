from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tfshift import facts
from tfshift.cli.env import command
from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.environment import interpreters, store, uv
from tfshift.environment.interpreters import Interpreter

from .samples import RUNNING, fill, pylock


class OneRelease:
    def release(self, version: str) -> Release:
        return Release("1.15.5", "2021-01-06", (RUNNING,))


@pytest.fixture
def made(store_folder: Path, lock: Lock, running: Interpreter) -> str:
    return store.create(lock, running, "mine", builder=fill).name


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def payload(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.fixture(autouse=True)
def _known_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "version", lambda: "test")
    monkeypatch.setattr(facts, "open", OneRelease)


def test_list_and_show(made: str) -> None:
    listed = payload(call("list", "--format", "json"))
    shown = payload(call("show", made, "--format", "json"))
    assert listed["schema"] == "tfshift.env.list/1"
    (only,) = listed["environments"]  # type: ignore[misc]
    assert set(only) == {"name", "path", "python", "tensorflow", "seconds"}
    assert {key: shown[key] for key in only} == only
    assert shown["packages"] == [{"name": "tensorflow-cpu", "version": "1.15.5"}]
    assert made in call("list").stdout


def test_remove(made: str) -> None:
    assert payload(call("remove", made, "--format", "json"))["name"] == made
    assert store.list_environments() == []
    assert "no environments" in call("list").stdout


def test_create_from_a_lock_that_the_store_has(made: str, tmp_path: Path) -> None:
    file = tmp_path / "after.lock"
    file.write_text(pylock())
    answer = payload(call("create", "--lock", str(file), "--format", "json", "-q"))
    assert (answer["name"], answer["tensorflow"]) == (made, "1.15.5")


def test_lock_writes_the_lock_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv, "run", lambda *a, **k: pylock())
    file = tmp_path / "new" / "x.lock"
    answer = payload(call("lock", "--tf", "1.15", "-o", str(file), "--format", "json", "-q"))
    assert answer["path"] == file.as_posix()
    assert file.read_text() == call("lock", "--tf", "1.15", "-q").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["create"],
        ["create", "--tf", "1.15", "--lock", "x"],
        ["create", "--lock", "x", "--gpu"],
        ["create", "--lock", "x", "-r", "y"],
        ["lock"],
        ["run", "mine"],
        ["run", "mine", "--"],
    ],
)
def test_usage_errors(made: str, arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["show", "gone"], "no environment named gone"),
        (["remove", "gone"], "no environment named gone"),
        (["run", "gone", "--", "true"], "no environment named gone"),
        (["create", "--lock", "gone.lock"], "cannot read the lock"),
        (["create", "--tf", "1.15", "--python", "2.7"], "no build for Python 2.7"),
        (["lock", "--tf", "1.15", "-r", "gone.txt"], "cannot read the requirements"),
    ],
)
def test_refusals_are_one_line_and_change_nothing(
    made: str, arguments: list[str], why: str
) -> None:
    error = call(*arguments).exception
    assert isinstance(error, TfshiftError)
    assert why in str(error)
    assert "\n" not in str(error)
    assert [e.name for e in store.list_environments()] == [made]


def test_a_missing_interpreter_is_named_with_its_remedy(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.lock"
    file.write_text(pylock(python="3.7"))
    monkeypatch.setattr(interpreters, "find", lambda python: None)
    error = call("create", "--lock", str(file)).exception
    assert "uv python install 3.7" in str(error)


def run(made: str, *words: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "tfshift", "env", "run", made, *words]
    return subprocess.run(arguments, capture_output=True, text=True, env=dict(os.environ))


def test_run_hands_over_arguments_variables_and_exit_code(made: str) -> None:
    done = run(made, "--", "sh", "-c", 'echo "$VIRTUAL_ENV" "$1"; exit 7', "x", "--help")
    assert done.returncode == 7
    assert done.stdout == f"{store.find(made).path} --help\n"


def test_run_without_dashes_keeps_the_commands_options(made: str) -> None:
    assert run(made, "python", "-c", "raise SystemExit(3)").returncode == 3


def test_run_says_when_there_is_no_such_command(made: str) -> None:
    done = run(made, "--", "no-such-command-here")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "no-such-command-here" in done.stderr
