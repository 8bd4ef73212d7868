"""``tfshift check``: what a move breaks in code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tfshift.cli.options import Settings, common, configuration
from tfshift.domain.errors import TfshiftError


def open_move(
    paths: tuple[Path, ...], origin: str | None, to: str | None, style: str, jobs: int
) -> Any:
    """Settle origin and target of a move, from options, configuration and the code itself.

    Raises:
        TfshiftError: if the target is missing or equals the origin.
    """
    from tfshift import facts
    from tfshift.code.destinations import Move
    from tfshift.code.origin import infer

    configured = configuration(paths[0])
    target = to or configured.get("to")
    if not target:
        raise TfshiftError("no target version", remedy="give --to V")
    database = facts.open()
    target_release = database.release(str(target))
    origin = origin or configured.get("from", "auto")
    if origin == "auto":
        found = infer(paths, database, jobs)
        assert found.best is not None
        origin = found.best
    origin_release = database.release(str(origin))
    if origin_release.version == target_release.version:
        raise TfshiftError(
            f"origin and target are both TensorFlow {target_release.version}",
            remedy="give another --to, or say with --from what the code was written for",
        )
    return Move(database, origin_release.version, target_release.version, style)


@click.command(help="Find what breaks in PATH... when it moves to TensorFlow V.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "to", metavar="V", help="Target version.")
@click.option(
    "--from", "origin", metavar="V", help="Version the code was written for; default auto."
)
@common
def command(paths: tuple[Path, ...], to: str | None, origin: str | None, settings: Settings) -> int:
    """Check code; exit code 1 where there are findings, 3 where some files could not be read."""
    from tfshift.code.check import check
    from tfshift.report import Result, emit
    from tfshift.report.findings import finding_json, finding_lines, summary

    move = open_move(paths, origin, to, "compat", settings.jobs)
    result = check(paths, move, settings.jobs)
    findings = result.findings
    payload = {
        "from": move.origin_release.version,
        "to": move.target_release.version,
        "files": result.files,
        "findings": [finding_json(f) for f in findings],
        "skipped": [{"path": s.path, "reason": s.reason} for s in result.skipped],
    }
    lines = [
        *finding_lines(findings),
        *(f"{s.path}: skipped: {s.reason}" for s in result.skipped),
        f"TensorFlow {payload['from']} -> {payload['to']}: "
        + summary(findings, result.files, len(result.skipped)),
    ]
    emit(Result("check", payload, tuple(lines), findings), settings.format, settings.output)
    if findings:
        return 1
    # A file that was not read has not passed.
    return 3 if result.skipped else 0
