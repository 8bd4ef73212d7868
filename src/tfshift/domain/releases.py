"""A release: one published TensorFlow version with what is measured about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Release:
    """What the facts know of one release.

    Args:
        version: the exact version, ``1.15.5``.
        date: day of upload, ISO 8601.
        pythons: minors that its wheels support, ascending.
        distribution: the name that installs its CPU build (``tensorflow`` or ``tensorflow-cpu``).
        distributions: all names under which it is published.
        requires: requirements as published.
        constraints: specifiers by package with which it runs today, measured.
        graph_producer: GraphDef producer version.
        cxx11_abi: the C++11 string ABI flag of its build, None where not measured.
        extra: further facts (cuda, cudnn, min_driver, cpu_features, compiler, ...).
    """

    version: str
    date: str
    pythons: tuple[str, ...]
    distribution: str = "tensorflow"
    distributions: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    constraints: dict[str, str] = field(default_factory=dict, hash=False)
    graph_producer: int | None = None
    cxx11_abi: int | None = None
    extra: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def minor(self) -> str:
        """Major and minor, ``1.15``."""
        major, minor, *_ = self.version.split(".")
        return f"{major}.{minor}"
