"""The one kind of failure that users see: a single line, never a traceback."""

from __future__ import annotations


class TfshiftError(Exception):
    """Something the user can mend: usage, input or environment (exit code 2).

    Args:
        what: what could not be done, for example ``cannot read the lock``.
        where: the file, release or command that it concerns.
        why: the reason in a few words.
        remedy: the next step, ideally a command.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        line = self.what
        if self.where:
            line += f": {self.where}"
        if self.why:
            line += f" ({self.why})"
        if self.remedy:
            line += f"; {self.remedy}"
        return " ".join(line.split())
