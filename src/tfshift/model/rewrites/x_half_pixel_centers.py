"""Resizing by the centres of pixels: before 1.14 images were resized by their corners."""

from __future__ import annotations

from tfshift.model.rewrites import Work, drop

TITLE = "resizing by the corners of pixels"
ORDER = 80
EXAMPLES = ("ResizeBilinear(half_pixel_centers=true) -> ResizeBilinear()",)
APPROXIMATE = "images are sampled up to half a pixel away from where they were"


def rewrite(work: Work) -> int:
    """Take the attribute away where the target does not know it."""
    ops = ("ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor")
    return drop(work, ops, "half_pixel_centers")
