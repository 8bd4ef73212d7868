"""The lock itself (PEP 751)."""

from __future__ import annotations

from tfshift.domain.environments import Lock
from tfshift.domain.releases import Release

TITLE = "pylock.toml, for uv and pip"


def render(lock: Lock, release: Release) -> str:
    """Return the lock's text."""
    return lock.text
