"""Batch normalisation that keeps an average of its own: before 2.2 no op does that in training."""

from __future__ import annotations

from tfshift.model.rewrites import Work, drop

TITLE = "FusedBatchNormV3: the statistics of a batch instead of their average"
ORDER = 80
EXAMPLES = ("FusedBatchNormV3(exponential_avg_factor=0.1) -> FusedBatchNormV3()",)
APPROXIMATE = (
    "further training updates the moving mean and variance otherwise; inference is the same"
)


def rewrite(work: Work) -> int:
    """Take the attribute away where the target does not know it."""
    return drop(work, ("FusedBatchNormV3",), "exponential_avg_factor")
