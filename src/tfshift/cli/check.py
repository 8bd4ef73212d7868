"""``tfshift check``: what a move breaks in code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from tfshift.cli.options import Settings, common, configuration
from tfshift.domain.errors import TfshiftError


def open_move(
    paths: tuple[Path, ...], origin: str | None, to: str | None, style: str | None, jobs: int
) -> Any:
    """Settle origin and target of a move, from options, configuration and the code itself.

    Raises:
        TfshiftError: if the target is missing, or equals the origin and the style is none that changes
            code for the release that it runs on.
    """
    from tfshift import facts
    from tfshift.code.destinations import Move
    from tfshift.code.origin import check_leads_on, infer

    configured = configuration(paths[0])
    target = to or configured.get("to")
    if not target:
        raise TfshiftError("no target version", remedy="give --to V")
    database = facts.open()
    target_release = database.release(str(target))
    origin = origin or configured.get("from", "auto")
    if origin == "auto":
        found = infer(paths, database, jobs, _patterns(configured))
        assert found.best is not None
        origin = found.best
    origin_release = database.release(str(origin))
    style = style or str(configured.get("style", "compat"))
    check_leads_on(origin_release.version, target_release.version, style)
    return Move(
        database,
        origin_release.version,
        target_release.version,
        style,
    )


def choosing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose findings."""
    for option in (
        click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE",
                     help="Leave out the findings in FILE."),
        click.option("--ignore", multiple=True, metavar="RULE", help="Not these rules."),
        click.option("--select", multiple=True, metavar="RULE", help="Only these rules."),
        click.option("--cache/--no-cache", "cached", default=True,
                     help="Keep results for the next run over the same files."),
    ):  # fmt: skip
        function = option(function)
    return function


def checked(
    paths: tuple[Path, ...],
    move: Any,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    cached: bool,
    jobs: int,
) -> Any:
    """Check some paths and leave the findings that count, by options and configuration.

    Raises:
        TfshiftError: if a rule does not exist, the baseline cannot be read or a path is missing.
    """
    from tfshift.code.cache import Cache
    from tfshift.code.check import check
    from tfshift.code.choosing import Choice, read_baseline, rules_named

    configured = configuration(paths[0])
    choice = Choice(
        rules_named(_names(select or configured.get("select", ()))),
        rules_named(_names(ignore or configured.get("ignore", ()))),
        read_baseline(baseline) if baseline else None,
    )
    cache = Cache.of_user() if cached else None
    return choice.applied(check(paths, move, jobs, _patterns(configured), cache))


def baseline_of(project: Path, given: Path | None) -> Path | None:
    """Return the baseline that is asked for, on the command line or in the configuration."""
    named = configuration(project).get("baseline")
    if given is not None or named is None:
        return given
    return (project if project.is_dir() else project.parent) / str(named)


def _patterns(configured: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the patterns of files that the configuration excludes."""
    given = configured.get("exclude", ())
    return (given,) if isinstance(given, str) else tuple(map(str, given))


def _names(given: Iterable[str]) -> list[str]:
    """Take rules one by one or with commas between them."""
    return [name for part in given for name in part.replace(",", " ").split()]


@click.command(help="Find what breaks in PATH... when it moves to TensorFlow V.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "to", metavar="V", help="Target version.")
@click.option(
    "--from", "origin", metavar="V", help="Version the code was written for; default auto."
)
@choosing
@click.option("--update-baseline", is_flag=True, help="Write the findings to the baseline.")
@common
def command(
    paths: tuple[Path, ...],
    to: str | None,
    origin: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    cached: bool,
    update_baseline: bool,
    settings: Settings,
) -> int:
    """Check code; exit code 1 where there are findings, 3 where something is not decided."""
    from tfshift.report import Result, emit
    from tfshift.report.findings import (
        finding_json,
        finding_lines,
        summary,
        unknown_json,
        unknown_lines,
    )

    move = open_move(paths, origin, to, "compat", settings.jobs)
    if update_baseline:
        return _accept(paths, move, select, ignore, baseline, settings)
    accepted = baseline_of(paths[0], baseline)
    result = checked(paths, move, select, ignore, accepted, cached, settings.jobs)
    findings = result.findings
    payload = {
        "from": move.origin_release.version,
        "to": move.target_release.version,
        "files": result.files,
        "findings": [finding_json(f) for f in findings],
        "skipped": [{"path": s.path, "reason": s.reason} for s in result.skipped],
        "unknown": [unknown_json(u) for u in result.unknown],
        "not_measured": dict(result.unmeasured),
    }
    calls = sum(result.unmeasured.values())
    lines = [
        *finding_lines(findings),
        *unknown_lines(result.unknown),
        *(f"{s.path}: skipped: {s.reason}" for s in result.skipped),
        f"TensorFlow {payload['from']} -> {payload['to']}: "
        + summary(findings, result.files, len(result.skipped), sum(u.count for u in result.unknown))
        + (f", {calls} call{'' if calls == 1 else 's'} not measured" if calls else ""),
    ]
    emit(Result("check", payload, tuple(lines), findings), settings.format, settings.output)
    if findings:
        return 1
    # A file that was not read, or a place that cannot be judged, has not passed.
    return 3 if result.skipped or result.unknown else 0


def _accept(
    paths: tuple[Path, ...],
    move: Any,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    settings: Settings,
) -> int:
    """Write all findings of today to the baseline."""
    from tfshift.atomic import write_atomic
    from tfshift.code.choosing import spell_baseline

    if baseline is None:
        raise TfshiftError("no baseline to write", remedy="give --baseline FILE")
    result = checked(paths, move, select, ignore, None, False, settings.jobs)
    write_atomic(baseline, spell_baseline(result.results))
    settings.say(f"wrote {len(result.findings)} findings to {baseline}")
    return 0
