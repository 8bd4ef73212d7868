"""doctor: what is wrong is found and what is right is left alone, each check by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Outcome, tfshift
from tfshift import facts
from tfshift.environment.checks import Check, all_checks
from tfshift.environment.doctor import diagnose
from tfshift.environment.subject import Subject
from tfshift.environment.system import System

from .machines import OPEN_NVRM, distribution, machine

PythonOf = Callable[[str], Path]
# As many files as make it more than a stub.
FILES = {f"tensorflow/part{n}.py": "" for n in range(40)} | {
    "tensorflow/__init__.py": "", "tensorflow/python/_pywrap_tensorflow_internal.so": ""}  # fmt: skip


def probe(**more: Any) -> dict[str, Any]:
    plain = {
        "version": "3.7.16", "implementation": "CPython", "bits": 64, "machine": "x86_64", "system": "Linux",
        "libc": ["glibc", "2.36"], "free_threaded": False, "executable": "/venv/bin/python", "prefix": "/venv",
        "base_prefix": "/usr", "system_packages": False, "path": [], "user_site": None,
        "user_site_used": False, "variables": {},
    }  # fmt: skip
    return {**plain, **more}


def subject(
    tmp_path: Path, *, target: str | None = "1.15", root: Path | None = None, **more: Any
) -> Subject:
    database = facts.open()
    here = tmp_path / "work"
    here.mkdir(exist_ok=True)
    release = database.release(target) if target else None
    return Subject(probe(**more), System(root or Path("/")), database, here, release)


def answers(about: Subject) -> dict[str, Check]:
    found = diagnose(about)
    assert len({a.id for a in found}) == len(found)
    for answer in found:
        assert answer.verdict in ("yes", "no", "unknown")
        assert answer.verdict != "unknown" or answer.cause, answer.id
        assert answer.verdict != "no" or (answer.cause and answer.remedy), answer.id
    return {a.id: a for a in found}


def test_every_check_is_a_file_that_says_what_it_is_about() -> None:
    for module in all_checks():
        assert module.TITLE
        assert isinstance(module.ORDER, int)


INTERPRETERS = [
    ({}, "interpreter-supported", "1.15", "yes"),
    ({"version": "3.8.18"}, "interpreter-supported", "1.15", "no"),
    ({"version": "3.13.0"}, "interpreter-supported", "2.15", "no"),
    ({"bits": 32}, "interpreter-kind", "1.15", "no"),
    ({"implementation": "PyPy"}, "interpreter-kind", "1.15", "no"),
    ({"version": "3.13.0", "free_threaded": True}, "interpreter-kind", "2.21", "no"),
    ({"machine": "aarch64"}, "platform", "1.15", "no"),
    ({"machine": "aarch64", "version": "3.11.7"}, "platform", "2.15", "yes"),
    ({"machine": "ppc64le"}, "platform", "2.15", "no"),
    ({"system": "Darwin", "machine": "arm64", "version": "3.11.7"}, "platform", "2.15", "yes"),
]


@pytest.mark.parametrize(("more", "question", "target", "verdict"), INTERPRETERS)
def test_interpreter_and_machine(
    more: Mapping[str, Any], question: str, target: str, verdict: str, tmp_path: Path
) -> None:
    assert answers(subject(tmp_path, target=target, **more))[question].verdict == verdict


def site(tmp_path: Path, name: str = "site-packages") -> Path:
    folder = tmp_path / "lib" / "python3.7" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_package_that_was_measured_not_to_work(tmp_path: Path) -> None:
    folder = site(tmp_path)
    distribution(folder, "protobuf", "4.24.4", {"google/protobuf/__init__.py": ""})
    distribution(folder, "numpy", "1.18.5", {"numpy/__init__.py": ""})
    found = answers(subject(tmp_path, path=[str(folder)]))
    assert found["package-numpy"].verdict == "yes"
    bad = found["package-protobuf"]
    assert (bad.verdict, bad.found) == ("no", "4.24.4")
    assert "<4" in bad.expected
    assert bad.remedy == (f"pip install 'protobuf{bad.expected}'",)


def test_two_distributions_over_one_folder(tmp_path: Path) -> None:
    folder = site(tmp_path)
    for name in ("tensorflow", "tensorflow-cpu"):
        distribution(folder, name, "2.8.4", FILES)
    found = answers(subject(tmp_path, target=None, version="3.9.1", path=[str(folder)]))
    assert found["tensorflow-siblings"].verdict == "no"
    assert found["files-owned-once"].verdict == "no"
    # Removing the one takes the other's files away; its record stays.
    shutil.rmtree(folder / "tensorflow")
    shutil.rmtree(folder / "tensorflow-2.8.4.dist-info")
    found = answers(subject(tmp_path, target=None, version="3.9.1", path=[str(folder)]))
    assert found["tensorflow-siblings"].verdict == "yes"
    assert found["tensorflow-installed"].verdict == "no"
    assert found["files-complete"].verdict == "no"


def test_a_stub_that_only_depends_on_the_real_one_is_no_sibling(tmp_path: Path) -> None:
    folder = site(tmp_path)
    distribution(folder, "tensorflow", "2.15.1", {"tensorflow-2.15.1.dist-info/x": ""})
    distribution(folder, "tensorflow-intel", "2.15.1", FILES)
    found = answers(subject(tmp_path, target=None, version="3.11.1", path=[str(folder)]))
    assert found["tensorflow-siblings"].verdict == "yes"
    assert found["tensorflow-installed"].verdict == "yes"


def test_leftovers(tmp_path: Path) -> None:
    folder = site(tmp_path)
    distribution(folder, "numpy", "1.18.5", {"numpy/__init__.py": ""})
    (folder / "~ensorflow").mkdir()
    (folder / "tensorflow_core").mkdir()
    (folder / "tensorflow_core" / "old.py").write_text("")
    found = answers(subject(tmp_path, path=[str(folder)]))
    assert found["no-interrupted-installs"].verdict == "no"
    assert found["no-leftover-packages"].found == "tensorflow_core (1 files)"


def test_leaks(tmp_path: Path) -> None:
    own, user, old = (
        site(tmp_path),
        tmp_path / "user",
        tmp_path / "lib" / "python3.6" / "site-packages",
    )
    distribution(user, "numpy", "1.24.0", {"numpy/__init__.py": ""})
    old.mkdir(parents=True)
    found = answers(
        subject(
            tmp_path,
            path=[str(old), str(user), str(own)],
            user_site=str(user),
            user_site_used=True,
            variables={"PYTHONPATH": str(old), "CONDA_PREFIX": "/conda", "VIRTUAL_ENV": "/other"},
        )
    )
    bad = {"no-user-site", "pythonpath", "one-environment"}
    assert {name for name in bad if found[name].verdict == "no"} == bad
    assert found["no-system-packages"].verdict == "yes"


def test_a_file_that_shadows(tmp_path: Path) -> None:
    about = subject(tmp_path)
    assert answers(about)["no-shadowing"].verdict == "yes"
    (about.working_folder / "tensorflow.py").write_text("x = 1\n")
    assert answers(about)["no-shadowing"].found == "tensorflow.py"


SWITCHES = [
    ("2.16", {"TF_USE_LEGACY_KERAS": "1"}, None, "legacy-keras", "no"),
    ("2.16", {"TF_USE_LEGACY_KERAS": "1"}, "2.16.0", "legacy-keras", "yes"),
    ("2.16", {"TF_USE_LEGACY_KERAS": "True"}, "2.18.0", "legacy-keras", "no"),
    ("2.16", {"TF_USE_LEGACY_KERAS": "0"}, None, "legacy-keras", "yes"),
    (
        "1.15",
        {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python"},
        None,
        "protobuf-implementation",
        "no",
    ),
    (
        "1.15",
        {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "cpp"},
        None,
        "protobuf-implementation",
        "yes",
    ),
]


@pytest.mark.parametrize(("target", "variables", "beside", "question", "verdict"), SWITCHES)
def test_switches(
    target: str,
    variables: dict[str, str],
    beside: str | None,
    question: str,
    verdict: str,
    tmp_path: Path,
) -> None:
    folder = site(tmp_path)
    if beside:
        distribution(folder, "tf-keras", beside, {"tf_keras/__init__.py": ""})
    about = subject(tmp_path, target=target, path=[str(folder)], variables=variables)
    assert answers(about)[question].verdict == verdict


AVX = "fpu sse sse2 ssse3 sse4_1 sse4_2 avx"
MACHINES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("2.15", {"flags": AVX}, {"cpu-features": "yes"}),
    ("2.15", {"flags": "fpu sse sse2"}, {"cpu-features": "no"}),
    ("1.4", {"flags": "fpu sse sse2 ssse3"}, {"cpu-features": "yes"}),
    ("2.4", {"driver": "460.32.03", "cuda": {"cuda-11.0": "11.0.3"}, "cudnn": "8.0.5"},
     {"gpu-driver": "yes", "gpu-cuda": "yes", "gpu-cudnn": "yes"}),
    ("2.4", {"driver": "460.32.03", "cuda": {"cuda-10.1": "10.1.243"}, "cudnn": "7.6.5"},
     {"gpu-driver": "yes", "gpu-cuda": "no", "gpu-cudnn": "no"}),
    ("2.1", {"driver": "440.33.01", "cuda": {"cuda-10.2": "10.2.89"}, "cudnn": "7.6.5"},
     {"gpu-driver": "yes", "gpu-cuda": "no", "gpu-cudnn": "yes"}),
    ("2.15", {"driver": "470.57.02", "cuda": {"cuda-12.2": "12.2.2"}, "cudnn": "8.9.4"},
     {"gpu-driver": "no", "gpu-cuda": "yes", "gpu-cudnn": "yes"}),
    ("2.15", {"driver": "535.54.03", "template": OPEN_NVRM}, {"gpu-driver": "yes", "gpu-cuda": "no", "gpu-cudnn": "no"}),
    ("2.15", {"cuda": {"cuda-12.2": "12.2.2"}}, {"gpu-driver": "no"}),
    ("2.15", {}, {"gpu-driver": "yes"}),
    # From 1.15.2 on the plain package is built for the processor.
    ("1.15.5", {"driver": "460.32.03"}, {"gpu-build": "no"}),
    ("1.15.0", {"driver": "460.32.03", "cuda": {"cuda-10.0": "10.0.130"}, "cudnn": "7.6.5"},
     {"gpu-driver": "yes", "gpu-cuda": "yes", "gpu-cudnn": "yes"}),
]  # fmt: skip


@pytest.mark.parametrize(("target", "has", "expected"), MACHINES)
def test_recorded_machines(
    target: str, has: dict[str, Any], expected: dict[str, str], tmp_path: Path
) -> None:
    root = machine(tmp_path / "root", **has)
    found = answers(subject(tmp_path, target=target, root=root))
    assert {name: found[name].verdict for name in expected} == expected


def doctor(*arguments: object) -> Outcome:
    return tfshift("doctor", *arguments, "--format", "json")


def test_an_interpreter_without_tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = doctor("--python", sys.executable)
    found = {c["id"]: c for c in said.json["checks"]}
    assert said.json["schema"] == "tfshift.doctor/1"
    assert (said.code, said.json["verdict"]) == (1, "no")
    assert found["tensorflow-installed"]["verdict"] == "no"
    assert set(found["tensorflow-installed"]) == {
        "id",
        "verdict",
        "found",
        "expected",
        "cause",
        "remedy",
    }


@pytest.mark.parametrize(
    "arguments", [("--python", "no-such-python"), ("--env", "no-such-environment"), ("--to", "9.9")]
)
def test_what_cannot_be_asked_is_one_line(arguments: tuple[str, ...]) -> None:
    said = doctor(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1


@pytest.mark.truth
def test_a_real_environment_is_well_and_is_not_changed(
    tensorflow_python: PythonOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    python = tensorflow_python("2.15")
    before = sorted(p.name for p in python.parents[1].iterdir())
    said = doctor("--python", python, "--deep")
    found = {c["id"]: c["verdict"] for c in said.json["checks"]}
    assert {name for name, verdict in found.items() if verdict != "yes"} <= {"gpu-build", "glibcxx"}
    assert found["import"] == "yes"
    assert sorted(p.name for p in python.parents[1].iterdir()) == before
    target = {
        c["id"]: c["verdict"] for c in doctor("--python", python, "--to", "1.15").json["checks"]
    }
    assert target["interpreter-supported"] == "no"
    assert (target["package-numpy"], target["package-six"]) == ("no", "yes")


OP = """
#include "tensorflow/core/framework/op.h"
REGISTER_OP("TfshiftPlusOne").Input("x: float").Output("y: float");
"""


@pytest.mark.truth
@pytest.mark.skipif(shutil.which("g++") is None, reason="no compiler here")
def test_a_custom_op_built_for_another_release(
    tensorflow_python: PythonOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old, new = tensorflow_python("1.15"), tensorflow_python("2.15")
    (tmp_path / "op.cc").write_text(OP)
    flags = "import tensorflow as tf; print(*tf.sysconfig.get_compile_flags(), *tf.sysconfig.get_link_flags())"
    asked = subprocess.run(
        [str(old), "-W", "ignore", "-c", flags], capture_output=True, text=True, check=True
    )
    command = ["g++", "-std=c++11", "-shared", "-fPIC", "-w", "op.cc", "-o", "op.so"]
    subprocess.run([*command, *asked.stdout.split()], check=True)
    verdicts = {}
    for python in (old, new):
        checks = json.loads(doctor("--python", python).out)["checks"]
        verdicts[python] = next(c for c in checks if c["id"] == "custom-op:op.so")
    assert verdicts[old]["verdict"] == "yes", verdicts[old]
    assert verdicts[new]["verdict"] == "no"
    assert "libtensorflow_framework.so.1" in verdicts[new]["found"]
