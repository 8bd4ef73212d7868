"""Measure several releases at once; what has been asked before is not asked again."""

from __future__ import annotations

from collections.abc import Sequence
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
from tfshift.measure.release import Say, fold_in, measure
from tfshift.measure.scripts import measure_scripts


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
            list(pool.map(lambda v: measure_patches(v, facts, say), exact))
        if constraints:
            list(pool.map(lambda v: measure_constraints(v, facts, say), exact))
            list(pool.map(lambda v: measure_cpu(v, facts, say), exact))
            list(pool.map(lambda v: measure_scripts(v, facts, say), exact))
            list(pool.map(lambda v: measure_kernels(v, facts, say), exact))
            list(pool.map(lambda v: measure_behaviour(v, facts, say), exact))
        if companions:
            list(pool.map(lambda v: measure_companions(v, facts, say), exact))
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
