"""Code of Keras 2 as it is written for Keras 3: functions of ``keras.ops``, files of its own format.

Where a move does not lead to Keras 3 it is the style ``native``.
"""

from __future__ import annotations

from tfshift.code.styles.native import (
    GRAPHS,
    REFUSED,
    harmless,
    linked,
    refused,
    refuses,
    restructured,
    rewrites,
    rewritten,
    settle,
    written,
)

TITLE = "Plain names of the target, and keras.ops for what Keras' backend computes"
ROOTED = False
RULES = (REFUSED, GRAPHS)

__all__ = [
    "GRAPHS", "REFUSED", "ROOTED", "RULES", "TITLE", "harmless", "linked", "refused",
    "refuses", "restructured", "rewrites", "rewritten", "settle", "written",
]  # fmt: skip
