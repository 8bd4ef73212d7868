"""What a project says that it needs, in whichever of the usual files it says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tfshift.domain.errors import TfshiftError
from tfshift.environment.requirements import Say, quiet, read_requirements
from tfshift.pins import is_known, pins_of

# Where a project has several, those that people write come first.
_ORDER = ("requirements.txt", "pyproject.toml", "Pipfile", "setup.cfg", "setup.py",
          "environment.yml", "environment.yaml", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock")  # fmt: skip
_LOCKS = ("Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock")


@dataclass(frozen=True)
class Wanted:
    """What a project needs.

    Args:
        requirements: as PEP 508 lines.
        python: the specifier of its Python, empty where it says nothing.
        exact: whether the lines come from a lock, where all is pinned and little of it is meant.
        file: where it was read.
    """

    requirements: tuple[str, ...]
    python: str = ""
    exact: bool = False
    file: str = ""


def read_manifest(path: Path, say: Say = quiet) -> Wanted:
    """Read a file, or the first usual one of a folder.

    Args:
        path: a requirement file, pyproject.toml, Pipfile, setup.py or .cfg, environment.yml, a lock
            of Pipenv, Poetry, uv or PDM; or a folder that holds some.
        say: told of each line and each file that is left out.

    Raises:
        TfshiftError: if it cannot be read or says nothing of packages.
    """
    if path.is_dir():
        return _of_folder(path, say)
    name = path.name
    if name.endswith((".txt", ".in", ".pip")) or not is_known(PurePosixPath(name), generated=True):
        return Wanted(tuple(read_requirements(path, say)), file=str(path))
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError as error:
        raise TfshiftError(
            "cannot read the requirements", where=str(path), why=error.strerror or ""
        ) from None
    lines, python = [], ""
    for pin in pins_of(name, text, generated=True):
        if pin.package == "python":
            python = pin.specifier
        elif pin.package != "pip":
            lines.append(f"{pin.package}{pin.specifier}")
    if python:
        say(f"{name}: its Python {python} is left to the release")
    return Wanted(tuple(dict.fromkeys(lines)), python, name in _LOCKS, str(path))


def _of_folder(folder: Path, say: Say) -> Wanted:
    for path in _usual(folder):
        wanted = read_manifest(path, say)
        if wanted.requirements:
            others = [p.name for p in _usual(folder) if p != path]
            if others:
                say(f"{path.name} is taken; left out: {', '.join(others)}")
            return wanted
    raise TfshiftError(
        "no file here says which packages are needed",
        where=str(folder),
        why=f"looked for {', '.join(_ORDER)}",
    )


def _usual(folder: Path) -> Iterator[Path]:
    present = set(os.listdir(folder))  # noqa: PTH208 (names are what is compared)
    yield from (folder / name for name in _ORDER if name in present)
