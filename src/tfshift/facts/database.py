"""Ask the built facts. Opening is lazy, lookups are cached, nothing is ever written."""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.symbols import Signature, Symbol
from tfshift.domain.versions import intervals, minor_text, parse_minor
from tfshift.facts.build.pack import AXES, axis_of
from tfshift.facts.shelves import Shelves, canonical

if TYPE_CHECKING:
    from tfshift.facts.behaviour import Behaviour

Located = tuple[str, dict[str, Any]]
_COMPAT_IN_COMPAT = re.compile(r"^tf\.compat\.v\d\.(?=compat\.v\d)")
# How names begin that may lie on another axis than TensorFlow's: nearly none do.
_OTHERS = tuple(axis for axis in AXES if axis != "tf")
_RELEASE_FIELDS = {f for f in Release.__dataclass_fields__ if f != "extra"}


class Facts(Shelves):
    """The facts of all measured releases.

    Args:
        path: the SQLite file.
        axis: whose releases versions mean: ``tf``, ``keras`` or ``tf_keras``.

    Raises:
        TfshiftError: if it is missing or not readable as facts.
    """

    def __init__(self, path: Path, axis: str = "tf") -> None:
        super().__init__(path)
        self.axis = axis
        query = "SELECT minor FROM releases WHERE axis=? ORDER BY position"
        self.minors = [name for (name,) in self._connection.execute(query, (axis,))]
        self._position = {name: i for i, name in enumerate(self.minors)}
        self._resolved: dict[tuple[str, int], Symbol | None] = {}
        self._located: dict[tuple[str, int], Located | None] = {}
        self._axes: dict[str, Facts] = {axis: self}
        self._beside: dict[tuple[str, int], int] = {}

    def of(self, axis: str) -> Facts:
        """Return the same facts with versions of another axis: ``keras``, ``tf_keras`` or ``tf``."""
        if axis not in self._axes:
            self._axes[axis] = Facts(self._path, axis)
            self._axes[axis]._axes = self._axes
        return self._axes[axis]

    def reopen(self) -> None:
        """Open the file anew in a forked process, for all axes that were asked before."""
        for facts in self._axes.values():
            Shelves.reopen(facts)

    def for_symbol(self, symbol: str) -> Facts:
        """Return these facts with versions of the axis that a symbol belongs to."""
        return self.of(axis_of(canonical(symbol)))

    def place(self, name: str, position: int) -> int:
        """Return the place of a release on the axis that a name lies on; below 0 for none.

        Beside a TensorFlow stands the Keras that goes with it: ``keras.layers.Dense`` in 2.15 means
        that of Keras 2.15.
        """
        if self.axis != "tf" or not name.startswith(_OTHERS) or (axis := axis_of(name)) == "tf":
            return position
        key = (axis, position)
        if key not in self._beside:
            self._beside[key] = self._find_beside(axis, position)
        return self._beside[key]

    def _find_beside(self, axis: str, position: int) -> int:
        from tfshift.facts.pairing import beside

        others = self.of(axis)
        found = beside(axis, self.releases[position], others.releases)
        return -1 if found is None else others.releases.index(found)

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

        A minor means its newest patch, which is the one that was measured; of an earlier patch the
        date, Pythons, distributions and requirements are its own.

        Raises:
            TfshiftError: if its minor has not been measured, or has no such patch.
        """
        return self.releases[self.position(version)].patch(version)

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

    def made_by(self, symbol: str, position: int) -> str | None:
        """Return the class of what a call of a symbol gives in a release; None where not known."""
        found = self.resolve(symbol, position)
        if found is None:
            return None
        if found.kind == "class":
            return symbol
        return self.returns.get(symbol) or self.returns.get(found.owner)

    @cached_property
    def behaviour(self) -> Behaviour:
        """What calls with fixed inputs give, by release."""
        from tfshift.facts.behaviour import Behaviour

        return Behaviour(self)

    # Ops

    def op(self, name: str, version: str) -> dict[str, Any] | None:
        """Return an op's definition in a release, or None where it is not registered."""
        record = self.at("ops", name, self.position(version))
        return dict(record) if record is not None else None

    def diff(self, before: str, after: str, under: str = "tf") -> dict[str, Any]:
        """Compare the APIs of two releases; see ``tfshift.facts.difference``."""
        from tfshift.facts.difference import difference

        return difference(self, before, after, under)


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
