"""The requirements of setup.cfg."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import REQUIREMENT, Pin, lines_of, pin_of

TITLE = "install_requires and extras of setup.cfg"
EXAMPLES = [
    ("setup.cfg", "[options]\ninstall_requires =\n    tensorflow>=1.4\n    numpy\npython_requires = >=3.6\n"
     "[options.extras_require]\ngpu =\n    tensorflow-gpu\n[tool]\n    keras\n",
     [("tensorflow", ">=1.4"), ("numpy", ""), ("tensorflow-gpu", "")]),
]  # fmt: skip

_SECTION = re.compile(r"^\[(.+)\]")
_KEY = re.compile(r"^([\w.-]+)\s*=")


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.name == "setup.cfg"


def pins(text: str) -> Iterator[Pin]:
    """Yield the requirement of each indented line below a key that holds some."""
    section, key = "", ""
    for at, line in lines_of(text):
        if found := _SECTION.match(line):
            section, key = found.group(1), ""
        elif found := _KEY.match(line):
            key = found.group(1)
        elif line[:1] in (" ", "\t") and line.strip():
            requires = section == "options" and key.endswith("_requires")
            if requires or section == "options.extras_require":
                start = at + len(line) - len(line.lstrip())
                match = REQUIREMENT.match(text, start, at + len(line))
                if match:
                    yield pin_of(match)
