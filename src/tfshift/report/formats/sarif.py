"""SARIF 2.1.0, for code-scanning services."""

from __future__ import annotations

import json

from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Finding, Severity
from tfshift.report.findings import in_cell
from tfshift.report.result import Result

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def _entry(finding: Finding) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": finding.path}}
    if finding.cell is None:
        # The lines of a notebook's cell are none of the file's.
        location["region"] = {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        }
    return {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": in_cell(finding)},
        "locations": [{"physicalLocation": location}],
    }


def render(result: Result, version: str) -> str:
    """Spell findings as one SARIF run.

    Raises:
        TfshiftError: if the command does not yield findings.
    """
    if "findings" not in result.payload:
        raise TfshiftError("no sarif format for this command", where=result.command)
    driver = {
        "name": "tfshift",
        "version": version,
        "rules": [{"id": rule} for rule in sorted({f.rule for f in result.findings})],
    }
    run = {"tool": {"driver": driver}, "results": [_entry(f) for f in result.findings]}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2)
