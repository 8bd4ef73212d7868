"""Ask the built facts. Opening is lazy, lookups are cached, nothing is ever written."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.symbols import Signature, Symbol
from tfshift.domain.versions import intervals, minor_text, parse_minor
from tfshift.facts.build.pack import BLOCK, KINDS, axis_of, shelf_of

# First and last position of a run of releases, and a reference to the record that holds there.
Span = tuple[int, int, str]
_Runs = tuple[tuple[int, int], ...]
# Name -> pattern number, references and other names of the object, with tabs between them.
_Shelf = dict[str, str]
Located = tuple[str, dict[str, Any]]
_COMPAT_IN_COMPAT = re.compile(r"^tf\.compat\.v\d\.(?=compat\.v\d)")
_RELEASE_FIELDS = {f for f in Release.__dataclass_fields__ if f != "extra"}


class Facts:
    """The facts of all measured releases.

    Args:
        path: the SQLite file.
        axis: whose releases versions mean: ``tf``, ``keras`` or ``tf_keras``.

    Raises:
        TfshiftError: if it is missing or not readable as facts.
    """

    def __init__(self, path: Path, axis: str = "tf") -> None:
        if not path.is_file():
            raise TfshiftError(
                "the facts are not built",
                where=str(path),
                remedy="run make install in the checkout",
            )
        self._path, self.axis = path, axis
        self._connect()
        try:
            meta = dict(self._connection.execute("SELECT key, value FROM meta"))
            query = "SELECT minor FROM releases WHERE axis=? ORDER BY position"
            self.minors = [name for (name,) in self._connection.execute(query, (axis,))]
            self.version = str(meta["version"])
            self._patterns = _Patterns(meta["patterns"].split(";"))
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise TfshiftError(
                "the facts cannot be read",
                where=str(path),
                why=str(error),
                remedy="reinstall tfshift",
            ) from None
        self._position = {name: i for i, name in enumerate(self.minors)}
        self._shelves: dict[str, _Shelf] = {}
        self._blocks: dict[int, list[Any]] = {}
        self._resolved: dict[tuple[str, int], Symbol | None] = {}
        self._located: dict[tuple[str, int], Located | None] = {}
        self._axes: dict[str, Facts] = {axis: self}

    def _connect(self) -> None:
        uri = f"file:{self._path}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)
        self._process = os.getpid()

    def of(self, axis: str) -> Facts:
        """Return the same facts with versions of another axis: ``keras``, ``tf_keras`` or ``tf``."""
        if axis not in self._axes:
            self._axes[axis] = Facts(self._path, axis)
            self._axes[axis]._axes = self._axes
        return self._axes[axis]

    def for_symbol(self, symbol: str) -> Facts:
        """Return these facts with versions of the axis that a symbol belongs to."""
        return self.of(axis_of(canonical(symbol)))

    def reopen(self) -> None:
        """Open the file anew in a forked process: SQLite's handles must not be shared."""
        if self._process != os.getpid():
            self._connect()

    # Releases

    @cached_property
    def releases(self) -> list[Release]:
        """All measured releases, oldest first."""
        query = "SELECT data FROM releases WHERE axis=? ORDER BY position"
        rows = self._connection.execute(query, (self.axis,))
        return [self._release(json.loads(data)) for (data,) in rows]

    @staticmethod
    def _release(data: dict[str, Any]) -> Release:
        known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        extra = {k: data[k] for k in data if k not in _RELEASE_FIELDS}
        return Release(**{k: v for k, v in known.items() if k in _RELEASE_FIELDS}, extra=extra)

    def release(self, version: str) -> Release:
        """Return the release that a version argument means (``1.15``, ``1.15.5``, ``latest``).

        Raises:
            TfshiftError: if its minor has not been measured; near ones are named.
        """
        return self.releases[self.position(version)]

    def position(self, version: str) -> int:
        """Return the place of a version argument among the measured minors.

        Raises:
            TfshiftError: as for ``release``.
        """
        if version in self._position:
            return self._position[version]
        if version == "latest":
            return len(self.minors) - 1
        try:
            minor = parse_minor(version)
        except ValueError:
            raise TfshiftError(
                f"unknown TensorFlow version {version!r}",
                why="it should look like 1.15, 1.15.5 or latest",
                remedy=f"measured are {', '.join(self.minors)}",
            ) from None
        position = self._position.get(minor_text(minor))
        if position is None:
            near = sorted(self.minors, key=lambda m: _distance(parse_minor(m), minor))[:3]
            raise TfshiftError(
                f"unknown TensorFlow version {version!r}",
                why="it has not been measured",
                remedy=f"near ones are {', '.join(sorted(near, key=parse_minor))}",
            )
        return position

    # Symbols

    def _shelf(self, path: str) -> _Shelf:
        found = self._shelves.get(path)
        if found is None:
            row = self._connection.execute(
                "SELECT data FROM shelves WHERE path=?", (path,)
            ).fetchone()
            found = self._shelves[path] = _entries(row[0]) if row else {}
        return found

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

    def has(self, table: str, name: str, position: int) -> bool:
        """Tell whether a table has a name in one release."""
        entry = self._entry(table, name)
        runs = self._patterns[entry.partition("\t")[0]] if entry else ()
        return any(a <= position <= b for a, b in runs)

    def at(self, table: str, name: str, position: int) -> Any | None:
        """Return the record of a name in one release, or None where it is absent."""
        entry = self._entry(table, name)
        if entry is None:
            return None
        pattern, references, *_ = entry.split("\t")
        number = _run(self._patterns[pattern], position)
        return None if number is None else self.record(references.split(",")[number])

    def resolve(self, symbol: str, version: str | int) -> Symbol | None:
        """Find a symbol in a release, through aliases, module aliases and base classes.

        Args:
            symbol: a path from ``tf.`` (``tensorflow.`` is read the same).
            version: a version argument or a position.

        Returns:
            The symbol, or None where the release lacks it.
        """
        position = version if isinstance(version, int) else self.position(version)
        key = (symbol, position)
        if key not in self._resolved:
            found = self.locate(symbol, position)
            self._resolved[key] = None if found is None else _symbol(symbol, *found)
        return self._resolved[key]

    def locate(self, symbol: str, position: int) -> Located | None:
        """Return the path that owns a symbol's definition in a release, and its record."""
        path = canonical(symbol)
        if path.startswith("tf.compat."):
            path = _COMPAT_IN_COMPAT.sub("tf.", path)
        return self._walk(path, position)

    def _walk(self, path: str, position: int) -> Located | None:
        key = (path, position)
        if key in self._located:
            return self._located[key]
        parent, dot, last = path.rpartition(".")
        above = self._walk(parent, position) if dot else None
        found = None
        if not dot:
            record = self.at("api", path, position)
            found = None if record is None else (path, record)
        elif above is not None:
            found = self._member(above, last, position)
        self._located[key] = found
        return found

    def _member(self, above: Located, last: str, position: int) -> Located | None:
        for owner in (above[0], *above[1].get("b", ())):
            here = f"{owner}.{last}"
            record = self.at("api", here, position)
            if record is None:
                continue
            if "o" in record:
                here = record["o"]
                record = self.at("api", here, position) or record
            return here, record
        return None

    def exists(self, symbol: str, version: str) -> bool:
        """Tell whether a release offers a symbol."""
        return self.locate(symbol, self.position(version)) is not None

    def signature(self, symbol: str, version: str) -> Signature | None:
        """Return a callable's signature in a release; None where absent or not known."""
        found = self.resolve(symbol, version)
        return found.signature if found else None

    def module_exists(self, name: str, version: str | int) -> bool:
        """Tell whether a release has a module file of that dotted name (``tensorflow.…``)."""
        position = version if isinstance(version, int) else self.position(version)
        return self.at("modules", name, position) is not None

    def importable(self, symbol: str, version: str | int) -> bool:
        """Tell whether ``import`` of a module's dotted path works in a release, as measured."""
        position = version if isinstance(version, int) else self.position(version)
        path = canonical(symbol)
        record = self.at("api", path, position)
        if record is not None and record.get("i"):
            return True
        return self.module_exists("tensorflow" + path[2:], position)

    def present(self, symbol: str) -> list[list[str]]:
        """Return the closed intervals of measured minors that offer a symbol."""
        where = [i for i in range(len(self.minors)) if self.resolve(symbol, i)]
        return intervals(where, self.minors)

    def aliases(self, symbol: str, position: int) -> list[str]:
        """Return other public names of the same object in one release, sorted."""
        found = self.resolve(symbol, position)
        if found is None:
            return []
        fields = (self._entry("api", found.owner) or "").split("\t")
        names = {found.owner, *(fields[2].split() if len(fields) > 2 else ())}
        here = (n for n in names if n != canonical(symbol))
        return sorted(n for n in here if self._same(n, found.owner, position))

    def _same(self, name: str, owner: str, position: int) -> bool:
        other = self.resolve(name, position)
        return other is not None and other.owner == owner

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
        sides = {
            pattern: (_run(runs, one), _run(runs, other)) for pattern, runs in self._patterns.all()
        }
        found: list[tuple[str, str | None, str | None]] = []
        for path, lines in self._below(under):
            for line in lines:
                name, pattern, rest = line.split("\t", 2)
                a, b = sides[pattern]
                if a != b:
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

    def near(self, name: str, table: str = "api") -> list[str]:
        """Return up to three known names that look like an unknown one."""
        import difflib

        parent, _, last = canonical(name).rpartition(".")
        beside = f"{parent}." if parent else ""
        known = (n for n in self.names(table) if not n.startswith(("google.", "builtins.")))
        like = [
            n
            for n in known
            if n.rpartition(".")[2] == last
            or (n.startswith(beside) and "." not in n[len(beside) :])
        ]
        return difflib.get_close_matches(canonical(name), like, 3, 0.5)

    # Ops, changes

    def op(self, name: str, version: str) -> dict[str, Any] | None:
        """Return an op's definition in a release, or None where it is not registered."""
        record = self.at("ops", name, self.position(version))
        return dict(record) if record is not None else None

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """All authored changes, by id."""
        rows = self._connection.execute("SELECT data FROM changes ORDER BY id")
        return [json.loads(data) for (data,) in rows]

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
    def companions(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Companion -> minor -> ``version`` that goes with it, and the import's ``error`` or None."""
        rows = self._connection.execute("SELECT name, data FROM companions ORDER BY name")
        return {name: json.loads(data) for name, data in rows}

    def notes(self, minor: str) -> list[dict[str, Any]]:
        """Return what was announced for a minor, as authored."""
        query = "SELECT data FROM notes WHERE minor=? ORDER BY number"
        return [json.loads(data) for (data,) in self._connection.execute(query, (minor,))]

    def diff(self, before: str, after: str, under: str = "tf") -> dict[str, Any]:
        """Compare the APIs of two releases; see ``tfshift.facts.difference``."""
        from tfshift.facts.difference import difference

        return difference(self, before, after, under)


def canonical(symbol: str) -> str:
    """Spell a symbol from ``tf.``."""
    if symbol == "tensorflow" or symbol.startswith("tensorflow."):
        return "tf" + symbol[len("tensorflow") :]
    return symbol


_KIND_OF = {letter: kind for kind, letter in KINDS.items()}


class _Patterns(dict[str, _Runs]):
    """Runs of releases by the number of their pattern, read when first asked for."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts

    def __missing__(self, number: str) -> _Runs:
        pairs = (part.partition("-") for part in self.texts[int(number)].split(","))
        self[number] = tuple((int(first), int(last)) for first, _, last in pairs)
        return self[number]

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


def _symbol(path: str, owner: str, record: dict[str, Any]) -> Symbol:
    parts = record.get("s")
    return Symbol(
        path=path,
        kind=record["k"],
        owner=owner,
        signature=Signature.from_compact(parts, record.get("w")) if parts is not None else None,
        bases=tuple(record.get("b", ())),
        deprecated=record.get("d"),
        raises=record.get("u"),
    )


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return abs((a[0] - b[0]) * 20 + a[1] - b[1])
