"""TensorFlow is installed once, and whole."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.installed import Installed
from tfshift.environment.subject import Subject

TITLE = "TensorFlow is installed once, and whole"
ORDER = 30
# Fewer files than these make a package that only depends on another.
_STUB = 30


def checks(subject: Subject) -> Iterator[Check]:
    """Look for the distributions that bring TensorFlow, and whether its package is there."""
    if subject.target is not None and not subject.tensorflows:
        return
    real = [one for one in subject.tensorflows if len(one.files) > _STUB or not one.files]
    shown = ", ".join(f"{one.name} {one.version}" for one in subject.tensorflows) or "none"
    if not subject.tensorflows:
        yield _none(subject)
        return
    there = subject.home is not None
    yield Check(
        "tensorflow-installed", "yes" if there else "no", shown if there else f"{shown}, without its files",
        "a distribution with the package tensorflow",
        "pip lists it, but the package's files are gone: import fails or gives an empty module",
        () if there else (_again(subject),),
    )  # fmt: skip
    many = len(real) > 1
    yield Check(
        "tensorflow-siblings", "no" if many else "yes", shown, "one distribution of TensorFlow",
        "they hold the same files: the one installed last wins, and removing either guts the other",
        (f"pip uninstall -y {' '.join(one.name for one in real)}", _again(subject)) if many else (),
    )  # fmt: skip
    yield from _versions(subject, real)


def _none(subject: Subject) -> Check:
    folder = subject.home
    if folder is not None:
        return Check(
            "tensorflow-installed", "unknown", f"{folder}, of no distribution",
            "a distribution that owns it",
            "the package can be imported, but no record says which release it is",
            ("tfshift env create --tf V makes an environment with records",),
        )  # fmt: skip
    python = subject.probe["executable"]
    return Check(
        "tensorflow-installed", "no", "none", "a distribution of TensorFlow",
        "this interpreter finds no TensorFlow; it may be installed for another one",
        ("tfshift env create --tf V", f"{python} -m pip install tensorflow"),
    )  # fmt: skip


def _again(subject: Subject) -> str:
    best = max(subject.tensorflows, key=lambda one: len(one.files))
    return f"pip install --force-reinstall --no-deps {best.name}=={best.version}"


def _versions(subject: Subject, real: list[Installed]) -> Iterator[Check]:
    if subject.target is not None or not real:
        return
    release = subject.release
    version = real[0].version
    yield Check(
        "tensorflow-measured", "yes" if release else "unknown", version,
        f"a release from {subject.facts.minors[0]} to {subject.facts.minors[-1]}",
        "" if release else "this release has not been measured: what it needs is not known",
    )  # fmt: skip
