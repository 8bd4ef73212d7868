"""Copies of the user's tree: what is copied, told apart, and undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfshift.domain.errors import TfshiftError
from tfshift.migrate import trees

names = st.text("abc", min_size=1, max_size=3)
contents = st.dictionaries(names, st.binary(max_size=20), max_size=5)


def make(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_copy_leaves_caches_environments_and_results_behind(tmp_path: Path) -> None:
    project = make(tmp_path / "p", {"train.py": b"1"})
    for folder in (".git", "__pycache__", "out", "data"):
        make(project / folder, {"x": b"x"})
    make(project / "myenv", {"pyvenv.cfg": b""})
    trees.copy_tree(project, tmp_path / "copy", without=project / "out")
    assert trees.files_of(tmp_path / "copy") == ["data/x", "train.py"]


def test_copy_keeps_links_and_modes(tmp_path: Path) -> None:
    project = make(tmp_path / "p", {"run.sh": b"#!/bin/sh\n"})
    (project / "run.sh").chmod(0o755)
    (project / "again").symlink_to("run.sh")
    trees.copy_tree(project, tmp_path / "copy")
    assert (tmp_path / "copy" / "again").is_symlink()
    assert os.access(tmp_path / "copy" / "run.sh", os.X_OK)


@given(before=contents, after=contents)
def test_changes_undone_give_the_first_tree(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    base = tmp_path_factory.mktemp("trees")
    old, new = make(base / "old", before), make(base / "new", after)
    digest = trees.digest(old)
    trees.undo_changes(new, trees.record_changes(old, new))
    assert trees.digest(new) == digest


@given(one=contents, other=contents)
def test_digest_tells_trees_apart(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    base = tmp_path_factory.mktemp("trees")
    same = trees.digest(make(base / "a", one)) == trees.digest(make(base / "b", other))
    assert same == (one == other)


def test_a_certificate_cannot_write_outside_the_project(tmp_path: Path) -> None:
    project = make(tmp_path / "p", {})
    change = {"path": "../evil", "before": "eA==", "after_sha256": None}
    with pytest.raises(TfshiftError, match="outside the project"):
        trees.undo_changes(project, [change])
    assert not (tmp_path / "evil").exists()
