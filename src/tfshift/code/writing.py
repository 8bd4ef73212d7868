"""Apply fixed files to a tree: atomic writes, generated modules beside their users."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tfshift.atomic import write_atomic
from tfshift.code.check import FixedFile
from tfshift.code.provided import PROVIDER_PREFIX, provider_text
from tfshift.domain.errors import TfshiftError


def provider_files(root: Path, fixed: Iterable[FixedFile]) -> dict[Path, str]:
    """Say which generated modules belong where.

    A script finds modules beside itself, a package's modules find those beside the package: both
    places get a copy where they differ.
    """
    result: dict[Path, str] = {}
    for file in fixed:
        folder = (root / file.path).parent
        top = folder
        while (top / "__init__.py").exists() and top != root.parent:
            top = top.parent
        for provider in file.provides:
            for place in {folder, top}:
                result[place / f"{PROVIDER_PREFIX}{provider}.py"] = provider_text(provider)
    return result


def refuse_dirty(root: Path) -> None:
    """Refuse to write into a git tree with uncommitted changes.

    Raises:
        TfshiftError: if there are any. A folder without git is fine.
    """
    command = [
        "git",
        "-C",
        str(root if root.is_dir() else root.parent),
        "status",
        "--porcelain",
        "--",
        ".",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return
    if done.returncode == 0 and done.stdout.strip():
        raise TfshiftError(
            "the git tree has uncommitted changes",
            where=str(root),
            remedy="commit or stash them, or give --allow-dirty",
        )


def write(root: Path, fixed: Iterable[FixedFile]) -> list[Path]:
    """Write changed files and generated modules, each at once; return what was written."""
    files = list(fixed)
    written: list[Path] = []
    for target, text in sorted(provider_files(root, files).items()):
        if not target.exists() or target.read_text("utf-8") != text:
            write_atomic(target, text)
            written.append(target)
    for file in files:
        if file.before != file.after:
            target = root / file.path
            write_atomic(target, file.after)
            written.append(target)
    return written
