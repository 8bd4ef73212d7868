"""Libraries with custom operations: which ops they register, told from their strings and symbols."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model
from tfshift.model.formats import head, sizes_below

TITLE = "custom-op library"
ORDER = 60


@dataclass(frozen=True)
class Content:
    """A library with operations."""

    path: Path


def recognise(path: Path) -> bool:
    """Tell by its first bytes."""
    return head(path, 4) == b"\x7fELF"


def read(path: Path) -> Model:
    """Read what the library is linked to; nothing of it is run.

    Raises:
        TfshiftError: if it has nothing to do with TensorFlow.
    """
    data = path.read_bytes()
    if b"10tensorflow" not in data and b"libtensorflow_framework" not in data:
        raise TfshiftError("a library, but none that uses TensorFlow", where=str(path))
    linked = sorted(set(re.findall(rb"libtensorflow_framework\.so(?:\.\d+)?", data)))
    return Model(
        format="op_library",
        custom=(path.name,),
        sizes=sizes_below(path),
        content=Content(path),
        notes=tuple(f"linked to {name.decode()}" for name in linked),
    )
