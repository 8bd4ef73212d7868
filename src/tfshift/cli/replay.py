"""``tfshift replay``: prove a certificate again, from its locks alone."""

from __future__ import annotations

from pathlib import Path

import click

from tfshift.cli.options import Settings, common


@click.command(help="Rebuild both sides of CERTIFICATE, run them again and compare.")
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option(
    "--public-key", metavar="KEY|FILE", help="Check first that this key of minisign signed it."
)
@common
def command(certificate: Path, public_key: str | None, settings: Settings) -> int:
    """Replay; exit code 0 where the proof holds, 1 where it does not, 3 where nothing can be said."""
    from tfshift import facts
    from tfshift.migrate.replay import replay
    from tfshift.proof.account import to_json, to_lines
    from tfshift.report import Result, emit

    if public_key is not None:
        from tfshift.migrate.signature import verify

        verify(certificate, public_key)
        settings.say("the signature holds")
    replayed = replay(certificate, facts.open(), settings.say, offline=settings.offline)
    found = replayed.comparison
    payload = {
        "verdict": found.agreement,
        "certified": replayed.certified,
        "holds": replayed.holds,
        "comparison": to_json(found),
    }
    word = "holds" if replayed.holds else "does not hold"
    lines = (f"the certificate {word}: certified {replayed.certified}", *to_lines(found))
    emit(Result("replay", payload, lines), settings.format, settings.output)
    if found.agreement == "unknown":
        return 3
    return 0 if replayed.holds else 1
