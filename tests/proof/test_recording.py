from __future__ import annotations

import json
from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.proof import exports
from tfshift.proof.recording import load
from tfshift.proof.streams import read_stream

from .conftest import Run


def edit(folder: Path, **changes: object) -> None:
    path = folder / "recording.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_is_no_recording_is_said(run: Run, tmp_path: Path) -> None:
    with pytest.raises(TfshiftError, match="no recording here"):
        load(tmp_path / "nothing")
    folder = run("print(1)").path
    edit(folder, schema="tfshift.recording/99")
    with pytest.raises(TfshiftError, match="format that is not known"):
        load(folder)
    (folder / "recording.json").write_text('{"schema": "tfshift.recording/1", "st')
    with pytest.raises(TfshiftError, match="damaged"):
        load(folder)
    (folder / "recording.json").write_text('{"schema": "tfshift.recording/1"}')
    with pytest.raises(TfshiftError, match="damaged"):
        load(folder)


def test_missing_numbers_are_noticed_when_they_are_needed(run: Run) -> None:
    folder = run("print(1)").path
    output = {"name": "0", "label": "", "dtype": "float32", "shape": [2], "kept": "all",
              "stored": "float32", "at": 0, "size": 2}  # fmt: skip
    step = {"kind": "session.run", "name": "", "process": 0, "thread": 0, "seconds": 0.1,
            "updates": 0, "outputs": [output]}  # fmt: skip
    edit(folder, steps=[step])
    recording = load(folder)
    with pytest.raises(TfshiftError, match="damaged"):
        recording.array(recording.steps[0].outputs[0])


def test_a_torn_stream_keeps_what_was_whole(tmp_path: Path) -> None:
    whole = b'{"t": "note", "text": "a", "bytes": 0}\n{"t": "step", "bytes": 3}\nabc'
    path = tmp_path / "1700-42.steps"
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        assert len(read_stream(path).records) == (1 if cut >= 39 else 0)
    path.write_bytes(whole)
    stream = read_stream(path)
    assert (stream.pid, stream.started) == (42, 1700)
    raws = [whole[raw.start : raw.start + raw.size] for _, raw in stream.records]
    assert raws == [b"", b"abc"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("work/export/1700000000", "export"),
        ("work/export/1", "export/1"),
        ("work/a/b", "a/b"),
        ("work", "."),
    ],
)
def test_saved_models_have_names_that_two_runs_share(tmp_path: Path, path: str, name: str) -> None:
    assert exports.name_of(tmp_path / path, tmp_path / "work") == name


def test_saved_models_are_listed_once_and_lost_ones_are_named(tmp_path: Path) -> None:
    for number in ("1700000000", "1700000009"):
        (tmp_path / "e" / number).mkdir(parents=True)
        (tmp_path / "e" / number / "saved_model.pb").touch()
    written = [str(tmp_path / "e" / n) for n in ("1700000000", "1700000009", "1700000000")]
    found, gone = exports.models([*written, str(tmp_path / "lost")], tmp_path)
    assert [model["name"] for model in found] == ["e", "e#2"]
    assert gone == ["lost"]
