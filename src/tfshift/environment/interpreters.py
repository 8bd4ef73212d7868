"""Find Python interpreters where people have them, and believe only those that answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import parse_minor

Source = Literal["running", "path", "pyenv", "conda", "uv"]

# uv, which makes the environments, cannot read older ones.
OLDEST = (3, 6)
# uv has no builds of CPython before this one.
_OLDEST_OF_UV = (3, 7)
_ANSWER_WITHIN_S = 20
# -I -S: neither the user's site packages nor variables such as PYTHONPATH take part. The real
# path leads out of activated virtual environments and from behind shims.
_QUESTION = """
import os, sys
print("%d.%d.%d" % sys.version_info[:3])
print(os.path.realpath(sys.executable))
print(sys.implementation.name + getattr(sys, "abiflags", "").replace("m", ""))
print(sys.maxsize > 2 ** 32)
"""
_CONDA_ROOTS = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    "miniconda",
    "anaconda",
)


@dataclass(frozen=True)
class Interpreter:
    """A CPython that answered.

    Args:
        python: its minor, ``3.7``.
        path: the real executable, links and shims resolved.
        version: the full version, ``3.7.16``.
        source: where it was found.
    """

    python: str
    path: str
    version: str
    source: Source


def find(
    python: str, *, environ: Mapping[str, str] | None = None, home: Path | None = None
) -> Interpreter | None:
    """Return an interpreter of that minor, or None where there is none that works.

    Args:
        python: a minor such as ``3.7``.
        environ: variables to look in instead of the process's own.
        home: the home folder to look in instead of the user's.

    Raises:
        TfshiftError: if ``python`` is not a minor.
    """
    if not re.fullmatch(r"3\.\d{1,2}", python):
        raise TfshiftError(f"not a Python minor: {python}", remedy="write it as 3.7")
    environ = os.environ if environ is None else environ
    home = Path.home() if home is None else home
    seen: set[Path] = set()
    for source, path in _candidates(python, environ, home):
        if path in seen or not os.access(path, os.X_OK):
            continue
        seen.add(path)
        found = ask(path, source)
        if found and found.python == python:
            return found
    return None


@lru_cache(maxsize=256)
def ask(path: Path, source: Source) -> Interpreter | None:
    """Let an executable say what it is; None unless it is a plain 64-bit CPython that works."""
    try:
        answer = subprocess.run(
            [path, "-I", "-S", "-c", _QUESTION],
            capture_output=True,
            text=True,
            timeout=_ANSWER_WITHIN_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.splitlines()
    # Flags after the name mean a debug or free-threaded build, for which there are no wheels.
    if answer.returncode or len(lines) != 4 or lines[2:] != ["cpython", "True"]:
        return None
    version, executable = lines[:2]
    return Interpreter(version.rpartition(".")[0], executable, version, source)


def missing(python: str) -> TfshiftError:
    """Return the error that says which interpreter lacks and how to get it."""
    remedy = f"install one with: pyenv install {python}"
    if parse_minor(python) >= _OLDEST_OF_UV:
        remedy = f"install one with: uv python install {python}"
    return TfshiftError(
        f"no Python {python} on this machine",
        why="looked at PATH, pyenv, conda and uv",
        remedy=remedy,
    )


def supported(release: Release) -> tuple[str, ...]:
    """Return the minors, ascending, that the release has wheels for and that uv can handle."""
    return tuple(p for p in sorted(release.pythons, key=parse_minor) if parse_minor(p) >= OLDEST)


def pick(release: Release, python: str | None = None) -> Interpreter:
    """Return the interpreter for a release: the one asked for, else the newest to be had.

    Raises:
        TfshiftError: if the release has no wheels for it, or if this machine has none.
    """
    choices = supported(release)
    if python is not None and python not in choices:
        raise TfshiftError(
            f"TensorFlow {release.version} has no build for Python {python} that can be used here",
            why=f"usable: {', '.join(choices) or 'none'}",
        )
    wanted = (python,) if python else tuple(reversed(choices))
    for minor in wanted:
        found = find(minor)
        if found:
            return found
    if not wanted:
        raise TfshiftError(
            f"TensorFlow {release.version} has no build for Python 3.6 or newer",
            why="older Pythons cannot be set up",
        )
    raise missing(wanted[0])


def _candidates(
    python: str, environ: Mapping[str, str], home: Path
) -> Iterator[tuple[Source, Path]]:
    if sys.version_info[:2] == parse_minor(python):
        yield "running", Path(sys.executable)
    # A shim of a version that is not selected is on PATH too; it does not answer.
    folders = [Path(p) for p in environ.get("PATH", "").split(os.pathsep) if p]
    yield from (("path", folder / f"python{python}") for folder in folders)
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    yield from _below("pyenv", python, _newest_first(pyenv))
    yield from _below("conda", python, _conda_prefixes(environ, home))
    yield from _below("uv", python, _newest_first(_uv_folder(environ, home)))
    # Last, since these have to be started to know their version.
    for name in ("python3", "python"):
        yield from (("path", folder / name) for folder in folders)


def _below(
    source: Source, python: str, prefixes: Iterator[Path] | list[Path]
) -> Iterator[tuple[Source, Path]]:
    for prefix in prefixes:
        yield source, prefix / "bin" / f"python{python}"


def _newest_first(folder: Path) -> list[Path]:
    def age(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", path.name)]

    return sorted(folder.iterdir(), key=age, reverse=True) if folder.is_dir() else []


def _uv_folder(environ: Mapping[str, str], home: Path) -> Path:
    if environ.get("UV_PYTHON_INSTALL_DIR"):
        return Path(environ["UV_PYTHON_INSTALL_DIR"])
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "uv" / "python"


def _conda_prefixes(environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    roots = [Path(environ[k]) for k in ("CONDA_PREFIX", "MAMBA_ROOT_PREFIX") if environ.get(k)]
    roots += [home / name for name in _CONDA_ROOTS]
    listed = home / ".conda" / "environments.txt"
    if listed.is_file():
        lines = listed.read_text("utf-8", errors="replace").splitlines()
        roots += [Path(line.strip()) for line in lines if line.strip()]
    for root in roots:
        yield root
        yield from sorted((root / "envs").glob("*"))
