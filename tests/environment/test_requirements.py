from __future__ import annotations

from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.environment.requirements import fit, read_requirements

RELEASE = Release("2.15.1", "2024-03-08", ("3.11",))


def read(tmp_path: Path, text: str | bytes) -> tuple[list[str], list[str]]:
    notes: list[str] = []
    path = tmp_path / "requirements.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_requirements(path, notes.append), notes


def test_comments_continuations_and_hashes(tmp_path: Path) -> None:
    text = (
        "# head\nnumpy==1.18 \\\n  --hash=sha256:00 \\\n  --hash=sha256:11\n"
        "\nsix # why\n scipy>=1,<2\n"
    )
    assert read(tmp_path, text) == (["numpy==1.18", "six", "scipy>=1,<2"], [])


def test_markers_and_extras_stay(tmp_path: Path) -> None:
    line = 'requests[socks]>=2; python_version < "3.8"'
    assert read(tmp_path, line)[0] == [line]


def test_nested_files_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text("six\n-r deep.txt\n")
    (tmp_path / "more" / "deep.txt").write_text("scipy\n-r ../requirements.txt\n")
    assert read(tmp_path, "-r more/base.txt\nnumpy\n")[0] == ["six", "scipy", "numpy"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_written_by_other_shells(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "numpy==1.18\r\nsix\r\n".encode(encoding))[0] == ["numpy==1.18", "six"]


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "--index-url https://mirror.example/simple",
        "-c constraints.txt",
        "git+https://example.com/a/b.git#egg=b",
        "https://example.com/a-1.0.tar.gz",
        "./local",
        "../a.whl",
        "a @ file:///tmp/a.whl",
        "pkg-resources==0.0.0",
    ],
)
def test_what_no_index_has_is_left_out_and_said(tmp_path: Path, line: str) -> None:
    kept, notes = read(tmp_path, f"six\n{line}\n")
    assert kept == ["six"]
    assert len(notes) == 1
    assert "requirements.txt:2: left out" in notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [("six\nnumpy 1.18", "2 \\(numpy 1.18"), ("==1", "not a requirement"), (b"a\xff", "UTF-8")],
)
def test_refuses_with_place_and_reason(tmp_path: Path, text: str | bytes, why: str) -> None:
    with pytest.raises(TfshiftError) as caught:
        read(tmp_path, text)
    assert caught.match(why) or why in str(caught.value)


def test_refuses_a_missing_file_even_when_nested(tmp_path: Path) -> None:
    with pytest.raises(TfshiftError, match=r"gone\.txt"):
        read(tmp_path, "-r gone.txt")


@pytest.mark.parametrize(
    "line",
    ["tensorflow", "TensorFlow_GPU==1.12", "tensorflow-cpu>=1", "tf-nightly", "intel-tensorflow"],
)
def test_the_release_takes_the_place_of_tensorflow(line: str) -> None:
    notes: list[str] = []
    assert fit([line, "six"], RELEASE, notes.append) == ["six"]
    assert notes == [f"{line}: replaced by TensorFlow 2.15.1"]


@pytest.mark.parametrize(
    "line",
    [
        "tensorflow-hub==0.12",
        "tensorflow_datasets",
        "tf-keras",
        "tensorboard==2.15.0",
        "keras==2.3",
    ],
)
def test_what_stands_beside_tensorflow_stays(line: str) -> None:
    notes: list[str] = []
    assert fit([line], RELEASE, notes.append) == [line]
    assert notes == []


def test_companions_of_another_release_lose_their_pin() -> None:
    notes: list[str] = []
    assert fit(["tensorflow-estimator==1.14.0"], RELEASE, notes.append) == ["tensorflow-estimator"]
    assert len(notes) == 1
