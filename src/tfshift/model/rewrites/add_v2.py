"""AddV2 is Add without strings."""

from __future__ import annotations

from tfshift.model.rewrites import Work, rename

TITLE = "AddV2 -> Add"
ORDER = 50
EXAMPLES = ("AddV2(x, y) -> Add(x, y)",)


def rewrite(work: Work) -> int:
    """The two compute the same for every type that AddV2 takes."""
    return rename(work, "AddV2", "Add")
