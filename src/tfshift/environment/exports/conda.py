"""A conda environment whose packages come from the index, as they were tried."""

from __future__ import annotations

from tfshift.domain.environments import Lock
from tfshift.domain.releases import Release
from tfshift.environment.exports import pinned

TITLE = "environment.yml for conda, mamba and micromamba"


def render(lock: Lock, release: Release) -> str:
    """Take the interpreter from conda and everything else from pip: other builds were not tried."""
    lines = [
        f"name: tf{lock.tensorflow}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={lock.python}",
        "  - pip",
        "  - pip:",
        *(f"      - {name}=={version}" for name, version, _ in pinned(lock)),
    ]
    return "\n".join(lines) + "\n"
