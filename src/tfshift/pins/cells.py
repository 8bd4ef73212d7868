"""Lines of notebooks that only IPython understands: ``!pip install`` and ``%tensorflow_version``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import Pin
from tfshift.pins.commands import words

TITLE = "!pip install, %pip install and %tensorflow_version in notebooks"
EXAMPLES = [
    ("a.ipynb", "try:\n  %tensorflow_version 1.x\nexcept Exception:\n  pass\n", [("tensorflow", "==1.*")]),
    ("a.ipynb", "!pip install -q tensorflow-gpu==1.15 \\\n  keras==2.2\nimport numpy\n",
     [("tensorflow-gpu", "==1.15"), ("keras", "==2.2")]),
    ("a.ipynb", "x = 'pip install tensorflow==1'\n", []),
]  # fmt: skip

_INSTALL = re.compile(
    r"^[ \t]*[!%]\s*(?:\S*python[\d.]*\s+-m\s+)?(?:uv\s+)?pip[\d.]*\s+install\b"
    r"(?P<rest>(?:[^\n;&|\\]|\\\n|\\(?!\n))*)",
    re.MULTILINE,
)
_VERSION = re.compile(
    r"^[ \t]*%(?P<name>tensorflow_version)[ \t]+(?P<version>[12])\.x", re.MULTILINE
)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file; its text is that of the code cells."""
    return path.suffix == ".ipynb"


def pins(text: str) -> Iterator[Pin]:
    """Yield what each line installs or selects."""
    for command in _INSTALL.finditer(text):
        yield from words(text, *command.span("rest"))
    for magic in _VERSION.finditer(text):
        start, end = magic.start("version"), magic.end()
        version = f"=={magic['version']}.*"
        yield Pin("tensorflow", version, magic.span("name"), (start, end), "major")
