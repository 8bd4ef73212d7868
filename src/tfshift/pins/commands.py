"""Commands that install: in shell scripts, Dockerfiles, CI files, Makefiles and tox.ini."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import REQUIREMENT, Pin, pin_of

TITLE = "pip install and conda install in scripts, Dockerfiles and CI files"
EXAMPLES = [
    ("Dockerfile", "RUN pip install --no-cache-dir tensorflow==1.15 'numpy<2' && rm -r x\n",
     [("tensorflow", "==1.15"), ("numpy", "<2")]),
    (".github/workflows/a.yml", "- run: |\n    pip3 install \\\n      tensorflow-gpu==1.4\n    echo tensorflow==1\n",
     [("tensorflow-gpu", "==1.4")]),
    ("setup.sh", "python -m pip install -U \"tensorflow>=1.4,<2\"\n", [("tensorflow", ">=1.4,<2")]),
    ("run.sh", "python train.py --version tensorflow==1.4\n", []),
    ("build.sh", "pip install -r tensorflow.txt -e .\n", []),
]  # fmt: skip

_INSTALL = re.compile(r"\b(?:pip[\d.]*|uv pip)\s+install\b(?P<rest>(?:[^\n;&|\\]|\\\n|\\(?!\n))*)")
# Options of pip whose value is no requirement.
_VALUED = {"-r", "-c", "-e", "-i", "-f", "-t", "--requirement", "--constraint", "--editable",
           "--index-url", "--extra-index-url", "--find-links", "--target", "--prefix"}  # fmt: skip
_NAMES = re.compile(
    r"^(Dockerfile.*|.*\.dockerfile|Makefile|tox\.ini|Jenkinsfile|noxfile\.py)$", re.IGNORECASE
)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.suffix in (".sh", ".bash", ".yml", ".yaml") or bool(_NAMES.match(path.name))


def pins(text: str) -> Iterator[Pin]:
    """Yield what each command installs."""
    for command in _INSTALL.finditer(text):
        yield from words(text, *command.span("rest"))


def words(text: str, start: int, end: int) -> Iterator[Pin]:
    """Yield the requirements among the words of a command."""
    after_option = False
    for word in re.finditer(r"'[^'\n]*'|\"[^\"\n]*\"|[^\s'\"\\]+", text[start:end]):
        plain = word.group().strip("'\"")
        if after_option or plain.startswith("-"):
            after_option = not after_option and plain in _VALUED
            continue
        first = start + word.start() + (word.group()[0] in "'\"")
        match = REQUIREMENT.match(text, first, first + len(plain))
        if match and text[match.end() : first + len(plain)].strip()[:1] in ("", ";", "@"):
            yield pin_of(match)
