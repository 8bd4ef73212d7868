"""What calls with fixed inputs give in two releases: the silent changes.

Each probe of ``facts/probes`` was run in each release under each of its names, natively and through
tensorflow.compat.v1 with the behaviour of TensorFlow 2 disabled. Two releases are compared as they
are: what changed on the way and was undone is no difference.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tfshift.facts.shelves import canonical

if TYPE_CHECKING:
    from tfshift.facts.database import Facts

COMPAT = "tf.compat.v1."
TABLE = "behaviour"
# Differences of this size, the second of the largest number, are those of processors and kernels.
ABSOLUTE, RELATIVE = 1e-6, 3e-6
# From here on tf.keras is the package of that name.
_ONE_KERAS = "2.6"


@dataclass(frozen=True, slots=True)
class Shift:
    """A call that gives something else in another release, and fails in neither.

    Args:
        symbol: what ``F`` is, as it is spelled in the one release.
        call: the call, with ``F`` for the symbol; its inputs are those of the probing agent.
        aspect: what it concerns: ``value``, ``stream`` of seeded random numbers, ``nan`` in the input,
            the ``edge`` of a gradient, ``names``, ``weights``, ``history`` or ``config`` of a model, ``gradient``.
        before: what it gives in the one release: values as the agent spells them.
        after: what it gives in the other.
        since: the release in which the last value before the other one's came, on the way.
    """

    symbol: str
    call: str
    aspect: str
    before: Any
    after: Any
    since: str


class Behaviour:
    """The probes that were run of the releases.

    Args:
        facts: the opened facts, of TensorFlow's releases.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        # What is said of calls besides: ``aspect``, and ``at`` which symbol they tell of.
        self.about: dict[str, dict[str, Any]] = json.loads(facts.meta("probes") or "{}")
        # The names that were probed.
        self.symbols = facts.shelf_names(TABLE)
        self._own = frozenset(self.symbols)
        self._others: dict[int, dict[str, list[tuple[str, str]]]] = {}
        self._asked: dict[tuple[str, int], dict[str, tuple[str, Any]]] = {}
        self._owners: dict[tuple[str, int], dict[str, list[str]]] = {}
        self._calls: dict[str, tuple[tuple[str, str], ...]] = {}
        self._two = facts.minors.index("2.0") if "2.0" in facts.minors else len(facts.minors)

    def answers(self, symbol: str, position: int) -> dict[str, Any]:
        """Return call -> what it gives (``v`` values, ``e`` exception, ``u`` unstable) in a release.

        Args:
            symbol: a name; one below ``tf.compat.v1`` means that mode.
            position: the release.
        """
        return {call: record for call, (_, record) in self._ask(symbol, position).items()}

    def _ask(self, symbol: str, position: int) -> dict[str, tuple[str, Any]]:
        """Return call -> the name under which it was run, and what it gives."""
        key = (symbol, position)
        if key not in self._asked:
            found = self._asked[key] = {}
            path = self._spelled(symbol, position)
            mode = self.mode(path or symbol, position)
            for name, call in self._probes(path, mode, position) if path else ():
                record = self._record(name, mode, call, position)
                if record is not None:
                    found.setdefault(call, (name, record))
        return self._asked[key]

    def _probes(self, path: str, mode: str, position: int) -> Iterator[tuple[str, str]]:
        """Yield name and call of each probe that says something of a symbol's calls."""
        owners = self._by_owner(mode, position)
        here = self.facts.resolve(path, position)
        plain = _plain(path)
        names = [plain] if plain in self._own else []
        names += owners.get(here.owner, []) if here is not None else []
        for name in dict.fromkeys(names):
            for each, call in self.calls(name):
                if each == mode and "at" not in self.about.get(call, {}):
                    yield name, call
        yield from self._telling(position).get(path if here is None else here.owner, ())

    def _telling(self, position: int) -> dict[str, list[tuple[str, str]]]:
        """Return owner -> name and call of the probes that tell of it and are run by another name."""
        if position not in self._others:
            found: dict[str, list[tuple[str, str]]] = {}
            for call, about in self.about.items():
                if "at" in about:
                    here = self.facts.resolve(about["at"], position)
                    # Special methods are in no release's listing: they are known by their name alone.
                    owner = about["at"] if here is None else here.owner
                    found.setdefault(owner, []).extend((name, call) for name in about["symbols"])
            self._others[position] = found
        return self._others[position]

    def _spelled(self, symbol: str, position: int) -> str | None:
        """Spell a symbol as TensorFlow's; None where another Keras is meant than TensorFlow's."""
        path = canonical(symbol)
        if path.startswith("keras."):
            minors = self.facts.minors
            if _ONE_KERAS not in minors or position < minors.index(_ONE_KERAS):
                return None
            return f"tf.{path}"
        return path

    def _by_owner(self, mode: str, position: int) -> dict[str, list[str]]:
        """Return owner -> names probed, for the objects of a release."""
        key = (mode, position)
        if key not in self._owners:
            found: dict[str, list[str]] = {}
            for name in self.symbols:
                spelled = _compat(name) if mode == "compat" else name
                here = self.facts.resolve(spelled, position)
                if here is not None:
                    found.setdefault(here.owner, []).append(name)
            self._owners[key] = found
        return self._owners[key]

    def mode(self, symbol: str, position: int) -> str:
        """Tell in which mode a spelling was run: 1.x is not asked through its own compat.v1."""
        return "compat" if symbol.startswith(COMPAT) and position >= self._two else "native"

    def calls(self, symbol: str) -> tuple[tuple[str, str], ...]:
        """Return mode and call of each probe of a name (from ``tf.``, without ``compat.v1``)."""
        if symbol not in self._calls:
            pairs = (entry.partition(" ") for entry in self.facts.shelf(f"{TABLE}:{symbol}"))
            self._calls[symbol] = tuple(sorted((mode, call) for mode, _, call in pairs))
        return self._calls[symbol]

    def shifts(self, symbol: str, origin: int, there: str, target: int) -> Iterator[Shift]:
        """Yield the probes that give values in both releases, and not the same.

        Args:
            symbol: the name in the one release.
            origin: position of that release.
            there: the name in the other.
            target: position of that.
        """
        before, after = self._ask(symbol, origin), self._ask(there, target)
        modes = self.mode(symbol, origin), self.mode(there, target)
        for call in sorted(before.keys() & after.keys()):
            (name, was), (other, now) = before[call], after[call]
            if "v" in was and "v" in now and not same(was, now):
                about = self.about.get(call, {})
                since = self._since((name, other), call, modes, (origin, target), was)
                aspect = about.get("aspect", "value")
                shown_as = name if "at" in about else symbol
                yield Shift(shown_as, call, aspect, was["v"], now["v"], since)

    def steady(self, symbol: str, origin: int, there: str, target: int) -> list[str]:
        """Return the probes that give the same values in both releases; arguments as for ``shifts``."""
        before, after = self.answers(symbol, origin), self.answers(there, target)
        return [
            call
            for call in sorted(before.keys() & after.keys())
            if "v" in before[call] and same(before[call], after[call])
        ]

    def _since(
        self,
        names: tuple[str, str],
        call: str,
        modes: tuple[str, str],
        ends: tuple[int, int],
        was: Any,
    ) -> str:
        """Name the release after the last one on the way that gives the first value.

        Args:
            names: under which the probe was run in the one release and in the other.
            call: the probe.
            modes: in which it was run.
            ends: the positions of both.
            was: what it gives in the one.
        """
        origin, target = ends
        step = 1 if target > origin else -1
        edge = target
        for position in range(target, origin, -step):
            record = self._record(names[1], modes[1], call, position)
            if record is None:
                # compat.v1 is not asked in 1.x: there it is what the plain name is.
                record = self._record(names[0], modes[0], call, position)
            if same(record, was):
                break
            edge = position
        minor: str = self.facts.minors[edge]
        return minor

    def _record(self, name: str, mode: str, call: str, position: int) -> Any:
        return self.facts.at(TABLE, f"{name} {mode} {call}", position)

    def history(self, symbol: str) -> Iterator[tuple[str, list[tuple[list[list[str]], Any]]]]:
        """Yield each probe of a name and what it gives in which releases.

        Args:
            symbol: the name under which it was probed; others have nothing to tell.
        """
        minors = self.facts.minors
        wanted, name = "compat" if symbol.startswith(COMPAT) else "native", _plain(symbol)
        for mode, call in self.calls(name):
            if mode == wanted:
                runs = [
                    ([[minors[a], minors[b]]], record["v"])
                    for a, b, reference in self.facts.spans(TABLE, f"{name} {mode} {call}")
                    if "v" in (record := self.facts.record(reference))
                ]
                yield call, runs

    def every(self, origin: int, target: int, under: str = "tf") -> Iterator[Shift]:
        """Yield the probes that give something else, each under the name that it was run by.

        Args:
            origin: position of the one release.
            target: position of the other.
            under: only symbols at or below this path; below ``tf.compat.v1`` those of that mode.
        """
        path = canonical(under)
        for name in self.symbols:
            for spelled in (name, _compat(name)):
                if path != "tf" and not (spelled + ".").startswith(path + "."):
                    continue
                modes = self.mode(spelled, origin), self.mode(spelled, target)
                if spelled != name and "compat" not in modes:
                    continue
                for call in sorted({call for mode, call in self.calls(name) if mode in modes}):
                    one = self.facts.reference(TABLE, f"{name} {modes[0]} {call}", origin)
                    other = self.facts.reference(TABLE, f"{name} {modes[1]} {call}", target)
                    if one is None or other is None or one == other:
                        continue
                    was, now = self.facts.record(one), self.facts.record(other)
                    if "v" in was and "v" in now and not same(was, now):
                        ends = origin, target
                        since = self._since((name, name), call, modes, ends, was)
                        aspect = self.about.get(call, {}).get("aspect", "value")
                        yield Shift(spelled, call, aspect, was["v"], now["v"], since)


