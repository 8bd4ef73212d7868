"""The same meaning with the fewest edits: the other API where the target has it."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.destinations import Destination, Move
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.code.spelling import Spelling
from tfshift.domain.findings import Finding

TITLE = "Runs on the target with the same results and the fewest edits"
ROOTED = True
RULES = ()


def settle(file: CodeFile, move: Move) -> dict[int, Destination]:
    """Every usage goes where its symbol goes."""
    return {}


def restructured(file: CodeFile, move: Move) -> None:
    """Nothing is restructured."""
    return


def refuses(file: CodeFile, move: Move, settled: dict[int, Destination]) -> Finding | None:
    """No file is refused."""
    return None


def rewrites(
    file: CodeFile, move: Move, spelling: Spelling
) -> Iterator[tuple[Finding, tuple[Usage, ...]]]:
    """Nothing takes more than one usage into account."""
    yield from ()
