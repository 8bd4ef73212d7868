"""Edges between releases that decide what loads, measured with models of many releases."""

from __future__ import annotations

import json

from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts


def passed(facts: Facts, position: int, edge: str) -> bool:
    """Tell whether a release lies on the newer side of an edge, and not beyond its end.

    Args:
        facts: the opened facts.
        position: the release's place.
        edge: the edge's id in ``facts/loading``.
    """
    known = json.loads(facts.meta("loading") or "{}")[edge]
    here = parse_minor(facts.minors[position])
    last = known.get("until")
    return here >= parse_minor(known["since"]) and (last is None or here <= parse_minor(last))
