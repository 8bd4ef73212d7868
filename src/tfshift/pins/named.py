"""Tables from names to versions: Pipfile and Poetry's part of pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import NAME, Pin, lines_of, normalized

TITLE = "Pipfile and [tool.poetry.dependencies]"
EXAMPLES = [
    ("Pipfile", "[packages]\ntensorflow-gpu = \"==1.15.0\"\nnumpy = \"*\"\n",
     [("tensorflow-gpu", "==1.15.0"), ("numpy", "")]),
    ("Pipfile", "[packages]\ntensorflow = {version = \">=1.4\", extras = [\"x\"]}\n[requires]\npython_version = \"3.6\"\n",
     [("tensorflow", ">=1.4"), ("python", "==3.6.*")]),
    ("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.6\"\ntensorflow = \"^1.15\"\nkeras = \"2.3\"\n",
     [("python", ">=3.6,<4"), ("tensorflow", ">=1.15,<2"), ("keras", "==2.3")]),
    ("pyproject.toml", "[project]\nname = \"tensorflow\"\nversion = \"1.0\"\n[tool.x]\ntensorflow = \"1\"\n", []),
]  # fmt: skip

_TABLE = re.compile(r"^\s*\[([^\[\]\n]+)\]\s*(?:#.*)?$")
_ROW = re.compile(
    rf"^(?P<q>[\"']?){NAME}(?P=q)\s*=\s*(?:\{{[^\n]*?version\s*=\s*)?[\"'](?P<spec>[^\"'\n]*)[\"']"
)
_WANTED = re.compile(r"^(packages|dev-packages|requires|tool\.poetry(\.[\w.-]+)?\.?dependencies)$")


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.name in ("Pipfile", "pyproject.toml")


def pins(text: str) -> Iterator[Pin]:
    """Yield each row of the tables that name packages."""
    wanted = False
    for at, line in lines_of(text):
        table = _TABLE.match(line.rstrip("\n"))
        row = _ROW.match(line)
        if table:
            wanted = bool(_WANTED.match(table.group(1).strip()))
        elif row and wanted:
            name = normalized(row["name"])
            name = "python" if name == "python-version" else name
            where = (at + row.start("spec"), at + row.end("spec"))
            span = (at + row.start("name"), at + row.end("name"))
            style = "series" if row["name"] == "python_version" else "caret"
            yield Pin(name, _pep440(row["spec"], style), span, where, style)


def _pep440(text: str, style: str) -> str:
    """Spell a version of these tables as PEP 440 does."""
    parts = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        if part == "*":
            continue
        if style == "series":
            parts.append(f"=={part}.*")
        elif part[0] == "^":
            numbers = part[1:].split(".")
            parts += [f">={part[1:]}", f"<{_above(numbers)}"]
        elif part[0] == "~" and part[1:2] != "=":
            numbers = part[1:].split(".")
            kept = numbers[: min(2, len(numbers))]
            parts += [f">={part[1:]}", f"<{'.'.join([*kept[:-1], str(int(kept[-1]) + 1)])}"]
        else:
            parts.append(part if part[0] in "=<>!~" else f"=={part}")
    return ",".join(parts)


def _above(numbers: list[str]) -> str:
    """Return the version before which a caret's range ends: the first number that is not 0 grows."""
    for position, number in enumerate(numbers):
        if number.isdigit() and int(number):
            return ".".join([*numbers[:position], str(int(number) + 1)])
    return "1"
