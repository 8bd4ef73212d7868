"""Which processor features a release's build needs: run it on emulated processors, oldest first."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tfshift.measure.constraints import today
from tfshift.measure.release import (
    AGENT,
    Say,
    amend_release,
    quiet_environment,
    read_release,
    usable_python,
)
from tfshift.measure.workbench import workbench

EMULATOR = "qemu-x86_64"
# Processors in the order of their years, each with what it has over the one before.
PROCESSORS = (
    ("Conroe", ("ssse3",)),
    ("Penryn", ("sse4_1",)),
    ("Nehalem", ("sse4_2",)),
    ("SandyBridge", ("avx",)),
    ("Haswell", ("avx2", "fma")),
    ("Skylake-Server", ("avx512f",)),
)
_SECONDS = 600


def _runs(python: Path, processor: str, folder: Path) -> bool:
    """Import TensorFlow and add two numbers on an emulated processor."""
    command = [EMULATOR, "-cpu", processor, str(python), "-W", "ignore", "-m", "smoke"]
    environ = quiet_environment(AGENT)
    # NumPy's own library would choose for the real processor; the oldest choice runs on all.
    environ = {**environ, "OPENBLAS_CORETYPE": "Prescott", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [*command, "--part", "arithmetic"],
            env=environ, cwd=folder, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def needed(python: Path, folder: Path) -> tuple[list[str] | None, str]:
    """Find the oldest processor on which an environment's TensorFlow works.

    Args:
        python: the environment's interpreter.
        folder: where it may leave files.

    Returns:
        The features that this processor has over the one before it, empty for the oldest; None
        where it works on none. And what was tried, in a sentence.
    """
    failed = ""
    for processor, features in PROCESSORS:
        if _runs(python, processor, folder):
            if not failed:
                return [], f"import and arithmetic work on an emulated {processor}"
            said = f"import and arithmetic work on an emulated {processor}, not on a {failed}"
            return list(features), said
        failed = processor
    return None, f"import or arithmetic fail on every emulated processor up to {failed}"


def measure_cpu(version: str, facts: Path, say: Say) -> None:
    """Measure a release and write the answer into its file; without an emulator nothing is known.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
    """
    record = read_release(facts, version)
    base = f"{record['distribution']}=={version}"
    if record["evidence"].get("cpu_of") == base or not shutil.which(EMULATOR):
        return
    _, interpreter = usable_python(record["pythons"])
    with workbench(interpreter) as bench, tempfile.TemporaryDirectory() as folder:
        bench.hold(bench.resolve(today(base, record["constraints"])))
        say(f"{base}: which processor does it need?")
        features, said = needed(bench.python, Path(folder))
    amend_release(facts, version, {"cpu": said, "cpu_of": base}, cpu_features=features)
    say(f"{base}: {said}")
