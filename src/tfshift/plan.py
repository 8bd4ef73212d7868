"""A move as hops that can be printed: what changes at each, and where that hits the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tfshift.code.check import CheckResult, check
from tfshift.code.destinations import Move
from tfshift.code.rules.behaviour import ID as BEHAVIOUR
from tfshift.domain.findings import Applicability, Finding, Severity
from tfshift.domain.releases import Release
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts
from tfshift.facts.announced import announced

# The last release of a major offers the old API and the new one side by side.
_BRIDGE = "1.15"


@dataclass(frozen=True)
class Hop:
    """One step of a move: what the project meets when it goes from one release to the next.

    Args:
        origin: the release before.
        target: the release after.
        changes: what changes of that which the project uses.
        findings: how often that hits the project.
        announced: what was announced for the minors that it crosses.
        provable: yes where both sides can be built here and run after ``fix`` with the same numbers as
            far as is measured, no where they cannot, unknown where only a comparison can tell.
        reason: why it is not yes.
    """

    origin: Release
    target: Release
    changes: tuple[str, ...]
    findings: int
    announced: tuple[dict[str, Any], ...] = ()
    provable: str = "unknown"
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "from": self.origin.version,
            "to": self.target.version,
            "python": self.target.pythons[-1],
            "packages": self.target.constraints,
            "changes": list(self.changes),
            "findings": self.findings,
            "announced": list(self.announced),
            "provable": {"verdict": self.provable, "reason": self.reason},
        }


@dataclass(frozen=True)
class Leg:
    """A part of the shortest way whose parts can be proved one by one.

    Args:
        origin: the release before.
        target: the release after.
        provable: as of a hop.
        reason: why it is not yes.
    """

    origin: Release
    target: Release
    provable: str
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "from": self.origin.version,
            "to": self.target.version,
            "provable": {"verdict": self.provable, "reason": self.reason},
        }


@dataclass(frozen=True)
class Plan:
    """A move in hops.

    Args:
        origin: where the project is.
        target: where it goes.
        hops: the steps.
        direct: yes where nothing is left to do by hand, no where something is.
        blockers: findings that need a person.
        checked: the check of the whole move.
        holes: releases in between that cannot be tried here, and why.
        route: the shortest way in parts that can be proved each; what cannot is a part by itself.
    """

    origin: Release
    target: Release
    hops: tuple[Hop, ...]
    direct: str
    blockers: tuple[Finding, ...]
    checked: CheckResult
    holes: tuple[tuple[str, str], ...] = ()
    route: tuple[Leg, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "from": self.origin.version,
            "to": self.target.version,
            "hops": [hop.to_json() for hop in self.hops],
            "direct": self.direct,
            "route": [leg.to_json() for leg in self.route],
            "holes": [{"version": version, "reason": why} for version, why in self.holes],
            "blockers": [
                {"path": f.path, "line": f.line, "symbol": f.symbol, "message": f.message}
                for f in self.blockers
            ],
        }


def stops(facts: Facts, origin: Release, target: Release) -> list[Release]:
    """List the releases that a move touches: its ends, and the bridge where it crosses 2.0."""
    before, after = parse_minor(origin.version), parse_minor(target.version)
    low, high = min(before, after), max(before, after)
    between = []
    if low < parse_minor(_BRIDGE) < high and low[0] < 2 <= high[0] and _BRIDGE in facts.minors:
        between = [facts.release(_BRIDGE)]
    return [origin, *between, target]


def _changes(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({f"{f.symbol}: {f.kind.value}" for f in findings}))


def _announced(facts: Facts, before: Release, after: Release) -> Iterator[dict[str, Any]]:
    """Yield what was announced for the minors that a hop crosses, in the order of the hop."""
    one, other = facts.position(before.version), facts.position(after.version)
    between = range(min(one, other) + 1, max(one, other) + 1)
    for position in between if other > one else reversed(between):
        minor = facts.minors[position]
        yield from ({"release": minor, **note} for note in announced(facts, minor))


# Says why a release cannot be built on this machine; empty where it can, or nobody looked.
Missing = Callable[[Release], str]


def _provable(
    before: Release, after: Release, findings: Sequence[Finding], missing: Missing
) -> tuple[str, str]:
    """Tell whether a hop can be proved by running both sides, and what is in the way."""
    absent = missing(before) or missing(after)
    if absent:
        return "no", absent
    by_hand = len(_blockers(findings))
    if by_hand:
        return "no", f"{by_hand} findings need a person before it runs on {after.version}"
    # Where no fix keeps the numbers, both sides run, and only their comparison decides.
    moving = [f for f in findings if f.rule == BEHAVIOUR and not _kept(f)]
    if moving:
        first = moving[0]
        return "unknown", (
            f"{len(moving)} calls give other numbers that no fix keeps, "
            f"first {first.symbol} in {first.path}:{first.line}"
        )
    return "yes", ""


def _kept(finding: Finding) -> bool:
    informs = finding.severity is Severity.INFO
    return informs or (finding.fix is not None and finding.fix.applicability is Applicability.SAFE)


def _blockers(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        f
        for f in findings
        if f.severity is Severity.ERROR
        and (f.fix is None or f.fix.applicability is Applicability.MANUAL)
    )


class _Way:
    """Looks for the shortest way from one release to another in parts that can be proved.

    What a project meets between two releases is what the check of the whole way to the second one
    finds and that to the first does not: it grows with the way, so the farthest release that can be
    proved from here is found by halving.

    Args:
        found: the check of the project from the start to a release.
        missing: says why a release cannot be built here.
        places: the releases that can be built, from the start to the end.
    """

    def __init__(
        self,
        found: Callable[[Release], Sequence[Finding]],
        missing: Missing,
        places: Sequence[Release],
    ) -> None:
        self.missing, self.places = missing, places
        self._find = found
        self._known: dict[int, Sequence[Finding]] = {0: ()}

    def _found(self, at: int) -> Sequence[Finding]:
        if at not in self._known:
            self._known[at] = self._find(self.places[at])
        return self._known[at]

    def _verdict(self, at: int, to: int) -> tuple[str, str]:
        before = {(f.symbol, f.rule) for f in self._found(at)}
        new = [f for f in self._found(to) if (f.symbol, f.rule) not in before]
        return _provable(self.places[at], self.places[to], new, self.missing)

    def _farthest(self, at: int) -> int:
        """Return the farthest place that can be proved from one, itself where none can."""
        last = len(self.places) - 1
        if self._verdict(at, last)[0] == "yes":
            return last
        low, high = at, last
        while high - low > 1:
            middle = (low + high) // 2
            if self._verdict(at, middle)[0] == "yes":
                low = middle
            else:
                high = middle
        return low

    def legs(self) -> list[Leg]:
        """Return the parts of the way; neighbours that cannot be proved are one."""
        at, last = 0, len(self.places) - 1
        turns = [0]
        proved: list[bool] = []
        while at < last:
            to = self._farthest(at)
            if to == at:
                to = at + 1
                if proved and not proved[-1]:
                    turns[-1] = at = to
                    continue
                proved.append(False)
            else:
                proved.append(True)
            turns.append(to)
            at = to
        return [
            Leg(self.places[a], self.places[b], *self._verdict(a, b)) for a, b in pairwise(turns)
        ]


def make_plan(
    paths: Sequence[Path],
    facts: Facts,
    origin: str,
    target: str,
    jobs: int = 1,
    missing: Missing = lambda release: "",
) -> Plan:
    """Plan a move.

    Args:
        paths: files and folders of the project.
        facts: the opened facts.
        origin: version argument.
        target: version argument.
        jobs: how many processes may share the files.
        missing: says why a release cannot be built here.

    Raises:
        TfshiftError: if a version is unknown or the paths hold no Python.
    """
    start, end = facts.release(origin), facts.release(target)
    hops: list[Hop] = []
    known: set[tuple[str, str]] = set()
    checked: CheckResult | None = None
    route = stops(facts, start, end)
    for before, after in pairwise(route):
        checked = check(paths, Move(facts, start.version, after.version), jobs)
        # What an earlier hop already changed is not counted again.
        new = [f for f in checked.findings if (f.symbol, f.rule) not in known]
        known |= {(f.symbol, f.rule) for f in new}
        told = tuple(_announced(facts, before, after))
        proof = _provable(before, after, checked.findings, missing)
        hops.append(Hop(before, after, _changes(new), len(new), told, *proof))
    assert checked is not None
    blockers = _blockers(checked.findings)
    one, other = sorted((facts.position(start.version), facts.position(end.version)))
    between = [(r.version, missing(r)) for r in facts.releases[one + 1 : other]]
    holes = tuple((version, why) for version, why in between if why)
    direct = "no" if blockers else "yes"
    ordered = facts.releases[one : other + 1]
    if facts.position(start.version) > facts.position(end.version):
        ordered = ordered[::-1]
    inner = [r for r in ordered[1:-1] if not missing(r)]
    whole = checked.findings

    def found(release: Release) -> Sequence[Finding]:
        if release is end:
            return whole
        return check(paths, Move(facts, start.version, release.version), jobs).findings

    legs = _Way(found, missing, [start, *inner, end]).legs()
    return Plan(start, end, tuple(hops), direct, blockers, checked, holes, tuple(legs))
