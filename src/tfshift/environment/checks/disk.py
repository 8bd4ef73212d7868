"""There is room on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "There is room on the disk"
ORDER = 99
# An installed TensorFlow with its packages, and its wheels in the cache; CUDA's come on top.
_NEEDED_GB = 3


def checks(subject: Subject) -> Iterator[Check]:
    """Look at the disk on which the interpreter's packages lie."""
    place = Path(str(subject.probe["prefix"]))
    free = subject.system.free(place)
    if free is None:
        yield Check("disk-space", "unknown", "", f"{_NEEDED_GB} GB", f"{place} cannot be asked")
        return
    enough = free >= _NEEDED_GB << 30
    yield Check(
        "disk-space", "yes" if enough else "no", f"{free / (1 << 30):.1f} GB free", f"{_NEEDED_GB} GB",
        "an environment takes about 1.5 GB and its wheels as much; a full disk leaves half of it",
        () if enough else ("uv cache prune", "tfshift env remove NAME"),
    )  # fmt: skip
