"""What to migrate, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfshift.domain.findings import Finding
from tfshift.domain.recordings import Comparison, Tolerance
from tfshift.domain.releases import Release
from tfshift.migrate.state import Stage


@dataclass(frozen=True)
class Request:
    """What to migrate.

    Args:
        path: the project's folder.
        to: target version argument.
        origin: version argument, or ``auto``.
        out: folder for the results.
        command: what to run on both sides.
        style: of the rewriting.
        seed: given to Python, NumPy and TensorFlow on both sides; None for none.
        tolerance: overrides the default bounds.
        offline: never reach for the network.
        requirements: files that name what the command imports; none means requirements.txt.
        bisect: look for the release that differs, where the result differs.
        transplant: start the new side from the old side's first values.
    """

    path: Path
    to: str
    origin: str
    out: Path
    command: tuple[str, ...]
    style: str = "compat"
    seed: int | None = 0
    tolerance: Tolerance | None = None
    offline: bool = False
    requirements: tuple[Path, ...] = ()
    bisect: bool = True
    transplant: bool = False

    def to_json(self) -> dict[str, Any]:
        """Spell what must be the same for a migration to be resumed."""
        return {
            "path": str(self.path.resolve()),
            "to": self.to,
            "from": self.origin,
            "command": list(self.command),
            "style": self.style,
            "seed": self.seed,
            "transplant": self.transplant,
            "requirements": [str(file.resolve()) for file in self.requirements],
        }


@dataclass
class Outcome:
    """What became of a migration; ``verdict`` is that of the comparison.

    Args:
        verdict: equal, close, different or unknown.
        reason: in one sentence.
        origin: the release before.
        target: the release after.
        comparison: of the two recordings.
        stages: what was done.
        remaining: findings that no fix was applied to.
        unstable: outputs that differ between two runs of the origin, left out of the verdict.
        broke_at: the first release on the way that differs, where one was looked for.
        certificate: where the proof lies.
        graphs: whether graphs became functions, so that single runs are not compared.
    """

    verdict: str
    reason: str
    origin: Release
    target: Release
    comparison: Comparison
    stages: list[Stage] = field(default_factory=list)
    remaining: tuple[Finding, ...] = ()
    unstable: frozenset[Any] = frozenset()
    broke_at: str | None = None
    certificate: Path | None = None
    graphs: bool = False
