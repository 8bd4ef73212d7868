"""``tfshift plan``: a move as hops, before anything is built or changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfshift.cli.options import Settings, common

if TYPE_CHECKING:
    from tfshift.domain.releases import Release


@click.command(help="Plan the move of PATH to TensorFlow V.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--to", "to", metavar="V", help="Target version.")
@click.option(
    "--from", "origin", metavar="V", help="Version the code was written for; default auto."
)
@common
def command(path: Path, to: str | None, origin: str | None, settings: Settings) -> int:
    """Print the hops; exit code 1 where something must be done by hand."""
    from tfshift.cli.check import open_move
    from tfshift.plan import make_plan
    from tfshift.report import Result, emit

    move = open_move((path,), origin, to, "compat", settings.jobs)
    ends = move.origin_release.version, move.target_release.version
    plan = make_plan([path], move.facts, *ends, settings.jobs, _missing)
    lines = []
    for hop in plan.hops:
        packages = ", ".join(f"{k}{v}" for k, v in hop.target.constraints.items()) or "no pins"
        lines.append(
            f"{hop.origin.version} -> {hop.target.version}: Python {hop.target.pythons[-1]}, "
            f"{packages}, {hop.findings} findings"
        )
        why = f": {hop.reason}" if hop.reason else ""
        lines.append(f"  provable here: {hop.provable}{why}")
        lines += [f"  {change}" for change in hop.changes]
        lines += [f"  announced for {n['release']}: {n['title']}" for n in hop.announced]
    for leg in plan.route:
        why = f": {leg.reason}" if leg.reason else ""
        lines.append(
            f"route: {leg.origin.version} -> {leg.target.version}: provable {leg.provable}{why}"
        )
    lines += [f"hole: {version}: {why}" for version, why in plan.holes]
    lines += [f"by hand: {f.path}:{f.line}: {f.message}" for f in plan.blockers]
    lines.append(f"direct: {plan.direct}")
    emit(Result("plan", plan.to_json(), tuple(lines)), settings.format, settings.output)
    return 1 if plan.blockers else 0


def _missing(release: Release) -> str:
    """Say which Python is missing to build a release here; nothing is fetched to find out."""
    wanted = [p for p in release.pythons if p.startswith("3.")]
    if any(_found(python) for python in wanted):
        return ""
    return f"no Python of TensorFlow {release.version} is here ({', '.join(wanted)})"


@lru_cache(maxsize=32)
def _found(python: str) -> bool:
    from tfshift.environment import interpreters

    return interpreters.find(python) is not None
