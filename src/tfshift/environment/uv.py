"""Run uv, the engine under locks and environments, and put its failures into one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from tfshift.domain.errors import TfshiftError

# Settings of the user's that would change what an environment holds or where it stands. Those
# for indexes, credentials, certificates, caches and links stay.
_DROPPED = {
    "CONDA_PREFIX",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "UV_BUILD_CONSTRAINT",
    "UV_COMPILE_BYTECODE",
    "UV_CONSTRAINT",
    "UV_EXCLUDE_NEWER",
    "UV_EXCLUDES",
    "UV_NO_BINARY",
    "UV_NO_BUILD",
    "UV_OVERRIDE",
    "UV_PRERELEASE",
    "UV_PYTHON",
    "UV_REQUIRE_HASHES",
    "UV_NO_VERIFY_HASHES",
    "UV_RESOLUTION",
    "UV_SYSTEM_PYTHON",
    "UV_TORCH_BACKEND",
    "UV_VENV_CLEAR",
    "UV_VENV_SEED",
    "UV_WORKING_DIR",
}
_LONGEST_REASON = 300
# Python's table of its own settings is filled on first use, and half full for a second thread.
_FINDING = threading.Lock()


class UnresolvableError(TfshiftError):
    """No set of packages satisfies what was asked, or one of them cannot be built."""


@lru_cache(maxsize=1)
def binary() -> str:
    """Return the path of the uv executable: the installed package's, else the one on PATH.

    Raises:
        TfshiftError: if there is none.
    """
    try:
        import uv

        with _FINDING:
            return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if not found:
        raise TfshiftError("uv is not installed", remedy="install it with: pip install uv")
    return found


def run(arguments: Sequence[str], *, offline: bool = False, stdin: str = "") -> str:
    """Run uv and return what it printed on stdout.

    It runs in an empty folder, so that settings of a project that happens to lie around the
    working folder do not leak into an environment; paths must be absolute.

    Raises:
        UnresolvableError: if the requirements cannot be met.
        TfshiftError: if anything else goes wrong, as one line.
    """
    command = [binary(), *arguments, "--no-progress", "--color", "never"]
    if offline:
        command.append("--offline")
    with tempfile.TemporaryDirectory(prefix="tfshift-uv-") as folder:
        done = subprocess.run(
            command,
            cwd=folder,
            env=surroundings(os.environ),
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
        )
    if done.returncode:
        raise translate(done.stderr)
    return done.stdout


def surroundings(base: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that uv may see: the user's, without those that change the outcome."""
    kept = {name: value for name, value in base.items() if name not in _DROPPED}
    # Interpreters are found by us and named by path: uv must not fetch another one.
    kept["UV_PYTHON_DOWNLOADS"] = "never"
    if "UV_FIND_LINKS" in kept:
        links = [link.strip() for link in kept["UV_FIND_LINKS"].split(",") if link.strip()]
        kept["UV_FIND_LINKS"] = ",".join(
            p if "://" in p else str(Path(p).absolute()) for p in links
        )
    return kept


def translate(stderr: str) -> TfshiftError:
    """Turn what uv said into one line: what, why, and what next."""
    said = "\n".join(line for line in stderr.splitlines() if not line.startswith("warning:"))
    package = _package(said)
    if "No space left on device" in said or "os error 28" in said:
        # What was being written is the last path in the line that says so, or in one before it.
        before = said[: max(said.find("No space left"), said.find("os error 28"))]
        paths = re.findall(r"(?<![\w.])(/[^\s`:]+)", before)
        return TfshiftError(
            "no space left on the disk",
            where=paths[-1] if paths else package,
            remedy="free some and run the same command again",
        )
    if re.search(r"network (was|connectivity is) disabled", said, re.IGNORECASE):
        return TfshiftError(
            "not in uv's cache",
            where=package,
            why="the network is off",
            remedy="run once without --offline",
        )
    if re.search(r"error sending request|Failed to fetch|Request failed after|dns error", said):
        return TfshiftError(
            "cannot reach the package index",
            where=package,
            why=_last_cause(said),
            remedy="check the network and uv's index settings, or try --offline",
        )
    if re.search(r"^\s*(error:|\S) No solution found", said, re.MULTILINE):
        return UnresolvableError("the requirements cannot be met together", why=_because(said))
    if re.search(r"Failed to (download and )?build", said):
        return UnresolvableError("cannot build", where=package, why=_last_words(said))
    return _other(said, package)


def _other(said: str, package: str) -> TfshiftError:
    if "Hash mismatch" in said:
        return TfshiftError("a download is not what the lock says", where=package)
    if "have a source distribution or wheel for the current platform" in said:
        hint = re.search(r"hint: (.*)", said)
        return TfshiftError(
            "no file in the lock fits this platform and Python",
            where=package,
            why=_short(hint.group(1)) if hint else "",
            remedy="lock again here with: tfshift env lock",
        )
    first = re.search(r"^error: (.*)", said, re.MULTILINE)
    return TfshiftError("uv failed", why=_short(first.group(1) if first else said.strip()))


def _package(said: str) -> str:
    found = re.search(r"(?:download|build|install|mismatch for|Package):? `([^`]+)`", said)
    found = found or re.search(r"Because (\S+) was not found", said)
    return found.group(1) if found else ""


def _because(said: str) -> str:
    start = said.find("Because ")
    reason = said[start:] if start >= 0 else said
    return _short(re.split(r"\n\s*\n|\bhint:", reason)[0].replace("│", " "))


def _last_cause(said: str) -> str:
    causes = re.findall(r"(?:cause|Caused by): (.*)", said)
    return _short(causes[-1]) if causes else ""


def _last_words(said: str) -> str:
    # A failing build prints its traceback below [stderr]; its last line is the reason.
    told = said.partition("[stderr]")[2] or said
    lines = [line for line in told.split("hint:")[0].splitlines() if line.strip()]
    return _short(lines[-1]) if lines else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"
