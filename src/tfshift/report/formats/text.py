"""Plain text for people."""

from __future__ import annotations

from tfshift.report.result import Result


def render(result: Result, version: str) -> str:
    """Join the account's lines."""
    return "\n".join(result.lines)
