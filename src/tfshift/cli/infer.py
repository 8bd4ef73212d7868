"""``tfshift infer``: the release that code without pins needs."""

from __future__ import annotations

from pathlib import Path

import click

from tfshift.cli.options import Settings, common


@click.command(help="Infer which TensorFlow, Python and packages PATH needs.")
@click.argument("path", type=click.Path(path_type=Path))
@common
def command(path: Path, settings: Settings) -> None:
    """Infer the release from pins and symbols."""
    from tfshift import facts
    from tfshift.code.origin import infer
    from tfshift.report import Result, emit

    database = facts.open()
    origin = infer([path], database, settings.jobs)
    release = database.release(origin.best or "latest")
    payload = {
        "possible": [list(p) for p in origin.possible],
        "best": {
            "tensorflow": release.version,
            "python": release.pythons[-1],
            "packages": release.constraints,
        },
        "evidence": [e.to_json() for e in origin.evidence],
        "verified": None,
    }
    possible = ", ".join(a if a == b else f"{a} to {b}" for a, b in origin.possible)
    lines = [
        f"possible: TensorFlow {possible}",
        f"best: TensorFlow {release.version} on Python {release.pythons[-1]}",
        f"because: {origin.reason}",
    ]
    emit(Result("infer", payload, tuple(lines)), settings.format, settings.output)
