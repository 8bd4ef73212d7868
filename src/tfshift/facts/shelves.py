"""How the built facts lie in their file: shelves of names, blocks of records, authored tables.

``tfshift.facts.build.pack`` writes them and says why they are as they are. Nothing here knows what
the facts mean: that is ``tfshift.facts.database``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.facts.build.pack import BLOCK, KINDS, shelf_of

# First and last position of a run of releases, and a reference to the record that holds there.
Span = tuple[int, int, str]
_Runs = tuple[tuple[int, int], ...]
# Name -> pattern number, references and other names of the object, with tabs between them.
_Shelf = dict[str, str]


def canonical(symbol: str) -> str:
    """Spell a symbol from ``tf.``."""
    if symbol == "tensorflow" or symbol.startswith("tensorflow."):
        return "tf" + symbol[len("tensorflow") :]
    return symbol


class Shelves:
    """The file of the built facts, read-only; shelves and blocks are kept once read.

    Args:
        path: the SQLite file.

    Raises:
        TfshiftError: if it is missing or not readable as facts.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise TfshiftError(
                "the facts are not built",
                where=str(path),
                remedy="run make install in the checkout",
            )
        self._path = path
        self._connect()
        try:
            meta = dict(self._connection.execute("SELECT key, value FROM meta"))
            self._connection.execute("SELECT count(*) FROM releases").fetchone()
            self.version = str(meta["version"])
            self._patterns = _Patterns(meta["patterns"].split(";"))
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise TfshiftError(
                "the facts cannot be read",
                where=str(path),
                why=str(error),
                remedy="reinstall tfshift",
            ) from None
        self._shelves: dict[str, _Shelf] = {}
        self._blocks: dict[int, list[Any]] = {}
        self._owners: dict[str, tuple[str, ...]] = {}

    def _connect(self) -> None:
        uri = f"file:{self._path}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)
        self._process = os.getpid()

    def reopen(self) -> None:
        """Open the file anew in a forked process: SQLite's handles must not be shared."""
        if self._process != os.getpid():
            self._connect()

    def _shelf(self, path: str) -> _Shelf:
        found = self._shelves.get(path)
        if found is None:
            row = self._connection.execute(
                "SELECT data FROM shelves WHERE path=?", (path,)
            ).fetchone()
            found = self._shelves[path] = _entries(row[0]) if row else {}
        return found

    def shelf(self, path: str) -> tuple[str, ...]:
        """Return the names that lie on one shelf."""
        return tuple(self._shelf(path))

    def shelf_names(self, table: str) -> tuple[str, ...]:
        """Return the names of a table's shelves, sorted."""
        query = "SELECT path FROM shelves WHERE path >= ? AND path < ? ORDER BY path"
        rows = self._connection.execute(query, (f"{table}:", f"{table};"))
        return tuple(path.partition(":")[2] for (path,) in rows)

    def spans(self, table: str, name: str) -> tuple[Span, ...]:
        """Return first, last and a reference for each run of releases that has the name."""
        entry = self._entry(table, name)
        if entry is None:
            return ()
        pattern, references, *_ = entry.split("\t")
        runs = zip(self._patterns[pattern], references.split(","), strict=True)
        return tuple((a, b, r) for (a, b), r in runs)

    def _entry(self, table: str, name: str) -> str | None:
        shelf, last = shelf_of(table, name)
        return self._shelf(shelf).get(last)

    def record(self, reference: str) -> Any:
        """Return what a reference means: a stored record, or an alias."""
        if reference[0] == "@":
            letter = reference[1]
            alias = {"k": _KIND_OF[letter.lower()], "o": reference[2:]}
            return alias if letter.islower() else {**alias, "i": 1}
        number = int(reference)
        block = self._blocks.get(number // BLOCK)
        if block is None:
            query = "SELECT data FROM blocks WHERE id=?"
            (data,) = self._connection.execute(query, (number // BLOCK,)).fetchone()
            block = self._blocks[number // BLOCK] = json.loads(zlib.decompress(data))
        return block[number % BLOCK]

    def place(self, name: str, position: int) -> int:
        """Return the place of a release on the axis that a name lies on; below 0 for none."""
        return position

    def has(self, table: str, name: str, position: int) -> bool:
        """Tell whether a table has a name in one release."""
        position = self.place(name, position)
        entry = self._entry(table, name)
        runs = self._patterns[entry.partition("\t")[0]] if entry else ()
        return any(a <= position <= b for a, b in runs)

    def walked(self, path: str, position: int) -> bool:
        """Tell whether anything below a module is known in one release: not all are looked into."""
        entries, position = self._shelf(f"api:{path}").values(), self.place(path, position)
        return any(
            _run(self._patterns[entry.partition("\t")[0]], position) is not None
            for entry in entries
        )

    def members(self, path: str, position: int) -> frozenset[str]:
        """Return the names that lie directly below a symbol in one release."""
        here = self._patterns.holding(self.place(path, position))
        entries = self._shelf(f"api:{path}").items()
        return frozenset(name for name, entry in entries if entry.partition("\t")[0] in here)

    def at(self, table: str, name: str, position: int) -> Any | None:
        """Return the record of a name in one release, or None where it is absent."""
        reference = self.reference(table, name, position)
        return None if reference is None else self.record(reference)

    def reference(self, table: str, name: str, position: int) -> str | None:
        """Return what refers to the record of a name in one release; equal records have one."""
        entry = self._entry(table, name)
        if entry is None:
            return None
        pattern, references, *_ = entry.split("\t")
        number = _run(self._patterns[pattern], self.place(name, position))
        return None if number is None else references.split(",")[number]

    def names(self, table: str = "api") -> list[str]:
        """Return every name of a table, sorted."""
        query = "SELECT path, data FROM shelves WHERE path >= ? AND path < ?"
        found: list[str] = []
        for path, data in self._connection.execute(query, (f"{table}:", f"{table};")):
            above = path.partition(":")[2] + "." if table in ("api", "modules") else ""
            found += [
                (above + name).lstrip(".") for name in self._shelves.get(path) or _entries(data)
            ]
        return sorted(found)

    def pairs(
        self, one: int, other: int, under: str = "tf"
    ) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield the symbols whose records in two releases are not the same one.

        Args:
            one: position of a release.
            other: position of another.
            under: only symbols at or below this path.

        Returns:
            Name, reference in the one release, reference in the other; sorted by name.
        """
        under = canonical(under)
        # Of most names the two releases hold the same record: those patterns are left out.
        every = (
            (pattern, _run(runs, one), _run(runs, other)) for pattern, runs in self._patterns.all()
        )
        sides = {pattern: (a, b) for pattern, a, b in every if a != b}
        found: list[tuple[str, str | None, str | None]] = []
        for path, lines in self._below(under):
            for line in lines:
                name, pattern, rest = line.split("\t", 2)
                if pattern in sides:
                    a, b = sides[pattern]
                    each = rest.partition("\t")[0].split(",")
                    was, now = None if a is None else each[a], None if b is None else each[b]
                    found.append((f"{path}.{name}" if path else name, was, now))
        return iter(sorted(found))

    def _below(self, under: str) -> Iterator[tuple[str, list[str]]]:
        """Yield where a path and all below it are held, and the lines that say so."""
        shelf, last = shelf_of("api", under)
        entry = self._shelf(shelf).get(last)
        if entry is not None:
            yield shelf.partition(":")[2], [f"{last}\t{entry}"]
        # A slash follows the dot in ASCII: the range holds what is below.
        query = "SELECT path, data FROM shelves WHERE path = ? OR (path > ? AND path < ?)"
        bounds = (f"api:{under}", f"api:{under}.", f"api:{under}/")
        for path, data in self._connection.execute(query, bounds):
            yield path.partition(":")[2], zlib.decompress(data).decode().split("\n")

    def meta(self, key: str) -> str | None:
        """Return what is said once for all releases; None where nothing is."""
        row = self._connection.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def errors(self) -> list[tuple[str, list[str], str]]:
        """Return id, needles (one a pattern) and the rest as JSON of all errors, by id."""
        rows = self._connection.execute("SELECT id, needles, data FROM errors ORDER BY id")
        return [(name, needles.split("\n"), data) for name, needles, data in rows]

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """All authored changes, by id."""
        rows = self._connection.execute("SELECT data FROM changes ORDER BY id")
        return [json.loads(data) for (data,) in rows]

    def examples(self, change: str) -> list[dict[str, str]]:
        """Return the examples of a change, by its id."""
        query = "SELECT data FROM examples WHERE id=?"
        row = self._connection.execute(query, (change,)).fetchone()
        found: list[dict[str, str]] = json.loads(zlib.decompress(row[0])) if row else []
        return found

    def gone(self, symbol: str) -> dict[str, Any] | None:
        """Say where a name went outside TensorFlow: that of the longest path above it, or None.

        Returns:
            ``symbol``, ``package`` and ``module`` (empty where it went nowhere), ``note``, ``evidence``.
        """
        path = canonical(symbol)
        while path:
            query = "SELECT data FROM gone WHERE symbol=?"
            row = self._connection.execute(query, (path,)).fetchone()
            if row is not None:
                found: dict[str, Any] = json.loads(row[0])
                return found
            path = path.rpartition(".")[0]
        return None

    @cached_property
    def method_names(self) -> frozenset[str]:
        """The names of all public methods of all classes in all releases."""
        query = "SELECT value FROM meta WHERE key='methods'"
        return frozenset(self._connection.execute(query).fetchone()[0].split())

    def owners_of(self, method: str) -> tuple[str, ...]:
        """Return the classes that have a method of that name; none where too many have."""
        if method not in self._owners:
            query = "SELECT owners FROM methods WHERE name=?"
            row = self._connection.execute(query, (method,)).fetchone()
            self._owners[method] = tuple(row[0].split()) if row else ()
        return self._owners[method]

    @cached_property
    def returns(self) -> dict[str, str]:
        """Function or method -> the class of what it returns, as authored."""
        return dict(self._connection.execute("SELECT symbol, class FROM returns"))

    def same_default(self, symbol: str, parameter: str, one: str, other: str) -> bool:
        """Tell whether two spellings of a parameter's default are known to mean the same.

        They do in both APIs that a symbol is a part of.
        """
        path = canonical(symbol).replace("tf.compat.v1.", "tf.").replace("tf.compat.v2.", "tf.")
        return any(
            spellings == ["*"] or {one, other} <= set(spellings)
            for above, spellings in self._same_defaults.get(parameter, ())
            if f"{path}.".startswith(f"{above}.")
        )

    @cached_property
    def _same_defaults(self) -> dict[str, list[tuple[str, list[str]]]]:
        found: dict[str, list[tuple[str, list[str]]]] = {}
        query = "SELECT symbol, parameter, spellings FROM same_defaults"
        for symbol, parameter, spellings in self._connection.execute(query):
            found.setdefault(parameter, []).append((symbol, json.loads(spellings)))
        return found

    @cached_property
    def companions(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Companion -> minor -> ``version`` that goes with it, and the import's ``error`` or None."""
        rows = self._connection.execute("SELECT name, data FROM companions ORDER BY name")
        return {name: json.loads(data) for name, data in rows}

    def notes(self, minor: str) -> list[dict[str, Any]]:
        """Return what was announced for a minor, as authored."""
        query = "SELECT data FROM notes WHERE minor=? ORDER BY number"
        return [json.loads(data) for (data,) in self._connection.execute(query, (minor,))]


_KIND_OF = {letter: kind for kind, letter in KINDS.items()}


class _Patterns(dict[str, _Runs]):
    """Runs of releases by the number of their pattern, read when first asked for."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts
        self._holding: dict[int, frozenset[str]] = {}

    def __missing__(self, number: str) -> _Runs:
        pairs = (part.partition("-") for part in self.texts[int(number)].split(","))
        self[number] = tuple((int(first), int(last)) for first, _, last in pairs)
        return self[number]

    def holding(self, position: int) -> frozenset[str]:
        """Return the numbers of the patterns that hold one release."""
        if position not in self._holding:
            found = (n for n, runs in self.all() if _run(runs, position) is not None)
            self._holding[position] = frozenset(found)
        return self._holding[position]

    def all(self) -> Iterator[tuple[str, _Runs]]:
        return ((str(number), self[str(number)]) for number in range(len(self.texts)))


def _run(runs: _Runs, position: int) -> int | None:
    """Return which of some runs holds a position, or None."""
    for number, (first, last) in enumerate(runs):
        if first <= position <= last:
            return number
    return None


def _entries(data: bytes) -> _Shelf:
    """Read a shelf."""
    lines = zlib.decompress(data).decode().split("\n")
    return dict(line.split("\t", 1) for line in lines)
