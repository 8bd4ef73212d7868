"""A release: one published TensorFlow version with what is measured about it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.versions import minor_of

# The names under which a release may be published.
DISTRIBUTIONS = (
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tensorflow-intel",
    "tensorflow-macos",
)


def days_after(date: str, days: int) -> str:
    """Return the day some days after another, ISO 8601."""
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days=days)).isoformat()


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
        return minor_of(self.version)

    def patch(self, version: str) -> Release:
        """Return this release as one of its minor's patches; itself where the version names none.

        Raises:
            TfshiftError: if the minor's patches are known and this is none of them.
        """
        patches = self.extra.get("patches")
        if version == self.version or version.count(".") != 2 or not patches:
            return self
        row = patches.get(version)
        if row is None:
            raise TfshiftError(
                f"TensorFlow {version} has no wheels",
                remedy=f"published are {', '.join(patches)}",
            )
        return replace(
            self,
            version=version,
            date=row["date"],
            pythons=tuple(row["pythons"]),
            distribution=row["distribution"],
            distributions=tuple(row["distributions"]),
            requires=tuple(row.get("requires", self.requires)),
        )
