"""Every file belongs to one distribution, and is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.installed import Installed
from tfshift.environment.subject import Subject

TITLE = "Every file belongs to one distribution, and is there"
ORDER = 40
# Tests, licences and folders of no package are written by many.
_SHARED = ("LICENSE", "README", "tests/", "test/", "docs/", "share/", "../")
_CLOSE = {"numpy", "protobuf", "h5py", "keras", "tensorboard", "tensorflow-estimator", "tf-keras",
          "keras-preprocessing", "keras-applications", "wrapt", "gast", "grpcio", "ml-dtypes"}  # fmt: skip


def checks(subject: Subject) -> Iterator[Check]:
    """Look for files that two distributions claim, and for files that are missing."""
    close = [
        one
        for one in subject.installed
        if one.name in _CLOSE or one.name.startswith(("tensorflow", "tf-"))
    ]
    yield _overlap(close)
    yield _missing(close)


def _overlap(close: list[Installed]) -> Check:
    owners: dict[tuple[str, str], set[Installed]] = defaultdict(set)
    for one in close:
        for file in one.files:
            if not file.startswith(_SHARED):
                owners[str(one.folder), file].add(one)
    pairs: dict[tuple[str, ...], int] = defaultdict(int)
    for who in owners.values():
        if len(who) > 1:
            pairs[tuple(sorted(f"{o.name} {o.version}" for o in who))] += 1
    if not pairs:
        return Check("files-owned-once", "yes", "no file has two owners", "one owner a file")
    worst = max(pairs, key=lambda p: pairs[p])
    names = [owner.partition(" ")[0] for owner in worst]
    keep = min(worst, key=lambda o: ("-gpu" in o or "-intel" in o or "-cpu" in o, o))
    return Check(
        "files-owned-once", "no", f"{pairs[worst]} files belong to both {' and '.join(worst)}",
        "one owner a file",
        "removing or upgrading one of them takes the other's files away, while pip check and uv pip "
        "check still pass",
        (f"pip uninstall -y {' '.join(names)}", f"pip install {keep.replace(' ', '==')}"),
    )  # fmt: skip


def _missing(close: list[Installed]) -> Check:
    gone = {one: one.missing for one in close if one.missing}
    if not gone:
        return Check("files-complete", "yes", "all recorded files are there", "no file is missing")
    worst = max(gone, key=lambda one: len(gone[one]))
    files = gone[worst]
    return Check(
        "files-complete", "no",
        f"{len(files)} of {len(worst.files)} files of {worst.name} {worst.version} are missing, such as {files[0]}",
        "no file is missing",
        "something removed or replaced them: another distribution over the same folder, an "
        "interrupted installation or a clean-up",
        tuple(
            f"pip install --force-reinstall --no-deps {one.name}=={one.version}" for one in gone
        ),
    )  # fmt: skip
