"""pip knows the wheels' manylinux tags."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "pip knows the wheels' manylinux tags"
ORDER = 20


def checks(subject: Subject) -> Iterator[Check]:
    """Hold pip's version against what the release's tags need."""
    from packaging.version import InvalidVersion, Version

    pip, release = subject.packages.get("pip"), subject.release
    needed = release.extra.get("pip") if release else None
    if pip is None or not needed or subject.probe["system"] != "Linux":
        return
    try:
        enough = Version(pip.version) >= Version(needed)
    except InvalidVersion:
        return
    yield Check(
        "pip-manylinux", "yes" if enough else "no", f"pip {pip.version}", f"pip >= {needed}",
        "an older pip does not know the wheels' platform tag and says that there is no matching "
        "distribution",
        () if enough else (f"python -m pip install --upgrade 'pip>={needed}'",),
    )  # fmt: skip
