"""Notebooks: the code cells as one text, each character with its place in the JSON on disk."""

from __future__ import annotations

import ast
import codecs
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tfshift.code import python2
from tfshift.code.mapped import MappedSource
from tfshift.code.sources import Skipped, byte_places, parse_text, why_not
from tfshift.domain.findings import Edit, Finding, Unknown

SUFFIX = ".ipynb"
# Cell magics whose cell is Python still.
_PYTHON_CELLS = {"time", "timeit", "capture", "prun", "memit", "mprun", "wandb", "heat", "snakeviz"}
# Characters of JSON between values.
_SPACE = " \t\r\n"
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# What opens, closes or parts values; all between these is white space, numbers and words.
_MARK = re.compile(r'["\[\]{},]')
_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.")
# The escape of a line end that something follows.
_LINE_END = re.compile(r"(?<!\\)(?:\\\\)*\\n(?=.)")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s()\[\]*]*=\s*)[!%]")


@dataclass(frozen=True)
class _Cell:
    """A code cell: its number from 1 among all cells, and where its strings lie on disk.

    Args:
        number: from 1.
        strings: first and one-past-last character of each string, without its quotes.
        between: what stands between two of them, from quote to quote; None where there is one.
    """

    number: int
    strings: tuple[tuple[int, int], ...]
    between: str | None


@dataclass
class Notebook(MappedSource):
    """The code cells of a notebook.

    Args:
        cells: the cells in order.
        raw: the text with what only IPython understands.
        firsts: the line of the text on which each cell starts.
    """

    cells: list[_Cell] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    raw: str = ""

    def on_disk(self, finding: Finding) -> Finding:
        """Tell a finding by its cell, and its edits as JSON."""
        at = bisect_right(self.firsts, finding.line) - 1
        above = self.firsts[at] - 1
        finding = replace(
            finding,
            cell=self.cells[at].number,
            line=finding.line - above,
            end_line=finding.end_line - above,
        )
        return super().on_disk(finding)

    def unknown_on_disk(self, unknown: Unknown) -> Unknown:
        """Tell a place that is not decided by its cell."""
        at = bisect_right(self.firsts, unknown.line) - 1
        line = unknown.line - self.firsts[at] + 1
        return replace(unknown, cell=self.cells[at].number, line=line)

    def spelled(self, edits: Iterable[Edit]) -> list[Edit]:
        """Spell the text of edits as JSON, new lines as strings of their own."""
        lines = self._line_starts()
        starts = [self.positions[lines[first - 1]] for first in self.firsts]
        result: list[Edit] = []
        plain = self.data.isascii()
        for edit in edits:
            text = json.dumps(edit.text, ensure_ascii=plain)[1:-1]
            between = self.cells[bisect_right(starts, edit.start) - 1].between
            if between is not None:
                # Between strings stand a comma and white space only: nothing that sub would expand.
                text = _LINE_END.sub(rf'\g<0>"{between}"', text)
            result.append(replace(edit, text=text))
        return result


