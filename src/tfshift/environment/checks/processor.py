"""The processor has the instructions that the build uses."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "The processor has the instructions that the build uses"
ORDER = 85


def checks(subject: Subject) -> Iterator[Check]:
    """Hold the processor's flags against what was measured on emulated processors."""
    release = subject.release
    if release is None or str(subject.probe["machine"]).lower() not in ("x86_64", "amd64"):
        return
    needed = release.extra.get("cpu_features")
    flags = subject.system.processor
    if flags is None and subject.system.recorded:
        return
    if needed is None or flags is None:
        why = "the processor's flags cannot be read" if flags is None else "it is not measured"
        yield Check("cpu-features", "unknown", "", "", why)
        return
    lacking = [feature for feature in needed if feature not in flags]
    yield Check(
        "cpu-features",
        "no" if lacking else "yes",
        f"no {', '.join(lacking)}" if lacking else f"{', '.join(needed) or 'x86-64'} and more",
        ", ".join(needed) or "any x86-64",
        f"TensorFlow {release.version} dies of an illegal instruction without it, or says at import "
        "that it was compiled to use what is not available",
        _remedy(subject, flags) if lacking else (),
    )


def _remedy(subject: Subject, flags: frozenset[str]) -> tuple[str, ...]:
    """Name the newest release that was measured to run on such a processor."""
    fits = [
        release.version
        for release in subject.facts.releases
        if set(release.extra.get("cpu_features") or ["?"]) <= flags
        or release.extra.get("cpu_features") == []
    ]
    other = "use another machine, or build TensorFlow for this processor"
    return (f"tfshift env create --tf {fits[-1]}", other) if fits else (other,)
