"""``tfshift bisect``: the version that broke a command."""

from __future__ import annotations

from pathlib import Path

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError


@click.command(
    "bisect",
    help="Find the version between --good and --bad in which CMD breaks; CMD's exit code 125 skips one.",
    context_settings={"allow_interspersed_args": True},
)
@click.option("--good", required=True, metavar="V", help="A version in which it works.")
@click.option("--bad", required=True, metavar="V", help="A version in which it does not.")
@click.option(
    "--vary", default="tensorflow", show_default=True, help="tensorflow, python, numpy, keras, …"
)
@click.option(
    "--when", type=click.Choice(["fails", "differs", "slower"]), default="fails", show_default=True
)
@click.option(
    "--prepare", type=click.Choice(["fix"]), help="Rewrite the code for each version first."
)
@click.option(
    "--tf", "tensorflow", metavar="V", help="The TensorFlow that stays where another varies."
)
@click.option(
    "--from", "origin", metavar="V", help="What the code was written for; default inferred."
)
@click.option("-r", "--requirements", type=click.Path(path_type=Path), multiple=True)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds a run may take."
)
@click.argument("arguments", metavar="-- CMD", nargs=-1, type=click.UNPROCESSED, required=True)
@common
def command(
    good: str,
    bad: str,
    vary: str,
    when: str,
    prepare: str | None,
    tensorflow: str | None,
    origin: str | None,
    requirements: tuple[Path, ...],
    timeout: float | None,
    arguments: tuple[str, ...],
    settings: Settings,
) -> int:
    """Halve the versions in between, running the command in an environment of each."""
    from tfshift import facts
    from tfshift.environment.manifests import read_manifest
    from tfshift.migrate.bisect import Bisection, command_of, used_changes
    from tfshift.migrate.candidates import Question
    from tfshift.report import Result, emit

    words = command_of(list(arguments))
    if not words:
        raise click.UsageError("there is no command after --")
    database = facts.open()
    folder = Path.cwd()
    if (prepare is not None and origin is None) or (vary != "tensorflow" and tensorflow is None):
        inferred = _inferred(folder, settings)
        origin = origin or inferred
        tensorflow = tensorflow or inferred
    wanted = [
        line for file in requirements for line in read_manifest(file, settings.say).requirements
    ]
    question = Question(
        words, folder, good, bad, vary, when, prepare, tensorflow, origin, tuple(wanted), timeout,
        settings.offline,
    )  # fmt: skip
    bisection = Bisection(question, database, settings.say)
    last, first, untested = bisection.run()
    changes = used_changes(folder, database, last, first) if vary == "tensorflow" else []
    payload = {
        "vary": vary,
        "last_good": last,
        "first_bad": first,
        "untested": list(untested),
        "tested": [t.to_json() for t in bisection.tested],
        "changes": changes,
    }
    lines = [f"{vary} {last} is good, {first} is bad"]
    lines += [f"not told: {', '.join(untested)}"] if untested else []
    lines += [f"  {c['path']}:{c['line']}: {c['message']}" for c in changes[:10]]
    emit(Result("bisect", payload, tuple(lines)), settings.format, settings.output)
    return 3 if untested else 0


def _inferred(folder: Path, settings: Settings) -> str:
    from tfshift import facts
    from tfshift.code.origin import infer

    try:
        found = infer([folder], facts.open(), settings.jobs).best
    except TfshiftError:
        found = None
    if found is None:
        raise TfshiftError(
            "which TensorFlow is meant is not known", remedy="give --tf V and --from V"
        )
    return found
