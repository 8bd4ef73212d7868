"""Where projects say which packages they want: one module a kind of file, found by discovery.

A reader has ``TITLE``, ``EXAMPLES``, ``matches(path) -> bool`` and ``pins(text) -> Iterator[Pin]``.
Examples are (path, text, [(package, specifier), ...]) and run as tests. One that has ``GENERATED``
reads what other tools write: no place in it is told.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePath, PurePosixPath
from types import ModuleType

NAME = r"(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*)"
EXTRAS = r"(?P<extras>\[[\w,\s-]*\])?"
SPECIFIER = (
    r"(?P<specifier>(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+"
    r"(?:\s*,\s*(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+)*)?"
)
REQUIREMENT = re.compile(rf"{NAME}\s*{EXTRAS}\s*\(?{SPECIFIER}\)?")


@dataclass(frozen=True)
class Pin:
    """A package that a file asks for. Positions are characters of the text.

    Args:
        package: its normalized name; ``python`` for the interpreter.
        specifier: versions that may be, as PEP 440 spells them; empty where any may.
        name: first and one-past-last character of the name, extras included.
        where: those of the specifier as written; empty behind the name where there is none.
        style: how versions are spelled here: ``pep440``, ``conda``, ``caret`` (Poetry) or ``tag``
            (an image's).
    """

    package: str
    specifier: str
    name: tuple[int, int]
    where: tuple[int, int]
    style: str = "pep440"


def normalized(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pin_of(match: re.Match[str], style: str = "pep440") -> Pin:
    """Make a pin of a match that has the groups of ``REQUIREMENT``."""
    end = match.end("extras") if match["extras"] else match.end("name")
    where = match.span("specifier") if match["specifier"] else (end, end)
    specifier = re.sub(r"\s+", "", match["specifier"] or "")
    return Pin(normalized(match["name"]), specifier, (match.start("name"), end), where, style)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first character's place and the text of each line, its end included."""
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, line
        at += len(line)


@cache
def all_readers() -> tuple[ModuleType, ...]:
    """Import every reader, in the order of their names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


def pins_of(path: str, text: str, *, generated: bool = False) -> Iterator[Pin]:
    """Yield the pins of a file, in order; nothing where no reader knows it.

    Args:
        path: the file's.
        text: its content.
        generated: read what tools write as well.
    """
    place = PurePosixPath(path)
    readers = (r for r in all_readers() if r.matches(place) and (generated or _by_hand(r)))
    yield from sorted((pin for r in readers for pin in r.pins(text)), key=lambda pin: pin.name)


def is_known(path: PurePath, *, generated: bool = False) -> bool:
    """Tell whether a file may hold pins."""
    return any(r.matches(path) and (generated or _by_hand(r)) for r in all_readers())


def _by_hand(reader: ModuleType) -> bool:
    return not getattr(reader, "GENERATED", False)
