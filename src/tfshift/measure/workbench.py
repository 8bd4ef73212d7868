"""An environment that is changed again and again while one release is tried, then thrown away."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tfshift.environment import uv as engine
from tfshift.measure.release import run_agent


class Workbench:
    """One environment for many trials: only what differs is installed, modules are compiled once.

    Attributes:
        interpreter: what the environment is made of.
        folder: the environment.
        python: its interpreter.
    """

    def __init__(self, interpreter: Path, place: Path) -> None:
        self.interpreter, self._place = interpreter, place
        self.folder = place / "environment"
        self.python = self.folder / "bin" / "python"
        engine.run(["venv", "-q", "--clear", "--python", str(interpreter), str(self.folder)])

    def resolve(
        self,
        requirements: Sequence[str],
        date: str | None = None,
        *,
        deps: bool = True,
        within: Sequence[str] = (),
    ) -> list[str]:
        """Return the pins that some requirements have.

        Args:
            requirements: what is wanted.
            date: day up to which packages may be, today where None.
            deps: whether what they require is pinned as well.
            within: limits of packages, should they be required.

        Raises:
            UnresolvableError: if they cannot be resolved; the reason is uv's.
        """
        command = ["pip", "compile", "-", "-q", "--no-header", "--no-annotate"]
        command += ["--python", str(self.interpreter)]
        command += [] if deps else ["--no-deps"]
        command += ["--exclude-newer", date] if date else []
        with tempfile.TemporaryDirectory(dir=self._place) as folder:
            limits = Path(folder) / "limits.txt"
            limits.write_text("\n".join(within), "utf-8")
            text = engine.run([*command, "-c", str(limits)], stdin="\n".join(requirements))
        return [line.split(" ")[0] for line in text.splitlines() if "==" in line]

    def hold(self, pins: Sequence[str]) -> None:
        """Make the environment hold exactly some pins.

        Raises:
            TfshiftError: if one cannot be installed; the reason is uv's.
        """
        command = ["pip", "sync", "-q", "--python", str(self.python), "-"]
        # What is tried of all releases would fill the user's cache with tens of gigabytes.
        own = ["--cache-dir", str(self._place / "cache")]
        engine.run([*command, *own, "--allow-empty-requirements"], stdin="\n".join(pins))

    def ask(self, agent: str, *arguments: str) -> dict[str, Any]:
        """Run an agent in the environment and return its answer.

        Raises:
            TfshiftError: if it gave none.
        """
        with tempfile.TemporaryDirectory(dir=self._place) as folder:
            out = Path(folder) / "answer.json"
            answer = run_agent(self.python, agent, out, *arguments, throwaway=True)
        # Errors name files of this environment: where it stood is nobody's business.
        plain = json.dumps(answer).replace(f"{self._place}/", "")
        result: dict[str, Any] = json.loads(plain)
        return result


@contextmanager
def workbench(interpreter: Path) -> Iterator[Workbench]:
    """Give an empty workbench and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tfshift-bench-") as place:
        yield Workbench(interpreter, Path(place))
