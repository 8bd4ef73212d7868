"""What a notebook tells of the release that it was last run with: its kernel, magics and outputs (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tfshift.code.telling import Evidence
from tfshift.domain.versions import intervals
from tfshift.facts import Facts

Told = tuple[frozenset[int], Evidence]

_KERNEL = re.compile(
    rb'"language_info"\s*:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"version"\s*:\s*"(3\.\d+)'
)
_MAGIC = re.compile(r"%tensorflow_version\s+([12])\.x")
_INSTALLED = re.compile(
    r"^[ \t]*[!%]?\s*pip3?\s+install\b[^\n]*?\btensorflow(?:[-_](?:cpu|gpu))?\s*==\s*(\d+\.\d+)",
    re.MULTILINE,
)
_ASKED = re.compile(r"\b(?:tf|tensorflow)\.(?:__version__|VERSION|version\.VERSION)\b")
_ANY_VERSION = re.compile(r"\.(?:__version__|VERSION)\b")
_VERSION = re.compile(r"(?<![\d.])([12]\.\d{1,2})\.\d+(?:-?rc\d+)?(?![\d.])")
_LABELLED = re.compile(
    r"\btensorflow(?:[-_](?:cpu|gpu))?(?: version)?['\"]?[\s:=,v-]{1,20}['\"]?([12]\.\d{1,2})\.\d+",
    re.IGNORECASE,
)


def notebook(path: str, data: bytes, facts: Facts) -> Iterator[Told]:
    """Yield which releases a notebook's own traces leave, the weakest first.

    Args:
        path: the notebook's.
        data: its file.
        facts: the opened facts.
    """
    found = _KERNEL.search(data)
    if found is not None:
        python = found[1].decode()
        where = frozenset(i for i, r in enumerate(facts.releases) if python in r.pythons)
        yield _told("syntax", f"Python {python}", path, data, found[1], where, facts)
    for source, printed in _cells(data):
        for magic in _MAGIC.finditer(source):
            major = frozenset(i for i, m in enumerate(facts.minors) if m[0] == magic[1])
            yield _told("syntax", magic[0], path, data, magic[0].encode(), major, facts)
        for minor, why in (*_installed(source), *_printed(source, printed)):
            if minor in facts.minors:
                where = frozenset({facts.minors.index(minor)})
                yield _told("file", why, path, data, minor.encode(), where, facts)


def _told(
    what: str, value: str, path: str, data: bytes, seen: bytes, where: frozenset[int], facts: Facts
) -> Told:
    spans = intervals(sorted(where), facts.minors)
    line = data.count(b"\n", 0, max(data.find(seen), 0)) + 1
    return where, Evidence(what, value, path, line, tuple((a, b) for a, b in spans))


def _cells(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the source of each code cell and what it printed; nothing where it cannot be read."""
    try:
        document = json.loads(data)
        sheets = document.get("worksheets") or [document]
        cells = [cell for sheet in sheets for cell in sheet.get("cells", ())]
        for cell in cells:
            if cell.get("cell_type") == "code":
                printed = "\n".join(_texts(out) for out in cell.get("outputs", ()))
                yield _joined(cell.get("source", cell.get("input", ""))), printed
    except (ValueError, AttributeError, TypeError, RecursionError):
        return


def _joined(text: Any) -> str:
    return "".join(str(part) for part in text) if isinstance(text, list) else str(text)


def _texts(output: dict[str, Any]) -> str:
    data = output.get("data", output)
    return "\n".join(_joined(data.get(kind, "")) for kind in ("text", "text/plain"))


def _installed(source: str) -> Iterator[tuple[str, str]]:
    for found in _INSTALLED.finditer(source):
        yield found[1], f"installs {found[1]}"


def _printed(source: str, printed: str) -> Iterator[tuple[str, str]]:
    """Yield the release that a cell printed: labelled, or alone where it asked for nothing else."""
    found = _LABELLED.search(printed)
    if found is None and _ASKED.search(source) and len(_ANY_VERSION.findall(source)) == 1:
        found = _VERSION.search(printed)
    if found is not None:
        yield found[1], f"printed {found[1]}"
