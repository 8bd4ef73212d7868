"""The distributions in an interpreter's folders, as their own records tell; nothing is imported."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Installed:
    """One distribution.

    Args:
        name: normalized.
        version: as its metadata has it.
        folder: where its modules lie.
        info: its ``.dist-info`` or ``.egg-info``.
    """

    name: str
    version: str
    folder: Path
    info: Path = field(compare=False)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that it says are its own, relative to ``folder``; empty where it keeps no record."""
        for name in ("RECORD", "installed-files.txt"):
            try:
                text = (self.info / name).read_text("utf-8", errors="replace")
            except OSError:
                continue
            rows = (
                csv.reader(text.splitlines()) if name == "RECORD" else ([x] for x in text.split())
            )
            return tuple(row[0] for row in rows if row and not row[0].endswith((".pyc", "RECORD")))
        return ()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Those of its files that are not there."""
        return tuple(f for f in self.files if not os.path.lexists(self.folder / f))

    @cached_property
    def requires(self) -> tuple[str, ...]:
        """Its requirements as published."""
        from email.parser import HeaderParser

        for name in ("METADATA", "PKG-INFO"):
            try:
                text = (self.info / name).read_text("utf-8", errors="replace")
            except OSError:
                continue
            return tuple(HeaderParser().parsestr(text).get_all("Requires-Dist") or ())
        return ()


def installed(folders: Iterable[Path]) -> Iterator[Installed]:
    """Yield the distributions in some folders, in the order in which an interpreter looks."""
    seen: set[Path] = set()
    for folder in folders:
        if folder in seen or not folder.is_dir():
            continue
        seen.add(folder)
        for info in sorted(_listed(folder)):
            found = _named(info)
            if found is not None:
                yield Installed(*found, folder, info)


def _listed(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return []


def normalized(name: str) -> str:
    """Return a name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _named(info: Path) -> tuple[str, str] | None:
    if info.name.startswith("~"):
        return None
    stem = info.name.rpartition(".")[0]
    match = re.match(r"(.+?)-(\d[^-]*)(?:-py\d.*)?$", stem)
    if match:
        return normalized(match[1]), match[2]
    # Old setup.py installs keep the version inside only.
    try:
        text = (info / "PKG-INFO" if info.is_dir() else info).read_text("utf-8", errors="replace")
    except OSError:
        return None
    name = re.search(r"(?m)^Name: (.+)$", text)
    version = re.search(r"(?m)^Version: (.+)$", text)
    return (normalized(name[1]), version[1].strip()) if name and version else None
