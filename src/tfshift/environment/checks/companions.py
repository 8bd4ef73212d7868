"""Companions are of the release's time."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.checks.packages import wanted
from tfshift.environment.subject import Subject

TITLE = "Companions are of the release's time"
ORDER = 65


def checks(subject: Subject) -> Iterator[Check]:
    """Hold installed companions against those that were installed and imported beside it."""
    release = subject.release
    if release is None:
        return
    rows = subject.facts.companions
    required = wanted(release, subject)
    for name in sorted(subject.packages.keys() & rows.keys() - required.keys()):
        row = rows[name].get(release.minor)
        version = subject.packages[name].version
        good = (row or {}).get("version")
        error = (row or {}).get("error")
        if row is None:
            yield Check(f"package-{name}", "unknown", version, "one that goes with it",
                        f"which {name} goes with TensorFlow {release.version} is not measured")  # fmt: skip
        elif not good or error:
            yield Check(
                f"package-{name}", "no", version, "none that works was found",
                f"no {name} of that time could be imported beside TensorFlow {release.version}: {error or 'there was none'}"[:300],
                (f"pip uninstall -y {name}",),
            )  # fmt: skip
        else:
            same = _series(version) == _series(good)
            yield Check(
                f"package-{name}", "yes" if same else "unknown", version, good,
                "" if same else f"{name} {good} was installed and imported beside TensorFlow {release.version}; of {version} nothing is known",
                () if same else (f"pip install {name}=={good}",),
            )  # fmt: skip


def _series(version: str) -> list[str]:
    return version.split(".")[:2]
