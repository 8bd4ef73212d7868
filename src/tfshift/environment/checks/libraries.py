"""glibc and libstdc++ are new enough."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "glibc and libstdc++ are new enough"
ORDER = 97


def checks(subject: Subject) -> Iterator[Check]:
    """Hold the machine's versions against those that the release's libraries ask for."""
    release = subject.release
    if release is None or subject.probe["system"] != "Linux":
        return
    told = (subject.probe.get("libc") or ["", ""])[1] if not subject.system.recorded else ""
    yield from _held("glibc", subject.system.glibc or told or None, release.extra.get("glibc"),
                     "use a newer distribution or container image", recorded=subject.system.recorded)  # fmt: skip
    yield from _held("glibcxx", subject.system.glibcxx, release.extra.get("glibcxx"),
                     "install a newer libstdc++6, or take an older one out of LD_LIBRARY_PATH", recorded=subject.system.recorded)  # fmt: skip


def _held(
    kind: str, here: str | None, needed: str | None, remedy: str, *, recorded: bool
) -> Iterator[Check]:
    if not needed:
        return
    spelled = {"glibc": "GLIBC", "glibcxx": "GLIBCXX"}[kind]
    if here is None:
        yield Check(
            kind, "unknown", "", f"{spelled}_{needed}", "the machine's library was not found"
        )
        return
    enough = _key(here) >= _key(needed)
    yield Check(
        kind, "yes" if enough else "no", f"{spelled}_{here}", f"{spelled}_{needed} or newer",
        f"the release's libraries ask for {spelled}_{needed}: the loader refuses them",
        () if enough else (remedy,),
    )  # fmt: skip


def _key(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
