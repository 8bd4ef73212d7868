"""Notebooks: the code cells as one text, each character with its place in the JSON on disk."""

from __future__ import annotations

import ast
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tfshift.code import python2
from tfshift.code.mapped import MappedSource
from tfshift.code.sources import Skipped, parse_text, why_not
from tfshift.domain.findings import Edit, Finding, Unknown

SUFFIX = ".ipynb"
# Cell magics whose cell is Python still.
_PYTHON_CELLS = {"time", "timeit", "capture", "prun", "memit", "mprun", "wandb", "heat", "snakeviz"}
# Characters of JSON between values.
_SPACE = " \t\r\n"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|NaN|-?Infinity")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
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
                text = _LINE_END.sub(lambda m, b=between: f'{m.group()}"{b}"', text)  # type: ignore[misc]
            result.append(replace(edit, text=text))
        return result


class _Json:
    """Walks JSON text and tells where values lie.

    Args:
        text: the document; ``ValueError`` is raised where it is none.
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
        for place in self._items(at, "{", "}"):
            key, end = self.string(place)
            end = self.skip_space(end)
            if self.text[end : end + 1] != ":":
                raise ValueError(f"no colon at character {end}")
            yield json.loads(key), self.skip_space(end + 1)
            self._next = self.end(self.skip_space(end + 1))

    def elements(self, at: int) -> Iterator[int]:
        """Yield the place of each element of an array."""
        for place in self._items(at, "[", "]"):
            yield place
            self._next = self.end(place)

    def _items(self, at: int, opening: str, closing: str) -> Iterator[int]:
        if self.text[at : at + 1] != opening:
            return
        at = self.skip_space(at + 1)
        if self.text[at : at + 1] == closing:
            return
        while True:
            yield at
            at = self.skip_space(self._next)
            if self.text[at : at + 1] == closing:
                return
            if self.text[at : at + 1] != ",":
                raise ValueError(f"no comma at character {at}")
            at = self.skip_space(at + 1)

    def end(self, at: int) -> int:
        """Return the end of the value at a place; without recursion, documents may be deep."""
        depth = 0
        text = self.text
        while True:
            at = self.skip_space(at)
            character = text[at : at + 1]
            if character == '"':
                at = self.string(at)[1]
            elif character and character in "{[":
                depth += 1
                at += 1
                continue
            elif character and character in "}]":
                depth -= 1
                at += 1
            elif character and character in ",:" and depth:
                at += 1
                continue
            else:
                found = _NUMBER.match(text, at)
                if found is None:
                    raise ValueError(f"no value at character {at}")
                at = found.end()
            if depth == 0:
                return at


def _cells(text: str) -> Iterator[_Cell]:
    """Yield the code cells of a notebook, format 3 or newer.

    Raises:
        ValueError: if it is not JSON.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("no notebook")
    walk = _Json
    number = 0
    for key, place in walk(text).members(walk(text).skip_space(0)):
        lists = [place] if key == "cells" else []
        if key == "worksheets":
            lists = [
                inner
                for sheet in walk(text).elements(place)
                for name, inner in walk(text).members(sheet)
                if name == "cells"
            ]
        for cells in lists:
            for cell in walk(text).elements(cells):
                number += 1
                parts = dict(walk(text).members(cell))
                source = parts.get("source", parts.get("input"))
                kind = parts.get("cell_type")
                if source is None or kind is None or walk(text).string(kind)[0] != '"code"':
                    continue
                found = _strings(text, source)
                if found is not None:
                    yield _Cell(number, *found)


def _strings(text: str, at: int) -> tuple[tuple[tuple[int, int], ...], str | None] | None:
    """Find the strings of a cell's source, and what separates them."""
    walk = _Json(text)
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


def _language(text: str) -> str:
    metadata = json.loads(text).get("metadata", {})
    spec = metadata.get("kernelspec") or {}
    info = metadata.get("language_info") or {}
    return str(info.get("name") or spec.get("language") or "python")


def _unescape(raw: str, at: int, out: list[str], positions: array[int]) -> None:
    """Decode the inside of a JSON string and note where each character starts."""
    start = 0
    for escape in _ESCAPE.finditer(raw):
        out.append(raw[start : escape.start()])
        positions.extend(range(at + start, at + escape.start()))
        out.append(json.loads(f'"{escape.group()}"'))
        positions.append(at + escape.start())
        start = escape.end()
    out.append(raw[start:])
    positions.extend(range(at + start, at + len(raw)))


def _byte_places(text: str) -> array[int]:
    """Return the byte at which each character starts, and one more."""
    places = array("q", [0])
    for character in text:
        places.append(places[-1] + len(character.encode("utf-8")))
    return places


def code_cells(data: bytes) -> str:
    """Return the code of a notebook as one text, empty where it cannot be read."""
    try:
        text = data.decode("utf-8-sig")
        cells = list(_cells(text))
    except (ValueError, RecursionError):
        return ""
    return "\n".join(
        "".join(json.loads(f'"{text[a:b]}"', strict=False) for a, b in cell.strings)
        for cell in cells
    )


def read(shown: str, data: bytes) -> Notebook | Skipped:
    """Read the code cells of a notebook; never raises for what the file holds.

    A cell that is not Python, or whose code cannot be parsed, is left out; ``partly`` says which.
    """
    bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        document = data[bom:].decode("utf-8")
        cells = list(_cells(document))
        language = _language(document)
    except (ValueError, RecursionError, AttributeError) as error:
        return Skipped(shown, f"not a notebook: {' '.join(str(error).split())[:100]}")
    if language.lower() not in ("python", "python3", "python2", "ipython"):
        return Skipped(shown, f"a notebook of the language {language}")
    texts: list[str] = []
    raws: list[str] = []
    firsts: list[int] = []
    positions: array[int] = array("q")
    partly: list[Skipped] = []
    line = 1
    own: list[tuple[SyntaxError, int, python2.Conversion, array[int]]] = []
    ascii_only = document.isascii()
    sizes = None if ascii_only else _byte_places(document)
    for cell in cells:
        out: list[str] = []
        places: array[int] = array("q")
        for a, b in cell.strings:
            _unescape(document[a:b], a, out, places)
        # The line end between two cells is nowhere on disk.
        places.append(cell.strings[-1][1])
        places = array("q", (p + bom if sizes is None else sizes[p] + bom for p in places))
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
    positions.append(positions[-1] if positions else bom)
    text = "".join(texts)
    tree = parse_text(text, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if isinstance(tree, Exception):
        return Skipped(shown, why_not(tree))
    notebook = Notebook(
        shown, data, text, "utf-8", bom, tree,
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
    assigned = _ASSIGNED.match(line)
    indent = line[: len(line) - len(line.lstrip())]
    kept = assigned.group(1) if assigned else indent
    if not first:
        return " " * len(line)
    rest = len(line) - len(kept)
    return kept + ("pass" if rest >= 4 and not assigned else "0").ljust(rest)
