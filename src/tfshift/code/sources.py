"""Source files: find them, decode them as Python would, and map positions to bytes on disk."""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
import warnings
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import accumulate
from pathlib import Path, PurePosixPath

from tfshift.code import trees
from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Edit, Finding, Unknown
from tfshift.memory import uncollected

# Folders that hold other people's code or caches.
SKIPPED_FOLDERS = {
    "__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist", "wandb", "mlruns",
}  # fmt: skip
# Hidden folders that are a project's own: what its machines run, and how its editors do.
OWN_DOTS = {".github", ".gitlab", ".circleci", ".devcontainer", ".binder"}
SUFFIXES = (".py", ".ipynb")
MAX_BYTES = 8 << 20
# A dot to begin with is found much faster than the start of a name.
_METHOD = re.compile(r"\.\s*([A-Za-z]\w*)\s*\(")
# What stands before a dot, read backwards: a name, and maybe one more before it.
_BASE = re.compile(r"\s*(\w+)(?:\s*\.\s*(\w+))?")
# Names before a dot that are longer than this together are not looked at.
_LONGEST_BASE = 200
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Skipped:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass
class Source:
    """One Python file as it is on disk.

    Args:
        path: POSIX path relative to the project's root.
        data: the bytes on disk.
        text: the same decoded, line ends kept, no byte order mark.
        encoding: what it was decoded with.
        bom: bytes of a byte order mark at the start.
        tree: its syntax tree.
    """

    path: str
    data: bytes
    text: str
    encoding: str
    bom: int
    tree: ast.Module
    _starts: list[int] = field(default_factory=list)
    _bytes: list[int] = field(default_factory=list)

    @property
    def newline(self) -> str:
        """The line end that the file uses first, a line feed where it has none."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    @property
    def line_count(self) -> int:
        """How many lines there are, one more where the last one ends in a line end."""
        return len(self._line_starts())

    def _line_starts(self) -> list[int]:
        if not self._starts:
            if "\r" in self.text:
                self._starts = [0, *(m.end() for m in _LINE_END.finditer(self.text))]
            else:
                self._starts = [0, *accumulate(len(s) + 1 for s in self.text.split("\n"))]
                self._starts.pop()
        return self._starts

    def _byte_starts(self) -> list[int]:
        """Return where lines start on disk, without the byte order mark."""
        if not self._bytes:
            starts = self._line_starts()
            self._bytes = starts
            if not self.text.isascii():
                pairs = zip(starts, [*starts[1:], len(self.text)], strict=True)
                sizes = (len(self.text[a:b].encode(self.encoding)) for a, b in pairs)
                self._bytes = [0, *accumulate(sizes)]
        return self._bytes

    def lines_with(self, words: Iterable[str]) -> list[int]:
        """Return the lines (from 1) that hold one of some words, or longer ones with it inside."""
        text, starts = self.text, self._line_starts()
        find, last = text.find, len(starts)
        result: set[int] = set()
        for word in words:
            line, at = 0, find(word)
            while at >= 0:
                line = bisect_right(starts, at, line)
                result.add(line)
                at = find(word, starts[line]) if line < last else -1
        return sorted(result)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree, as ``trees.nodes`` gives them."""
        return trees.nodes(self.tree)

    @cached_property
    def methods(self) -> list[tuple[str, int]]:
        """What looks like the call of a method: its name, and the place of the dot before it."""
        return [(m.group(1), m.start()) for m in _METHOD.finditer(self.text)]

    def calls(self, is_method: Callable[[str], bool]) -> Iterator[tuple[str, str, int]]:
        """Yield base name, method and first character of what looks like ``a.b()`` or ``a.b.c()``.

        Args:
            is_method: which methods count.
        """
        for method, dot in self.methods:
            if not is_method(method):
                continue
            found = _BASE.match(self.text[max(0, dot - _LONGEST_BASE) : dot][::-1])
            if found is None:
                continue
            for number in (2, 1):
                base = found.group(number)
                if base is not None and not base[-1].isdecimal():
                    yield base[::-1], method, dot - found.end(number)
                    break

    def lines_of(self, places: Iterable[int]) -> Iterator[int]:
        """Yield the line (from 1) of each of some characters."""
        starts = self._line_starts()
        yield from (bisect_right(starts, place) for place in places)

    def line(self, number: int) -> str:
        """Return a line (from 1) without its end."""
        starts = self._line_starts()
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def end_of_line(self, number: int) -> int:
        """Return the byte offset on disk at which the next line starts, or the file ends."""
        if number < self.line_count:
            return self.offset(number + 1, 0)
        return self.offset(number, len(self.line(number).encode("utf-8")))

    def offset(self, line: int, column: int) -> int:
        """Return the byte offset on disk of a position that ``ast`` reports.

        Args:
            line: from 1.
            column: UTF-8 bytes from the line's start.
        """
        start = self.bom + self._byte_starts()[line - 1]
        if self._bytes is self._starts or self.encoding == "utf-8":
            return start + column
        before = self.line(line)[: self.characters(line, column)]
        return start + len(before.encode(self.encoding))

    def characters(self, line: int, column: int) -> int:
        """Return how many characters of a line stand before a position that ``ast`` reports."""
        text = self.line(line)
        if text.isascii():
            return min(column, len(text))
        return len(text.encode("utf-8")[:column].decode("utf-8", "ignore"))

    def on_disk(self, finding: Finding) -> Finding:
        """Tell a finding as the file on disk has it."""
        return finding

    def unknown_on_disk(self, unknown: Unknown) -> Unknown:
        """Tell a place that is not decided as the file on disk has it."""
        return unknown

    def spelled(self, edits: Iterable[Edit]) -> list[Edit]:
        """Spell the text of edits as the file has to hold it."""
        return list(edits)

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword) -> tuple[int, int]:
        """Return a node's first and one-past-last byte on disk."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.offset(node.lineno, node.col_offset)
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def bytes_of(self, node: ast.expr | ast.stmt | ast.alias) -> bytes:
        """Return a node's bytes on disk."""
        start, end = self.span(node)
        return self.data[start:end]

    def extent(self, node: ast.expr | ast.alias | ast.keyword) -> dict[str, int]:
        """Return where a node stands as people count: lines and characters from 1."""
        line, end = node.lineno, node.end_lineno or node.lineno
        return {
            "line": line,
            "column": self.characters(line, node.col_offset) + 1,
            "end_line": end,
            "end_column": self.characters(end, node.end_col_offset or node.col_offset) + 1,
        }

    def without(self, call: ast.Call, keyword: ast.keyword) -> Edit | None:
        """Take a named argument away with its comma; None where more than a comma stands there."""
        parts = sorted([*map(self.span, call.args), *map(self.span, call.keywords)])
        at = parts.index(self.span(keyword))
        if at:
            edit = Edit(parts[at - 1][1], parts[at][1], "")
            between = self.data[edit.start : parts[at][0]]
        else:
            edit = Edit(parts[0][0], parts[1][0] if len(parts) > 1 else parts[0][1], "")
            between = self.data[parts[0][1] : edit.end]
        # A parenthesis of an argument's own, or a comment, is no separator.
        return edit if between.decode(self.encoding, "replace").strip() in (",", "") else None

    def text_of(self, node: ast.expr) -> str | None:
        """Return how an expression is written; None where positions do not hold (in f-strings)."""
        text = self.bytes_of(node).decode(self.encoding, "replace")
        tree = parse_text(f"({text})")
        if not isinstance(tree, ast.Module) or len(tree.body) != 1:
            return None
        body = tree.body[0]
        same = isinstance(body, ast.Expr) and ast.dump(body.value) == ast.dump(node)
        return text if same else None


