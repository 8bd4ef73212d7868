"""Copies of the user's tree: made, told apart by digest, undone. The original is never touched."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError

_LEFT_OUT = {
    ".git", ".hg", ".svn", "__pycache__", ".venv", "venv", "node_modules", ".tox", ".nox",
    ".mypy_cache", ".pytest_cache", ".ipynb_checkpoints",
}  # fmt: skip


def copy_tree(source: Path, target: Path, *, without: Path | None = None) -> None:
    """Copy a project, without version control, caches, environments and one more folder.

    Args:
        source: the project's folder, or a single file.
        target: a folder that does not exist yet.
        without: a folder that may lie inside the project (where results go).

    Raises:
        TfshiftError: if something in it cannot be read.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        target.mkdir()
        shutil.copy2(source, target / source.name)
        return
    skipped = without.resolve() if without else None

    def ignore(folder: str, names: list[str]) -> set[str]:
        here = Path(folder)
        return {
            name
            for name in names
            if name in _LEFT_OUT
            or (here / name / "pyvenv.cfg").exists()
            or (skipped is not None and (here / name).resolve() == skipped)
        }

    try:
        shutil.copytree(source, target, symlinks=True, ignore=ignore)
    except shutil.Error as error:
        first = error.args[0][0]
        raise TfshiftError(
            "cannot copy the project", where=str(first[0]), why=str(first[2])
        ) from None


def files_of(folder: Path) -> list[str]:
    """List a tree's files as POSIX paths, sorted; links are not followed."""
    found: list[str] = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in _LEFT_OUT)
        found += [(Path(here) / name).relative_to(folder).as_posix() for name in names]
    return sorted(found)


def digest(folder: Path) -> str:
    """Return the SHA-256 of a tree's paths and contents."""
    sha = hashlib.sha256()
    for name in files_of(folder):
        path = folder / name
        data = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        sha.update(f"{name}\0{len(data)}\0".encode() + data)
    return sha.hexdigest()


def record_changes(before: Path, after: Path) -> list[dict[str, Any]]:
    """Describe how two trees differ, so that the first can be made from the second again."""
    old, new = set(files_of(before)), set(files_of(after))
    changes = []
    for name in sorted(old | new):
        was = (before / name).read_bytes() if name in old else None
        now = (after / name).read_bytes() if name in new else None
        if was != now:
            changes.append(
                {
                    "path": name,
                    "before": base64.b64encode(was).decode() if was is not None else None,
                    "after_sha256": hashlib.sha256(now).hexdigest() if now is not None else None,
                }
            )
    return changes


def undo_changes(folder: Path, changes: Iterable[dict[str, Any]]) -> None:
    """Turn a copy of the migrated tree into the original one.

    Raises:
        TfshiftError: if a path leaves the folder.
    """
    root = folder.resolve()
    for change in changes:
        path = (folder / change["path"]).resolve()
        if not path.is_relative_to(root):
            raise TfshiftError(
                "the certificate names a path outside the project", where=change["path"]
            )
        if change["before"] is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(change["before"]))
