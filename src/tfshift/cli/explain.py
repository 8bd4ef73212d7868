"""``tfshift explain``: why an error comes and what mends it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

_SHOWN = 3


@click.command(help="Explain a log or a traceback: FILE, or - for what is piped in.")
@click.argument("file", default="-")
@click.option("--tf", "version", metavar="V", help="The TensorFlow that printed it, if known.")
@click.option("--reproduce", is_flag=True, help="Build the failing and the mended environment.")
@common
def command(file: str, version: str | None, reproduce: bool, settings: Settings) -> int:
    """Find known errors in a text and print the likeliest cause first."""
    from tfshift import facts
    from tfshift.environment.explain import explain
    from tfshift.environment.logs import Told
    from tfshift.report import Result, emit

    database = facts.open()
    known = Told(database.release(version).version) if version else None
    matches = explain(_read(file), database, known)
    payload: dict[str, object] = {"matches": [m.to_json() for m in matches]}
    lines: list[str] = []
    for match in matches[:_SHOWN]:
        lines += [f"{match.id} ({match.confidence:.0%}), line {match.line}: {match.evidence}"]
        lines += [f"  why: {match.cause}"]
        lines += [f"  do:  {step}" for step in match.remedy]
    if len(matches) > _SHOWN:
        lines.append(f"and {len(matches) - _SHOWN} less likely ones: --format json lists them")
    if not matches:
        lines = ["nothing known is in this text; --format json of tfshift doctor may tell more"]
    if reproduce and matches:
        from tfshift.environment.reproduce import reproduced

        told = reproduced(matches, database, settings.say, offline=settings.offline)
        payload["reproduced"] = told.to_json()
        lines += told.lines()
    emit(Result("explain", payload, tuple(lines)), settings.format, settings.output)
    return 0 if matches else 3


def _read(file: str) -> str:
    """Read a text whatever its encoding; tools on Windows pipe UTF-16."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise TfshiftError("cannot read the log", where=file, why=error.strerror or "") from None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data.decode(encoding, "replace")
    # A notebook's outputs are strings in JSON.
    if text.lstrip()[:1] == "{" and '"nbformat"' in text:
        text = _outputs(text)
    return text


def _outputs(text: str) -> str:
    """Return what the cells of a notebook printed and raised."""
    import json

    try:
        cells = json.loads(text).get("cells", [])
    except ValueError:
        return text
    parts: list[str] = []
    for cell in cells if isinstance(cells, list) else ():
        for output in cell.get("outputs", ()):
            for key in ("text", "traceback"):
                found = output.get(key, ())
                parts += [found] if isinstance(found, str) else [str(part) for part in found]
    return "\n".join(part.rstrip("\n") for part in parts)
