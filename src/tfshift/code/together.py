"""Files that run in one process: what executes eagerly cannot share one with what must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, TypeVar

F = TypeVar("F")


def beside_refused(
    processes: Iterable[Set[str]], refused: Set[str], others: Set[str]
) -> dict[str, str]:
    """Return files that must stay as they are because another one of their process does, and that one.

    Args:
        processes: the files of each process that there may be.
        refused: those that stay.
        others: those that would not.
    """
    staying: dict[str, str] = {}
    known = list(processes) if refused and others else []
    more = True
    while more:
        more = False
        for together in known:
            held = sorted(together & (refused | staying.keys()))
            for path in sorted((together & others) - staying.keys()) if held else ():
                staying[path], more = held[0], True
    return staying


def sharing(programs: Iterable[Sequence[str]], files: Set[str]) -> list[Sequence[str]]:
    """Return the programs of several files that share one with some files, or with another such program.

    Args:
        programs: the files of each.
        files: those that the first ones share.
    """
    left = [program for program in programs if len(program) > 1]
    found: list[Sequence[str]] = []
    known, more = set(files), True
    while more:
        near = [program for program in left if known & {*program}]
        left = [program for program in left if program not in near]
        known.update(path for program in near for path in program)
        found += near
        more = bool(near)
    return sorted(found, key=lambda program: program[-1])


def as_written(
    done: Sequence[tuple[Mapping[str, F], Mapping[str, Any]]],
) -> list[list[tuple[Mapping[str, F], Mapping[str, Any]]]]:
    """Return programs in groups: those that would write a file in several ways come together.

    Args:
        done: files of each program, and what is written of them by path: its bytes first.
    """
    groups: list[list[tuple[Mapping[str, F], Mapping[str, Any]]]] = []
    for one in done:
        unlike = [
            group
            for group in groups
            if any(_unlike(one[0], one[1], files, written) for files, written in group)
        ]
        groups = [group for group in groups if group not in unlike]
        groups.append([*(other for group in unlike for other in group), one])
    return groups


def _unlike(
    files: Mapping[str, F],
    written: Mapping[str, Any],
    others: Mapping[str, F],
    also: Mapping[str, Any],
) -> bool:
    """Tell whether two programs share a file that they would write in two ways."""
    for path in files.keys() & others.keys():
        one, other = written.get(path), also.get(path)
        if (one and one[0]) != (other and other[0]):
            return True
    return False
