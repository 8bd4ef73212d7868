"""Nothing is left of earlier installations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "Nothing is left of earlier installations"
ORDER = 50
_OURS = (
    "tensorflow",
    "tensorflow_core",
    "tensorflow_estimator",
    "keras",
    "tf_keras",
    "tensorboard",
)


def checks(subject: Subject) -> Iterator[Check]:
    """Look for folders of interrupted installations and for packages of no distribution."""
    yield _interrupted(subject)
    yield _unowned(subject)


def _site_folders(subject: Subject) -> list[Path]:
    return [f for f in subject.folders if f.name in ("site-packages", "dist-packages")]


def _interrupted(subject: Subject) -> Check:
    found = [
        path
        for folder in _site_folders(subject)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.name.startswith("~")
    ]
    if not found:
        return Check("no-interrupted-installs", "yes", "none", "no folders that begin with ~")
    return Check(
        "no-interrupted-installs", "no", ", ".join(p.name for p in found[:5]),
        "no folders that begin with ~",
        "pip renames what it replaces to such names; an interrupted installation leaves them, and "
        "pip warns of an invalid distribution ever after",
        tuple(f"rm -r {path}" for path in found[:5]),
    )  # fmt: skip


def _unowned(subject: Subject) -> Check:
    owned = {
        (one.folder, file.split("/")[0])
        for one in subject.installed
        for file in one.files
        if file.split("/")[0] in _OURS
    }
    recorded = {one.folder for one in subject.installed if one.files}
    found = []
    for folder in _site_folders(subject):
        for name in _OURS:
            package = folder / name
            if package.is_dir() and folder in recorded and (folder, name) not in owned:
                # Only compiled caches are what any removal leaves.
                files = sum(len(names) for _, _, names in os.walk(package))
                found.append((package, files))
    if not found:
        return Check("no-leftover-packages", "yes", "none", "each package has a distribution")
    package, files = found[0]
    return Check(
        "no-leftover-packages", "no",
        ", ".join(f"{p.name} ({n} files)" for p, n in found),
        "each package has a distribution",
        "no record owns them: they are left of an earlier version, can be imported all the same and "
        "mix old code with new",
        tuple(f"rm -r {p}" for p, _ in found),
    )  # fmt: skip
