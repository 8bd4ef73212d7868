"""Requirement and constraint files of pip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import REQUIREMENT, Pin, lines_of, pin_of

TITLE = "requirements*.txt, constraints*.txt, requirements/*.txt and *.in"
EXAMPLES = [
    ("requirements.txt", "# a\ntensorflow-gpu==1.15.0  # b\nnumpy >= 1.14, < 2\n-r other.txt\n",
     [("tensorflow-gpu", "==1.15.0"), ("numpy", ">=1.14,<2")]),
    ("requirements/dev.txt", "tensorflow[and-cuda]~=2.15; python_version > '3.8'\n",
     [("tensorflow", "~=2.15")]),
    ("constraints.txt", "Keras\n", [("keras", "")]),
    ("requirements.txt", "https://host/tensorflow-1.0-cp36.whl\n./tensorflow\n--find-links x\n", []),
    ("notes.txt", "tensorflow==1.15\n", []),
]  # fmt: skip

_FILE = re.compile(r"(require|constraint|\breq)[\w.-]*\.(txt|in|pip)$", re.IGNORECASE)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    inside = path.parent.name.startswith(("requirements", "reqs"))
    return bool(_FILE.search(path.name)) or (inside and path.suffix in (".txt", ".in"))


def pins(text: str) -> Iterator[Pin]:
    """Yield the requirement of each line."""
    for at, line in lines_of(text):
        start = at + len(line) - len(line.lstrip())
        match = REQUIREMENT.match(text, start, at + len(line))
        rest = text[match.end() : at + len(line)].strip() if match else ""
        if match and (not rest or rest[0] in "#;@\\-"):
            yield pin_of(match)
