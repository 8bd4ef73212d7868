"""Files beside the code, and the lines of notebooks that are no Python: packages and commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath

from tfshift.code import commands, dependencies
from tfshift.code.destinations import Move
from tfshift.code.notebooks import SUFFIX
from tfshift.code.project import shown_path
from tfshift.code.sources import Skipped, byte_places, decode, read_bytes
from tfshift.domain.findings import Edit, Finding
from tfshift.pins import is_known


def in_files(
    files: Sequence[Path], root: Path, move: Move, needs: Iterable[str] = ()
) -> Iterator[tuple[str, bytes, str, tuple[Finding, ...]]]:
    """Check the files beside the code: which packages they want and which commands they call.

    Args:
        files: all files of the project.
        root: what paths are reported relative to.
        move: origin and target.
        needs: distributions that the project's rewritten code imports.

    Returns:
        Path, bytes, encoding and findings of each file that has some.
    """
    top = root.resolve()
    for file in files:
        # Notebooks are checked with their code.
        if file.suffix == SUFFIX or not (
            is_known(file) or commands.matches(PurePosixPath(file.name))
        ):
            continue
        name = shown_path(file, top)
        data = read_bytes(file, name)
        decoded = data if isinstance(data, Skipped) else decode(name, data)
        if isinstance(data, Skipped) or isinstance(decoded, Skipped):
            continue
        text, encoding, bom = decoded
        found = list(findings(name, text, move, needs))
        if found:
            places = byte_places(text, encoding, bom)
            yield name, data, encoding, tuple(placed(f, places) for f in found)


def placed(finding: Finding, places: Sequence[int]) -> Finding:
    """Turn a finding's edits of characters into edits of bytes.

    Args:
        finding: its edits are by character.
        places: the byte of each character.
    """
    fix = finding.fix
    if fix is None or not fix.edits:
        return finding
    edits = tuple(Edit(places[e.start], places[e.end], e.text) for e in fix.edits)
    return replace(finding, fix=replace(fix, edits=edits))


def findings(path: str, text: str, move: Move, needs: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield what a file's pins and commands mean for a move; edits are in characters of its text."""
    yield from chain(
        dependencies.findings(path, text, move, needs), commands.findings(path, text, move)
    )
