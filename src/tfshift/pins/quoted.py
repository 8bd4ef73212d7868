"""Requirements as strings: setup.py and pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import EXTRAS, NAME, SPECIFIER, Pin, pin_of

TITLE = "strings in setup.py and pyproject.toml"
EXAMPLES = [
    ("setup.py", "setup(install_requires=['tensorflow>=1.4,<2', \"numpy\"], name='x')\n",
     [("tensorflow", ">=1.4,<2"), ("numpy", "")]),
    ("pyproject.toml", "dependencies = [\n  \"tensorflow-cpu ~= 2.15; python_version < '3.12'\",\n]\n",
     [("tensorflow-cpu", "~=2.15")]),
    ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = \"^1.15\"\n", []),
    ("module.py", "x = 'tensorflow==1.15'\n", []),
]  # fmt: skip

_QUOTED = re.compile(
    rf"(?P<quote>['\"])\s*{NAME}\s*{EXTRAS}\s*\(?{SPECIFIER}\)?\s*(?:;[^\n]*?)?(?P=quote)(?!\s*[:=])"
)
_VALUE = re.compile(r"[^=<>!~]=\s*$")


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.name in ("setup.py", "pyproject.toml")


def pins(text: str) -> Iterator[Pin]:
    """Yield each string that is a requirement; one that is a whole value is none."""
    for match in _QUOTED.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not _VALUE.search(line) and not line.lstrip().startswith("#"):
            yield pin_of(match)
