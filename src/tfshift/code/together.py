"""Files that run in one process: what executes eagerly cannot share one with what must not."""

from __future__ import annotations

from collections.abc import Iterable, Set


def beside_refused(
    processes: Iterable[Set[str]], refused: Set[str], changing: Set[str]
) -> dict[str, str]:
    """Return files that must stay as they are because another one of their process does, and that one.

    Args:
        processes: the files of each process that there may be.
        refused: those that stay.
        changing: those that would not.
    """
    staying: dict[str, str] = {}
    known = list(processes) if refused and changing else []
    more = True
    while more:
        more = False
        for together in known:
            held = sorted(together & (refused | staying.keys()))
            for path in sorted((together & changing) - staying.keys()) if held else ():
                staying[path], more = held[0], True
    return staying
