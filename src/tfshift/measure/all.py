"""Measure several releases at once; what has been asked before is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tfshift import facts as built
from tfshift.environment import uv
from tfshift.measure.behaviour import measure_behaviour
from tfshift.measure.companions import measure_companions
from tfshift.measure.constraints import measure_constraints
from tfshift.measure.cpu import measure_cpu
from tfshift.measure.keras import measure_keras, split
from tfshift.measure.kernels import measure_kernels
from tfshift.measure.numpy import measure_numpy
from tfshift.measure.patches import measure_patches
from tfshift.measure.release import Say, fold_in, measure, read_release, usable_python
from tfshift.measure.scripts import measure_scripts
from tfshift.measure.workbench import Workbench, workbench

Try = Callable[[str, Path, Say, Workbench], object]
# What is tried of a release one after the other: the pins that it needs come first.
_TRIES: tuple[Try, ...] = (
    measure_constraints, measure_cpu, measure_scripts, measure_kernels, measure_behaviour,
)  # fmt: skip
_COMPANIONS: tuple[Try, ...] = (measure_companions,)


def measure_all(
    versions: Sequence[str],
    facts: Path,
    jobs: int,
    say: Say,
    *,
    constraints: bool,
    companions: bool = True,
) -> list[str]:
    """Measure releases in environments of their own and fold them in.

    Args:
        versions: TensorFlow versions, ``keras==V`` and ``tf_keras==V``.
        facts: the ``facts/`` folder.
        jobs: how many may run at once.
        say: receives progress, a line at a time.
        constraints: also find the pins that each TensorFlow needs today.
        companions: also find which companions go with each TensorFlow.

    Returns:
        The exact versions that were measured.

    Raises:
        TfshiftError: if one cannot be found, installed or asked; those before it are kept.
    """
    # Found once before threads look for it at the same time.
    uv.binary()
    others: dict[str, list[str]] = {"keras": [], "tf_keras": []}
    plain = []
    for version in versions:
        parts = split(version)
        if parts is None:
            plain.append(version)
        else:
            others[parts[0]].append(parts[1])
    exact: list[str] = []
    with ThreadPoolExecutor(jobs) as pool:
        if plain:
            results = list(pool.map(lambda v: measure(v, facts, say), plain))
            fold_in(facts, results)
            exact += [str(r["record"]["version"]) for r in results]
            tries = (*(_TRIES if constraints else ()), *(_COMPANIONS if companions else ()))
            list(pool.map(lambda v: _try(v, facts, say, tries), exact))
        for axis, wanted in others.items():
            if not wanted:
                continue
            releases = built.open().releases
            results = list(
                pool.map(lambda v: measure_keras(axis, v, releases, say), wanted)  # noqa: B023
            )
            if results:
                fold_in(facts, results, axis)
                exact += [f"{axis}=={r['record']['version']}" for r in results]
    if plain:
        measure_numpy(facts, say)
    return exact


def _try(version: str, facts: Path, say: Say, tries: Sequence[Try]) -> None:
    """Try a release in one environment: it is fetched, and its modules are compiled, only once."""
    measure_patches(version, facts, say)
    _, interpreter = usable_python(read_release(facts, version)["pythons"])
    with workbench(interpreter) as bench:
        for one in tries:
            one(version, facts, say, bench)
