"""Where a symbol of the origin lives on the target: derived from measured identity, or authored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tfshift.code.provided import PROVIDER_PREFIX, provider_names
from tfshift.code.styles import style_named
from tfshift.domain.findings import Applicability
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts

# From here on tf.keras, and the Keras beside TensorFlow, is Keras 3.
KERAS_3 = (2, 16)


@dataclass(frozen=True)
class Destination:
    """What to write instead of a symbol.

    Args:
        path: from ``tf.``, or from the module that a provider generates.
        applicability: how far it may be trusted.
        evidence: why it is the same.
        provider: name of the provider that must be written beside the user's code.
        arguments: keyword on the origin -> keyword on the target, for those that differ.
        refuses: keywords that it does not offer: calls with them are left to a person.
        package: the distribution that must be installed for it, where another one has it.
    """

    path: str
    applicability: Applicability
    evidence: str
    provider: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    refuses: tuple[str, ...] = ()
    package: str | None = None

    @property
    def outside(self) -> bool:
        """Whether it is no part of TensorFlow: the facts do not describe it."""
        return self.provider is not None or self.package is not None


@dataclass(frozen=True)
class ArgumentChange:
    """What becomes of an argument.

    Args:
        name: what it is called on the target; empty where it is left out; with ``{}`` in it, what
            is written instead of the whole argument, around its value.
        applicability: how far that may be trusted; ``manual`` where only a person can do it.
        title: what changed, in a sentence.
        evidence: how that was measured.
        silent: the target takes it and does something else, rather than to fail.
    """

    name: str
    applicability: Applicability
    title: str
    evidence: str
    silent: bool = False


def is_tensorflow(symbol: str) -> bool:
    """Tell whether a symbol is TensorFlow's, not that of a Keras beside it."""
    return symbol == "tf" or symbol.startswith("tf.")


