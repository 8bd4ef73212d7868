"""Real releases in the user's own store, so that a second run is quick."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tfshift.domain.environments import Environment, Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.environment import build, interpreters, store, uv
from tfshift.environment.lock import make_lock, read_lock

from .samples import RUNNING, lock_of_text

pytestmark = pytest.mark.truth

_CAPS = {"protobuf": "<3.21", "h5py": "<3", "numpy": "<1.19"}
_NEW_CAPS = {"numpy": "<2"}
RELEASES = [
    Release("1.15.5", "2021-01-06", ("3.6", "3.7"), constraints=_CAPS),
    Release(
        "2.15.1", "2024-03-08", ("3.10", "3.11"), "tensorflow-cpu", constraints={"numpy": "<2"}
    ),
]


@pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.version)
def test_a_real_release_starts(release: Release, tmp_path: Path) -> None:
    interpreter = interpreters.pick(release)
    lock = make_lock(release, interpreter.python)
    made = store.create(lock, interpreter)
    again = read_lock(store.lock_of(made))
    assert store.create(again, interpreter) == made
    line = "import tensorflow, sys; print(tensorflow.__version__, sys.prefix)"
    variables = store.activated(made, {**os.environ, "PYTHONPATH": str(tmp_path)})
    done = subprocess.run(["python", "-c", line], capture_output=True, text=True, env=variables)
    assert done.stdout.split() == [release.version, made.path]


def test_a_broken_environment_is_refused(tmp_path: Path) -> None:
    release = RELEASES[1]
    interpreter = interpreters.pick(release)
    lock = make_lock(release, interpreter.python)
    uv.run(["venv", "--quiet", f"--python={interpreter.path}", str(tmp_path / "v")])
    with pytest.raises(TfshiftError, match=r"does not start .*No module named 'tensorflow'"):
        build.prove(tmp_path / "v", lock)


def test_requirements_that_contradict_the_release_are_one_line() -> None:
    with pytest.raises(TfshiftError, match="cannot be met together") as caught:
        make_lock(RELEASES[1], "3.11", ["numpy==2.1"])
    assert "\n" not in str(caught.value)


def test_a_lock_with_a_wrong_hash_is_refused(small: Lock, store_folder: Path) -> None:
    wrong = lock_of_text(re.sub('sha256 = "[0-9a-f]{8}', 'sha256 = "00000000', small.text))
    interpreter = interpreters.find(RUNNING)
    assert interpreter is not None
    with pytest.raises(TfshiftError, match="not what the lock says"):
        store.create(wrong, interpreter, builder=build.install)
    assert store.list_environments() == []


@pytest.fixture
def small() -> Lock:
    text = uv.run(["pip", "compile", "-", "--format=pylock.toml", "-q"], stdin="six\nclick\n")
    return lock_of_text(text)


def test_two_real_creations_at_once_give_one(small: Lock, store_folder: Path) -> None:
    interpreter = interpreters.find(RUNNING)
    assert interpreter is not None

    def create(_: int) -> Environment:
        return store.create(small, interpreter, builder=build.install)

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(create, range(4)))
    assert len(made) == 1
    python = store.python_of(made.pop())
    subprocess.run([python, "-I", "-c", "import six, click"], check=True)


_KILLED = """
import sys
from samples import RUNNING, lock_of_text
from tfshift.environment import build, interpreters, store
store.create(lock_of_text(sys.stdin.read()), interpreters.find(RUNNING), builder=build.install)
"""


@pytest.mark.parametrize("after_s", [0.25, 0.35, 0.5])
def test_a_real_creation_survives_being_killed(
    small: Lock, store_folder: Path, after_s: float
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    assert process.stdin is not None
    process.stdin.write(small.text.encode())
    process.stdin.close()
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for environment in store.list_environments():
        subprocess.run([store.python_of(environment), "-I", "-c", "import six, click"], check=True)
    interpreter = interpreters.find(RUNNING)
    assert interpreter is not None
    made = store.create(small, interpreter, builder=build.install)
    subprocess.run([store.python_of(made), "-I", "-c", "import six, click"], check=True)
    time.sleep(0.5)  # an orphaned uv may still be writing into its own folder
    store._sweep()
    assert [p.name for p in (store_folder / "environments").iterdir()] == [Path(made.path).name]


OTHERS = [
    ("2.15", "macos-arm64", "tensorflow", "macosx_12_0_arm64"),
    ("2.15", "windows-x86_64", "tensorflow-cpu", "win_amd64"),
    ("2.15", "linux-aarch64", "tensorflow", "aarch64"),
]


@pytest.mark.parametrize(("version", "platform", "name", "mark"), OTHERS)
def test_a_lock_for_another_machine_holds_its_wheels(
    version: str, platform: str, name: str, mark: str
) -> None:
    from tfshift import facts
    from tfshift.environment.exports import table

    release = facts.open().release(version)
    lock = make_lock(release, "3.11", platform=platform)
    package = next(p for p in table(lock)["packages"] if p["name"] == name)
    assert all(mark in wheel["url"] for wheel in package["wheels"])
    assert table(lock)["tool"]["tfshift"]["platform"] == platform


def test_a_machine_without_wheels_is_one_line() -> None:
    from tfshift import facts

    with pytest.raises(TfshiftError, match="no wheels for macos-arm64"):
        make_lock(facts.open().release("1.15"), "3.7", platform="macos-arm64")


def test_a_conflict_is_told_as_a_chain_with_what_is_nearest(tmp_path: Path) -> None:
    from tests.cli.running import tfshift

    (tmp_path / "r.txt").write_text("protobuf>=4\n")
    said = tfshift("env", "lock", "--tf", "1.15", "-r", tmp_path / "r.txt", "-q")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "runs only with protobuf<4, as measured" in said.err
    assert re.search(r"take protobuf==3\.\S+ instead of protobuf>=4", said.err)
