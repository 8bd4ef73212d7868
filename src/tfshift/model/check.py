"""Which releases load a model, with which loader, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tfshift.domain.models import Model, Outlook
from tfshift.facts import Facts
from tfshift.model.loaders import all_loaders


@dataclass(frozen=True)
class Target:
    """What becomes of a model in one release.

    Args:
        version: the release.
        outlooks: one a loader, the best first.
    """

    version: str
    outlooks: tuple[Outlook, ...]

    @property
    def best(self) -> Outlook | None:
        """The loader that is most likely to work."""
        return self.outlooks[0] if self.outlooks else None

    @property
    def verdict(self) -> str:
        """``yes`` where some loader works, ``unknown`` where that is not decided."""
        return self.best.verdict if self.best is not None else "no"

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        best = self.best
        return {
            "version": self.version,
            "verdict": self.verdict,
            "reason": "" if self.verdict != "unknown" or best is None else best.problems[0].message,
            "loader": best.loader if best is not None else None,
            "problems": [p.to_json() for p in best.problems] if best is not None else [],
            "loaders": [{"loader": o.loader, "verdict": o.verdict} for o in self.outlooks],
        }


def check(model: Model, facts: Facts, versions: Sequence[str]) -> Iterator[Target]:
    """Yield what becomes of a model in some releases.

    Args:
        model: as it was read.
        facts: the opened facts.
        versions: version arguments.
    """
    loaders = [loader for loader in all_loaders() if model.format in loader.FORMATS]
    order = {"yes": 0, "unknown": 1, "no": 2}
    for version in versions:
        position = facts.position(version)
        found = (loader.outlook(model, facts, position) for loader in loaders)
        outlooks = sorted((o for o in found if o is not None), key=lambda o: order[o.verdict])
        yield Target(facts.releases[position].version, tuple(outlooks))
