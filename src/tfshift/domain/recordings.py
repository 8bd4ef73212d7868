"""Recordings of a command and their comparison, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Agreement = Literal["equal", "close", "different", "unknown"]


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may be apart and still count as close.

    ``|a - b| <= atol + rtol * |b|``; ``reason`` says where the bounds come from.
    """

    rtol: float
    atol: float
    reason: str


@dataclass(frozen=True)
class OutputComparison:
    """One output of one step on both sides; ``max_ulp`` counts units in the last place."""

    step: int
    name: str
    agreement: Agreement
    max_abs: float | None
    max_rel: float | None
    note: str = ""
    max_ulp: float | None = None


@dataclass(frozen=True)
class Feed:
    """Something that an output is computed from and that is not the same on both sides.

    Args:
        name: of the operation or layer.
        what: what of it, as ``value`` or ``attribute rate``.
        before: what it was.
        after: what it is.
    """

    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """The outcome of comparing two recordings; ``unknown`` carries its reason."""

    agreement: Agreement
    reason: str
    tolerance: Tolerance
    outputs: tuple[OutputComparison, ...]
    before_s: float | None
    after_s: float | None
    unstable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    before_mb: float | None = None
    after_mb: float | None = None
    feeds: tuple[Feed, ...] = ()

    @property
    def largest(self) -> OutputComparison | None:
        """The output with the largest relative difference, whatever its agreement."""
        measured = [o for o in self.outputs if o.max_rel is not None and o.max_rel > 0]
        return max(measured, key=lambda o: o.max_rel or 0.0, default=None)

    @property
    def first_difference(self) -> OutputComparison | None:
        """The earliest output that is not within tolerance."""
        return next((o for o in self.outputs if o.agreement == "different"), None)

    @property
    def ratio(self) -> float | None:
        """Wall time after divided by wall time before."""
        if not self.before_s or self.after_s is None:
            return None
        return self.after_s / self.before_s
