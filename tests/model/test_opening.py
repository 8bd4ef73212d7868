"""Models in archives and behind URLs: read as if they lay in a folder, or one line."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from pathlib import Path

import fsspec
import pytest

from tests.cli.running import tfshift
from tfshift.domain.errors import TfshiftError
from tfshift.model.formats import read_model
from tfshift.model.opening import opened

SAMPLES = Path(__file__).parent / "samples"
CHECKPOINT = ("checkpoint", "m.ckpt-7.index", "m.ckpt-7.data-00000-of-00001")


def tar(file: Path, mode: str, names: dict[str, Path]) -> Path:
    with tarfile.open(file, mode) as archive:
        for name, source in names.items():
            archive.add(source, name)
    return file


def zipped(file: Path, names: dict[str, Path]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in names.items():
            archive.write(source, name)
    return file


def checkpoint(below: str = "") -> dict[str, Path]:
    return {f"{below}{name}": SAMPLES / name for name in CHECKPOINT if (SAMPLES / name).is_file()}


@pytest.mark.parametrize("below", ["", "model/", "export/1/"])
@pytest.mark.parametrize("kind", ["w", "w:gz", "w:xz", "zip"])
def test_an_archive_is_read_as_what_it_holds(kind: str, below: str, tmp_path: Path) -> None:
    file = tmp_path / "archive"
    if kind == "zip":
        zipped(file, checkpoint(below))
    else:
        tar(file, kind, checkpoint(below))
    plain = tfshift("model", "inspect", SAMPLES / "m.ckpt-7", "--format", "json").json
    said = tfshift("model", "inspect", file, "--format", "json")
    assert said.code == 0, said.err
    for name in ("format", "variables", "notes"):
        assert said.json[name] == plain[name]
    assert said.json["sizes"].items() >= plain["sizes"].items()


def test_a_single_file_in_an_archive(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", {"deep/seq.h5": SAMPLES / "seq.h5"})
    said = tfshift("model", "check", file, "--to", "2.15", "--format", "json")
    assert (said.code, said.json["format"]) == (0, "keras_h5")


def test_a_keras_file_is_no_archive_of_another_model() -> None:
    with opened(str(SAMPLES / "fun.keras"), whole=True) as path:
        assert path == SAMPLES / "fun.keras"


def test_nothing_of_an_archive_is_left(tmp_path: Path) -> None:
    file = tar(tmp_path / "a.tar", "w", checkpoint())
    with opened(str(file), whole=True) as path:
        assert path.exists()
    assert not path.exists()
    assert [f.name for f in tmp_path.iterdir()] == ["a.tar"]


def test_values_are_only_unpacked_where_they_are_wanted(tmp_path: Path) -> None:
    file = tar(tmp_path / "a.tar", "w", checkpoint())
    shard = CHECKPOINT[-1]
    with opened(str(file), whole=False) as path:
        assert (path / shard).read_bytes() == bytes((SAMPLES / shard).stat().st_size)
    with opened(str(file), whole=True) as path:
        assert (path / shard).read_bytes() == (SAMPLES / shard).read_bytes()


def escaping(file: Path, name: str) -> Path:
    with tarfile.open(file, "w") as archive:
        info = tarfile.TarInfo(name)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    return file


def linked(file: Path) -> Path:
    with tarfile.open(file, "w") as archive:
        info = tarfile.TarInfo("saved_model.pb")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    return file


def bomb(file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("saved_model.pb", bytes(300 << 20))
    return file


def cut(file: Path) -> Path:
    tar(file, "w:gz", {"seq.h5": SAMPLES / "seq.h5"})
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def empty(file: Path) -> Path:
    return tar(file, "w", {})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda f: escaping(f, "../evil"), "leads out of the folder"),
        (lambda f: escaping(f, "/tmp/evil"), "leads out of the folder"),
        (lambda f: escaping(f, "..\\evil"), "leads out of the folder"),
        (linked, "neither a file nor a folder"),
        (bomb, "grow without measure"),
        (cut, "cannot be unpacked"),
        (empty, "not a model"),
    ],
)
def test_a_hostile_archive_is_one_line(make: object, why: str, tmp_path: Path) -> None:
    file = make(tmp_path / "archive")  # type: ignore[operator]
    said = tfshift("model", "inspect", file)
    assert said.code == 2
    assert why in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert "tfshift-model-" not in said.err
    assert not (tmp_path / "evil").exists()


def test_a_card_of_a_folder_is_that_of_its_archive(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name, source in checkpoint().items():
        shutil.copy(source, folder / name)
    assert tfshift("model", "record", folder, "--no-run").code == 0
    file = tar(tmp_path / "model.tar", "w", {f"model/{n}": s for n, s in checkpoint().items()})
    card = tmp_path / "model.tar.tfshift.json"
    shutil.copy(tmp_path / "model.tfshift.json", card)
    assert tfshift("model", "check", file, "--to", "2.15", "--format", "json").json["card"] == {
        "path": card.name, "verdict": "yes", "reasons": [],
    }  # fmt: skip
    other = {**checkpoint("model/"), f"model/{CHECKPOINT[-1]}": SAMPLES / "seq.h5"}
    tar(file, "w", other)
    assert tfshift("model", "check", file, "--to", "2.15").code == 1


@pytest.fixture
def bucket() -> str:
    """A folder of fsspec's own, which lives in memory."""
    memory = fsspec.filesystem("memory")
    for name, source in checkpoint().items():
        memory.pipe(f"/bucket/run/{name}", source.read_bytes())
    memory.pipe("/bucket/seq.h5", (SAMPLES / "seq.h5").read_bytes())
    return "memory://bucket"


@pytest.mark.parametrize(
    ("below", "format_"),
    [("run", "checkpoint"), ("run/m.ckpt-7", "checkpoint"), ("seq.h5", "keras_h5")],
)
def test_a_url_is_read_as_a_path_is(bucket: str, below: str, format_: str) -> None:
    for whole in (True, False):
        with opened(f"{bucket}/{below}", whole=whole) as path:
            assert read_model(path).format == format_
    assert not path.exists()


def test_urls_of_the_command_line(tmp_path: Path) -> None:
    file = tar(tmp_path / "a.tar.gz", "w:gz", checkpoint())
    said = tfshift("model", "inspect", f"file://{file}", "--format", "json")
    assert (said.code, said.json["format"]) == (0, "checkpoint")
    missing = tfshift("model", "inspect", f"file://{tmp_path}/none")
    assert missing.code == 2
    assert len(missing.err.strip().splitlines()) == 1


@pytest.mark.parametrize("url", ["memory://nowhere/model", "nosuch://x/y"])
def test_a_url_that_leads_nowhere_is_one_line(url: str) -> None:
    with pytest.raises(TfshiftError, match="cannot be fetched"), opened(url, whole=False):
        pass
