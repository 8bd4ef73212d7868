"""A requirement file with the hash of every file."""

from __future__ import annotations

from tfshift.domain.environments import Lock
from tfshift.domain.releases import Release
from tfshift.environment.exports import pinned

TITLE = "requirements.txt with hashes, for pip install --require-hashes -r"


def render(lock: Lock, release: Release) -> str:
    """Spell each package with its version and hashes."""
    lines = [f"# TensorFlow {lock.tensorflow} on Python {lock.python}"]
    for name, version, hashes in pinned(lock):
        row = [f"{name}=={version}", *(f"    --hash=sha256:{h}" for h in hashes)]
        lines.append(" \\\n".join(row))
    return "\n".join(lines) + "\n"
