"""Which names of NumPy's a move loses: the releases that stood beside each TensorFlow had others."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.facts.build.intervals import expand
from tfshift.facts.database import Facts


@dataclass(frozen=True)
class LostName:
    """A name that the NumPy beside the origin has and the one beside the target lacks.

    Args:
        name: it.
        replacement: what to write instead: ``builtins.bool`` or a name of NumPy's; None where
            nothing is known to be the same.
        arguments: what a call must be given besides, empty for nothing.
        evidence: how that is known.
    """

    name: str
    replacement: str | None
    arguments: str
    evidence: str


def beside(release: Release) -> str | None:
    """Return the NumPy that was installed beside a release when it was measured; None if not known."""
    evidence = release.extra.get("evidence", {})
    found = evidence.get("packages", {}).get("numpy")
    return str(found) if found else None


def lost_names(facts: Facts, origin: Release, target: Release) -> dict[str, LostName]:
    """Return the names that are lost between the NumPys beside two releases.

    Args:
        facts: the opened facts.
        origin: where the code runs.
        target: where it shall run.
    """
    before, after = beside(origin), beside(target)
    text = facts.meta("numpy")
    if before is None or after is None or text is None:
        return {}
    known = json.loads(text)
    minors = sorted(known["releases"], key=parse_minor)
    here, there = minor_of(before), minor_of(after)
    if here == there or here not in minors or there not in minors:
        return {}
    columns = {name: expand(merged, minors) for name, merged in known["names"].items()}
    left = {name for name, column in columns.items() if there in column}
    every = {name for column in columns.values() for others in column.values() for name in others}
    # Names of which nothing is kept are in all releases.
    left |= every - columns.keys()
    found: dict[str, LostName] = {}
    for name, column in columns.items():
        if here not in column or there in column:
            continue
        fewest = [n for n in column[here] if n in left or n.startswith("builtins.")]
        replaced = known["replaced"].get(name)
        if fewest:
            best = min(fewest, key=lambda n: (not n.startswith("builtins."), n[-1:] == "_", len(n)))
            why = f"{name} and {best} are one object in NumPy {before}"
            found[name] = LostName(name, best, "", why)
        elif replaced is not None:
            why = f"{name} and {replaced['to']} give the same, as tried where both exist"
            found[name] = LostName(name, replaced["to"], replaced.get("arguments", ""), why)
        else:
            found[name] = LostName(name, None, "", f"NumPy {after} has no {name}, as measured")
    return found
