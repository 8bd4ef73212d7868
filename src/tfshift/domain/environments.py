"""Locks and environments as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lock:
    """A pylock.toml with what is needed to rebuild the environment from it.

    Args:
        tensorflow: the exact release, ``1.15.5``.
        python: the interpreter's minor, ``3.7``.
        text: the whole file.
        packages: (name, version) pairs, sorted by name.
    """

    tensorflow: str
    python: str
    text: str
    packages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Environment:
    """A finished environment in the store.

    Args:
        name: what the user calls it.
        path: its folder on this machine.
        python: its interpreter's minor.
        tensorflow: the release that it holds.
        digest: SHA-256 of the lock it was made from.
        seconds: how long it took to make.
    """

    name: str
    path: str
    python: str
    tensorflow: str
    digest: str
    seconds: float
