"""What shared libraries ask of the system and of TensorFlow, read from their ELF headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Library:
    """What a shared library asks for.

    Args:
        needed: libraries that it is linked to.
        undefined: names of TensorFlow's own that others must define, mangled.
        cxx11_abi: the string layout that these names use, None where none of them has a string.
        glibcxx: the newest ``GLIBCXX`` version that it asks for.
        of_tensorflow: whether it has to do with TensorFlow at all.
    """

    needed: tuple[str, ...]
    undefined: tuple[str, ...]
    cxx11_abi: int | None
    glibcxx: str | None
    of_tensorflow: bool


def library(file: Path) -> Library:
    """Read a library with custom operations; nothing of it is run.

    Raises:
        ValueError: if it is no shared library of ELF.
        OSError: if it cannot be read.
    """
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    try:
        asked = requirements(file)
        undefined: list[str] = []
        with file.open("rb") as stream:
            table = ELFFile(stream).get_section_by_name(".dynsym")
            if isinstance(table, SymbolTableSection):
                undefined = [
                    s.name
                    for s in table.iter_symbols()
                    if s["st_shndx"] == "SHN_UNDEF" and s["st_info"]["bind"] != "STB_WEAK"
                ]
    except (ELFError, AssertionError, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"not a shared library: {error}") from None
    own = sorted(n for n in undefined if _TENSORFLOW in n)
    linked = [n for n in asked["needed"] if n.startswith("libtensorflow")]
    return Library(
        tuple(asked["needed"]), tuple(own), _abi(own), asked["glibcxx"], bool(own or linked)
    )


# How a name in TensorFlow's namespace begins once it is mangled.
_TENSORFLOW = "10tensorflow"
_NEW_STRING = "NSt7__cxx11"
_OLD_STRING = re.compile(r"(?<![a-z0-9])S[sS](?![a-zA-Z_]*\d)|RKSs|ESs|PSs|OSs|RSs|Ss$")


def _abi(names: Sequence[str]) -> int | None:
    if any(_NEW_STRING in n for n in names):
        return 1
    return 0 if any(_OLD_STRING.search(n) for n in names) else None


def defined(file: Path, names: Iterable[str]) -> set[str]:
    """Return those of some symbols that a library defines, asked through its hash table.

    Raises:
        OSError: if it cannot be read.
    """
    from elftools.elf.elffile import ELFFile
    from elftools.elf.hash import GNUHashSection

    with file.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".gnu.hash")
        if not isinstance(table, GNUHashSection):
            return set()
        return {name for name in names if table.get_symbol(name) is not None}
