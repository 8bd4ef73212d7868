"""Symbols that a move leaves behind with no recipe: what is left to be authored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tfshift.code.destinations import Move
from tfshift.code.project import CodeFile, Project
from tfshift.code.sources import discover
from tfshift.facts import Facts

# Moves whose unanswered symbols are counted: up and down across both great divides.
MOVES = (("1.15", "2.15"), ("2.15", "2.21"), ("2.21", "2.15"), ("2.15", "1.15"))

# Reachable by attribute, but nobody's API: generated protocol modules and the C++ wrapper.
_INNER = {"tsl", "security", "proto", "pywrap_tensorflow"}


def unanswered(facts: Facts, origin: str, target: str) -> Iterator[str]:
    """Yield functions, classes and values of the origin that the target lacks and nothing replaces.

    Members of classes and leftovers of modules' own imports are left out: they go with what holds
    them.

    Args:
        facts: the opened facts.
        origin: version argument.
        target: version argument.
    """
    move = Move(facts, origin, target)
    for symbol in facts.diff(origin, target)["removed"]:
        found = facts.resolve(symbol, move.origin)
        above = facts.resolve(symbol.rpartition(".")[0], move.origin)
        if found is None or above is None or above.kind != "module" or found.kind == "module":
            continue
        if _INNER.intersection(symbol.split(".")) or "_pb2." in symbol:
            continue
        if found.owner == symbol and move.destination(symbol) is None:
            yield symbol


def counted(paths: Sequence[Path], facts: Facts, jobs: int) -> Counter[str]:
    """Count how often some code uses each symbol.

    Raises:
        TfshiftError: if a path is missing or holds no Python.
    """
    tree = discover(paths)
    total: Counter[str] = Counter()
    for each in Project(tree.root, tree.code, facts).each(_symbols, jobs):
        total.update(each)
    return total


def _symbols(file: CodeFile) -> Counter[str]:
    return Counter(usage.symbol for usage in file.names.usages)