def excluded(file: Path, root: Path, patterns: Iterable[str]) -> bool:
    """Tell whether a file, or a folder above it, answers to a pattern (``old/*``, ``*_pb2.py``)."""
    try:
        shown = file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        shown = file.as_posix()
    above = [shown, *(p.as_posix() for p in PurePosixPath(shown).parents)]
    return any(fnmatchcase(place, pattern.rstrip("/")) for pattern in patterns for place in above)


@dataclass(frozen=True)
class Tree:
    """The files of a check.

    Args:
        root: what paths are reported relative to.
        code: files of Python, sorted.
        others: all other files beside them, sorted.
    """

    root: Path
    code: list[Path]
    others: list[Path]


def discover(paths: Iterable[Path], exclude: Sequence[str] = ()) -> Tree:
    """Find the files of a project below some paths; what is named itself counts as Python.

    Args:
        paths: files and folders.
        exclude: patterns of files and folders to leave out.

    Raises:
        TfshiftError: if a path is missing or holds no Python.
    """
    given = [Path(p) for p in paths]
    for path in given:
        if not path.exists():
            raise TfshiftError("no such file or folder", where=str(path), remedy="check the path")
    root = given[0] if len(given) == 1 and given[0].is_dir() else _common(given)
    code = {path for path in given if path.is_file()}
    others: set[Path] = set()
    for file in (f for path in given if not path.is_file() for f in _walk(path)):
        python = file.name.endswith(SUFFIXES) and not file.name.startswith("._")
        (code if python else others).add(file)
    tree = Tree(
        root,
        *(
            [f for f in sorted(files) if not exclude or not excluded(f, root, exclude)]
            for files in (code, others - code)
        ),
    )
    if not tree.code:
        where = ", ".join(map(str, given))
        raise TfshiftError(
            "no Python files here", where=where, remedy="name a folder that holds some"
        )
    return tree


