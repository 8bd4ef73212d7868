"""No file of the project is called like a package."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "No file of the project is called like a package"
ORDER = 75
_NAMES = ("tensorflow", "keras", "tf_keras", "tensorboard", "numpy", "google", "h5py", "six", "enum",
          "types", "random", "queue", "copy", "inspect", "logging", "tempfile", "abc", "typing")  # fmt: skip


def checks(subject: Subject) -> Iterator[Check]:
    """Look in the working folder, which is searched first."""
    here = subject.working_folder
    found = [here / f"{name}.py" for name in _NAMES if (here / f"{name}.py").is_file()]
    found += [
        here / name
        for name in _NAMES[:4]
        if (here / name / "__init__.py").is_file() and not (here / name / "python").is_dir()
    ]
    if not found:
        yield Check(
            "no-shadowing", "yes", "none", "no file called like a package in the working folder"
        )
        return
    first = found[0]
    yield Check(
        "no-shadowing", "no", ", ".join(p.name for p in found), "no file called like a package in the working folder",
        f"import {first.stem} finds this file instead of the package when Python is started here",
        (f"mv {first} {first.with_name('my_' + first.name)}",),
    )  # fmt: skip
