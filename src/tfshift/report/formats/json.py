"""JSON, as the contract describes it."""

from __future__ import annotations

import json

from tfshift.report.result import Result


def render(result: Result, version: str) -> str:
    """Spell the payload with its schema and the versions that made it."""
    from tfshift import facts

    head = {
        "schema": f"tfshift.{result.command}/1",
        "tfshift": version,
        "facts": facts.version(),
    }
    return json.dumps({**head, **result.payload}, indent=2, ensure_ascii=False)
