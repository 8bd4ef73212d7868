"""The surroundings of a recorded command: what is set so that two runs can be compared."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import tfshift.agent

HOOK = Path(tfshift.agent.__file__).parent / "record" / "hook"
CONFIG_VARIABLE = "TFSHIFT_RECORD"

# One thread and no device: the order of additions is then the same in every run.
FIXED = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
}
# Without seeds TensorFlow 2 would refuse every random operation under this one.
IF_SEEDED = {"TF_DETERMINISTIC_OPS": "1"}
IF_UNSET = {"MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "1", "PYTHONIOENCODING": "utf-8"}

# Bounds of a recording: elements an array, bytes in all, steps, strings an output.
LIMITS = {"elements": 65536, "bytes": 64 * 2**20, "steps": 20000, "texts": 4096}


def chosen(environ: Mapping[str, str], *, seeded: bool) -> dict[str, str]:
    """Return the variables that a recording sets over ``environ``."""
    unset = {k: v for k, v in IF_UNSET.items() if k not in environ}
    return {**FIXED, **(IF_SEEDED if seeded else {}), **unset}


def surroundings(
    environ: Mapping[str, str], python: Path, config: Path | None, *, seeded: bool
) -> dict[str, str]:
    """Return the whole environment of a recorded command.

    Args:
        environ: what the caller has.
        python: the interpreter whose folder comes first on PATH.
        config: the agent's configuration, or None to run without the agent.
        seeded: whether random numbers are seeded.
    """
    result = {**environ, **chosen(environ, seeded=seeded)}
    path = environ.get("PATH", os.defpath)
    result["PATH"] = os.pathsep.join([str(python.parent), path])
    result.pop(CONFIG_VARIABLE, None)
    result.pop("PYTHONHOME", None)
    if config is not None:
        paths = [str(HOOK), environ.get("PYTHONPATH", "")]
        result["PYTHONPATH"] = os.pathsep.join(part for part in paths if part)
        result[CONFIG_VARIABLE] = str(config)
    return result


def resolved(command: Sequence[str], python: Path) -> list[str]:
    """Let ``python``, ``python3`` and programs beside the interpreter mean the environment's."""
    first, *rest = command
    if first in ("python", "python3"):
        return [str(python), *rest]
    beside = python.parent / first
    if os.sep not in first and beside.is_file():
        return [str(beside), *rest]
    return [first, *rest]
