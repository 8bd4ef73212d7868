"""Build the environment in which an error appears and the one in which it is gone, and show both."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.environment import interpreters, uv
from tfshift.environment.requirements import TENSORFLOWS, Say
from tfshift.facts import Facts

if TYPE_CHECKING:
    from tfshift.environment.explain import Match

_SECONDS = 300
_SHOWN = 4


@dataclass(frozen=True)
class Side:
    """What one environment said.

    Args:
        packages: what was asked for.
        python: its interpreter's version.
        code: exit status of the program.
        said: what it printed.
        shows: whether the error is in it.
    """

    packages: tuple[str, ...]
    python: str
    code: int
    said: str
    shows: bool


@dataclass(frozen=True)
class Reproduced:
    """An error, present and gone."""

    id: str
    run: str
    failing: Side
    mended: Side

    @property
    def verdict(self) -> str:
        """``yes`` where the error appears in the one and not in the other."""
        return "yes" if self.failing.shows and not self.mended.shows else "no"

    def to_json(self) -> dict[str, Any]:
        """Return all of it, JSON-ready."""
        sides = {
            name: {
                "packages": list(side.packages), "python": side.python, "exit_code": side.code,
                "said": side.said[-2000:], "shows": side.shows,
            }
            for name, side in (("failing", self.failing), ("mended", self.mended))
        }  # fmt: skip
        return {"id": self.id, "run": self.run, "verdict": self.verdict, **sides}

    def lines(self) -> list[str]:
        """Tell it to people."""
        told = [f"reproduced {self.id}: {self.verdict}; ran {self.run!r}"]
        for name, side in (("failing", self.failing), ("mended", self.mended)):
            state = "the error is there" if side.shows else "the error is not there"
            told.append(f"  {name}: {' '.join(side.packages)} on Python {side.python}: {state}")
            told += [f"    {line}" for line in side.said.rstrip().splitlines()[-_SHOWN:]]
        return told


def reproduced(
    matches: Sequence[Match], facts: Facts, say: Say, *, offline: bool = False
) -> Reproduced:
    """Reproduce the likeliest error that can be.

    Raises:
        TfshiftError: if none of them can, or an environment cannot be built.
    """
    from tfshift.environment.explain import explain

    match = next((m for m in matches if m.reproduce), None)
    if match is None:
        raise TfshiftError(
            "none of these errors can be reproduced here",
            why="they need another machine, a GPU or files of yours",
        )
    about = match.reproduce

    def shows(said: str) -> bool:
        return any(found.id == match.id for found in explain(said, facts))

    sides = []
    release = facts.release(str(about["tensorflow"]))
    pins = {name: f"{name}{spec}" for name, spec in release.constraints.items()}
    for name in ("failing", "mended"):
        packages = _packages(about, name, f"{release.distribution}=={release.version}", pins)
        python = str(about.get(f"{name}_python", about.get("python", "")))
        interpreter = _interpreter(python, release.pythons)
        say(f"{name}: {' '.join(packages)} on Python {interpreter.version}")
        sides.append(_side(packages, interpreter, about, name, shows, offline=offline))
    return Reproduced(match.id, str(about["run"]), *sides)


def _packages(
    about: Mapping[str, Any], side: str, base: str, pins: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what a side holds: the release, what is said of the side, measured pins for the mended."""
    said = tuple(about.get(side, ()))
    named = [_name(line) for line in said]
    others = pins if side == "mended" or about.get("pinned") else {}
    replaced = any(name in TENSORFLOWS for name in named)
    first = () if replaced else (base,)
    rest = tuple(spec for name, spec in others.items() if name not in named)
    return (*first, *said, *rest)


def _name(requirement: str) -> str:
    for mark in "<>=!~[ ":
        requirement = requirement.partition(mark)[0]
    return requirement


def _interpreter(python: str, pythons: Sequence[str]) -> interpreters.Interpreter:
    for minor in [python] if python else list(reversed(pythons)):
        found = interpreters.find(minor)
        if found is not None:
            return found
    raise interpreters.missing(python or pythons[-1])


def _side(
    packages: Sequence[str],
    interpreter: interpreters.Interpreter,
    about: Mapping[str, Any],
    name: str,
    shows: Any,
    *,
    offline: bool,
) -> Side:
    with tempfile.TemporaryDirectory(prefix="tfshift-reproduce-") as place:
        folder = Path(place) / "environment"
        uv.run(["venv", "-q", "--python", interpreter.path, str(folder)], offline=offline)
        python = folder / "bin" / "python"
        command = ["pip", "install", "-q", "--python", str(python)]
        try:
            uv.run([*command, *packages], offline=offline)
            # What a resolver would never put beside TensorFlow comes by force, as with pip.
            for forced in about.get(f"{name}_forced", ()):
                uv.run([*command, "--no-deps", forced], offline=offline)
        except uv.UnresolvableError as error:
            return Side(tuple(packages), interpreter.version, 2, str(error), shows(str(error)))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        done = subprocess.run(
            [str(python), "-c", str(about.get(f"{name}_run", about["run"]))],
            cwd=place, env={**kept, **about.get("env", {})}, capture_output=True, text=True,
            errors="replace", stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False,
        )  # fmt: skip
        said = (done.stdout + done.stderr).replace(place + "/", "")
        forced = tuple(about.get(f"{name}_forced", ()))
        return Side((*packages, *forced), interpreter.version, done.returncode, said, shows(said))
