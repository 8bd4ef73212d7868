from __future__ import annotations

from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.environment import interpreters


def fake(path: Path, version: str = "3.7.16", kind: str = "cpython", wide: str = "True") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" {version} {path} {kind} {wide}\n')
    path.chmod(0o755)
    return path


def look(home: Path, python: str = "3.7", **environ: str) -> interpreters.Interpreter | None:
    return interpreters.find(python, environ=environ, home=home)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        (".pyenv/versions/3.7.16", "pyenv"),
        ("miniconda3", "conda"),
        ("miniforge3/envs/old", "conda"),
        (".local/share/uv/python/cpython-3.7.9-linux-x86_64-gnu", "uv"),
    ],
)
def test_looks_where_people_have_them(tmp_path: Path, place: str, source: str) -> None:
    path = fake(tmp_path / place / "bin" / "python3.7")
    assert look(tmp_path) == interpreters.Interpreter("3.7", str(path), "3.7.16", source)  # type: ignore[arg-type]


def test_environment_variables_move_the_folders(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name, folder in {
        "PYENV_ROOT": "p/versions/3.7.1",
        "CONDA_PREFIX": "c",
        "UV_PYTHON_INSTALL_DIR": "u/x",
    }.items():
        root = tmp_path / folder.split("/")[0]
        path = fake(tmp_path / folder / "bin" / "python3.7")
        found = look(home, **{name: str(root)})
        assert found is not None
        assert found.path == str(path)


def test_listed_conda_environments_count(tmp_path: Path) -> None:
    path = fake(tmp_path / "far" / "bin" / "python3.7")
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda" / "environments.txt").write_text(f"/gone\n{tmp_path / 'far'}\n")
    found = look(tmp_path)
    assert found is not None
    assert found.path == str(path)


def test_looks_behind_a_shim_that_does_not_answer(tmp_path: Path) -> None:
    shim = tmp_path / ".pyenv" / "shims" / "python3.7"
    shim.parent.mkdir(parents=True)
    shim.write_text('#!/bin/sh\necho "pyenv: python3.7: command not found" >&2\nexit 127\n')
    shim.chmod(0o755)
    fake(tmp_path / ".pyenv/versions/3.7.16/bin/python3.7")
    found = look(tmp_path, PATH=str(shim.parent))
    assert found is not None
    assert found.source == "pyenv"


def test_takes_the_newest_patch(tmp_path: Path) -> None:
    for patch in ("3.7.9", "3.7.16", "3.7.2"):
        fake(tmp_path / f".pyenv/versions/{patch}/bin/python3.7", patch)
    found = look(tmp_path)
    assert found is not None
    assert found.version == "3.7.16"


def test_a_plain_name_on_the_path_is_asked_for_its_version(tmp_path: Path) -> None:
    fake(tmp_path / "a/python3", "3.8.1")
    fake(tmp_path / "b/python", "3.7.3")
    found = look(tmp_path, PATH=f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    assert found is not None
    assert (found.version, found.source) == ("3.7.3", "path")


@pytest.mark.parametrize(
    ("version", "kind", "wide"),
    [
        ("3.8.1", "cpython", "True"),  # named 3.7 but it is not
        ("3.7.1", "pypy", "True"),
        ("3.7.1", "cpythont", "True"),  # free-threaded
        ("3.7.1", "cpythond", "True"),  # debug
        ("3.7.1", "cpython", "False"),  # 32 bit
    ],
)
def test_refuses_what_wheels_do_not_fit(tmp_path: Path, version: str, kind: str, wide: str) -> None:
    fake(tmp_path / "python3.7", version, kind, wide)
    assert look(tmp_path, PATH=str(tmp_path)) is None


@pytest.mark.parametrize(
    "content", ["", "not a program", "#!/no/such/shell\n", "#!/bin/sh\nexit 1"]
)
def test_refuses_broken_executables(tmp_path: Path, content: str) -> None:
    path = tmp_path / "python3.7"
    path.write_text(content)
    path.chmod(0o755)
    assert look(tmp_path, PATH=str(tmp_path)) is None


def test_refuses_dangling_links_folders_and_files_that_may_not_run(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "python3.7").symlink_to(tmp_path / "gone")
    (tmp_path / "b" / "python3.7").mkdir(parents=True)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "python3.7").write_text("")
    assert look(tmp_path, PATH=":".join(str(tmp_path / d) for d in "abc")) is None


@pytest.mark.parametrize("text", ["37", "3", "2.7.18", "3.7.16", "../3.7", ""])
def test_refuses_what_is_not_a_minor(text: str) -> None:
    with pytest.raises(TfshiftError, match="not a Python minor"):
        interpreters.find(text)


def test_missing_names_a_remedy_that_exists() -> None:
    assert "uv python install 3.7" in str(interpreters.missing("3.7"))
    assert "pyenv install 3.6" in str(interpreters.missing("3.6"))


def test_pick_takes_the_newest_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    here = interpreters.Interpreter("3.9", "/x", "3.9.1", "path")
    monkeypatch.setattr(interpreters, "find", lambda p: here if p == "3.9" else None)
    release = Release("2.15.1", "2024-03-08", ("3.9", "3.10", "3.11"))
    assert interpreters.pick(release) is here
    assert interpreters.pick(release, "3.9") is here
    with pytest.raises(TfshiftError, match=r"no Python 3\.11"):
        interpreters.pick(release, "3.11")
    with pytest.raises(TfshiftError, match=r"no build for Python 3\.8"):
        interpreters.pick(release, "3.8")


def test_pick_refuses_pythons_that_uv_cannot_handle() -> None:
    with pytest.raises(TfshiftError, match=r"usable: none"):
        interpreters.pick(Release("1.0.0", "2017-02-15", ("2.7", "3.5")), "3.5")
    with pytest.raises(TfshiftError, match="older Pythons"):
        interpreters.pick(Release("1.0.0", "2017-02-15", ("2.7", "3.5")))
