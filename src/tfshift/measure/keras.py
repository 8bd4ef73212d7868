"""Measure standalone Keras and tf_keras: axes of their own, beside TensorFlow's."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_text, parse_minor
from tfshift.measure import snapshots
from tfshift.measure.registry import Published, published
from tfshift.measure.release import (
    Say,
    cutoff,
    install,
    packages_of,
    requirements_of,
    run_agent,
    try_uv,
    usable_python,
)

_DISTRIBUTIONS = {"keras": "keras", "tf_keras": "tf-keras"}
# Keras 3 works with any TensorFlow from here on; what is older than that release still needs it.
_FIRST_OF_KERAS_3 = ("2.16", "2024-04-30")
# Before Keras 2.5 was a part of TensorFlow's own repository it ran on several backends.
_OWN_BACKENDS = (("2.2", "1.4"), ("2.4", "1.15"), ("2.5", "2.2"))


def split(argument: str) -> tuple[str, str] | None:
    """Read ``keras==3.5`` or ``tf_keras==2.16`` into axis and version; None for a plain version."""
    name, equals, version = argument.partition("==")
    axis = name.replace("-", "_")
    return (axis, version) if equals and axis in _DISTRIBUTIONS else None


def _partner(axis: str, version: str, date: str) -> tuple[str, str | None]:
    """Return the TensorFlow minor that a release is asked with, and the day of its packages.

    None for the minor means: the newest of that day.
    """
    minor = parse_minor(version)
    if axis == "keras" and minor >= (3, 0):
        return "", max(date, _FIRST_OF_KERAS_3[1])
    for before, partner in _OWN_BACKENDS:
        if axis == "keras" and minor < parse_minor(before):
            return partner, None
    return minor_text(minor), None


def measure_keras(axis: str, version: str, releases: Sequence[Release], say: Say) -> dict[str, Any]:
    """Install a Keras beside a TensorFlow that it goes with, and ask it.

    Args:
        axis: ``keras`` or ``tf_keras``.
        version: a minor (its newest patch is taken) or an exact version.
        releases: the measured TensorFlows, oldest first.
        say: receives progress, a line at a time.

    Returns:
        ``{"record": ..., "snapshot": ...}``.

    Raises:
        TfshiftError: if it cannot be found, installed or asked.
    """
    name = _DISTRIBUTIONS[axis]
    exact = version.count(".") >= 2
    specifier = f"=={version}" if exact else f"=={version}.*"
    found = published(try_uv, name, specifier, sources=True)
    if found is None:
        raise TfshiftError(f"the registry has no {name} {version}")
    earlier = snapshots.kept(f"{name}-{found.version}")
    if earlier is not None:
        say(f"{name} {found.version}: asked before")
        return earlier
    partner, date = _partner(axis, found.version, found.date)
    release = next((r for r in releases if r.minor == partner), releases[-1])
    # The newest Python of a release may be newer than what Keras of the day knows.
    pythons = ("3.10", "3.11") if not partner else release.pythons
    python, interpreter = usable_python(pythons)
    wanted, limit = _wanted(name, found, partner, date, release)
    with tempfile.TemporaryDirectory(prefix="tfshift-keras-") as temporary:
        folder = Path(temporary) / "environment"
        say(f"{name} {found.version}: installing with {wanted[1]} on Python {python}")
        install(folder, interpreter, wanted, limit)
        out = Path(temporary) / "snapshot.json"
        snapshot = run_agent(folder / "bin" / "python", "introspect", out, axis)
        record = {
            "version": found.version,
            "date": found.date,
            "since": _since(name, found),
            "pythons": [],
            "distribution": name,
            "requires": requirements_of(folder, name),
            "evidence": {
                "measured_on": f"{name}=={found.version}, Python {snapshot['python']}",
                "packages": packages_of(folder),
                "packages_dated": limit,
            },
        }
    result = {"record": record, "snapshot": snapshot}
    snapshots.keep(f"{name}-{found.version}", result)
    return result


def _since(name: str, found: Published) -> str:
    """Return the day of a minor's first patch: people had it from then on."""
    first = f"{minor_text(parse_minor(found.version))}.0"
    if found.version == first:
        return found.date
    listed = published(try_uv, name, f"=={first}", sources=True)
    return found.date if listed is None else listed.date


def _wanted(
    name: str, found: Published, partner: str, date: str | None, release: Release
) -> tuple[Sequence[str], str]:
    """Return what to install, and the day up to which packages may be."""
    if not partner:
        assert date is not None
        return [f"{name}=={found.version}", f"tensorflow-cpu>={_FIRST_OF_KERAS_3[0]}"], date
    wanted = [f"{name}=={found.version}", f"{release.distribution}=={release.version}"]
    return wanted, cutoff(max(release.date, found.date))
