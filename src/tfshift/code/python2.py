"""Python 2 files: converted by fissix first, then read; the conversion is a step of its own.

What only another meaning tells from Python 3 (the division of integers, the order of a dict) is not
seen by a conversion of syntax.
"""

from __future__ import annotations

import ast
import io
import logging
import re
from array import array
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from tfshift.code.mapped import MappedSource
from tfshift.code.sources import Skipped, byte_places, decode, parse_text
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity, Unknown

RULE = "python2-syntax"
# What Python 3 refuses and Python 2 takes; only such files are worth the conversion's time.
SIGNS = re.compile(
    r"^\s*(?:.*[:;]\s*)?(?:print\b(?!\s*\()|exec\s+[^(=\s]|raise\s+[\w.]+\s*,|except\s+[^:\n]+,\s*\w+\s*:)"
    r"|\b0[0-7]+\b|\b\d+[lL]\b|<>|`|\b[uU][rR]['\"]|^\t|\bprint\s*>>|\bdef\s+\w+\s*\([^)]*\(|^\s*print\s*\("
    r"|\blambda\s*\(",
    re.MULTILINE,
)


Block = tuple[str, int, int, int, int]


@dataclass
class ConvertedSource(MappedSource):
    """A Python 2 file as Python 3 reads it.

    Args:
        line_of: the line on disk of each line of the text, from 1.
    """

    line_of: tuple[int, ...] = ()

    @property
    def newline(self) -> str:
        """The line end that the file on disk uses."""
        return "\r\n" if b"\r\n" in self.data else "\n"

    def on_disk(self, finding: Finding) -> Finding:
        """Tell a finding by the lines of the file."""
        line, end = self.line_of[finding.line], self.line_of[finding.end_line]
        return super().on_disk(replace(finding, line=line, end_line=max(line, end)))

    def unknown_on_disk(self, unknown: Unknown) -> Unknown:
        """Tell a place that is not decided by the lines of the file."""
        return replace(unknown, line=self.line_of[unknown.line])


def finding(shown: str, error: SyntaxError, edits: tuple[Edit, ...], cell: int | None) -> Finding:
    """Tell that a file, or a cell of it, is Python 2.

    Args:
        shown: the file.
        error: what Python 3 says of it.
        edits: the conversion.
        cell: the cell of a notebook.
    """
    line, column = error.lineno or 1, max(error.offset or 1, 1)
    what = "this file" if cell is None else "this cell"
    return Finding(
        path=shown,
        line=line,
        column=column,
        end_line=line,
        end_column=column,
        symbol="python",
        rule=RULE,
        kind=Kind.SYNTAX,
        severity=Severity.ERROR,
        message=f"{what} is Python 2, which no TensorFlow after 2.1 runs on ({error.msg})",
        evidence="Python 3 cannot parse it; it can parse what fissix makes of it",
        fix=Fix("Convert it to Python 3", Applicability.SAFE, edits),
        cell=cell,
    )