class _Json:
    """Walks JSON text and tells where values lie.

    Args:
        text: a document that ``json`` can read.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def skip_space(self, at: int) -> int:
        text = self.text
        while at < len(text) and text[at] in _SPACE:
            at += 1
        return at

    def string(self, at: int) -> tuple[str, int]:
        found = _STRING.match(self.text, at)
        if found is None:
            raise ValueError(f"no string at character {at}")
        return found.group(), found.end()

    def members(self, at: int) -> Iterator[tuple[str, int]]:
        """Yield key and place of the value of each member of an object."""
        for place in self._items(at, "{"):
            key, end = self.string(place)
            # A colon stands between them.
            yield json.loads(key), self.skip_space(self.skip_space(end) + 1)

    def elements(self, at: int) -> Iterator[int]:
        """Yield the place of each element of an array."""
        yield from self._items(at, "[")

    def _items(self, at: int, opening: str) -> Iterator[int]:
        """Yield where each item starts; none where the value is of another kind."""
        if self.text[at : at + 1] != opening:
            return
        at = self.skip_space(at + 1)
        while self.text[at] not in "]}":
            yield at
            at = self._behind(at)

    def _behind(self, at: int) -> int:
        """Return the next item, or the closing bracket; without recursion, values may be deep."""
        text, depth = self.text, 0
        while True:
            found = _MARK.search(text, at)
            assert found is not None
            at = found.start()
            character = text[at]
            if character == '"':
                at = self.string(at)[1]
                continue
            if depth == 0 and character in ",]}":
                return self.skip_space(at + 1) if character == "," else at
            depth += (character in "[{") - (character in "]}")
            at += 1


@dataclass(frozen=True)
class _Document:
    """A notebook's file.

    Args:
        text: its text, without a byte order mark.
        bom: length of that mark.
        cells: the code cells.
        language: that of its kernel.
    """

    text: str
    bom: int
    cells: list[_Cell]
    language: str


def _opened(data: bytes) -> _Document:
    """Read a notebook's file, format 3 or newer.

    Raises:
        ValueError: if it is none, or not in UTF-8.
        RecursionError: if it is nested too deep.
    """
    bom = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    text = data[bom:].decode("utf-8")
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("no notebook")
    metadata = document.get("metadata") or {}
    info, spec = (metadata.get(key) or {} for key in ("language_info", "kernelspec"))
    language = str(info.get("name") or spec.get("language") or "python")
    return _Document(text, bom, list(_cells(text)), language)


def _cells(text: str) -> Iterator[_Cell]:
    """Yield the code cells of a notebook."""
    walk = _Json(text)
    whole = dict(walk.members(walk.skip_space(0)))
    pages = walk.elements(whole["worksheets"]) if "worksheets" in whole else ()
    sheets = [dict(walk.members(page)) for page in pages]
    lists = [part["cells"] for part in (whole, *sheets) if "cells" in part]
    for number, cell in enumerate((c for cells in lists for c in walk.elements(cells)), 1):
        parts = dict(walk.members(cell))
        source = parts.get("source", parts.get("input"))
        kind = parts.get("cell_type")
        if source is None or kind is None or walk.string(kind)[0] != '"code"':
            continue
        found = _strings(walk, source)
        if found is not None:
            yield _Cell(number, *found)


def _strings(walk: _Json, at: int) -> tuple[tuple[tuple[int, int], ...], str | None] | None:
    """Find the strings of a cell's source, and what separates them."""
    text = walk.text
    if text[at] == '"':
        return ((at + 1, walk.string(at)[1] - 1),), None
    spans = [(place + 1, walk.string(place)[1] - 1) for place in walk.elements(at)]
    if not spans:
        return None
    if len(spans) > 1:
        between = text[spans[0][1] + 1 : spans[1][0] - 1]
    else:
        between = "," + text[at + 1 : spans[0][0] - 1]
    return tuple(spans), between


def _unescape(raw: str, on_disk: Sequence[int], out: list[str], places: array[int]) -> None:
    """Decode the inside of a JSON string and note where each character starts.

    Args:
        raw: the string's inside.
        on_disk: where its characters lie.
        out: the decoded text goes there.
        places: where its characters start go there.
    """
    start = 0
    for escape in _ESCAPE.finditer(raw):
        out += raw[start : escape.start()], json.loads(f'"{escape.group()}"')
        places.extend(on_disk[start : escape.start() + 1])
        start = escape.end()
    out.append(raw[start:])
    places.extend(on_disk[start : len(raw)])


def code_cells(data: bytes) -> str:
    """Return the code of a notebook as one text, empty where it cannot be read."""
    try:
        document = _opened(data)
    except (ValueError, RecursionError, AttributeError):
        return ""
    return "\n".join(
        "".join(json.loads(f'"{document.text[a:b]}"', strict=False) for a, b in cell.strings)
        for cell in document.cells
    )


