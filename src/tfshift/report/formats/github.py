"""Workflow commands: findings appear beside the lines of a pull request."""

from __future__ import annotations

from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Severity
from tfshift.report.result import Result

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _property(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C")


def render(result: Result, version: str) -> str:
    """Spell each finding as one workflow command.

    Raises:
        TfshiftError: if the command does not yield findings.
    """
    if "findings" not in result.payload:
        raise TfshiftError("no github format for this command", where=result.command)
    return "\n".join(
        f"::{_LEVEL[f.severity]} file={_property(f.path)},line={f.line},col={f.column},"
        f"endLine={f.end_line},endColumn={f.end_column},title={_property(f.rule)}::"
        + f.message.replace("%", "%25").replace("\n", "%0A")
        for f in result.findings
    )
