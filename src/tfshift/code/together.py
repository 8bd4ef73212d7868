"""Files that run in one process: what executes eagerly cannot share one with what must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from types import ModuleType


def beside_refused(
    processes: Iterable[Set[str]], rules: Mapping[str, Set[str]], style: ModuleType
) -> dict[str, str]:
    """Return files that must stay as they are because another one of their process does, and that one.

    Args:
        processes: the files of each process that there may be.
        rules: path -> rules of what was found in the file.
        style: how the code shall look.
    """
    if not style.RULES:
        return {}
    refused = {path for path, found in rules.items() if style.REFUSED in found}
    rewritten = {path for path, found in rules.items() if style.GRAPHS in found}
    staying: dict[str, str] = {}
    known = list(processes) if refused and rewritten else []
    more = True
    while more:
        more = False
        for together in known:
            held = sorted(together & (refused | staying.keys()))
            for path in sorted((together & rewritten) - staying.keys()) if held else ():
                staying[path], more = held[0], True
    return staying
