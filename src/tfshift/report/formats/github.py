"""Workflow commands: findings appear beside the lines of a pull request."""

from __future__ import annotations

from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Finding, Severity
from tfshift.report.findings import in_cell
from tfshift.report.result import Result

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _property(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C")


def _where(finding: Finding) -> str:
    """Spell the lines of a finding; those of a notebook's cell are none of the file's."""
    if finding.cell is not None:
        return ""
    return (
        f",line={finding.line},col={finding.column},"
        f"endLine={finding.end_line},endColumn={finding.end_column}"
    )


def render(result: Result, version: str) -> str:
    """Spell each finding as one workflow command.

    Raises:
        TfshiftError: if the command does not yield findings.
    """
    if "findings" not in result.payload:
        raise TfshiftError("no github format for this command", where=result.command)
    return "\n".join(
        f"::{_LEVEL[f.severity]} file={_property(f.path)}{_where(f)},title={_property(f.rule)}::"
        + in_cell(f).replace("%", "%25").replace("\n", "%0A")
        for f in result.findings
    )
