"""Findings, and fixes as values that can be printed, applied or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Applicability(str, Enum):
    """How far a fix may be trusted: proved, likely, or for a person to do."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


class Kind(str, Enum):
    """What a move does to the place that a finding points at."""

    REMOVED = "removed"
    MOVED = "moved"
    PARAMETERS = "parameters"
    DEFAULT = "default"
    BEHAVIOUR = "behaviour"
    IMPORT = "import"
    SYNTAX = "syntax"
    DEPENDENCY = "dependency"
    MODEL = "model"


class Severity(str, Enum):
    """``error``: this line fails on the target. ``warning``: it may act otherwise."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, order=True)
class Edit:
    """Replace the bytes [start, end) of the file on disk by ``text`` (UTF-8 spelled as str)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """A way to mend a finding; ``edits`` is empty where it is manual.

    ``provides`` names generated modules that the edits import and that must be written beside
    the user's code; ``needs`` names distributions that must be installed beside the target.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...] = ()
    provides: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One place in the user's files that a move affects. Lines and columns start at 1."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str
    rule: str
    kind: Kind
    severity: Severity
    message: str
    evidence: str
    fix: Fix | None = None
    cell: int | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, int, str, str]:
        """Order in which findings are always reported."""
        return (self.path, self.cell or 0, self.line, self.column, self.rule, self.symbol)


@dataclass(frozen=True)
class Unknown:
    """A place of which cannot be told what the move does to it, and why not.

    ``count`` says how often the file holds the like; the place is that of the first.
    """

    path: str
    line: int
    column: int
    symbol: str
    reason: str
    cell: int | None = None
    count: int = 1

    @property
    def sort_key(self) -> tuple[str, int, int, int, str]:
        """Order in which such places are always reported."""
        return (self.path, self.cell or 0, self.line, self.column, self.symbol)


def needed(findings: Iterable[Finding]) -> list[str]:
    """Return the distributions that the fixes of some findings need, sorted."""
    return sorted({name for found in findings if found.fix for name in found.fix.needs})
