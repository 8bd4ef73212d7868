"""Environment files of conda."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import EXTRAS, NAME, Pin, normalized

TITLE = "environment.yml and its kin"
EXAMPLES = [
    ("environment.yml", "dependencies:\n  - python=3.6\n  - conda-forge::tensorflow-gpu=1.15.0=gpu_py36\n"
     "  - pip:\n    - keras==2.2.4\n",
     [("python", "==3.6.*"), ("tensorflow-gpu", "==1.15.0.*"), ("keras", "==2.2.4")]),
    ("conda.yaml", "dependencies:\n- numpy>=1.14\n- tensorflow\n", [("numpy", ">=1.14"), ("tensorflow", "")]),
    ("config.yml", "- tensorflow=1.15\n", []),
]  # fmt: skip

_FILE = re.compile(r"(^|[-_.])(environment|conda|env)[\w.-]*\.ya?ml$", re.IGNORECASE)
_ROW = re.compile(
    rf"^[ \t]*-[ \t]+[\"']?(?:[\w.-]+::)?{NAME}\b(?![-.]?\w|[ \t]*:){EXTRAS}[ \t]*(?P<specifier>[=<>!~][^\s#\"']*(?:,[^\s#\"']*)*)?",
    re.MULTILINE,
)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return bool(_FILE.search(path.name))


def pins(text: str) -> Iterator[Pin]:
    """Yield each entry of the lists."""
    for row in _ROW.finditer(text):
        end = row.end("extras") if row["extras"] else row.end("name")
        where = row.span("specifier") if row["specifier"] else (end, end)
        written = row["specifier"] or ""
        conda = bool(re.match(r"=[^=]", written))
        style = "conda" if conda or not written else "pep440"
        version = written.lstrip("=").split("=")[0]
        specifier = f"=={version.rstrip('*').rstrip('.')}.*" if conda else written
        yield Pin(normalized(row["name"]), specifier, (row.start("name"), end), where, style)
