"""What can be wrong with an environment: one module a check, found by discovery.

A check has ``TITLE``, ``ORDER`` (smaller comes first) and ``checks(subject) -> Iterator[Check]``.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from tfshift.domain.errors import TfshiftError


@dataclass(frozen=True)
class Check:
    """One question and its answer.

    Args:
        id: which question.
        verdict: ``yes`` where all is well, ``no`` where not, ``unknown`` where it cannot be told.
        found: what was found.
        expected: what was expected.
        cause: why it matters; of an unknown, why it cannot be told.
        remedy: commands that mend it, the first to try first.
    """

    id: str
    verdict: str
    found: str
    expected: str
    cause: str = ""
    remedy: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the contract's fields."""
        return {
            "id": self.id,
            "verdict": self.verdict,
            "found": self.found,
            "expected": self.expected,
            "cause": self.cause,
            "remedy": list(self.remedy),
        }


@cache
def all_checks() -> tuple[ModuleType, ...]:
    """Import every check, in their order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda m: (m.ORDER, m.__name__)))


def verdict(answers: list[Check]) -> str:
    """Return what single answers say together."""
    if not answers:
        raise TfshiftError("there was nothing to check")
    verdicts = {answer.verdict for answer in answers}
    return next(v for v in ("no", "unknown", "yes") if v in verdicts)
