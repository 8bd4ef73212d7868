"""``tfshift fix``: rewrite code for another version; a diff unless told to write."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tfshift.cli.check import baseline_of, checked, choosing, open_move
from tfshift.cli.options import Settings, common
from tfshift.code.styles import style_names


@click.command(help="Rewrite PATH... for TensorFlow V; prints the diff unless --write is given.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "to", metavar="V", help="Target version.")
@click.option(
    "--from", "origin", metavar="V", help="Version the code was written for; default auto."
)
@click.option("--style", type=click.Choice(style_names()), default=None, help="Default compat.")
@click.option("--unsafe", is_flag=True, help="Also apply fixes that are only likely.")
@click.option(
    "--recording",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Recording of the code as it is: in the style native, random numbers stay what they were.",
)
@click.option("--write", is_flag=True, help="Change the files.")
@click.option("--allow-dirty", is_flag=True, help="Write into a git tree with uncommitted changes.")
@choosing
@common
def command(
    paths: tuple[Path, ...],
    to: str | None,
    origin: str | None,
    style: str | None,
    unsafe: bool,
    recording: Path | None,
    write: bool,
    allow_dirty: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    cached: bool,
    settings: Settings,
) -> int:
    """Fix code; exit code 1 where findings remain."""
    from tfshift.code import writing
    from tfshift.code.check import fix_file
    from tfshift.report import Result, emit
    from tfshift.report.findings import (
        diff_lines,
        finding_json,
        finding_lines,
        summary,
        unknown_json,
    )

    move = open_move(paths, origin, to, style, settings.jobs)
    accepted = baseline_of(paths[0], baseline)
    if recording is not None:
        from tfshift.proof.recording import load

        # What is kept of an earlier check knows nothing of it.
        move.drawn, cached = load(recording).drawn, False
    result = checked(paths, move, select, ignore, accepted, cached, settings.jobs)
    fixed = [fix_file(r, unsafe=unsafe) for r in result.results]
    root = result.root if result.root.is_dir() else result.root.parent
    lines: list[str] = []
    if write:
        if not allow_dirty:
            writing.refuse_dirty(root)
        lines += [f"wrote {_shown(p, root)}" for p in writing.write(root, fixed)]
    else:
        for place, text in sorted(writing.provider_files(root, fixed).items()):
            lines += diff_lines(_shown(place, root), b"", text.encode())
        for file in fixed:
            lines += diff_lines(file.path, file.before, file.after)
    applied = [f for file in fixed for f in file.applied]
    remaining = sorted((f for file in fixed for f in file.remaining), key=lambda f: f.sort_key)
    payload = {
        "from": move.origin_release.version,
        "to": move.target_release.version,
        "files": result.files,
        "findings": [finding_json(f) for f in result.findings],
        "skipped": [{"path": s.path, "reason": s.reason} for s in result.skipped],
        "unknown": [unknown_json(u) for u in result.unknown],
        "applied": [finding_json(f) for f in applied],
        "remaining": [finding_json(f) for f in remaining],
    }
    settings.say(
        f"fixed {len(applied)}, remaining: {summary(remaining, result.files, len(result.skipped))}"
    )
    for line in finding_lines(remaining):
        settings.say(f"  {line}")
    emit(Result("fix", payload, tuple(lines), tuple(remaining)), settings.format, settings.output)
    return 1 if remaining else 0


def _shown(place: Path, root: Path) -> str:
    """Spell a file from the root; what a package imports lies beside it, which may be above."""
    return Path(os.path.relpath(place, root)).as_posix()