def _common(paths: list[Path]) -> Path:
    folders = [str((p if p.is_dir() else p.parent).resolve()) for p in paths]
    return Path(os.path.commonpath(folders))


def _walk(path: Path) -> Iterator[Path]:
    """Yield all files of a project's own below a folder."""
    for folder, folders, files in os.walk(path):
        here = Path(folder)
        folders[:] = sorted(
            f
            for f in folders
            if f not in SKIPPED_FOLDERS
            and (not f.startswith(".") or f in OWN_DOTS)
            and not (here / f / "pyvenv.cfg").exists()
        )
        yield from (here / f for f in files)


def read_bytes(path: Path, shown: str) -> bytes | Skipped:
    """Read a file unless it is too large or cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Skipped(shown, f"larger than {MAX_BYTES >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        return Skipped(shown, error.strerror or "cannot be read")


def decode(shown: str, data: bytes) -> tuple[str, str, int] | Skipped:
    """Decode a file's bytes as Python does.

    Returns:
        The text, its encoding and the length of its byte order mark.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = data[bom:].decode(encoding)
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        return Skipped(shown, f"not decodable: {' '.join(str(error).split())}")
    return text, encoding, bom


def byte_places(text: str, encoding: str = "utf-8", start: int = 0) -> array[int]:
    """Return where each character of a text lies in its bytes, and one more for the end.

    Args:
        text: the text.
        encoding: that of the bytes, without a byte order mark.
        start: where the first character lies.
    """
    if text.isascii() and len("a".encode(encoding)) == 1:
        return array("q", range(start, start + len(text) + 1))
    sizes = (len(character.encode(encoding)) for character in text)
    return array("q", accumulate(sizes, initial=start))


def parse(shown: str, data: bytes) -> Source | Skipped | SyntaxError:
    """Decode and parse a file's bytes as Python does; never raises for what the file holds."""
    decoded = decode(shown, data)
    if isinstance(decoded, Skipped):
        return decoded
    text, encoding, bom = decoded
    tree = parse_text(text)
    if isinstance(tree, ast.Module):
        return Source(shown, data, text, encoding, bom, tree)
    return tree if isinstance(tree, SyntaxError) else Skipped(shown, why_not(tree))


def parse_text(text: str, flags: int = 0) -> ast.Module | Exception:
    """Parse some code, or return what keeps it from being parsed."""
    try:
        with warnings.catch_warnings(), uncollected():
            warnings.simplefilter("ignore")
            tree = compile(text, "<code>", "exec", ast.PyCF_ONLY_AST | flags, dont_inherit=True)
            assert isinstance(tree, ast.Module)
            return tree
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


def why_not(error: Exception) -> str:
    """Say in a few words why some code cannot be parsed."""
    if isinstance(error, SyntaxError):
        if error.lineno is None:
            return f"cannot be parsed: {error.msg}"
        return f"syntax error in line {error.lineno}: {error.msg}"
    return f"cannot be parsed: {' '.join(str(error).split()) or 'too deep'}"