def _plain(symbol: str) -> str:
    """Spell a name of compat.v1 as probes are named."""
    return f"tf.{symbol[len(COMPAT) :]}" if symbol.startswith(COMPAT) else symbol


def _compat(name: str) -> str:
    """Spell a probe's name below compat.v1."""
    return COMPAT + name[len("tf.") :]


def same(one: Any, other: Any) -> bool:
    """Tell whether two answers of the agent are the same up to what the platform decides."""
    return _same(one, other, ABSOLUTE)


def _same(one: Any, other: Any, within: float) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return False
        if "d" in one:
            numbers = [abs(v) for v in one["d"] if isinstance(v, (int, float))]
            within = max(ABSOLUTE, RELATIVE * max(numbers, default=0.0))
        return all(_same(one[key], other[key], within) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(a, b, within) for a, b in zip(one, other, strict=True)
        )
    one, other = _scalar(one), _scalar(other)
    if isinstance(one, (bool, str)) or isinstance(other, (bool, str)):
        return bool(one == other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=within)
    return bool(one == other)


def _scalar(value: Any) -> Any:
    """Take a number out of an array without axes: Keras gives its own or NumPy's."""
    if isinstance(value, dict) and value.get("s") == [] and value["t"] != "string":
        return value["d"][0]
    return value


