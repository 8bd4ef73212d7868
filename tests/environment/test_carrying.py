"""Environments in other tools' forms and as bundles; compared with one another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement

from tests.cli.running import tfshift
from tfshift import facts
from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.environment import store
from tfshift.environment.bundle import read_bundle, sbom, write_bundle
from tfshift.environment.exports import form, form_names
from tfshift.environment.interpreters import Interpreter
from tfshift.environment.lock import digest, read_lock

from .samples import RUNNING, fill, lock_of_text, pylock

PythonOf = Callable[[str], Path]


@pytest.mark.parametrize("name", form_names())
def test_every_form_names_each_package_with_its_version(name: str, lock: Lock) -> None:
    text = form(name).render(lock, facts.open().release("1.15"))
    assert form(name).TITLE
    assert "tensorflow-cpu" in text
    assert "1.15.5" in text
    assert RUNNING in text
    assert text.endswith("\n")


def test_requirements_and_dockerfile_check_hashes(lock: Lock) -> None:
    for name in ("requirements", "dockerfile"):
        assert f"--hash=sha256:{'ab' * 32}" in form(name).render(lock, facts.open().release("1.15"))


def test_a_dockerfile_for_the_gpu_says_which_cuda() -> None:
    found = form("dockerfile").render(_for_the_gpu(), facts.open().release("1.15"))
    assert "nvidia/cuda:10.0-cudnn7-runtime-ubuntu18.04" in found


def _for_the_gpu() -> Lock:
    text = pylock().replace("tensorflow-cpu", "tensorflow-gpu") + (
        '\n[tool.tfshift]\ntensorflow = "1.15.5"\ndistribution = "tensorflow-gpu"\n'
    )
    return lock_of_text(text)


@pytest.mark.parametrize("gpu", [False, True])
def test_a_linter_has_nothing_to_say_about_a_dockerfile(gpu: bool, lock: Lock) -> None:
    text = form("dockerfile").render(_for_the_gpu() if gpu else lock, facts.open().release("1.15"))
    linter = Path(sys.executable).with_name("hadolint")
    for instructions, code in ((text, 0), (text.replace("RUN ", "RUM "), 1)):
        done = subprocess.run(
            [linter, "-"], input=instructions, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout


def test_conda_reads_its_environment(lock: Lock) -> None:
    described = yaml.safe_load(form("conda").render(lock, facts.open().release("1.15")))
    assert set(described) == {"name", "channels", "dependencies"}
    *specs, by_pip = described["dependencies"]
    assert [rattler.MatchSpec(spec).name.normalized for spec in specs] == ["python", "pip"]
    python = rattler.MatchSpec(specs[0]).version
    assert rattler.VersionSpec(python).matches(rattler.Version(f"{RUNNING}.9"))
    assert not rattler.VersionSpec(python).matches(rattler.Version("3.6.15"))
    assert [str(Requirement(line)) for line in by_pip["pip"]] == ["tensorflow-cpu==1.15.5"]


def test_a_bundle_holds_what_the_lock_names_and_nothing_else(
    tmp_path: Path, running: Interpreter
) -> None:
    wheel = tmp_path / "tensorflow_cpu-1.15.5-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    import hashlib

    sha = hashlib.sha256(b"a wheel").hexdigest()
    text = pylock(sha=sha).replace("https://mirror.example/1.15.5.whl", wheel.as_uri())
    lock = lock_of_text(text)
    made = write_bundle(lock, running, tmp_path / "bundle", lambda line: None)
    assert made.files == {wheel.name: sha}
    again = read_bundle(tmp_path / "bundle")
    assert digest(again.lock) == digest(lock)
    described = json.loads((tmp_path / "bundle" / "sbom.cdx.json").read_text())
    assert described == sbom(lock)
    assert described["components"][0]["purl"] == "pkg:pypi/tensorflow-cpu@1.15.5"
    with pytest.raises(TfshiftError, match="not empty"):
        write_bundle(lock, running, tmp_path / "bundle", lambda line: None)
    (tmp_path / "bundle" / "files" / wheel.name).write_bytes(b"another")
    with pytest.raises(TfshiftError, match="not what it was"):
        read_bundle(tmp_path / "bundle")


def test_a_download_that_is_not_what_the_lock_says_leaves_nothing(
    tmp_path: Path, running: Interpreter
) -> None:
    wheel = tmp_path / "tensorflow_cpu-1.15.5-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    text = pylock().replace("https://mirror.example/1.15.5.whl", wheel.as_uri())
    with pytest.raises(TfshiftError, match="not what the lock says"):
        write_bundle(lock_of_text(text), running, tmp_path / "bundle", lambda line: None)
    assert sorted(p.name for p in tmp_path.iterdir()) == [wheel.name]


def test_two_environments_are_compared(
    lock: Lock, running: Interpreter, store_folder: Path
) -> None:
    newer = lock_of_text(pylock("1.15.4", sha="cd" * 32), "1.15.4")
    store.create(lock, running, "one", builder=fill)
    store.create(newer, running, "two", builder=fill)
    said = tfshift("env", "diff", "one", "two", "--format", "json")
    assert said.code == 1
    assert said.json["schema"] == "tfshift.env.diff/1"
    assert said.json["changed"] == [
        {"name": "tensorflow-cpu", "before": "1.15.5", "after": "1.15.4"}
    ]
    assert (said.json["added"], said.json["removed"]) == ([], [])
    assert tfshift("env", "diff", "one", "one").code == 0
    assert tfshift("env", "diff", "one", "three").code == 2


def test_switch_export_and_rollback_as_commands(
    lock: Lock,
    running: Interpreter,
    store_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    store.create(lock, running, "one", builder=fill)
    said = tfshift("env", "switch", "one", "--format", "json")
    assert said.json["schema"] == "tfshift.env.switch/1"
    assert said.json["environment"]["name"] == "one"
    assert (tmp_path / ".venv").is_symlink()
    assert tfshift("env", "export", "one", "--as", "requirements", "-o", "r.txt").code == 0
    assert (tmp_path / "r.txt").read_text().count("tensorflow-cpu==1.15.5") == 1
    assert tfshift("env", "rollback").code == 0
    assert not (tmp_path / ".venv").exists()
    assert tfshift("env", "rollback").code == 2
    assert tfshift("env", "bundle", "one").code == 2


@pytest.mark.truth
def test_a_real_release_is_made_again_from_its_bundle_without_an_index(
    tensorflow_python: PythonOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tensorflow_python("1.15").parents[1]
    name = next(e.name for e in store.list_environments() if e.path == str(folder))
    original = read_lock(folder / "pylock.toml")
    assert tfshift("env", "bundle", name, "-o", tmp_path / "bundle", "-q").code == 0
    monkeypatch.setenv("TFSHIFT_STORE", str(tmp_path / "store"))
    # No index, no cache: all comes from the bundle, two source packages are built.
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    said = tfshift(
        "env", "create", "--bundle", tmp_path / "bundle", "--offline", "--format", "json"
    )
    assert said.code == 0, said.err
    made = store.find(said.json["name"])
    assert made.digest == digest(original)
    code = "import tensorflow as tf; print(tf.__version__)"
    python = store.python_of(made)
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1.15.5"
    assert sys.executable != str(python)
