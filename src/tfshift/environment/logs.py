"""What a log tells of the environment that wrote it, and which of its lines are worth a look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Larger texts are looked at where something of these stands, and at their end.
_LARGE = 1 << 20
_TAIL = 1 << 17
# Each costs a pass over the text; what they leave out is harmless wherever it stands.
_MARKS = ("rror", "RROR", "xception", "arning", "annot ", "ould not", "ailed", "not ", "llegal",
          "nable", "E tensorflow/", "W tensorflow/", "Kernel ")  # fmt: skip
_MOST_LINES = 20000

_NAMES = r"tensorflow(?:[-_](?:cpu|gpu|intel|macos|rocm))?"
_VERSIONS = (
    re.compile(rf"\b{_NAMES}==(\d+\.\d+(?:\.\d+)?)"),
    re.compile(rf"\b{_NAMES}-(\d+\.\d+\.\d+)(?:\.dist-info|-cp|\b)"),
    re.compile(r"\b[Tt]ensor[Ff]low (?:version:? ?)?v?(\d+\.\d+(?:\.\d+)?)\b"),
    re.compile(r"\btf(?:\.__version__)?[ :=]+v?(\d+\.\d+\.\d+)\b"),
    re.compile(r"\btf-(\d+\.\d+\.\d+)\b"),
)
_PYTHON = (
    re.compile(r"python(3\.\d+)[/\\](?:site|dist)-packages"),
    re.compile(r"\bPython (\d\.\d+)(?:\.\d+)?\b"),
    re.compile(r"\bcp(3)(\d+)-cp3"),
    re.compile(r"[Pp]ython(3)(\d{1,2})\\"),
)
_PACKAGE = re.compile(
    r"\b(numpy|protobuf|h5py|keras|tf[-_]keras|setuptools)(?:==|-| )(\d+\.\d+(?:\.\d+)?)\b"
)
_NUMPY = re.compile(r"cannot be run in\s+NumPy (\d+\.\d+\.\d+)")


@dataclass(frozen=True)
class Told:
    """What is known of an environment.

    Args:
        tensorflow: its version, None where nothing tells it.
        python: its interpreter's minor.
        packages: others by name.
    """

    tensorflow: str | None = None
    python: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)


def told(text: str) -> Told:
    """Read from a log what it tells of its environment."""
    tensorflow = next((m[1] for p in _VERSIONS if (m := p.search(text))), None)
    found = next((m for p in _PYTHON if (m := p.search(text))), None)
    python = ".".join(found.groups()) if found else None
    packages = {m[1].replace("_", "-"): m[2] for m in _PACKAGE.finditer(text)}
    if numpy := _NUMPY.search(text):
        packages["numpy"] = numpy[1]
    return Told(tensorflow, python, packages)


def worth_a_look(text: str) -> str:
    """Return the text, of a large one the lines that may tell of an error, each once."""
    if len(text) <= _LARGE:
        return text
    seen: dict[str, None] = {}
    head = text[:-_TAIL]
    for mark in _MARKS:
        at, kept = head.find(mark), 0
        while at >= 0 and kept < _MOST_LINES:
            start = head.rfind("\n", 0, at) + 1
            end = head.find("\n", at)
            end = len(head) if end < 0 else end
            seen[head[start : min(end, start + 2000)]] = None
            kept += 1
            at = head.find(mark, end)
    return "\n".join([*seen, text[-_TAIL:]])