def apart(before: Any, after: Any) -> float | None:
    """Return by how much two values differ at most; None where they are not numbers of one shape."""
    pairs = list(_pairs(before, after))
    if not pairs or any(pair is None for pair in pairs):
        return None
    distances = [abs(a - b) for pair in pairs if pair is not None for a, b in [pair]]
    return None if any(map(math.isnan, distances)) else max(distances)


def _pairs(one: Any, other: Any) -> Iterator[tuple[float, float] | None]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.get("t") != other.get("t") or one.get("s") != other.get("s"):
            yield None
        else:
            yield from _pairs(one["d"], other["d"])
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield None
        for a, b in zip(one, other, strict=False):
            yield from _pairs(a, b)
    elif isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        yield None
    elif isinstance(one, (int, float)) and isinstance(other, (int, float)):
        yield float(one), float(other)
    elif one in ("nan", "inf", "-inf") or other in ("nan", "inf", "-inf"):
        if one != other:
            yield None
    elif one != other:
        yield None


def shown(value: Any, most: int = 4) -> str:
    """Spell a value for people: its first numbers, and its type and shape where it is an array."""
    if isinstance(value, Mapping):
        flat = value["d"]
        cut = list(flat[:most])
        text = ", ".join(_number(v) for v in cut) + (", …" if len(flat) > most else "")
        if not value["s"]:
            return f"{text} ({value['t']})"
        return f"[{text}] ({value['t']} {'x'.join(map(str, value['s'])) or '0'})"
    if isinstance(value, list):
        if len(value) == 1:
            return shown(value[0], most)
        parts = ", ".join(shown(v, 3) for v in value[:2])
        return f"({parts}{', …' if len(value) > 2 else ''})"
    return _number(value)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else repr(value)
