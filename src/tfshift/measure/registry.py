"""What the package registry says of a release: patches, wheels, dates. Asked through uv."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.utils import parse_wheel_filename
from packaging.version import Version

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import DISTRIBUTIONS
from tfshift.domain.versions import parse_minor

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# uv shows the wheels of the asked Python and newer: the lowest one that resolves shows them all.
PYTHONS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

Uv = Callable[[Sequence[str], str], "str | None"]


@dataclass(frozen=True)
class Published:
    """One distribution of a release as the registry lists it."""

    name: str
    version: str
    date: str
    pythons: tuple[str, ...]
    platforms: tuple[str, ...]
    wheels: tuple[str, ...]
    urls: tuple[str, ...] = ()


def _tags(wheels: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pythons: set[str] = set()
    platforms: set[str] = set()
    for name in wheels:
        for tag in parse_wheel_filename(name)[3]:
            platforms.add(tag.platform)
            if tag.interpreter.startswith("cp3"):
                pythons.add(f"3.{tag.interpreter[3:]}")
            elif tag.interpreter == "cp27":
                pythons.add("2.7")
    return tuple(sorted(pythons, key=parse_minor)), tuple(sorted(platforms))


def read_package(pylock: str, name: str, *, sources: bool = False) -> Published | None:
    """Read one package of a pylock text.

    Args:
        pylock: the text.
        name: the package.
        sources: whether a source distribution alone will do, as packages of the early years have.

    Returns:
        None if it has no wheels, as a stub has none.
    """
    packages: list[dict[str, Any]] = tomllib.loads(pylock).get("packages", [])
    found = next((p for p in packages if p["name"] == name), None)
    if found is None:
        return None
    if not found.get("wheels"):
        source = found.get("sdist")
        if not sources or source is None:
            return None
        day = source["upload-time"].date().isoformat() if "upload-time" in source else ""
        return Published(name, found["version"], day, (), (), ())
    wheels = [w.get("name") or w["url"].rsplit("/", 1)[-1] for w in found["wheels"]]
    pythons, platforms = _tags(wheels)
    uploads = [w["upload-time"] for w in found["wheels"] if "upload-time" in w]
    date = min(uploads).date().isoformat() if uploads else ""
    urls = tuple(sorted(w["url"] for w in found["wheels"] if "url" in w))
    names = tuple(sorted(wheels))
    return Published(name, found["version"], date, pythons, platforms, names, urls)


def published(
    uv: Uv,
    name: str,
    specifier: str,
    pythons: Sequence[str] = PYTHONS,
    *,
    sources: bool = False,
) -> Published | None:
    """Look a distribution up.

    Args:
        uv: runs ``uv`` with arguments and stdin, returns stdout or None where it failed.
        name: distribution name.
        specifier: ``==1.15.*`` or ``==1.15.5``.
        pythons: Python minors to ask for, ascending.
        sources: as for ``read_package``.
    """
    found: list[Published] = []
    for python in pythons:
        arguments = ["pip", "compile", "-", "--no-deps", "--universal", "--python-version", python]
        text = uv([*arguments, "--format", "pylock.toml", "-q"], f"{name}{specifier}\n")
        package = read_package(text, name, sources=sources) if text else None
        if package is not None:
            found.append(package)
    # Later patches drop older Pythons: the newest version counts, its lowest Python shows all.
    best = max(found, key=lambda p: Version(p.version), default=None)
    if best is None:
        return None
    return next(p for p in found if p.version == best.version)


def release_distributions(uv: Uv, version: str) -> dict[str, Published]:
    """Return every distribution under which a release is published, with wheels.

    Args:
        uv: as for ``published``.
        version: a minor (its newest patch is taken) or an exact version.

    Raises:
        TfshiftError: if the registry has no such release.
    """
    exact = version.count(".") >= 2
    main = published(uv, "tensorflow", f"=={version}" if exact else f"=={version}.*")
    if main is None:
        raise TfshiftError(
            f"the registry has no wheels of tensorflow {version}",
            remedy="check the version, the network and the index configuration of uv",
        )
    return siblings(uv, main)


def siblings(uv: Uv, main: Published) -> dict[str, Published]:
    """Return a release and all other distributions of the same version."""
    # A sibling is published for the same Pythons as its release.
    lowest = [p for p in main.pythons if p in PYTHONS][:1]
    others = {n: published(uv, n, f"=={main.version}", lowest) for n in DISTRIBUTIONS[1:]}
    return {"tensorflow": main, **{n: p for n, p in others.items() if p}}


def newer_minors(uv: Uv, newest: str) -> list[str]:
    """Return the minors after one that the registry has final wheels of, in order.

    Args:
        uv: as for ``published``.
        newest: the newest measured minor.
    """
    major, minor = parse_minor(newest)
    found: list[str] = []
    for first in ((major, minor + 1), (major + 1, 0)):
        candidate = first
        while there := published(
            uv, "tensorflow", f"=={candidate[0]}.{candidate[1]}.*", PYTHONS[-2:]
        ):
            if not Version(there.version).is_prerelease:
                found.append(f"{candidate[0]}.{candidate[1]}")
            candidate = (candidate[0], candidate[1] + 1)
    return found
