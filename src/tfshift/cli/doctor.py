"""``tfshift doctor``: what is wrong with an environment, and what mends it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

_SIGNS = {"yes": "ok  ", "no": "BAD ", "unknown": "?   "}
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(help="Diagnose an environment: interpreter, packages, machine.")
@click.option(
    "--python", "executable", metavar="EXE", help="An interpreter; default python on PATH."
)
@click.option("--env", "name", metavar="N", help="An environment of tfshift's store.")
@click.option("--to", "target", metavar="V", help="Ask what this release would need.")
@click.option("--system-root", type=_FOLDER, default=Path("/"), help="The machine's files.")
@click.option("--library", "libraries", type=_FILE, multiple=True, help="A custom-op library.")
@click.option("--deep", "import_it", is_flag=True, help="Also import TensorFlow.")
@common
def command(
    executable: str | None,
    name: str | None,
    target: str | None,
    system_root: Path,
    libraries: tuple[Path, ...],
    import_it: bool,
    settings: Settings,
) -> int:
    """Run all checks on an interpreter and print them."""
    from tfshift import facts
    from tfshift.environment.checks import verdict
    from tfshift.environment.doctor import deep, diagnose, gather
    from tfshift.report import Result, emit

    database = facts.open()
    subject = gather(
        _interpreter(executable, name),
        database,
        root=system_root.absolute(),
        working_folder=Path.cwd(),
        target=database.release(target) if target else None,
        libraries=libraries,
    )
    answers = diagnose(subject)
    if import_it:
        answers.append(deep(subject))
    overall = verdict(answers)
    payload = {"verdict": overall, "checks": [answer.to_json() for answer in answers]}
    lines = [f"{subject.probe['executable']}: Python {subject.probe['version']}"]
    for answer in answers:
        if answer.verdict == "yes" and settings.verbosity < 1:
            continue
        lines.append(
            f"{_SIGNS[answer.verdict]}{answer.id}: {answer.found}; expected {answer.expected}"
        )
        if answer.cause and answer.verdict != "yes":
            lines.append(f"      {answer.cause}")
        lines += [f"      do: {step}" for step in answer.remedy]
    good = sum(answer.verdict == "yes" for answer in answers)
    lines.append(f"{good} of {len(answers)} checks are fine")
    emit(Result("doctor", payload, tuple(lines)), settings.format, settings.output)
    return {"yes": 0, "no": 1, "unknown": 3}[overall]


def _interpreter(executable: str | None, name: str | None) -> Path:
    if executable and name:
        raise click.UsageError("give either --python or --env")
    if name:
        from tfshift.environment import store

        return store.python_of(store.find(name))
    if executable:
        found = shutil.which(executable)
        if found is None:
            raise TfshiftError(
                "no such interpreter",
                where=executable,
                remedy="give the path of a python executable",
            )
        return Path(found)
    # Not our own: whoever asks means the one that their shell would start.
    found = shutil.which("python") or shutil.which("python3")
    return Path(found or sys.executable)