def read(shown: str, data: bytes) -> Notebook | Skipped:
    """Read the code cells of a notebook; never raises for what the file holds.

    A cell that is not Python, or whose code cannot be parsed, is left out; ``partly`` says which.
    """
    try:
        document = _opened(data)
    except (ValueError, RecursionError, AttributeError) as error:
        return Skipped(shown, f"not a notebook: {' '.join(str(error).split())[:100]}")
    if document.language.lower() not in ("python", "python3", "python2", "ipython"):
        return Skipped(shown, f"a notebook of the language {document.language}")
    cells = document.cells
    texts: list[str] = []
    raws: list[str] = []
    firsts: list[int] = []
    positions: array[int] = array("q")
    partly: list[Skipped] = []
    line = 1
    own: list[tuple[SyntaxError, int, python2.Conversion, array[int]]] = []
    # How far the document has been read, in characters and in bytes.
    character, byte = 0, document.bom
    for cell in cells:
        out: list[str] = []
        places: array[int] = array("q")
        for a, b in cell.strings:
            byte += len(document.text[character:a].encode("utf-8"))
            on_disk = byte_places(document.text[a:b], start=byte)
            _unescape(document.text[a:b], on_disk, out, places)
            character, byte = b, on_disk[-1]
        # The line end between two cells is nowhere on disk.
        places.append(byte)
        code = "".join(out)
        plain = without_magics(code)
        tree = parse_text(plain, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if isinstance(tree, Exception):
            found = python2.convert(plain, shown) if isinstance(tree, SyntaxError) else None
            if found is not None and isinstance(tree, SyntaxError):
                own.append((tree, cell.number, found, places))
                plain, places = found.text, python2.positions(found, places)
            else:
                partly.append(Skipped(shown, f"cell {cell.number}: {why_not(tree)}"))
                plain = _blank(code)
        texts.append(plain + "\n")
        raws.append((code if len(code) == len(plain) else plain) + "\n")
        positions.extend(places)
        firsts.append(line)
        line += plain.count("\n") + 1
    positions.append(positions[-1] if positions else document.bom)
    text = "".join(texts)
    tree = parse_text(text, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if isinstance(tree, Exception):
        return Skipped(shown, why_not(tree))
    notebook = Notebook(
        shown, data, text, "utf-8", document.bom, tree,
        positions=positions, partly=tuple(partly), cells=cells, firsts=firsts, raw="".join(raws),
    )  # fmt: skip
    for why, number, found, places in own:
        edits = tuple(notebook.spelled(python2.edits(found, places)))
        notebook.given += edits
        notebook.own += (python2.finding(shown, why, edits, number),)
    return notebook


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


def without_magics(code: str) -> str:
    """Put what means the same length of nothing in the place of what only IPython understands.

    Args:
        code: a cell.

    Returns:
        Text of the same length and lines. What still cannot be parsed is for the caller to find.
    """
    first = code.lstrip()
    if first.startswith("%%"):
        name = re.match(r"%%\s*(\w*)", first)
        if name is None or name.group(1) not in _PYTHON_CELLS:
            return _blank(code)
        start = len(code) - len(first)
        end = code.find("\n", start)
        end = len(code) if end < 0 else end
        code = code[:start] + " " * (end - start) + code[end:]
    lines = code.split("\n")
    tried: set[int] = set()
    while True:
        error = parse_text("\n".join(lines), ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if not isinstance(error, SyntaxError) or error.lineno is None:
            break
        at = min(error.lineno, len(lines)) - 1
        # An indented magic is told of the line before or after it.
        place = next((n for n in (at, at - 1, at + 1) if n not in tried and _magic(lines, n)), None)
        if place is None:
            break
        for number in _continued(lines, place):
            tried.add(number)
            lines[number] = _nothing(lines[number], number == place)
    return "\n".join(lines)


def _magic(lines: list[str], number: int) -> bool:
    if not 0 <= number < len(lines):
        return False
    line = lines[number].strip()
    return line.startswith(("%", "!", "?")) or line.endswith("?") or bool(_ASSIGNED.match(line))


def _continued(lines: list[str], number: int) -> list[int]:
    """Return the lines of a magic: a backslash at the end carries it on."""
    result = [number]
    while lines[result[-1]].rstrip().endswith("\\") and result[-1] + 1 < len(lines):
        result.append(result[-1] + 1)
    return result


def _nothing(line: str, first: bool) -> str:
    """Replace a magic by a statement without effect, of the same length."""
    if line.endswith("\r"):
        return _nothing(line[:-1], first) + "\r"
    assigned = _ASSIGNED.match(line)
    indent = line[: len(line) - len(line.lstrip())]
    kept = assigned.group(1) if assigned else indent
    if not first:
        return " " * len(line)
    rest = len(line) - len(kept)
    return kept + ("pass" if rest >= 4 and not assigned else "0").ljust(rest)
