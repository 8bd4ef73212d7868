from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.environment import uv
from tfshift.environment.lock import build_limits, dated, digest, make_lock, read_lock

from .samples import lock_of_text, pylock

RELEASE = Release(
    "1.15.5",
    "2021-01-06",
    ("3.7",),
    requires=("numpy (>=1.16.0)", "h5py"),
    constraints={"numpy": "<1.19", "h5py": "<3"},
)


class FakeUv:
    """Answers like uv, and remembers what it was asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[list[str], str, str]] = []

    def run(self, arguments: Sequence[str], *, offline: bool = False, stdin: str = "") -> str:
        bounds = next(a.partition("=")[2] for a in arguments if a.startswith("--constraints="))
        self.asked.append((list(arguments), stdin, Path(bounds).read_text()))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def fake_uv(monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    fake = FakeUv(pylock(python="3.7.16"))
    monkeypatch.setattr(uv, "run", fake.run)
    return fake


def test_a_lock_is_dated_bounded_and_can_be_read_back(fake_uv: FakeUv, tmp_path: Path) -> None:
    lock = make_lock(RELEASE, "3.7", ["scipy", "tensorflow==1.14"], ["six<2"])
    arguments, wanted, bounds = fake_uv.asked[0]
    assert wanted == "tensorflow==1.15.5\nscipy\n"
    assert bounds == "h5py<3\nnumpy<1.19\nsix<2\n"
    assert "--exclude-newer=2021-02-20" in arguments
    file = tmp_path / "x.lock"
    file.write_text(lock.text)
    assert read_lock(file) == lock
    assert (lock.tensorflow, lock.python, dated(lock)) == ("1.15.5", "3.7", "2021-02-20")
    assert 'requires-python = "==3.7.*"' in lock.text


def test_without_a_period_solution_todays_packages_are_taken_and_it_is_said(
    fake_uv: FakeUv,
) -> None:
    fake_uv.answers.insert(0, uv.UnresolvableError("no", why="too old"))
    notes: list[str] = []
    lock = make_lock(RELEASE, "3.7", ["scipy>=1.7"], say=notes.append)
    assert not any("exclude-newer" in a for a in fake_uv.asked[1][0])
    assert fake_uv.asked[1][2] == "h5py<3\nnumpy<1.19\n"
    assert dated(lock) == ""
    assert "too old" in notes[0]


def test_what_is_needed_and_not_required_comes_as_well(fake_uv: FakeUv) -> None:
    make_lock(replace(RELEASE, requires=("numpy",)), "3.7", ["scipy"])
    assert fake_uv.asked[0][1] == "tensorflow==1.15.5\nscipy\nh5py\n"
    fake_uv.answers = [uv.UnresolvableError("there was none then"), pylock(python="3.7.16")]
    fake_uv.asked.clear()
    make_lock(replace(RELEASE, requires=("numpy",)), "3.7", ["scipy"])
    assert [asked[1].split() for asked in fake_uv.asked] == [
        ["tensorflow==1.15.5", "scipy", "h5py"],
        ["tensorflow==1.15.5", "scipy"],
    ]


def test_a_dead_network_is_not_tried_again(fake_uv: FakeUv) -> None:
    fake_uv.answers = [TfshiftError("cannot reach the package index")]
    with pytest.raises(TfshiftError, match="cannot reach"):
        make_lock(RELEASE, "3.7")
    assert len(fake_uv.asked) == 1


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("1.15.5", "tensorflow-gpu==1.15.5"),
        ("2.8.0", "tensorflow==2.8.0"),
        ("2.15.1", "tensorflow[and-cuda]==2.15.1"),
    ],
)
def test_the_gpu_build_by_age(fake_uv: FakeUv, version: str, wanted: str) -> None:
    make_lock(Release(version, "2021-01-06", ("3.7",), "tensorflow-cpu"), "3.7", gpu=True)
    assert fake_uv.asked[0][1] == wanted + "\n"


def test_refuses_a_gpu_build_that_was_never_published() -> None:
    release = Release("2.0.0", "2019-10-01", ("3.7",), distributions=("tensorflow",))
    with pytest.raises(TfshiftError, match="no build for GPUs"):
        make_lock(release, "3.7", gpu=True)


def test_build_tools_of_the_early_years_are_young_enough_to_build() -> None:
    assert "--exclude-newer-package=setuptools=2021-12-01" in build_limits("2018-06-12")
    assert "--exclude-newer-package=setuptools=2024-04-22" in build_limits("2024-04-22")
    assert build_limits("") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a = [", "not TOML"),
        (b"[project]\nname = 'x'\n", "not a pylock"),
        (b"lock-version = '1.0'\npackages = 3\n", "not a pylock"),
        (b"lock-version = '1.0'\n[[packages]]\nversion = '1'\n", "without a name"),
        (b"lock-version = '1.0'\n[[packages]]\nname = 'six'\nversion = '1'\n", "no TensorFlow"),
        (b"lock-version = '1.0'\n[[packages]]\nname = 'tensorflow'\nversion = '2.0'\n", "Python"),
    ],
)
def test_refuses_what_is_not_a_lock(tmp_path: Path, text: bytes | None, why: str) -> None:
    path = tmp_path / "some.lock"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(TfshiftError, match=why) as caught:
        read_lock(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("wheel", "python"), [("x-cp36-cp36m-linux.whl", "3.6"), ("x.whl", "3.7")])
def test_a_lock_by_plain_uv_tells_its_python(tmp_path: Path, wheel: str, python: str) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(pylock(python="3.7").replace("1.15.5.whl", wheel))
    assert read_lock(path).python == python


def test_the_digest_is_of_the_content_not_of_the_place() -> None:
    text = pylock()
    same = [text.replace("mirror", "other"), "# note\n" + text, text.replace("2021-01", "2020-01")]
    assert {digest(lock_of_text(t)) for t in same} == {digest(lock_of_text(text))}


def test_the_digest_tells_content_apart() -> None:
    text = pylock()
    locks = [
        lock_of_text(text),
        lock_of_text(pylock(sha="cd" * 32)),
        lock_of_text(pylock("1.15.4")),
        lock_of_text(text, python="3.6"),
        lock_of_text(text + '\n[[packages]]\nname = "six"\nversion = "1"\n'),
    ]
    assert len({digest(lock) for lock in locks}) == len(locks)
