"""Where the agents lie that ask foreign interpreters, and how a trial is named by what it asks."""

from __future__ import annotations

import hashlib
from pathlib import Path

AGENT = Path(__file__).parent.parent / "agent"


def digest(agent: str, told: str = "", *others: Path) -> str:
    """Name a trial by its content: another agent, or another thing that it is told, is another trial.

    Args:
        agent: the agent's folder.
        told: what it is told, in one text.
        others: files besides the agent's that decide about the answer.

    Returns:
        Twelve hexadecimal digits.
    """
    sha = hashlib.sha256(told.encode())
    for file in (*sorted((AGENT / agent).glob("*.py")), *others):
        sha.update(file.read_bytes())
    return sha.hexdigest()[:12]
