"""``tfshift migrate``: the whole way, with proof."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfshift.cli.options import Settings, common, configuration
from tfshift.code.styles import style_names
from tfshift.domain.errors import TfshiftError

if TYPE_CHECKING:
    from tfshift.migrate import Outcome
    from tfshift.migrate.state import Stage

_MARK = {"yes": "ok", "no": "no", "unknown": "??"}
_EXIT = {"equal": 0, "close": 0, "different": 1, "unknown": 3}


def _stage_line(stage: Stage) -> str:
    return f"{_MARK[stage.verdict]}  {stage.name:<9}{stage.seconds:7.1f} s  {stage.detail}"


def _live(settings: Settings) -> Any:
    """What the command prints is shown with -vv only: it would drown the stages."""

    def live(stream: str, data: bytes) -> None:
        if settings.verbosity > 1:
            click.echo(data, err=True, nl=False)

    return live


def _tolerance(rtol: float | None, atol: float | None) -> Any:
    from tfshift.domain.recordings import Tolerance

    if rtol is None and atol is None:
        return None
    return Tolerance(rtol or 0.0, atol or 0.0, "given on the command line")


def _payload(outcome: Outcome, out: Path) -> dict[str, Any]:
    from tfshift.proof.account import to_json
    from tfshift.report.findings import finding_json

    return {
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "from": outcome.origin.version,
        "to": outcome.target.version,
        "stages": [stage.to_json() for stage in outcome.stages],
        "comparison": to_json(outcome.comparison),
        "broke_at": outcome.broke_at,
        "certificate": (out / "certificate.json").as_posix(),
        "remaining": [finding_json(f) for f in outcome.remaining],
    }


def _next_steps(outcome: Outcome, out: Path) -> list[str]:
    if outcome.verdict in ("equal", "close"):
        return [
            f"next: read {out}/report.html, take {out}/project, and rebuild its environment with",
            f"      tfshift env create --lock {out}/after.lock",
            f"      prove it again any time with: tfshift replay {out}/certificate.json",
        ]
    if outcome.verdict == "different":
        where = f"; it differs from TensorFlow {outcome.broke_at} on" if outcome.broke_at else ""
        return [f"next: see the first difference in {out}/report.html{where}"]
    return [f"next: {outcome.reason}"]


def _lines(outcome: Outcome, out: Path) -> list[str]:
    from tfshift.proof.account import to_lines
    from tfshift.report.findings import finding_lines

    return [
        f"TensorFlow {outcome.origin.version} -> {outcome.target.version}",
        *(_stage_line(stage) for stage in outcome.stages),
        *(f"remaining: {line}" for line in finding_lines(outcome.remaining)),
        "",
        *to_lines(outcome.comparison),
        *_next_steps(outcome, out),
    ]


@click.command(help="Move PATH to TensorFlow V and prove it by running CMD on both sides.")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--to", "to", metavar="V", help="Target version.")
@click.option(
    "--from", "origin", metavar="V", help="Version the code was written for; default auto."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.")
@click.option(
    "-r",
    "requirements",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What the command imports; default PATH/requirements.txt.",
)
@click.option("--style", type=click.Choice(style_names()), default=None)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--rtol", type=click.FloatRange(0), help="Relative tolerance, instead of the default."
)
@click.option(
    "--atol", type=click.FloatRange(0), help="Absolute tolerance, instead of the default."
)
@click.option("--no-bisect", is_flag=True, help="Do not look for the release that differs.")
@click.option(
    "--transplant", is_flag=True, help="Start the new side from the old side's initial values."
)
@click.option(
    "--sign", type=click.Path(path_type=Path), metavar="KEY",
    help="Sign the certificate with this secret key of minisign.",
)  # fmt: skip
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on in DIR.")
@click.argument("cmd", nargs=-1, type=click.UNPROCESSED)
@common
def command(
    path: Path | None,
    to: str | None,
    origin: str | None,
    out: Path | None,
    requirements: tuple[Path, ...],
    style: str | None,
    seed: int,
    rtol: float | None,
    atol: float | None,
    no_bisect: bool,
    transplant: bool,
    sign: Path | None,
    resume: Path | None,
    cmd: tuple[str, ...],
    settings: Settings,
) -> int:
    """Migrate; exit code 0 equal or close, 1 different, 3 unknown."""
    from tfshift import facts
    from tfshift.atomic import write_atomic
    from tfshift.migrate import Journey
    from tfshift.report import Result, emit, render

    if resume is not None:
        request = _resumed(resume, rtol, atol, settings, not no_bisect)
    else:
        request = _requested(path, to, origin, out, style, seed, cmd, settings)
        request = replace(
            request,
            requirements=requirements,
            tolerance=_tolerance(rtol, atol),
            bisect=not no_bisect,
            transplant=transplant,
        )
    key = _key(sign)
    detail = lambda line: settings.say(f"      {line}", level=1)  # noqa: E731
    tell = lambda stage: settings.say(_stage_line(stage))  # noqa: E731
    journey = Journey(facts.open(), request, detail, tell, _live(settings))
    outcome = journey.travel(resume=resume is not None)
    signature = _signed(request.out / "certificate.json", key)
    lines = _lines(outcome, request.out)
    lines += [f"signed: {signature}"] if signature else []
    payload = {**_payload(outcome, request.out), "signature": signature}
    payload["curves"] = _curves(request.out / "recordings")
    result = Result("migrate", payload, tuple(lines))
    write_atomic(request.out / "report.html", render(result, "html"))
    if settings.format == "text" and settings.output is None and settings.verbosity >= 0:
        # The stages have been told while they went by.
        shown = [line for line in lines if not line.startswith(("ok  ", "no  ", "??  "))]
        result = Result(result.command, result.payload, tuple(shown))
    emit(result, settings.format, settings.output)
    return _EXIT[outcome.verdict]


def _curves(recordings: Path) -> list[dict[str, object]]:
    """Return the losses and accuracies of both sides, where both were recorded."""
    from tfshift.proof.curves import curves
    from tfshift.proof.recording import RECORDING, load

    sides = [recordings / name for name in ("before", "after")]
    if not all((side / RECORDING).is_file() for side in sides):
        return []
    return [curve.to_json() for curve in curves(*map(load, sides))]


def _key(path: Path | None) -> Any:
    """Read the secret key first: a long migration is not to end without its signature."""
    if path is None:
        return None
    from tfshift.migrate.signature import secret_key

    return secret_key(path)


def _signed(certificate: Path, key: Any) -> str | None:
    if key is None:
        return None
    from tfshift.migrate.signature import sign

    return sign(certificate, key).as_posix()


def _requested(
    path: Path | None,
    to: str | None,
    origin: str | None,
    out: Path | None,
    style: str | None,
    seed: int,
    cmd: tuple[str, ...],
    settings: Settings,
) -> Any:
    from tfshift.migrate import Request

    if path is None or not path.is_dir():
        raise TfshiftError(
            "no such folder", where=str(path or ""), remedy="name the project's folder"
        )
    configured = configuration(path)
    target = to or configured.get("to")
    if not target:
        raise TfshiftError("no target version", remedy="give --to V")
    if out is None:
        raise TfshiftError("no folder for the results", remedy="give --out DIR")
    if not cmd:
        raise TfshiftError(
            "no command to prove the move with", remedy="add it after --: -- python train.py"
        )
    return Request(
        path=path,
        to=str(target),
        origin=origin or str(configured.get("from", "auto")),
        out=out,
        command=cmd,
        style=style or str(configured.get("style", "compat")),
        seed=seed,
        offline=settings.offline,
    )


def _resumed(
    folder: Path, rtol: float | None, atol: float | None, settings: Settings, bisect: bool
) -> Any:
    from tfshift.migrate import Request
    from tfshift.migrate.state import read_state

    state = read_state(folder)
    if state is None:
        raise TfshiftError(
            "nothing to resume here", where=str(folder), remedy="give migrate's --out folder"
        )
    asked = state.request
    return Request(
        path=Path(asked["path"]),
        to=asked["to"],
        origin=asked["from"],
        out=folder,
        command=tuple(asked["command"]),
        style=asked["style"],
        seed=asked["seed"],
        requirements=tuple(Path(file) for file in asked["requirements"]),
        tolerance=_tolerance(rtol, atol),
        offline=settings.offline,
        bisect=bisect,
        transplant=asked.get("transplant", False),
    )
