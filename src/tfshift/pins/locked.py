"""Lock files of other tools: exact versions of everything, which nobody edits by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import Pin, normalized

TITLE = "Pipfile.lock, poetry.lock, uv.lock and pdm.lock"
# Tools write them: they are read, never rewritten or complained of.
GENERATED = True
EXAMPLES = [
    ("Pipfile.lock", '{"default": {"numpy": {"version": "==1.18.5"}}, "develop": {"pytest": {"version": "==6"}}}',
     [("numpy", "==1.18.5")]),
    ("poetry.lock", '[[package]]\nname = "Numpy"\nversion = "1.18.5"\n\n[[package]]\nname = "six"\nversion = "1.15"\n',
     [("numpy", "==1.18.5"), ("six", "==1.15")]),
    ("uv.lock", '[[package]]\nname = "mine"\nversion = "0.1"\nsource = { editable = "." }\n', []),
    ("Pipfile.lock", "not json", []),
]  # fmt: skip

_PACKAGE = re.compile(r"^\[\[package\]\]\n(?P<body>(?:(?!\[).*\n?)*)", re.MULTILINE)
_FIELD = re.compile(r'^(name|version)\s*=\s*"([^"]*)"', re.MULTILINE)
_OWN = re.compile(r"^source\s*=\s*\{\s*(?:editable|virtual|directory)\b", re.MULTILINE)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.name in ("Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock")


def pins(text: str) -> Iterator[Pin]:
    """Yield each package with its version; where it stands is not told."""
    if text.lstrip()[:1] == "{":
        yield from _pipfile(text)
        return
    for package in _PACKAGE.finditer(text):
        fields = dict(_FIELD.findall(package["body"]))
        if "name" in fields and "version" in fields and not _OWN.search(package["body"]):
            name = normalized(fields["name"])
            yield Pin(name, f"=={fields['version']}", package.span(), package.span())


def _pipfile(text: str) -> Iterator[Pin]:
    try:
        packages = json.loads(text).get("default", {})
    except (ValueError, AttributeError):
        return
    for number, (name, about) in enumerate(packages.items()):
        version = about.get("version", "") if isinstance(about, dict) else ""
        yield Pin(normalized(name), version, (number, number + 1), (number, number + 1))
