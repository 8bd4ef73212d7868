"""Three-valued answers: a thing is so, is not so, or is not known for a stated reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """An answer; ``unknown`` always carries its reason.

    Raises:
        ValueError: if the answer is ``unknown`` and no reason is given.
    """

    answer: Answer
    reason: str = ""

    def __post_init__(self) -> None:
        if self.answer == "unknown" and not self.reason:
            raise ValueError("an unknown verdict needs its reason")
