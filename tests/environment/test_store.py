from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tfshift.domain.environments import Environment, Lock
from tfshift.domain.errors import TfshiftError
from tfshift.environment import store
from tfshift.environment.interpreters import Interpreter

from .samples import RUNNING, fill, lock_of_text, pylock


def never(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
    raise AssertionError("built again")


def start(tmp_path: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("slow_builder.py")
    arguments = [sys.executable, str(script), str(tmp_path / "log"), str(tmp_path / "go")]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def make(lock: Lock, running: Interpreter, name: str | None = None) -> Environment:
    return store.create(lock, running, name, builder=fill)


def folders(store_folder: Path) -> list[str]:
    return sorted(p.name for p in (store_folder / "environments").iterdir())


def test_made_once_and_found_again(store_folder: Path, lock: Lock, running: Interpreter) -> None:
    made = make(lock, running)
    assert made.name == f"tf1.15.5-py{RUNNING}"
    assert store.create(lock, running, builder=never) == made
    assert store.find(made.name) == made
    assert store.list_environments() == [made]
    assert store.python_of(made).exists()
    assert store.lock_of(made).read_text() == lock.text
    assert folders(store_folder) == [Path(made.path).name]


def test_another_lock_gets_another_default_name(
    store_folder: Path, lock: Lock, other: Lock, running: Interpreter
) -> None:
    first, second = make(lock, running), make(other, running)
    assert second.name == f"{first.name}-2"
    assert first.path != second.path


def test_one_environment_may_have_two_names(
    store_folder: Path, lock: Lock, running: Interpreter
) -> None:
    first, second = make(lock, running, "a"), make(lock, running, "b")
    assert first.path == second.path
    store.remove("a")
    assert [e.name for e in store.list_environments()] == ["b"]
    assert Path(second.path).is_dir()
    store.remove("b")
    assert folders(store_folder) == []
    assert store.list_environments() == []


def test_a_name_that_is_taken_is_refused_before_anything_is_built(
    store_folder: Path, lock: Lock, other: Lock, running: Interpreter
) -> None:
    made = make(lock, running, "mine")
    with pytest.raises(TfshiftError, match="taken"):
        store.create(other, running, "mine", builder=never)
    assert store.list_environments() == [made]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "-x", ".tmp-x", "ä", "a\n"])
def test_bad_names_are_refused(
    store_folder: Path, lock: Lock, running: Interpreter, name: str
) -> None:
    with pytest.raises(TfshiftError, match="not a name"):
        store.create(lock, running, name, builder=never)
    assert not store_folder.exists()


@pytest.mark.parametrize("name", ["gone", "../names/mine", ""])
def test_unknown_names_are_refused_with_near_ones(
    store_folder: Path, lock: Lock, running: Interpreter, name: str
) -> None:
    make(lock, running, "mine")
    for ask in (store.find, store.remove):
        with pytest.raises(TfshiftError, match="mine"):
            ask(name)
    assert len(store.list_environments()) == 1


def test_a_builder_that_fails_leaves_nothing(
    store_folder: Path, lock: Lock, running: Interpreter
) -> None:
    def fails(folder: Path, *rest: object) -> None:
        folder.mkdir(parents=True)
        raise TfshiftError("no space left on the disk")

    with pytest.raises(TfshiftError, match="no space"):
        store.create(lock, running, "mine", builder=fails)
    assert folders(store_folder) == []
    assert store.list_environments() == []


def test_an_interrupted_builder_leaves_nothing(
    store_folder: Path, lock: Lock, running: Interpreter
) -> None:
    def interrupted(folder: Path, *rest: object) -> None:
        folder.mkdir(parents=True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.create(lock, running, builder=interrupted)
    assert folders(store_folder) == []


def test_the_wrong_interpreter_is_refused(store_folder: Path, running: Interpreter) -> None:
    lock = lock_of_text(pylock(python="3.5"), python="3.5")
    with pytest.raises(TfshiftError, match=r"Python 3\.5"):
        store.create(lock, running, builder=never)


def test_a_store_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: Lock, running: Interpreter
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TFSHIFT_STORE", str(tmp_path / "file"))
    with pytest.raises(TfshiftError, match="TFSHIFT_STORE"):
        store.create(lock, running, builder=never)


def test_an_environment_whose_interpreter_is_gone_is_made_again(
    store_folder: Path, lock: Lock, running: Interpreter
) -> None:
    made = make(lock, running)
    python = store.python_of(made)
    python.unlink()
    python.symlink_to("/no/such/python")
    assert make(lock, running).path == made.path
    assert python.exists()
    assert folders(store_folder) == [Path(made.path).name]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"environment": 3}', '{"environment": "x"}']
)
def test_damaged_names_are_not_listed_and_can_be_used_again(
    store_folder: Path, lock: Lock, running: Interpreter, text: str
) -> None:
    (store_folder / "names").mkdir(parents=True)
    (store_folder / "names" / "mine.json").write_text(text)
    assert store.list_environments() == []
    assert make(lock, running, "mine").name == "mine"


def test_unfinished_folders_are_never_listed_and_swept_when_nobody_works_on_them(
    store_folder: Path, lock: Lock, running: Interpreter
) -> None:
    left = store_folder / "environments" / ".tmp-0123456789abcdef-3.7-00ff"
    left.mkdir(parents=True)
    (left / "tfshift.json").write_text(json.dumps({"tensorflow": "1.15.5"}))
    assert store.list_environments() == []
    made = make(lock, running)
    assert folders(store_folder) == [Path(made.path).name]


def test_two_at_once_build_one(
    store_folder: Path, tmp_path: Path, lock: Lock, running: Interpreter
) -> None:
    first = start(tmp_path)
    wait_for(tmp_path / "log")
    second = start(tmp_path)
    time.sleep(0.3)
    assert store.list_environments() == []
    (tmp_path / "go").touch()
    paths = {process.communicate(timeout=30)[0].strip() for process in (first, second)}
    assert [first.returncode, second.returncode] == [0, 0]
    assert (tmp_path / "log").read_text() == "built\n"
    assert paths == {store.list_environments()[0].path}


def test_a_living_builder_is_not_swept_and_a_killed_one_is(
    store_folder: Path, tmp_path: Path, lock: Lock, other: Lock, running: Interpreter
) -> None:
    builder = start(tmp_path)
    wait_for(tmp_path / "log")
    make(other, running, "other")
    assert any(name.startswith(".tmp-") for name in folders(store_folder))
    builder.send_signal(signal.SIGKILL)
    builder.communicate()
    assert [e.name for e in store.list_environments()] == ["other"]
    made = make(lock, running)
    assert folders(store_folder) == sorted(
        [Path(made.path).name, Path(store.find("other").path).name]
    )


def test_nothing_leaks_into_an_activated_environment() -> None:
    environment = Environment("x", "/store/x", "3.7", "1.15.5", "", 1.0)
    base = {"PATH": "/usr/bin", "PYTHONPATH": "/p", "PYTHONHOME": "/h", "HOME": "/me"}
    assert store.activated(environment, base) == {
        "PATH": "/store/x/bin:/usr/bin",
        "VIRTUAL_ENV": "/store/x",
        "PYTHONNOUSERSITE": "1",
        "HOME": "/me",
    }
    assert base["PYTHONPATH"] == "/p"
