"""Ask the built facts. Opening is lazy, lookups are cached, nothing is ever written."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.symbols import Signature, Symbol
from tfshift.domain.versions import intervals, minor_text, parse_minor

Span = tuple[int, int, int]
Located = tuple[str, dict[str, Any]]
_COMPAT_IN_COMPAT = re.compile(r"^tf\.compat\.v\d\.(?=compat\.v\d)")
_RELEASE_FIELDS = {f for f in Release.__dataclass_fields__ if f != "extra"}


class Facts:
    """The facts of all measured releases.

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
            row = self._connection.execute("SELECT value FROM meta WHERE key='version'").fetchone()
            names = self._connection.execute("SELECT minor FROM releases ORDER BY position")
            self.minors: list[str] = [name for (name,) in names]
        except sqlite3.Error as error:
            raise TfshiftError(
                "the facts cannot be read",
                where=str(path),
                why=str(error),
                remedy="reinstall tfshift",
            ) from None
        self.version = str(row[0])
        self._position = {name: i for i, name in enumerate(self.minors)}
        self._spans: dict[tuple[str, str], tuple[Span, ...]] = {}
        self._records: dict[int, Any] = {}
        self._resolved: dict[tuple[str, int], Symbol | None] = {}
        self._located: dict[tuple[str, int], Located | None] = {}
        self._texts: dict[str, str] | None = None

    def _connect(self) -> None:
        uri = f"file:{self._path}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)
        self._process = os.getpid()

    def reopen(self) -> None:
        """Open the file anew in a forked process: SQLite's handles must not be shared."""
        if self._process != os.getpid():
            self._connect()

    # Releases

    @cached_property
    def releases(self) -> list[Release]:
        """All measured releases, oldest first."""
        rows = self._connection.execute("SELECT data FROM releases ORDER BY position")
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

    def spans(self, table: str, name: str) -> tuple[Span, ...]:
        """Return (first, last, record id) for each run of releases that has the name."""
        key = (table, name)
        found = self._spans.get(key)
        if found is None:
            text = self._spans_text(table, name)
            found = tuple(map(_span, text.split(";"))) if text else ()
            self._spans[key] = found
        return found

    def _spans_text(self, table: str, name: str) -> str:
        if self._texts is not None and table == "api":
            return self._texts.get(name, "")
        query = f"SELECT spans FROM {table} WHERE path=?"  # noqa: S608 (our own table names)
        row = self._connection.execute(query, (name,)).fetchone()
        return row[0] if row else ""

    def record(self, identifier: int) -> Any:
        """Return a stored record."""
        if identifier not in self._records:
            query = "SELECT data FROM records WHERE id=?"
            row = self._connection.execute(query, (identifier,)).fetchone()
            self._records[identifier] = json.loads(row[0])
        return self._records[identifier]

    def has(self, table: str, name: str, position: int) -> bool:
        """Tell whether a table has a name in one release."""
        return any(first <= position <= last for first, last, _ in self.spans(table, name))

    def at(self, table: str, name: str, position: int) -> Any | None:
        """Return the record of a name in one release, or None where it is absent."""
        for first, last, identifier in self.spans(table, name):
            if first <= position <= last:
                return self.record(identifier)
        return None

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
        query = "SELECT path FROM aliases WHERE owner=?"
        names = {path for (path,) in self._connection.execute(query, (found.owner,))}
        names.add(found.owner)
        here = (n for n in names if n != canonical(symbol))
        return sorted(n for n in here if self._same(n, found.owner, position))

    def _same(self, name: str, owner: str, position: int) -> bool:
        other = self.resolve(name, position)
        return other is not None and other.owner == owner

    def names(self, table: str = "api") -> list[str]:
        """Return every name of a table, sorted."""
        rows = self._connection.execute(f"SELECT path FROM {table} ORDER BY path")  # noqa: S608
        return [path for (path,) in rows]

    def pairs(
        self, one: int, other: int, under: str = "tf"
    ) -> Iterator[tuple[str, int | None, int | None]]:
        """Yield the symbols whose records in two releases are not the same one.

        Args:
            one: position of a release.
            other: position of another.
            under: only symbols at or below this path.

        Returns:
            Name, record in the one release, record in the other; sorted by name.
        """
        query = (
            "SELECT path, spans FROM api WHERE path = ? OR (path > ? AND path < ?) ORDER BY path"
        )
        # A slash follows the dot in ASCII: the range holds what is below.
        bounds = (canonical(under), f"{canonical(under)}.", f"{canonical(under)}/")
        rows = self._connection.execute(query, bounds).fetchall()
        if canonical(under) == "tf":
            self._texts = dict(rows)
        known: dict[str, tuple[bool, bool]] = {}
        for path, text in rows:
            a = b = None
            for part in text.split(";"):
                span, _, identifier = part.partition(":")
                inside = known.get(span)
                if inside is None:
                    first, last, _ = _span(part)
                    inside = known[span] = (first <= one <= last, first <= other <= last)
                if inside[0]:
                    a = identifier
                if inside[1]:
                    b = identifier
            if a != b:
                yield path, None if a is None else int(a), None if b is None else int(b)

    def near(self, name: str, table: str = "api") -> list[str]:
        """Return up to three known names that look like an unknown one."""
        import difflib

        parent, _, last = canonical(name).rpartition(".")
        beside = f"{parent}." if parent else ""
        query = (
            f"SELECT path FROM {table} WHERE path LIKE ? "  # noqa: S608
            "OR (path LIKE ? AND path NOT LIKE ?) LIMIT 8000"
        )
        like = self._connection.execute(query, (f"%.{last}", f"{beside}%", f"{beside}%.%"))
        return difflib.get_close_matches(canonical(name), [path for (path,) in like], 3, 0.5)

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

    def diff(self, before: str, after: str, under: str = "tf") -> dict[str, Any]:
        """Compare the APIs of two releases; see ``tfshift.facts.difference``."""
        from tfshift.facts.difference import difference

        return difference(self, before, after, under)


def canonical(symbol: str) -> str:
    """Spell a symbol from ``tf.``."""
    if symbol == "tensorflow" or symbol.startswith("tensorflow."):
        return "tf" + symbol[len("tensorflow") :]
    return symbol


def _span(text: str) -> Span:
    bounds, _, identifier = text.partition(":")
    first, _, last = bounds.partition("-")
    return int(first), int(last), int(identifier)


def _symbol(path: str, owner: str, record: dict[str, Any]) -> Symbol:
    parts = record.get("s")
    return Symbol(
        path=path,
        kind=record["k"],
        owner=owner,
        signature=Signature.from_compact(parts) if parts is not None else None,
        bases=tuple(record.get("b", ())),
        deprecated=record.get("d"),
    )


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return abs((a[0] - b[0]) * 20 + a[1] - b[1])
