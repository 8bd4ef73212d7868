"""What files tell of the release that they were written for: names, arguments, grammar."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.domain.versions import intervals, parse_minor
from tfshift.facts import Facts
from tfshift.facts.pairing import fit

_ROOTS = ("tf", "keras", "tf_keras")
# A release's place, and that of the standalone Keras beside it; -1 where none is used or known.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Evidence:
    """Something in the project that tells of a version."""

    what: str
    value: str
    path: str
    line: int
    present: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        present = [list(p) for p in self.present]
        return {self.what: self.value, "path": self.path, "line": self.line, "present": present}


@dataclass(frozen=True)
class Told:
    """What one file tells.

    Args:
        path: the file.
        uses: whether it imports TensorFlow or Keras.
        lines: the first line of each symbol that tells, with one of its arguments or without.
        python: the least Python that its syntax needs, and the line that needs it.
    """

    path: str
    uses: bool
    lines: dict[tuple[str, str], int]
    python: tuple[tuple[int, int], int] | None


def told_by(file: CodeFile) -> Told:
    """Read off a file what tells of a release."""
    lines: dict[tuple[str, str], int] = {}
    for usage in file.names.usages:
        if not _telling(usage):
            continue
        lines.setdefault((usage.symbol, ""), usage.node.lineno)
        for keyword in usage.call.keywords if usage.call is not None else ():
            if keyword.arg is not None:
                lines.setdefault((usage.symbol, keyword.arg), keyword.lineno)
    uses = any((b.symbol or "").partition(".")[0] in _ROOTS for b in file.names.imports)
    return Told(file.source.path, uses, lines, _syntax(file))


# Grammar that came after the oldest Python here, each with what a text must hold to have it.
_GRAMMAR: tuple[tuple[str, type[ast.AST], tuple[int, int]], ...] = (
    ("match", ast.Match, (3, 10)),
    (":=", ast.NamedExpr, (3, 8)),
)


def _syntax(file: CodeFile) -> tuple[tuple[int, int], int] | None:
    for mark, kind, python in _GRAMMAR:
        if mark in file.source.text:
            for node in file.source.nodes:
                if isinstance(node, kind):
                    return python, getattr(node, "lineno", 1)
    return None


def _pairs(files: Iterable[Told], facts: Facts) -> list[Pair]:
    """Return every release with each Keras that code of its time could have beside it."""
    if not any(symbol.startswith("keras.") for file in files for symbol, _ in file.lines):
        return [(i, -1) for i in range(len(facts.releases))]
    keras = facts.of("keras").releases
    found: list[Pair] = []
    for i, release in enumerate(facts.releases):
        last = facts.place("keras", i)
        those = (keras.index(k) for k in fit("keras", release, keras))
        found += [(i, k) for k in those if k <= last] or [(i, -1)]
    return found


def agreed(files: Sequence[Told], facts: Facts) -> tuple[set[Pair], list[Evidence]]:
    """Find the releases in which all of it is; where there is none, those in which most is.

    Returns:
        The places of the releases, each with its Keras, and the evidence; last come the names that no
        release has.
    """
    everywhere = frozenset(_pairs(files, facts))
    evidence: dict[str, tuple[frozenset[Pair], Evidence]] = {}
    nowhere: dict[str, Evidence] = {}

    def add(what: str, value: str, path: str, line: int, where: frozenset[Pair]) -> None:
        if where and where != everywhere:
            spans = intervals(sorted({i for i, _ in where}), facts.minors)
            told = Evidence(what, value, path, line, tuple((a, b) for a, b in spans))
            evidence.setdefault(value, (where, told))

    for file in sorted(files, key=lambda told: told.path):
        for (symbol, argument), line in file.lines.items():
            shown = f"{symbol}({argument}=)" if argument else symbol
            if shown in evidence or shown in nowhere:
                continue
            where = _where(facts, symbol, argument, everywhere)
            add("symbol", shown, file.path, line, where)
            if not where and not argument and _lost(facts, symbol):
                nowhere[shown] = Evidence("symbol", shown, file.path, line, ())
        if file.python is not None:
            python, line = file.python
            taking = {
                i
                for i, release in enumerate(facts.releases)
                if any(parse_minor(p) >= python for p in release.pythons)
            }
            where = frozenset(pair for pair in everywhere if pair[0] in taking)
            add("syntax", f"Python {python[0]}.{python[1]}", file.path, line, where)
    ordered = sorted(evidence.values(), key=lambda pair: (len(pair[0]), pair[1].value))
    met = Counter(pair for where, _ in ordered for pair in where)
    most = max(met.values(), default=0)
    possible = {pair for pair in everywhere if met[pair] == most}
    return possible, [*(entry for _, entry in ordered), *nowhere.values()]


def _where(
    facts: Facts, symbol: str, argument: str, everywhere: frozenset[Pair]
) -> frozenset[Pair]:
    """Return in which pairs a symbol is, and takes an argument."""
    if symbol.startswith("keras."):
        axis = facts.of("keras")
        keras = {k for _, k in everywhere if k >= 0 and _takes(axis, symbol, argument, k)}
        return frozenset(pair for pair in everywhere if pair[1] in keras)
    releases = {i for i, _ in everywhere}
    taking = {i for i in releases if _takes(facts, symbol, argument, i)}
    return frozenset(pair for pair in everywhere if pair[0] in taking)


def _lost(facts: Facts, symbol: str) -> bool:
    """Tell whether a public name is missing from modules that are known, so that it must be older."""
    if symbol.startswith("tf.python."):
        return False
    parent = symbol.rpartition(".")[0]
    axis = facts.for_symbol(symbol)
    found = [axis.resolve(parent, i) for i in range(len(axis.minors))]
    modules = any(f is not None and f.kind == "module" for f in found)
    return modules and not any(part.startswith("_") for part in symbol.split("."))


def named(symbol: str, facts: Facts) -> str:
    """Return the part of a dotted path that names something of TensorFlow's or Keras's.

    What follows an object (``tf.flags.FLAGS.size``) is the program's own.
    """
    parts = symbol.split(".")
    axis = facts.for_symbol(symbol)
    for end in range(2, len(parts)):
        path = ".".join(parts[:end])
        kinds = {f.kind for i in range(len(axis.minors)) if (f := axis.resolve(path, i))}
        if kinds and not kinds & {"module", "class"}:
            return path
    return symbol


def _takes(facts: Facts, symbol: str, argument: str, position: int) -> bool:
    """Tell whether a release has a symbol, and an argument of it; of builtins none are known."""
    found = facts.resolve(symbol, position)
    if found is None:
        return False
    return not argument or found.signature is None or found.signature.accepts(argument)


def _telling(usage: Usage) -> bool:
    # What a class offers is known by its methods; attributes that objects get are not.
    return not (
        usage.guarded
        or usage.alternatives
        or usage.method
        or usage.symbol.endswith("*")
        or usage.symbol.partition(".")[0] not in _ROOTS
    )
