"""``tfshift compare A B``: whether two recordings agree."""

from __future__ import annotations

from pathlib import Path

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

_CODES = {"equal": 0, "close": 0, "different": 1, "unknown": 3}


@click.command("compare")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--rtol", type=click.FloatRange(min=0), help="Relative tolerance for all floats.")
@click.option("--atol", type=click.FloatRange(min=0), help="Absolute tolerance for all floats.")
@common
def command(
    before: Path, after: Path, rtol: float | None, atol: float | None, *, settings: Settings
) -> int:
    """Compare the recordings in folders A (the reference) and B.

    Without --rtol and --atol the tolerance follows from the numbers' types and the depth of the
    training; its reason is part of the result. Of recordings made with --repeats the last losses,
    accuracies and other numbers are compared by a test of their means. Exit code: 0 equal or close, 1 different,
    3 unknown.
    """
    from tfshift.domain.recordings import Tolerance
    from tfshift.proof import account, compare, recording, repeats
    from tfshift.report import Result, emit

    given = None
    if rtol is not None or atol is not None:
        given = Tolerance(rtol or 0.0, atol or 0.0, "given on the command line")
    several = [repeats.is_repeated(folder) for folder in (before, after)]
    if all(several):
        outcome = repeats.compare_repeats(repeats.load_all(before), repeats.load_all(after))
    elif any(several):
        raise TfshiftError(
            "one side holds repeated runs and the other one does not",
            where=f"{before}, {after}", remedy="record both with the same --repeats",
        )  # fmt: skip
    else:
        outcome = compare.compare(recording.load(before), recording.load(after), given)
    result = Result("compare", account.to_json(outcome), account.to_lines(outcome))
    emit(result, settings.format, settings.output)
    return _CODES[outcome.agreement]
