"""A full disk and an index that is down: one line with what is full or away, and nothing half-made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.running import tfshift
from tfshift.environment import store
from tfshift.environment.interpreters import Interpreter

from .samples import fill, lock_of_text, pylock

_APART = ["unshare", "--user", "--map-root-user", "--mount"]


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(
        [*_APART, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    return done.returncode == 0


def _on_a_full_disk(folder: Path, script: str) -> list[str]:
    """Run a shell script with a disk of 24 MB at a folder; return what it printed, line by line."""
    folder.mkdir()
    head = f'set -u; mount -t tmpfs -o size=24m none "{folder}"; cd "{folder}"; '
    done = subprocess.run(
        [*_APART, "sh", "-c", head + script], capture_output=True, text=True, check=True,
        env={**os.environ, "TFSHIFT": f"{sys.executable} -m tfshift"},
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.skipif(not _can_mount(), reason="no small disk can be mounted here")
@pytest.mark.truth
def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    lines = _on_a_full_disk(
        disk,
        "export TFSHIFT_STORE=$PWD/store; "
        "$TFSHIFT env create --tf 2.15 -q 2>&1; echo rc $?; "
        "find store/environments -mindepth 1; $TFSHIFT env list; "
        "dd if=/dev/zero of=fill bs=64k >/dev/null 2>&1; "
        "$TFSHIFT env lock --tf 2.15 -q -o a.lock 2>&1; echo rc $?; "
        "ls -A | grep -v -e store -e fill; echo end",
    )
    created, code, listed, locked, other, end = lines
    assert created.startswith("error: no space left on the disk"), created
    assert listed == "no environments; make one with: tfshift env create --tf V"
    assert locked.startswith("error: no space left on the disk")
    assert (code, other, end) == ("rc 2", "rc 2", "end")


@pytest.mark.skipif(not _can_mount(), reason="no small disk can be mounted here")
def test_a_bundle_that_does_not_fit_leaves_nothing(
    tmp_path: Path, running: Interpreter, store_folder: Path
) -> None:
    wheel = tmp_path / "tensorflow_cpu-1.15.5-py3-none-any.whl"
    wheel.write_bytes(bytes(40_000_000))
    text = pylock(sha=sha256(wheel.read_bytes()).hexdigest())
    text = text.replace("https://mirror.example/1.15.5.whl", wheel.as_uri())
    store.create(lock_of_text(text), running, "one", builder=fill)
    lines = _on_a_full_disk(
        tmp_path / "disk", "$TFSHIFT env bundle one -o out -q 2>&1; echo rc $?; ls -A; echo end"
    )
    assert lines[0].startswith("error: no space left on the disk: ")
    assert lines[0].endswith("free some and run the same command again")
    assert lines[1:] == ["rc 2", "end"]


@pytest.mark.truth
@pytest.mark.parametrize(
    "command",
    [
        "env lock --tf 2.14 -r needs.txt -o made.lock",
        "env create --tf 2.13 -r needs.txt --name away",
        "infer uses.py --verify",
    ],
)
def test_an_index_that_is_down(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needs.txt").write_text("scipy\n")
    (tmp_path / "uses.py").write_text("import scipy\nimport tensorflow as tf\ntf.Session()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("TFSHIFT_STORE", str(tmp_path / "store"))
    said = tfshift(*command.split(), "-q")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("error: cannot reach the package index")
    assert "--offline" in said.err
    assert not (tmp_path / "made.lock").exists()
    assert not list((tmp_path / "store").glob("environments/*"))
