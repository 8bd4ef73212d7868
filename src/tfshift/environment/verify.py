"""Try whether an environment has what some code needs: import its modules, look its names up."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.environments import Environment
from tfshift.environment import store

_AGENTS = Path(__file__).parent.parent / "agent"
_ANSWER_WITHIN_S = 600


@dataclass(frozen=True)
class Verified:
    """What became of it.

    Args:
        verdict: ``yes`` where all modules can be imported and all names are there.
        reason: what is missing; empty where nothing is.
        modules: module -> its error, for those that cannot be imported.
        symbols: name -> its error, for those that are not there.
    """

    verdict: str
    reason: str
    modules: dict[str, str]
    symbols: dict[str, str]

    def to_json(self, environment: str) -> dict[str, Any]:
        """Return the contract's fields and what is missing."""
        return {
            "verdict": self.verdict,
            "reason": self.reason,
            "environment": environment,
            "modules": self.modules,
            "symbols": self.symbols,
        }


def look_up(
    environment: Environment, modules: Sequence[str], symbols: Sequence[str], folder: Path
) -> Verified:
    """Import modules and look names up in an environment.

    Args:
        environment: one of the store's.
        modules: top-level modules of other packages.
        symbols: paths from ``tf.`` or ``keras.``.
        folder: from where the code would be run: what lies beside it can be imported too.
    """
    with tempfile.TemporaryDirectory(prefix="tfshift-verify-") as place:
        out = Path(place) / "answer.json"
        variables = store.activated(environment, os.environ)
        variables |= {"PYTHONPATH": str(_AGENTS), "TF_CPP_MIN_LOG_LEVEL": "3",
                      "CUDA_VISIBLE_DEVICES": "-1", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        command = [str(store.python_of(environment)), "-W", "ignore", "-m", "lookups", str(out)]
        try:
            done = subprocess.run(
                command, input=json.dumps({"modules": list(modules), "symbols": list(symbols)}),
                cwd=place, env=variables, capture_output=True, text=True, errors="replace",
                timeout=_ANSWER_WITHIN_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Verified("unknown", f"no answer within {_ANSWER_WITHIN_S} s", {}, {})
        if not out.is_file():
            last = (done.stderr.strip().splitlines() or ["the process died"])[-1]
            return Verified("no", last[:300], {}, {})
        answer = json.loads(out.read_text("utf-8"))
    lost = {name: error for name, error in answer["modules"].items() if error}
    missing = {name: error for name, error in answer["symbols"].items() if error}
    said = [f"{name} cannot be imported: {error}" for name, error in lost.items()]
    said += [f"{name} is not there: {error}" for name, error in missing.items()]
    more = f" and {len(said) - 2} more" if len(said) > 2 else ""
    return Verified("no" if said else "yes", "; ".join(said[:2]) + more, lost, missing)


def run(environment: Environment, command: Sequence[str], folder: Path) -> Verified:
    """Run a command in an environment; it is right where the command ends with 0."""
    try:
        done = subprocess.run(
            list(command), cwd=folder, env=store.activated(environment, os.environ),
            capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except OSError as error:
        return Verified("no", f"{command[0]}: {error.strerror}", {}, {})
    if done.returncode == 0:
        return Verified("yes", "", {}, {})
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    return Verified("no", f"{' '.join(command)} ended with {done.returncode}: {last[:300]}", {}, {})
