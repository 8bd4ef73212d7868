"""Names of TFLite's builtin operators, read from a release's own schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("tflite_builtins.json")


@cache
def builtin_names() -> dict[int, str]:
    """Return the name of each builtin operator by its number."""
    found: dict[str, int] = json.loads(_FILE.read_text("utf-8"))
    return {number: name for name, number in found.items()}
