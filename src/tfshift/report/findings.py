"""Findings as the contract's JSON, and as lines for people."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tfshift.domain.findings import Finding, Fix, Severity, Unknown


def fix_json(fix: Fix | None) -> dict[str, Any] | None:
    """Spell a fix as the contract does."""
    if fix is None:
        return None
    edits = [{"start": e.start, "end": e.end, "text": e.text} for e in fix.edits]
    result: dict[str, Any] = {
        "applicability": fix.applicability.value,
        "title": fix.title,
        "edits": edits,
    }
    if fix.provides:
        result["provides"] = list(fix.provides)
    if fix.needs:
        result["needs"] = list(fix.needs)
    return result


def _place_json(place: Finding | Unknown) -> dict[str, Any]:
    return {
        "path": place.path,
        "cell": place.cell,
        "line": place.line,
        "column": place.column,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Spell a finding as the contract does."""
    return {
        **_place_json(finding),
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "symbol": finding.symbol,
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "evidence": finding.evidence,
        "fix": fix_json(finding.fix),
    }


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Tell findings to people, a line each."""
    for f in findings:
        fixable = f" [{f.fix.applicability.value}]" if f.fix else ""
        yield f"{place(f)}: {f.severity.value}: {f.message}{fixable}"


def unknown_json(unknown: Unknown) -> dict[str, Any]:
    """Spell a place that is not decided."""
    return {
        **_place_json(unknown),
        "symbol": unknown.symbol,
        "reason": unknown.reason,
        "count": unknown.count,
    }


def unknown_lines(places: Iterable[Unknown]) -> Iterator[str]:
    """Tell places that are not decided to people, a line each."""
    for unknown in places:
        times = f" ({unknown.count} uses)" if unknown.count > 1 else ""
        yield f"{place(unknown)}: unknown: {unknown.reason}{times}"


def place(finding: Finding | Unknown) -> str:
    """Spell where a finding is: the file, a notebook's cell, line and column."""
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{finding.path}:{cell}{finding.line}:{finding.column}"


def in_cell(finding: Finding) -> str:
    """Return a finding's message, with the place where that is a notebook's cell."""
    if finding.cell is None:
        return finding.message
    return f"cell {finding.cell}, line {finding.line}: {finding.message}"


def summary(findings: Iterable[Finding], files: int, skipped: int, unknown: int = 0) -> str:
    """Count findings in one line."""
    counts = Counter(f.severity for f in findings)
    parts = [f"{counts[s]} {s.value}{'' if counts[s] == 1 else 's'}" for s in Severity if counts[s]]
    said = ", ".join(parts) or "nothing to report"
    looked = f"{files} file{'' if files == 1 else 's'}"
    rest = [f"{skipped} skipped"] if skipped else []
    rest += [f"{unknown} unknown"] if unknown else []
    return ", ".join([f"{said} in {looked}", *rest])


def diff_lines(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield a unified diff of one file."""
    old = before.decode("utf-8", "replace").splitlines(keepends=True)
    new = after.decode("utf-8", "replace").splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
        yield line.rstrip("\r\n")
