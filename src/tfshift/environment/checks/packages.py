"""The packages beside it are those that it runs with."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.domain.releases import Release
from tfshift.environment.checks import Check
from tfshift.environment.installed import Installed, normalized
from tfshift.environment.subject import Subject

TITLE = "The packages beside it are those that it runs with"
ORDER = 60
# Published with each release under its number.
_PAIRED = {"tensorboard", "tensorflow-estimator"}
_IGNORED = {
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-intel",
    "tensorflow-macos",
    "tensorflow-gpu",
}


def checks(subject: Subject) -> Iterator[Check]:
    """Hold what is installed against what is published and what was measured."""
    release = subject.release
    if release is None:
        return
    for name, (published, found) in sorted(wanted(release, subject).items()):
        one = subject.packages.get(name)
        if one is None:
            if published is not None and subject.target is None and subject.tensorflows:
                yield _absent(name, published, release)
            continue
        yield _held(one, published, found, release)
    yield from _keras(subject, release)


def wanted(release: Release, subject: Subject) -> dict[str, tuple[str | None, str]]:
    """Return by package the specifier that is published, None where it is not required, and the measured one."""
    from packaging.requirements import InvalidRequirement, Requirement

    result: dict[str, tuple[str | None, str]] = {}
    environment = _environment(subject)
    for text in release.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate(environment):
            continue
        name = normalized(requirement.name)
        if name not in _IGNORED:
            result[name] = (str(requirement.specifier), "")
    for name, spec in release.constraints.items():
        result[name] = (result.get(name, (None, ""))[0], spec)
    return result


def _environment(subject: Subject) -> dict[str, str]:
    probe = subject.probe
    return {
        "python_version": subject.python,
        "python_full_version": str(probe["version"]),
        "platform_machine": str(probe["machine"]),
        "platform_system": str(probe["system"]),
        "sys_platform": {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}.get(
            str(probe["system"]), "linux"
        ),
        "extra": "",
    }


def _absent(name: str, published: str, release: Release) -> Check:
    return Check(
        f"package-{name}", "no", "not installed", f"{name}{published}",
        f"TensorFlow {release.version} requires it",
        (f"pip install '{name}{published}'",),
    )  # fmt: skip


def _held(one: Installed, published: str | None, found: str, release: Release) -> Check:
    spec = ",".join(s for s in (published, found) if s)
    fits = _admits(spec, one.version)
    cause = f"TensorFlow {release.version} requires it so"
    if found and not _admits(found, one.version):
        cause = f"TensorFlow {release.version} does not work with it, as measured: {_why(one.name, release)}"
    return Check(
        f"package-{one.name}", "yes" if fits else "no", one.version, spec or "any version", cause if not fits else "",
        () if fits else (f"pip install '{one.name}{spec}'",),
    )  # fmt: skip


def _admits(spec: str, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(spec).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _why(name: str, release: Release) -> str:
    """Return the error that a naive install of the release gave, if it names the package."""
    naive = release.extra.get("evidence", {}).get("naive", {})
    errors = [str(e) for e in naive.values() if e]
    hints = {"setuptools": "pkg_resources", "protobuf": "escriptor", "h5py": "decode"}
    named = [e for e in errors if name in e.lower() or hints.get(name, name) in e]
    return named[0][:200] if named else "a part of a smoke test fails without the pin"


def _keras(subject: Subject, release: Release) -> Iterator[Check]:
    """A Keras of another age takes tf.keras over, without any error before 2.16."""
    keras = subject.packages.get("keras")
    if keras is None or any(k in wanted(release, subject) for k in ("keras",)):
        return
    major = int(keras.version.split(".")[0]) if keras.version[:1].isdigit() else 0
    old = tuple(int(p) for p in release.minor.split(".")) < (2, 4)
    if major >= 3 and old:
        yield Check(
            "package-keras", "no", keras.version, "keras<2.4",
            f"Keras 3 does not run beside TensorFlow {release.version}",
            ("pip install 'keras<2.4'",),
        )  # fmt: skip
