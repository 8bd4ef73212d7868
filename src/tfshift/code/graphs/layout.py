"""Where lines go: blocks that are taken away, statements that leave, functions that come."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tfshift.code.graphs.kinds import Refusal, Run
from tfshift.code.graphs.scope import Reading
from tfshift.code.graphs.spelling import Spelling
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit


@dataclass
class Function:
    """A function that is written: its name, and its lines from the left."""

    name: str
    lines: list[str]


@dataclass
class Layout:
    """The lines of one scope.

    Args:
        source: the file.
        reading: what the scope holds.
        spelling: writes its expressions.
        root: what the file calls TensorFlow.
        taken: names that the file uses.
        before: the statement before which the functions stand, where it is not the first run's.
        dense: whether optimizers are given gradients of whole variables only.
        methods: what writes a method for a run of an object, and returns its name, by the class.
        savers: what writes a method that gives what saves an object's variables, and returns its name.
        outer_dedents: line -> how many columns the scope around moves it to the left.
    """

    source: Source
    reading: Reading
    spelling: Spelling
    root: str
    taken: set[str]
    before: ast.stmt | None = None
    dense: bool = False
    methods: Mapping[str, Callable[[Run], str]] = field(default_factory=dict)
    savers: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    outer_dedents: Mapping[int, int] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    _inner: set[str] = field(default_factory=set)
    _headers: set[int] = field(default_factory=set)
    functions: dict[tuple[object, ...], Function] = field(default_factory=dict)

    def _placed(self, dedents: Mapping[int, int], gone: set[int]) -> tuple[int, str]:
        """Return the line before which the functions stand, and their text: before the first run."""
        if not self.functions:
            return 0, ""
        calling = [s.statement for s in self.reading.steps if s.calls]
        if not calling and self.before is None:
            raise Refusal(self.reading.steps[0].statement, "a graph that only other scopes run")
        statement = self.before or min(calling, key=lambda s: s.lineno)
        decorated = [d.lineno for d in getattr(statement, "decorator_list", ())]
        width = statement.col_offset - dedents.get(statement.lineno, 0)
        number = min([statement.lineno, *decorated])
        above = [n for n in self.spelling.comments_above(statement) if n not in gone]
        number = min([number, *above])
        header = number - 1
        while (header in gone and header not in self._headers) or self._blank(header):
            header -= 1
        if header in self._headers:
            # What is said above the block is said of what was in it.
            while header in self._headers or header in gone:
                header -= 1
            while header > 0 and self.source.line(header).lstrip().startswith("#"):
                header -= 1
            number = header + 1
            while number in gone or self._blank(number):
                number += 1
        newline = self.source.newline
        apart = newline * (1 if width else 2)
        prelude = [" " * width + line + newline for line in self.spelling.prelude]
        missing = 1 if width else 2
        before = number - 1
        while missing and before > 0 and (before in gone or self._blank(before)):
            missing -= before not in gone
            before -= 1
        parts = [
            newline.join(f"{' ' * width}{line}".rstrip() for line in function.lines) + newline
            for function in self.functions.values()
        ]
        return number, newline * (missing if before > 0 else 0) + apart.join(
            ["".join(prelude), *parts, ""] if prelude else [*parts, ""]
        )

    def _blank(self, number: int) -> bool:
        return number > 0 and not self.source.line(number).strip()

    def _open_blocks(self) -> dict[int, int]:
        """Return line -> how many columns it moves to the left; note the lines of the headers."""
        dedents: dict[int, int] = {}
        for block in self.reading.opened:
            first = block.body[0]
            if first.lineno == block.lineno:
                raise Refusal(block, "a block on one line")
            header = max(i.context_expr.end_lineno or 0 for i in block.items)
            self._headers.update(range(block.lineno, header + 1))
            width = first.col_offset - block.col_offset
            for number in range(header + 1, (block.end_lineno or 0) + 1):
                dedents[number] = dedents.get(number, 0) + width
            for node in walk(block):
                if isinstance(node, (ast.Constant, ast.JoinedStr)) and _spans_lines(node):
                    # What stands in a text stays there.
                    for number in range(node.lineno + 1, (node.end_lineno or 0) + 1):
                        dedents.pop(number, None)
        return dedents

    def _lines_of(self, statement: ast.stmt) -> range:
        start, end = self.source.span(statement)
        first = self.source.offset(statement.lineno, 0)
        last = self.source.end_of_line(statement.end_lineno or statement.lineno)
        before = self.source.data[first:start].strip()
        after = self.source.data[end:last].strip()
        if before or (after and not after.startswith(b"#")):
            raise Refusal(statement, "several statements on one line")
        return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)

    def _squeezed(self, gone: set[int]) -> Iterator[int]:
        """Yield the lines that go: those of statements, comments above them, blank lines between."""
        moved = {
            number
            for step in self.reading.steps
            if step.fate in ("drop", "move") and not (step.moved and step.moved.made)
            for number in self.spelling.comments_above(step.statement)
            if number > 1
        }
        lines = gone | moved
        for number in sorted(lines):
            yield number
            before = number - 1
            while before in lines or before in self._headers:
                before -= 1
            above = before < 1 or self._blank(before)
            following = number + 1
            while above and following not in lines and following < self.source.line_count:
                if not self._blank(following):
                    break
                yield following
                following += 1

    def _line_edit(self, number: int) -> Edit:
        start = self.source.offset(number, 0)
        last = number >= self.source.line_count
        end = self.source.end_of_line(number) if last else self.source.offset(number + 1, 0)
        return Edit(start, end, "")


def _spans_lines(node: ast.expr) -> bool:
    return (node.end_lineno or node.lineno) > node.lineno
