"""What TensorFlow's own shared libraries ask of the system, read from their ELF headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_WRAPPERS = (
    "python/_pywrap_tensorflow_internal.so",
    "python/_pywrap_tensorflow_common.so",
    "python/_pywrap_tensorflow.so",
)


def _newest(names: Iterable[str], family: str) -> str | None:
    """Return the highest of versions such as ``GLIBC_2.17`` without the family's name."""
    found = [m.group(1) for n in names if (m := re.fullmatch(rf"{family}_([\d.]+)", n))]
    return max(found, key=lambda v: [int(part) for part in v.split(".")], default=None)


def requirements(library: Path) -> dict[str, Any]:
    """Read one library: ``needed`` names, and the newest ``glibc`` and ``glibcxx`` it asks for."""
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.elffile import ELFFile
    from elftools.elf.gnuversions import GNUVerNeedSection

    needed: list[str] = []
    versions: list[str] = []
    with library.open("rb") as stream:
        for section in ELFFile(stream).iter_sections():
            if isinstance(section, DynamicSection):
                needed += [vars(t)["needed"] for t in section.iter_tags("DT_NEEDED")]
            elif isinstance(section, GNUVerNeedSection):
                versions += [aux.name for _, each in section.iter_versions() for aux in each]
    return {
        "needed": sorted(needed),
        "glibc": _newest(versions, "GLIBC"),
        "glibcxx": _newest(versions, "GLIBCXX"),
    }


def package_requirements(package: Path) -> dict[str, Any]:
    """Read an installed TensorFlow.

    Args:
        package: the folder that holds its shared libraries, ``…/tensorflow`` or ``tensorflow_core``.

    Returns:
        ``framework`` (the library that custom operations link to, None where there is none),
        ``glibc`` and ``glibcxx``.
    """
    framework = sorted(f.name for f in package.glob("libtensorflow_framework.so*"))
    inner = sorted(f.name for f in package.glob("libtensorflow_cc.so*"))
    names = (*_WRAPPERS, *framework, *inner)
    libraries = [package / name for name in names if (package / name).is_file()]
    read = [requirements(library) for library in libraries]
    glibc = [f"GLIBC_{r['glibc']}" for r in read if r["glibc"]]
    glibcxx = [f"GLIBCXX_{r['glibcxx']}" for r in read if r["glibcxx"]]
    return {
        "framework": framework[0] if framework else None,
        "glibc": _newest(glibc, "GLIBC"),
        "glibcxx": _newest(glibcxx, "GLIBCXX"),
    }
