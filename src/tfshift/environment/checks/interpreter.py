"""The interpreter and the machine have a build."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "The interpreter and the machine have a build"
ORDER = 10
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}
_MARKS = {"Linux": "manylinux", "Darwin": "macosx", "Windows": "win"}


def checks(subject: Subject) -> Iterator[Check]:
    """Hold the interpreter's minor, kind and machine against the release's wheels."""
    probe, release = subject.probe, subject.release
    kind = f"{probe['implementation']} {probe['version']}, {probe['bits']} bits"
    plain = probe["implementation"] == "CPython" and probe["bits"] == 64
    plain = plain and not probe.get("free_threaded")
    yield Check(
        "interpreter-kind", "yes" if plain else "no", kind, "CPython of 64 bits",
        "TensorFlow has wheels for CPython of 64 bits alone; pip finds no distribution for others",
        () if plain else ("install CPython of 64 bits: uv python install 3.11",),
    )  # fmt: skip
    if release is None:
        return
    fits = subject.python in release.pythons
    wanted = ", ".join(release.pythons)
    best = release.pythons[-1] if release.pythons else "3"
    yield Check(
        "interpreter-supported", "yes" if fits else "no", f"Python {subject.python}",
        f"Python {wanted}",
        f"TensorFlow {release.version} has wheels for these alone, whatever its metadata says",
        () if fits else (f"tfshift env create --tf {release.version} --python {best}",),
    )  # fmt: skip
    yield from _platform(subject)


def _platform(subject: Subject) -> Iterator[Check]:
    probe, release = subject.probe, subject.release
    assert release is not None
    machine = _MACHINES.get(str(probe["machine"]).lower(), str(probe["machine"]))
    here = f"{probe['system']} on {machine}"
    tags = [tag for tags in release.extra.get("platforms", {}).values() for tag in tags]
    mark = _MARKS.get(str(probe["system"]))
    if mark is None or not tags:
        yield Check("platform", "unknown", here, "a wheel", "no platform tags are known for it")
        return
    spelled = {"x86_64", "amd64"} if machine == "x86_64" else {machine, "arm64"}
    fits = any(t.startswith(mark) and any(t.endswith(m) for m in spelled) for t in tags)
    fits = fits or (mark == "macosx" and any(t.startswith(mark) for t in tags))
    yield Check(
        "platform", "yes" if fits else "no", here, f"one of {', '.join(sorted(set(tags)))}",
        f"TensorFlow {release.version} is published for these platforms alone",
        () if fits else ("use a machine or a container of another kind, or a release that has one",),
    )  # fmt: skip
    if probe["system"] == "Linux":
        name = (probe.get("libc") or ["", ""])[0]
        # musl does not say what it is: only glibc does.
        glibc = name == "glibc" or subject.system.glibc is not None
        if not glibc and subject.system.recorded:
            return
        yield Check(
            "libc-kind", "yes" if glibc else "no", name or "not glibc (musl?)", "glibc",
            "manylinux wheels are built for glibc; Alpine and others with musl cannot load them",
            () if glibc else ("use an image with glibc, such as python:3.11-slim, not alpine",),
        )  # fmt: skip
