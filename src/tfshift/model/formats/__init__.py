"""Model formats: one module a format, found by discovery and recognised by content.

A format has ``TITLE``, ``ORDER`` (smaller is asked first), ``recognise(path) -> bool`` and
``read(path) -> Model``. Nothing in a model is executed, unpickled or unmarshalled.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model


@cache
def all_formats() -> tuple[ModuleType, ...]:
    """Import every format, in the order in which they are asked."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda m: (m.ORDER, m.__name__)))


def read_model(path: Path) -> Model:
    """Read a model, whatever its format.

    Args:
        path: a file, a folder or a checkpoint's prefix.

    Raises:
        TfshiftError: if it is of none of the formats, or broken.
    """
    if not path.exists() and not path.with_name(path.name + ".index").exists():
        raise TfshiftError("no such model", where=str(path), remedy="check the path")
    for format_ in all_formats():
        try:
            if format_.recognise(path):
                found = format_.read(path)
                assert isinstance(found, Model)
                return found
        except OSError as error:
            raise TfshiftError(
                "cannot read the model", where=str(path), why=error.strerror or str(error)
            ) from None
    titles = ", ".join(f.TITLE for f in all_formats())
    raise TfshiftError("not a model of a known format", where=str(path), why=f"known are {titles}")


def head(path: Path, size: int = 64) -> bytes:
    """Return a file's first bytes; none of a folder."""
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(size)


def sizes_below(path: Path) -> dict[str, int]:
    """Return the bytes of each file of a model, by its name below the model's folder."""
    if path.is_file():
        return {path.name: path.stat().st_size}
    files = (p for p in sorted(path.rglob("*")) if p.is_file())
    return {p.relative_to(path).as_posix(): p.stat().st_size for p in files}
