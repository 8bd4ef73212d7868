"""Markdown, for pull requests and chats."""

from __future__ import annotations

from tfshift.report.findings import place
from tfshift.report.result import Result


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def render(result: Result, version: str) -> str:
    """Spell findings as a table and everything else as a literal block."""
    title = f"## tfshift {result.command}\n"
    if not result.findings:
        return "\n".join([title, "```text", *result.lines, "```"])
    rows = [
        f"| {f.severity.value} | `{_cell(place(f))}` | `{_cell(f.symbol)}` | {_cell(f.message)} |"
        for f in result.findings
    ]
    return "\n".join([title, "| severity | place | symbol | message |", "|---|---|---|---|", *rows])