@cache
def _tool() -> Any:
    """Return fissix with all of its fixers that keep meaning; made once, it takes a while."""
    from fissix.refactor import RefactoringTool, get_fixers_from_package

    logging.getLogger("fissix").setLevel(logging.CRITICAL)
    for name in ("RefactoringTool", "lib2to3.pgen2.driver", "fissix.main"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return RefactoringTool(get_fixers_from_package("fissix.fixes"))


@dataclass(frozen=True)
class Conversion:
    """Some Python 2 code as Python 3.

    Args:
        text: the code.
        blocks: what became of what, as opcodes of difflib over characters.
    """

    text: str
    blocks: tuple[Block, ...]


def convert(text: str, name: str) -> Conversion | None:
    """Convert some code, or return None where it is no Python 2 either.

    Args:
        text: the code, its lines ended by line feeds.
        name: the file that it is of, beside which modules may be looked for.
    """
    if not SIGNS.search(text):
        return None
    lines = text.splitlines(keepends=True)
    # Python 2 takes a tab for as many blanks as there are to the next multiple of 8.
    plain = "".join(_untabbed(line) for line in lines)
    ends = "" if plain.endswith("\n") else "\n"
    try:
        with redirect_stdout(io.StringIO()):
            tree = _tool().refactor_string(plain + ends, name)
    except Exception:
        # Its parser raises many kinds of errors; each says that this is no Python 2.
        return None
    if tree is None:
        return None
    result = str(tree)
    result = result[: len(result) - len(ends)] if result.endswith("\n") else result
    if not isinstance(parse_text(result, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), ast.Module):
        return None
    return Conversion(result, tuple(_blocks(text, result)))


def _untabbed(line: str) -> str:
    body = line.lstrip(" \t\f")
    indent = line[: len(line) - len(body)]
    return indent.expandtabs(8) + body if "\t" in indent else line


def _blocks(before: str, after: str) -> list[Block]:
    """Compare two texts, line by line and inside of lines that differ, as difflib's opcodes."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = ([0], [0])
    for side, lines in zip(starts, (old, new), strict=True):
        for line in lines:
            side.append(side[-1] + len(line))
    result: list[Block] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "replace" or b - a != d - c:
            result += _inside(before, after, starts[0][a], starts[0][b], starts[1][c], starts[1][d])
            continue
        for k in range(b - a):
            result += _inside(
                before, after,
                starts[0][a + k], starts[0][a + k + 1], starts[1][c + k], starts[1][c + k + 1],
            )  # fmt: skip
    return result


def _inside(before: str, after: str, a: int, b: int, c: int, d: int) -> list[Block]:
    old, new = before[a:b], after[c:d]
    if old == new:
        return [("equal", a, b, c, d)]
    # Words, so that a name is either kept or replaced as a whole.
    words, others = (re.findall(r"\w+|\s|[^\w\s]", text) for text in (old, new))
    result: list[Block] = []
    one, two = a, c
    for tag, i, j, k, m in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        first, second = len("".join(words[i:j])), len("".join(others[k:m]))
        result.append((tag, one, one + first, two, two + second))
        one, two = one + first, two + second
    return result


def read(
    shown: str,
    data: bytes,
    error: SyntaxError,
    root: Path | None = None,
    plain: str | None = None,
) -> ConvertedSource | None:
    """Convert a file that Python 3 cannot parse; None where it is not Python 2.

    Args:
        shown: its path.
        data: its bytes.
        error: why it cannot be parsed.
        root: what the path is relative to, where the modules around it may be looked for.
        plain: its text with what is no Python at all blanked out, of the same length.
    """
    decoded = decode(shown, data)
    if isinstance(decoded, Skipped):
        return None
    whole, encoding, bom = decoded
    windows = "\r\n" in whole
    before = (plain or whole).replace("\r\n", "\n") if windows else plain or whole
    found = convert(before, str(root / shown) if root is not None else shown)
    if found is None:
        return None
    text = found.text
    tree = parse_text(text)
    if not isinstance(tree, ast.Module):
        return None
    # A line end of two characters is one in what is converted: the first stands for both.
    places = byte_places(whole, encoding, bom)
    if windows:
        ends = (i and whole[i - 1 : i + 1] == "\r\n" for i in range(len(whole) + 1))
        places = array("q", (p for p, second in zip(places, ends, strict=True) if not second))
    given = edits(found, places, "\r\n" if windows else "\n")
    numbers, lines = _line_numbers(before), [0]
    for tag, a, _, c, d in found.blocks:
        first = (k for k in range(c, d) if k == 0 or text[k - 1] == "\n")
        lines += [numbers[a + k - c if tag == "equal" else a] for k in first]
    lines.append(numbers[len(before)])
    return ConvertedSource(
        shown, data, text, encoding, bom, tree,
        positions=positions(found, places),
        given=given,
        own=(finding(shown, error, given, None),),
        line_of=tuple(lines),
    )  # fmt: skip


def positions(found: Conversion, places: Sequence[int]) -> array[int]:
    """Return where each character of converted code starts on disk.

    Args:
        found: the conversion.
        places: where each character of the code before starts, and one more.
    """
    result = array("q")
    for tag, a, _, c, d in found.blocks:
        if tag == "equal":
            result.extend(places[a : a + d - c])
        else:
            result.extend([places[a]] * (d - c))
    result.append(places[-1])
    return result


def edits(found: Conversion, places: Sequence[int], newline: str = "\n") -> tuple[Edit, ...]:
    """Return the edits of the file on disk that convert it."""
    return tuple(
        Edit(places[a], places[b], found.text[c:d].replace("\n", newline))
        for tag, a, b, c, d in found.blocks
        if tag != "equal"
    )


def _line_numbers(text: str) -> array[int]:
    """Return the line of each character, and of the end."""
    numbers, line = array("q"), 1
    for character in text:
        numbers.append(line)
        line += character == "\n"
    numbers.append(line)
    return numbers
