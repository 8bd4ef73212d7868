"""What a command found out, before it is spelled in any format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tfshift.domain.findings import Finding


@dataclass(frozen=True)
class Result:
    """The outcome of one command.

    Args:
        command: its name as in the schema, ``facts.show``.
        payload: the contract's fields, JSON-ready.
        lines: the account for people, a line each.
        findings: places in files, for the formats that know such (sarif, github).
    """

    command: str
    payload: dict[str, Any]
    lines: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
