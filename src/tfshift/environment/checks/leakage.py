"""Packages come from the environment alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "Packages come from the environment alone"
ORDER = 70
_CLOSE = {"numpy", "protobuf", "h5py", "keras", "tensorboard", "wrapt", "gast", "six", "ml-dtypes",
          "typing-extensions", "setuptools", "tf-keras", "grpcio"}  # fmt: skip


def checks(subject: Subject) -> Iterator[Check]:
    """Look at user site, PYTHONPATH, the system's packages and conda."""
    yield _user_site(subject)
    yield _pythonpath(subject)
    yield _system(subject)
    yield _conda(subject)


def _from(subject: Subject, folder: Path) -> list[str]:
    return sorted(
        f"{one.name} {one.version}"
        for one in subject.packages.values()
        if one.folder == folder and (one.name in _CLOSE or one.name.startswith("tensorflow"))
    )


def _user_site(subject: Subject) -> Check:
    folder = subject.probe.get("user_site")
    leaked = _from(subject, Path(folder)) if folder and subject.probe["user_site_used"] else []
    if not leaked:
        return Check(
            "no-user-site", "yes", "none of them", "nothing of TensorFlow's from the user's folder"
        )
    return Check(
        "no-user-site", "no", f"{', '.join(leaked)} from {folder}",
        "nothing of TensorFlow's from the user's folder",
        "packages of pip install --user are found before those of the interpreter and belong to "
        "other projects",
        ("export PYTHONNOUSERSITE=1", f"pip uninstall -y {' '.join(x.split()[0] for x in leaked)}"),
    )  # fmt: skip


def _pythonpath(subject: Subject) -> Check:
    value = subject.probe["variables"].get("PYTHONPATH", "")
    folders = [Path(p) for p in re.split(r"[:;]", value) if p]
    other = [
        f
        for f in folders
        if (m := re.search(r"python(\d\.\d+)", str(f))) and m[1] != subject.python
    ]
    holding = [f for f in folders if _from(subject, f)]
    if not other and not holding:
        return Check(
            "pythonpath",
            "yes",
            value or "not set",
            "no packages of TensorFlow's through PYTHONPATH",
        )
    found = (
        f"{other[0]} of another Python"
        if other
        else f"{', '.join(_from(subject, holding[0]))} from {holding[0]}"
    )
    return Check(
        "pythonpath", "no", found, "no packages of TensorFlow's through PYTHONPATH",
        "what PYTHONPATH names is found before the environment's own packages; compiled modules of "
        "another Python cannot be loaded",
        ("unset PYTHONPATH",),
    )  # fmt: skip


def _system(subject: Subject) -> Check:
    virtual = subject.probe["prefix"] != subject.probe["base_prefix"]
    outside = [
        one
        for one in subject.packages.values()
        if virtual
        and not one.folder.is_relative_to(subject.probe["prefix"])
        and (one.name in _CLOSE or one.name.startswith("tensorflow"))
        and str(one.folder) != subject.probe.get("user_site")
    ]
    if not subject.probe["system_packages"] or not outside:
        return Check(
            "no-system-packages", "yes", "none of them", "nothing of TensorFlow's from the system"
        )
    names = ", ".join(f"{one.name} {one.version}" for one in outside)
    return Check(
        "no-system-packages", "no", f"{names} from {outside[0].folder}",
        "nothing of TensorFlow's from the system",
        "the environment was made with --system-site-packages: what the system updates changes it",
        ("make it again without --system-site-packages: tfshift env create --tf V",),
    )  # fmt: skip


def _conda(subject: Subject) -> Check:
    variables = subject.probe["variables"]
    conda, venv = variables.get("CONDA_PREFIX"), variables.get("VIRTUAL_ENV")
    prefix = str(subject.probe["prefix"])
    mixed = bool(conda) and bool(venv) and prefix not in (conda, venv)
    over = bool(conda) and bool(venv) and prefix == venv
    libraries = variables.get("LD_LIBRARY_PATH", "")
    leaks = over and str(conda) in libraries
    if not mixed and not leaks:
        return Check(
            "one-environment", "yes", venv or conda or "none active", "one environment at a time"
        )
    return Check(
        "one-environment", "no", f"conda {conda} and {venv} are both active", "one environment at a time",
        "the interpreter is of the one, libraries and commands of the other",
        ("conda deactivate", f"source {venv}/bin/activate"),
    )  # fmt: skip
