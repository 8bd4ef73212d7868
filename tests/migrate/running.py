"""Run the command line in a process of its own, so that interpreters and signals are real."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def tfshift(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tfshift", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)
