"""Comments that silence findings: ``# tfshift: ignore[rule]: why``, on the line of the finding."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tfshift.code.sources import Source
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity

ID = "suppression"
_COMMENT = re.compile(
    r"#\s*tfshift:\s*ignore(?:\[(?P<rules>[\w\s,-]*)\])?\s*(?:[:,-]\s*)?(?P<why>.*)$"
)


@dataclass
class Suppression:
    """One comment.

    Args:
        line: where it stands, from 1.
        column: the comment's first character in the line, from 0.
        rules: which rules it silences; all where there are none.
        why: the reason that it gives.
        used: whether it has silenced anything.
    """

    line: int
    column: int
    rules: frozenset[str]
    why: str
    used: bool = field(default=False)

    def covers(self, finding: Finding) -> bool:
        """Tell whether it silences a finding."""
        here = finding.line <= self.line <= finding.end_line
        return here and (not self.rules or finding.rule in self.rules)


def suppressions(source: Source) -> list[Suppression]:
    """Find the comments of a file; text in strings is none."""
    if "tfshift:" not in source.text:
        return []
    found: list[Suppression] = []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source.text, newline="").readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    for token in tokens:
        match = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            rules = frozenset(filter(None, re.split(r"[\s,]+", match["rules"] or "")))
            line, column = token.start
            found.append(Suppression(line, column, rules, match["why"].strip()))
    return found


def suppressed(source: Source, findings: Sequence[Finding]) -> list[Finding]:
    """Take silenced findings away, and tell of comments that silence nothing or give no reason.

    Args:
        source: the file.
        findings: by the lines of its text.
    """
    comments = suppressions(source)
    if not comments:
        return list(findings)
    left: list[Finding] = []
    for finding in findings:
        covering = [comment for comment in comments if comment.covers(finding)]
        for comment in covering:
            comment.used = True
        if not covering:
            left.append(finding)
    return [*left, *(f for comment in comments for f in _told(source, comment))]


def _told(source: Source, comment: Suppression) -> Iterator[Finding]:
    if comment.used and comment.why:
        return
    line = source.line(comment.line)
    if comment.used:
        message = "this comment silences a finding and gives no reason"
        fix = Fix("Say why, behind a colon", Applicability.MANUAL)
    else:
        message = "this comment silences nothing"
        start = len(line[: comment.column].rstrip())
        first, last = (len(line[:n].encode("utf-8")) for n in (start, len(line)))
        edit = Edit(source.offset(comment.line, first), source.offset(comment.line, last), "")
        fix = Fix("Take it away", Applicability.SAFE, (edit,))
    yield Finding(
        path=source.path,
        line=comment.line,
        column=comment.column + 1,
        end_line=comment.line,
        end_column=len(line) + 1,
        symbol="tfshift",
        rule=ID,
        kind=Kind.BEHAVIOUR,
        severity=Severity.INFO,
        message=message,
        evidence="every finding of the move has been held against it",
        fix=fix,
    )
