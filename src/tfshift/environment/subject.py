"""What a diagnosis is about: an interpreter, what is installed for it, its machine, and the facts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_of
from tfshift.environment.installed import Installed, installed
from tfshift.environment.requirements import TENSORFLOWS
from tfshift.environment.system import System
from tfshift.facts import Facts

_PROBE = Path(__file__).parent.parent / "agent" / "probe" / "__main__.py"
_ANSWER_WITHIN_S = 30


@dataclass(frozen=True)
class Subject:
    """All that checks may look at.

    Args:
        probe: what the interpreter said of itself, as the probe agent tells it.
        system: the machine.
        facts: the opened facts.
        working_folder: from where the interpreter is started.
        target: the release whose needs are asked instead of the installed one's.
        libraries: custom-op libraries to look at.
    """

    probe: Mapping[str, Any]
    system: System
    facts: Facts
    working_folder: Path
    target: Release | None = None
    libraries: tuple[Path, ...] = field(default=())

    @property
    def python(self) -> str:
        """The interpreter's minor."""
        return ".".join(str(self.probe["version"]).split(".")[:2])

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Where the interpreter looks for packages, in its order."""
        return tuple(Path(p) for p in self.probe["path"])

    @cached_property
    def installed(self) -> tuple[Installed, ...]:
        """All distributions that it finds; one that stands later under the same name is hidden."""
        return tuple(installed(self.folders))

    @cached_property
    def packages(self) -> dict[str, Installed]:
        """The distributions that count, by name."""
        found: dict[str, Installed] = {}
        for one in self.installed:
            found.setdefault(one.name, one)
        return found

    @cached_property
    def tensorflows(self) -> tuple[Installed, ...]:
        """The distributions that bring TensorFlow itself; stubs that only depend on others first."""
        found = [one for name, one in self.packages.items() if name in TENSORFLOWS]
        return tuple(sorted(found, key=lambda one: (one.name, one.version)))

    @cached_property
    def tensorflow(self) -> Installed | None:
        """The distribution whose files are TensorFlow's."""
        return max(self.tensorflows, key=lambda one: len(one.files), default=None)

    @cached_property
    def release(self) -> Release | None:
        """The release that is asked about: the target, else the installed one; None if unknown."""
        if self.target is not None:
            return self.target
        return None if self.tensorflow is None else measured(self.facts, self.tensorflow.version)

    @cached_property
    def home(self) -> Path | None:
        """The folder with TensorFlow's own libraries; None where it is not there."""
        for folder in self.folders:
            for name in ("tensorflow", "tensorflow_core"):
                if any((folder / name).glob("python/_pywrap_tensorflow*")):
                    return folder / name
        return None


def measured(facts: Facts, version: str) -> Release | None:
    """Return what the facts know of a version, of its minor where they know no such patch."""
    plain = ".".join(version.split("+")[0].split(".")[:3])
    try:
        return facts.release(plain)
    except TfshiftError:
        minor = minor_of(plain) if plain[:1].isdigit() and plain.count(".") else ""
        return facts.release(minor) if minor in facts.minors else None


def ask(python: Path, working_folder: Path) -> dict[str, Any]:
    """Let an interpreter tell what it is; it is neither changed nor does it leave files.

    Raises:
        TfshiftError: if it does not start or does not answer.
    """
    code = _PROBE.read_text("utf-8")
    try:
        done = subprocess.run(
            [str(python), "-B", "-c", code],
            cwd=working_folder, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
            timeout=_ANSWER_WITHIN_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        why = getattr(error, "strerror", None) or f"no answer within {_ANSWER_WITHIN_S} s"
        raise TfshiftError("cannot ask the interpreter", where=str(python), why=why) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise TfshiftError("cannot ask the interpreter", where=str(python), why=last) from None
    return answer


def libraries_below(folders: Sequence[Path]) -> list[Path]:
    """Return the shared libraries below some folders that look like custom operations."""
    found: list[Path] = []
    for top in folders:
        for folder, names, files in os.walk(top):
            names[:] = [n for n in names if not n.startswith(".") and n not in _NOT_BELOW]
            here = Path(folder)
            if (here / "pyvenv.cfg").exists():
                names[:] = []
                continue
            found += [here / name for name in sorted(files) if name.endswith(".so")]
    return found


_NOT_BELOW = {"node_modules", "__pycache__", "site-packages", "dist-packages", "build"}