def _each(change: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a change for each symbol of which it tells where it goes, in a provider by its name."""
    yield change
    for name in change.get("also", ()):
        member = {"member": name.rpartition(".")[2]} if "provider" in change else {}
        yield {**change, "symbol": name, **member}


class Move:
    """One move between two releases.

    Args:
        facts: the opened facts.
        origin: version argument of the release that the code was written for.
        target: version argument of the release that it must run on.
        style: one of ``tfshift.code.styles``.
    """

    def __init__(self, facts: Facts, origin: str, target: str, style: str = "compat") -> None:
        self._given = (origin, target)
        self._others: dict[tuple[str, str], Move] = {(origin, style): self}
        self.facts = facts
        self.origin = facts.position(origin)
        self.target = facts.position(target)
        self.style = style
        self.origin_release = facts.release(origin)
        self.target_release = facts.release(target)
        self._known: dict[str, Destination | None] = {}
        self._lost: dict[str, str | None] = {}
        self._same: dict[tuple[str, bool], bool] = {}
        # Path -> line and seeds of operations that drew by their place in a graph, as recorded.
        self.drawn: dict[str, list[tuple[int, tuple[int, int]]]] = {}
        # What rules have found out about symbols, by the rule's id.
        self.kept: dict[str, dict[Any, Any]] = {}
        self._exact: dict[str, list[dict[str, Any]]] = {}
        self._above: list[dict[str, Any]] = []
        self._conditional: dict[str, list[dict[str, Any]]] = {}
        self._argument_changes: list[dict[str, Any]] = []
        for change in facts.changes:
            if not self._on_the_way(change):
                continue
            if "where" in change:
                for each in _each(change):
                    self._conditional.setdefault(each["symbol"], []).append(each)
            elif "to" not in change and "provider" not in change:
                self._argument_changes.append(change)
            else:
                for each in _each(change):
                    self._exact.setdefault(each["symbol"], []).append(each)
                    if each.get("below"):
                        self._above.append(each)

    @cached_property
    def companions(self) -> frozenset[str]:
        """Modules of other packages to which something goes in this move."""
        changes = (c for many in self._exact.values() for c in many if "package" in c)
        return frozenset(c["to"].partition(".")[0] for c in changes)

    def in_style(self, style: str) -> Move:
        """Return the same move in another style."""
        return self._other(self._given[0], style)

    def starting_at(self, origin: str) -> Move:
        """Return the move from another release to the same target, in the same style."""
        return self._other(origin, self.style)

    def _other(self, origin: str, style: str) -> Move:
        key = origin, style
        if key not in self._others:
            self._others[key] = Move(self.facts, origin, self._given[1], style)
        self._others[key].drawn = self.drawn
        return self._others[key]

    @cached_property
    def crossing(self) -> str | None:
        """``up`` where the move enters TensorFlow 2, ``down`` where it leaves it, else None."""
        before = parse_minor(self.origin_release.version)[0]
        after = parse_minor(self.target_release.version)[0]
        if before < 2 <= after:
            return "up"
        return "down" if after < 2 <= before else None

    @cached_property
    def to_keras_3(self) -> bool:
        """Whether the move leaves Keras 2 for Keras 3."""
        before = parse_minor(self.origin_release.version)
        return before < KERAS_3 <= parse_minor(self.target_release.version)

    @cached_property
    def root(self) -> str:
        """The module of the target that holds the origin's API."""
        if self.crossing is None or not style_named(self.style).ROOTED:
            return "tf"
        root = "tf.compat.v1" if self.crossing == "up" else "tf.compat.v2"
        return root if self.facts.resolve(root, self.target) else "tf"

    def _on_the_way(self, change: dict[str, Any]) -> bool:
        """Tell whether a change's version edge lies between origin and target."""
        if self.style not in change.get("styles", (self.style,)):
            return False
        edge = parse_minor(change["since"])
        before = parse_minor(self.origin_release.version)
        after = parse_minor(self.target_release.version)
        if edge <= parse_minor(self.facts.minors[0]):
            # What was gone before the first release that is measured is gone for every origin.
            return True
        # Beyond this target the change is another one.
        last = change.get("until")
        if change.get("direction", "up") == "up":
            return before < edge <= after and (last is None or after <= parse_minor(last))
        return after < edge <= before and (last is None or after >= parse_minor(last))

    def keeps(self, symbol: str, *, method: bool = False) -> bool:
        """Tell whether a symbol is the same on the target for each call that the origin takes.

        Args:
            symbol: its path.
            method: it is called on an object, so that only its name and parameters count.
        """
        key = (symbol, method)
        if key not in self._same:
            self._same[key] = self._find_same(symbol, method)
        return self._same[key]

    def _find_same(self, symbol: str, method: bool) -> bool:
        here, there = self.facts.resolve(symbol, self.origin), self.destination(symbol)
        if here is None:
            # Attributes of objects are not in the facts: nothing is said of them.
            return method
        if there is None or there.outside or here.owner in self._changed_calls:
            return False
        after = [self.facts.resolve(there.path, self.target)]
        if not method:
            if there.path != symbol and self.crossing is None:
                # Within one API a name that stays goes elsewhere only where a recipe says so.
                return False
            after.append(self.facts.resolve(symbol, self.target))
        elif there.path.rpartition(".")[2] != symbol.rpartition(".")[2]:
            return False
        return all(
            found is not None and found.signature == here.signature and found.raises is None
            for found in after
        )

    def lost_owner(self, method: str) -> str | None:
        """Return the class whose objects lose a method in this move, where all that have it do."""
        if method not in self._lost:
            self._lost[method] = self._find_lost(method)
        return self._lost[method]

    def _find_lost(self, method: str) -> str | None:
        found: set[str] = set()
        for owner in self.facts.owners_of(method):
            here = self.facts.resolve(f"{owner}.{method}", self.origin)
            if here is None or here.kind != "method" or owner.startswith("tf.contrib."):
                continue
            if not is_tensorflow(owner):
                continue  # tf.keras has the same
            if owner.startswith("tf.compat.v1.") and self.root != "tf.compat.v1":
                continue  # the plain names go elsewhere
            there = self.destination(owner)
            if there is None or there.outside or not self.on_target(there.path):
                return None
            if self.on_target(f"{there.path}.{method}"):
                return None
            found.add(here.owner.rpartition(".")[0])
        return min(found, key=lambda owner: (len(owner), owner)) if found else None

    @cached_property
    def _changed_calls(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        """Owner of a symbol in the origin -> its name there and the changes of its arguments."""
        found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for change in self._argument_changes:
            for symbol in (change["symbol"], *change.get("also", ())):
                here = self.facts.resolve(symbol, self.origin)
                if here is not None:
                    found.setdefault(here.owner, []).append((symbol, change))
        return found

    def argument_change(self, symbol: str, argument: str) -> ArgumentChange | None:
        """Say what becomes of an argument of a symbol that stays; None where nothing is authored.

        It counts where the rewritten spelling means the object that the change is about.
        """
        here = self.facts.resolve(symbol, self.origin)
        there = self.destination(symbol)
        if here is None or there is None:
            return None
        for name, change in self._changed_calls.get(here.owner, ()):
            if argument in change["arguments"] and self.same_on_target(there.path, name):
                return ArgumentChange(
                    change["arguments"][argument],
                    Applicability(change.get("applicability", "safe")),
                    change["title"],
                    change["evidence"],
                    bool(change.get("silent")),
                )
        return None

    def known_same(self, symbol: str) -> bool:
        """Tell whether a recipe says that a symbol that stays does the same, arguments apart."""
        here = self.facts.resolve(symbol, self.origin)
        return here is not None and here.owner in self._changed_calls

    def destination_where(self, symbol: str, condition: str) -> Destination | None:
        """Return where a symbol goes if a condition holds that a style has to look for."""
        name = symbol
        while name:
            for change in self._conditional.get(name, ()):
                rest = symbol[len(name) :]
                if change["where"] == condition and (not rest or change.get("below")):
                    found = self._apply(change, rest)
                    if found is not None:
                        return found
            name = name.rpartition(".")[0]
        return None

    def on_target(self, symbol: str) -> bool:
        """Tell whether the target has a symbol."""
        return self.facts.resolve(symbol, self.target) is not None

    def on_origin(self, symbol: str) -> bool:
        """Tell whether the origin has a symbol."""
        return self.facts.resolve(symbol, self.origin) is not None

    def same_in_compat(self, symbol: str) -> bool:
        """Tell whether a name and that of ``tf.compat.v1`` are one object on the target."""
        return self.same_on_target(symbol, f"tf.compat.v1{symbol[len('tf') :]}")

    def is_function(self, symbol: str) -> bool:
        """Tell whether the target has a symbol, and it is a function."""
        found = self.facts.resolve(symbol, self.target)
        return found is not None and found.kind == "function"

    def same_on_target(self, one: str, other: str) -> bool:
        """Tell whether two names are one object on the target."""
        a, b = self.facts.resolve(one, self.target), self.facts.resolve(other, self.target)
        return a is not None and b is not None and a.owner == b.owner

    def destination(self, symbol: str) -> Destination | None:
        """Find where a symbol lives on the target; None where nothing is known to be the same."""
        if symbol not in self._known:
            self._known[symbol] = self._find(symbol)
        return self._known[symbol]

    def _find(self, symbol: str) -> Destination | None:
        authored = self._authored(symbol)
        if authored is not None:
            return authored
        if self.root != "tf" and is_tensorflow(symbol) and not symbol.startswith("tf.compat."):
            rooted = self.root + symbol[len("tf") :]
            if self.on_target(rooted):
                return Destination(rooted, Applicability.SAFE, self._identity(symbol, rooted))
            other = self.root + ".compat." + ("v2" if self.root.endswith("v1") else "v1")
            if self.on_target(symbol) and self.on_target(other + symbol[len("tf") :]):
                path = other[len(self.root) :]
                path = f"tf{path}{symbol[len('tf') :]}"
                return Destination(path, Applicability.UNSAFE, "only the other API has it")
        elif self.on_target(symbol):
            return Destination(symbol, Applicability.SAFE, "the same name exists there")
        return self._bridge(symbol) or self._owned(symbol) or self._member(symbol)

    def _owned(self, symbol: str) -> Destination | None:
        """Follow a name to the path that owns the object, where a recipe may lie."""
        found = self.facts.resolve(symbol, self.origin)
        if found is None:
            return None
        applied = self._first(self._by_owner.get(found.owner, ()))
        if applied is not None:
            return applied
        return None if found.owner == symbol else self.destination(found.owner)

    def _first(self, changes: Sequence[dict[str, Any]]) -> Destination | None:
        """Return where the first of some changes leads that leads anywhere."""
        applied = (self._apply(change, "") for change in changes)
        return next((found for found in applied if found is not None), None)

    @cached_property
    def _instead(self) -> dict[str, list[dict[str, Any]]]:
        """Owner in the origin -> changes that hold although the target has the name."""
        found: dict[str, list[dict[str, Any]]] = {}
        for symbol, changes in self._exact.items():
            standing = [c for c in changes if c.get("instead")]
            here = self.facts.resolve(symbol, self.origin) if standing else None
            if here is not None:
                found.setdefault(here.owner, []).extend(standing)
        return found

    @cached_property
    def _by_owner(self) -> dict[str, list[dict[str, Any]]]:
        """Owner in the origin -> recipes that name the object otherwise."""
        found: dict[str, list[dict[str, Any]]] = {}
        for symbol, changes in self._exact.items():
            here = self.facts.resolve(symbol, self.origin)
            if here is not None and here.owner != symbol:
                found.setdefault(here.owner, []).extend(changes)
        return found

    def _identity(self, symbol: str, rooted: str) -> str:
        here, there = (self.facts.resolve(name, self.origin) for name in (symbol, rooted))
        if here is not None and there is not None and here.owner == there.owner:
            return f"{symbol} and {rooted} are one object in {self.origin_release.version}"
        return f"{rooted} exists in {self.target_release.version}"

    def _bridge(self, symbol: str) -> Destination | None:
        """Find another name of the same object, in a release on the way, that the target has."""
        step = 1 if self.target >= self.origin else -1
        best: tuple[tuple[bool, int, str], str, int] | None = None
        for position in range(self.origin, self.target + step, step):
            plain = self._plain_names(symbol, position)
            for name in (*plain, *self._names(symbol, position)):
                if self.on_target(name) and (name in plain or self._keeps_meaning(name)):
                    key = (not name.startswith(self.root), name.count("."), name)
                    if best is None or key < best[0]:
                        best = (key, name, position)
        if best is None:
            return None
        minor = self.facts.minors[best[2]]
        evidence = f"{symbol} and {best[1]} are one object in {minor}"
        return Destination(best[1], Applicability.SAFE, evidence)

    def _plain_names(self, symbol: str, position: int) -> list[str]:
        """Return what an object is called in the other API, as a release on the way has both."""
        if self.root != "tf" or self.crossing is None:
            return []
        other = "tf.compat.v2." if self.crossing == "up" else "tf.compat.v1."
        names = self.facts.aliases(symbol, position)
        return [f"tf.{name[len(other) :]}" for name in names if name.startswith(other)]

    def _names(self, symbol: str, position: int) -> list[str]:
        """Return other names of an object in a release, and how the target may spell them."""
        names = self.facts.aliases(symbol, position)
        if self.root == "tf":
            return names
        plain = (n for n in names if is_tensorflow(n) and not n.startswith("tf.compat."))
        return [*names, *(self.root + n[len("tf") :] for n in plain)]

    def _keeps_meaning(self, name: str) -> bool:
        """Refuse a plain name that means something else on the other side of 2.0."""
        if self.crossing is None or name.startswith("tf.compat.") or not is_tensorflow(name):
            return True
        rooted = ("tf.compat.v1" if self.crossing == "up" else "tf.compat.v2") + name[len("tf") :]
        return self.same_on_target(name, rooted)

    def _member(self, symbol: str) -> Destination | None:
        """Follow the owner of an attribute of a function, class or value."""
        owner, dot, attribute = symbol.rpartition(".")
        if not dot or owner == "tf":
            return None
        found = self.facts.resolve(owner, self.origin)
        # What the facts do not hold below a module is missing, unless it is a dunder.
        if found is not None and found.kind == "module" and not attribute.startswith("__"):
            return None
        if found is not None and found.kind == "class" and self.facts.resolve(symbol, self.origin):
            return None
        # What an object's own attributes have (tf.flags.FLAGS.sizes.split) lies where the object does.
        above = self._member(owner) if found is None else self.destination(owner)
        if above is None:
            return None
        return Destination(
            f"{above.path}.{attribute}", above.applicability, above.evidence, above.provider,
            package=above.package,
        )  # fmt: skip

    def _authored(self, symbol: str) -> Destination | None:
        here = self.facts.resolve(symbol, self.origin) if self._instead else None
        if here is not None and (found := self._first(self._instead.get(here.owner, ()))):
            return found
        above = [c for c in self._above if symbol.startswith(c["symbol"] + ".")]
        stays = self.on_target(symbol) and self._keeps_meaning(symbol)
        for change in (*self._exact.get(symbol, ()), *above):
            if stays and not change.get("instead"):
                continue
            found = self._apply(change, symbol[len(change["symbol"]) :])
            if found is not None:
                return found
        return None

    def _apply(self, change: dict[str, Any], rest: str) -> Destination | None:
        applicability = Applicability(change.get("applicability", "safe"))
        arguments = tuple(sorted(change.get("arguments", {}).items()))
        provider = change.get("provider")
        evidence = change["evidence"]
        if provider:
            rest = f".{change['member']}{rest}" if "member" in change else rest
            name = rest.lstrip(".").split(".")[0]
            if name and name not in provider_names(provider):
                return None
            path = PROVIDER_PREFIX + provider + rest
            refuses = tuple(change.get("refuses", {}).get(name, ()))
            return Destination(path, applicability, evidence, provider, arguments, refuses)
        path = change["to"] + rest
        if "package" in change:
            # Each name was looked up in the package: it does not have all.
            names = change.get("only", (rest.lstrip("."),))
            if not any(f"{name}.".startswith(f"{rest.lstrip('.')}.") for name in names):
                return None
            refuses = tuple(change.get("refuses", {}).get(rest.lstrip("."), ()))
            return Destination(
                path, applicability, evidence, None, arguments, refuses, change["package"]
            )
        if self.root != "tf" and is_tensorflow(path) and not path.startswith("tf.compat."):
            rooted = self.root + path[len("tf") :]
            path = rooted if self.on_target(rooted) else path
        if not self.on_target(path):
            return None
        return Destination(path, applicability, evidence, None, arguments)
