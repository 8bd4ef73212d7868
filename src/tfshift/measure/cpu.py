"""Which processor features a release's build needs: run it on emulated processors, oldest first."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tfshift.domain.versions import parse_minor
from tfshift.measure.agents import AGENT
from tfshift.measure.constraints import hold_today, named
from tfshift.measure.release import (
    Say,
    amend_release,
    quiet_environment,
    read_release,
    read_releases,
)
from tfshift.measure.workbench import Workbench

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


def needed(
    runs: Callable[[str], bool], guess: str | None = None
) -> tuple[list[str] | None, str, str | None]:
    """Find the oldest processor on which a build works.

    Args:
        runs: tells whether it works on a processor; what works on one works on those after it.
        guess: where to start, the answer for a release nearby.

    Returns:
        The features that this processor has over the one before it, empty for the oldest; None
        where it works on none. What was tried, in a sentence. And the processor.
    """
    names = [processor for processor, _ in PROCESSORS]
    at = names.index(guess) if guess in names else 0
    while at < len(names) and not runs(names[at]):
        at += 1
    if at == len(names):
        return (
            None,
            f"import or arithmetic fail on every emulated processor up to {names[-1]}",
            None,
        )
    if names[at] == guess:
        while at > 0 and runs(names[at - 1]):
            at -= 1
    said = f"import and arithmetic work on an emulated {names[at]}"
    if at == 0:
        return [], said, names[0]
    return list(PROCESSORS[at][1]), f"{said}, not on a {names[at - 1]}", names[at]


def measure_cpu(version: str, facts: Path, say: Say, bench: Workbench) -> None:
    """Measure a release and write the answer into its file; without an emulator nothing is known.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.
    """
    record = read_release(facts, version)
    base = named(record)
    if record["evidence"].get("cpu_of") == base or not shutil.which(EMULATOR):
        return
    hold_today(bench, record)
    # Modules are compiled here: an emulated processor takes ten times as long for it.
    bench.ask("smoke", "import")
    with tempfile.TemporaryDirectory() as folder:
        say(f"{base}: which processor does it need?")
        features, said, processor = needed(
            lambda name: _runs(bench.python, name, Path(folder)), _nearby(facts, version)
        )
    evidence = {"cpu": said, "cpu_of": base, "cpu_least": processor}
    amend_release(facts, version, evidence, cpu_features=features)
    say(f"{base}: {said}")


def _nearby(facts: Path, version: str) -> str | None:
    """Return the least processor of the nearest release that was asked, or None."""
    here = parse_minor(version)
    known = []
    for record in read_releases(facts):
        if least := record["evidence"].get("cpu_least"):
            minor = parse_minor(record["version"])
            known.append(((minor[0] - here[0]) * 20 + minor[1] - here[1], least))
    return min(known, key=lambda pair: (abs(pair[0]), pair[0]))[1] if known else None
