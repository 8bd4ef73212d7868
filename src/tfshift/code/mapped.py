"""Code that lies on disk otherwise than Python reads it: each character knows its bytes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace

from tfshift.code.sources import Skipped, Source
from tfshift.domain.findings import Edit, Finding


@dataclass
class MappedSource(Source):
    """A source whose text is not simply its bytes decoded.

    Args:
        positions: where each character of the text starts on disk, and one more for its end.
        partly: parts of the file that were not read, and why.
        own: findings about the file itself, as it is on disk.
        given: edits that turn the bytes into what was read; every fix of the file relies on them.
    """

    positions: array[int] = field(default_factory=lambda: array("q"))
    partly: tuple[Skipped, ...] = ()
    own: tuple[Finding, ...] = ()
    given: tuple[Edit, ...] = ()

    def offset(self, line: int, column: int) -> int:
        """Return the byte offset on disk of a position that ``ast`` reports."""
        return self.positions[self._line_starts()[line - 1] + self.characters(line, column)]

    def on_disk(self, finding: Finding) -> Finding:
        """Tell a finding as the file on disk has it."""
        fix = finding.fix
        if fix is not None and fix.edits:
            fix = replace(fix, edits=tuple(self.spelled(fix.edits)))
        return replace(finding, fix=fix)
