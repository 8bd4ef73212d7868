"""Make, read and compare locks: a pylock.toml for one release, one Python and this platform."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release, days_after
from tfshift.domain.versions import parse_minor
from tfshift.environment import interpreters, uv
from tfshift.environment.platforms import PLATFORMS
from tfshift.environment.requirements import TENSORFLOWS, Say, fit, quiet, read_requirements

__all__ = ["build_limits", "digest", "make_lock", "read_lock", "read_requirements"]

# Companions (estimator, keras, tensorboard) follow their release by days to weeks; what came
# later than this was never tried with it by anyone at the time.
COMPANION_DAYS = 45
# Source packages of the early years need a setuptools with the legacy backend (40.8) that still
# leaves distutils alone (before 60) and has pkg_resources (before 82): as of this day at least.
_BUILD_TOOLS_FROM = "2021-12-01"
# Marks a pin among the options; uv takes such pins from a file.
_OVERRIDE = "override:"
_BUILD_TOOLS = ("setuptools", "wheel")
# Where a file comes from is not what it is: mirrors of one index give equal digests.
_PLACES = ("url", "path", "size", "upload-time")


def make_lock(
    release: Release,
    python: str,
    requirements: Sequence[str] = (),
    extra_constraints: Sequence[str] = (),
    *,
    offline: bool = False,
    gpu: bool = False,
    platform: str | None = None,
    overrides: Sequence[str] = (),
    say: Say = quiet,
) -> Lock:
    """Resolve a release and the user's requirements to exact files with hashes.

    Only packages of the release's own time are taken; where these cannot satisfy the
    requirements, today's are, and the release's measured constraints alone keep it running.

    Args:
        release: what to lock.
        python: the interpreter's minor, ``3.7``.
        requirements: further requirements; TensorFlow itself among them is dropped.
        extra_constraints: further bounds such as ``numpy<1.19``.
        offline: use uv's cache only.
        gpu: take the build for NVIDIA GPUs.
        platform: one of ``PLATFORMS``; this machine's where None.
        overrides: pins that hold whatever other packages require.
        say: told of lines that are dropped and of a resolution without a date.

    Raises:
        TfshiftError: if it cannot be resolved, or the index cannot be reached.
    """
    target = f"{_distribution(release, platform)}=={release.version}"
    target = _gpu_requirement(release) if gpu else target
    wanted = [target, *fit(requirements, release, say)]
    bounds = [f"{name}{spec}" for name, spec in sorted(release.constraints.items())]
    bounds += extra_constraints
    dated = days_after(release.date, COMPANION_DAYS)
    other = [f"--python-platform={PLATFORMS[platform].uv}"] if platform else []
    other += [f"{_OVERRIDE}{line}" for line in overrides]
    undeclared = _undeclared(release)
    try:
        text = _with_undeclared(
            wanted, undeclared, bounds, python, build_limits(dated) + other, offline
        )
    except uv.UnresolvableError as error:
        say(f"nothing fits among the packages up to {dated}: taking newer ones ({error.why})")
        text, dated = _with_undeclared(wanted, undeclared, bounds, python, other, offline), ""
    whole = _with_header(text, release, target, python, dated, platform)
    return _lock(whole, python, release.version)


def _undeclared(release: Release) -> list[str]:
    """Name what a release was measured to need and does not require: h5py, pkg_resources."""
    declared = {re.split(r"[ <>=!~;(\[]", line)[0].lower() for line in release.requires}
    # It was called so until 1.5, and both lie in one folder.
    declared |= {"tensorboard"} if "tensorflow-tensorboard" in declared else set()
    return [name for name in sorted(release.constraints) if name not in declared]


def _with_undeclared(
    wanted: Sequence[str],
    undeclared: Sequence[str],
    bounds: Sequence[str],
    python: str,
    limits: Sequence[str],
    offline: bool,
) -> str:
    """Resolve with as much of what is needed but not required as there is.

    Raises:
        UnresolvableError: if even what is wanted cannot be resolved.
    """
    try:
        return _compile([*wanted, *undeclared], bounds, python, limits, offline)
    except uv.UnresolvableError:
        if not undeclared:
            raise
    text = _compile(wanted, bounds, python, limits, offline)
    kept: list[str] = []
    for name in undeclared if len(undeclared) > 1 else ():
        # Some had no release by then.
        with suppress(uv.UnresolvableError):
            text = _compile([*wanted, *kept, name], bounds, python, limits, offline)
            kept.append(name)
    return text


def build_limits(dated: str) -> list[str]:
    """Return uv's options that hide what came after a day, but not the tools to build."""
    if not dated:
        return []
    tools = max(dated, _BUILD_TOOLS_FROM)
    exempt = [f"--exclude-newer-package={name}={tools}" for name in _BUILD_TOOLS]
    return [f"--exclude-newer={dated}", *exempt]


def read_lock(path: Path) -> Lock:
    """Read a lock back, ours or any pylock.toml that holds TensorFlow.

    Raises:
        TfshiftError: if it cannot be read, is not TOML, not a pylock, or has no TensorFlow.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or "not UTF-8 text") from None
    try:
        table = _parse(text)
    except ValueError as error:
        raise _unreadable(path, f"not TOML: {error}") from None
    packages = table.get("packages")
    if "lock-version" not in table or not isinstance(packages, list):
        raise _unreadable(path, "not a pylock.toml: no lock-version or no packages")
    if not all(isinstance(p, dict) and isinstance(p.get("name"), str) for p in packages):
        raise _unreadable(path, "not a pylock.toml: a package without a name")
    tensorflow = next((p for p in packages if p["name"] in TENSORFLOWS and p.get("version")), None)
    if tensorflow is None:
        raise _unreadable(path, "no TensorFlow in it", "make one with: tfshift env lock")
    return _lock(text, _python(table, tensorflow, path), str(tensorflow["version"]))


def dated(lock: Lock) -> str:
    """Return the day up to which packages were taken, or nothing where there was no limit."""
    return str(_ours(_parse(lock.text)).get("dated", ""))


def digest(lock: Lock) -> str:
    """Return the SHA-256 of what the lock installs, wherever the files are fetched from."""
    packages = [_content(package) for package in _parse(lock.text)["packages"]]
    packages.sort(key=lambda p: json.dumps(p, sort_keys=True, default=str))
    canonical = json.dumps([lock.python, packages], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _content(value: Any) -> Any:
    if isinstance(value, list):
        items = [_content(item) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))
    if not isinstance(value, dict):
        return value
    ignored = _PLACES if value.get("hashes") else ()
    return {key: _content(item) for key, item in value.items() if key not in ignored}


def _compile(
    wanted: Sequence[str],
    bounds: Sequence[str],
    python: str,
    limits: Sequence[str],
    offline: bool,
) -> str:
    interpreter = interpreters.find(python)
    # A bare minor means its first patch to uv: packages that ask for >=3.7.1 would be hidden.
    version = interpreter.version if interpreter else python
    arguments = ["pip", "compile", "-", "--format=pylock.toml", "--no-header", "--quiet"]
    arguments += [
        f"--python-version={version}",
        *(x for x in limits if not x.startswith(_OVERRIDE)),
    ]
    if interpreter:
        arguments.append(f"--python={interpreter.path}")
    with tempfile.TemporaryDirectory(prefix="tfshift-lock-") as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("\n".join(bounds) + "\n", "utf-8")
        arguments.append(f"--constraints={constraints}")
        overridden = [x.removeprefix(_OVERRIDE) for x in limits if x.startswith(_OVERRIDE)]
        if overridden:
            overrides = Path(folder, "overrides.txt")
            overrides.write_text("\n".join(overridden) + "\n", "utf-8")
            arguments.append(f"--overrides={overrides}")
        return uv.run(arguments, offline=offline, stdin="\n".join(wanted) + "\n")


def _distribution(release: Release, platform: str | None) -> str:
    """Name the distribution that has wheels for a platform, the one for processors where it has.

    Raises:
        TfshiftError: if none has.
    """
    if platform is None:
        return release.distribution
    known: dict[str, list[str]] = release.extra.get("platforms", {})
    mark = re.compile(PLATFORMS[platform].tags)
    fits = [name for name, tags in known.items() if any(mark.search(tag) for tag in tags)]
    if not fits:
        raise TfshiftError(f"TensorFlow {release.version} has no wheels for {platform}")
    order = (release.distribution, "tensorflow-cpu", "tensorflow", "tensorflow-macos")
    return min(fits, key=lambda name: order.index(name) if name in order else len(order))


def _gpu_requirement(release: Release) -> str:
    """Name the build for GPUs: its distribution has changed with the years."""
    minor = parse_minor(release.version)
    name = "tensorflow-gpu" if minor < (2, 1) else "tensorflow"
    if release.distributions and name not in release.distributions:
        raise TfshiftError(f"TensorFlow {release.version} has no build for GPUs on an index")
    return f"{name}{'[and-cuda]' if minor >= (2, 14) else ''}=={release.version}"


def _with_header(
    text: str, release: Release, target: str, python: str, dated: str, platform: str | None
) -> str:
    # uv writes the patch that it resolved with; any patch of the minor will do.
    text = re.sub(r"(?m)^requires-python = .*$", f'requires-python = "=={python}.*"', text, count=1)
    head, mark, packages = text.partition("[[packages]]")
    table = {
        "tensorflow": release.version,
        "python": python,
        "distribution": re.split(r"[\[=]", target)[0],
        "dated": dated,
        "platform": platform or "",
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items() if value]
    return "\n".join(
        [
            "# A lock for one release, one Python and one platform, made by tfshift.",
            "# To build it: tfshift env create --lock THIS_FILE",
            head.strip(),
            "",
            "[tool.tfshift]",
            *lines,
            "",
            mark + packages.rstrip(),
            "",
        ]
    )


def _lock(text: str, python: str, tensorflow: str) -> Lock:
    packages = sorted((p["name"], str(p.get("version", ""))) for p in _parse(text)["packages"])
    return Lock(tensorflow=tensorflow, python=python, text=text, packages=tuple(packages))


def _parse(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    table: dict[str, Any] = tomllib.loads(text)
    return table


def _ours(table: Mapping[str, Any]) -> dict[str, Any]:
    tool = table.get("tool", {})
    ours = tool.get("tfshift", {}) if isinstance(tool, dict) else {}
    return ours if isinstance(ours, dict) else {}


def _python(table: Mapping[str, Any], tensorflow: Mapping[str, Any], path: Path) -> str:
    """Find the minor: as we wrote it, else as TensorFlow's wheels or the lock's bounds say."""
    stated = _ours(table).get("python")
    if isinstance(stated, str) and re.fullmatch(r"3\.\d+", stated):
        return stated
    tags = set(re.findall(r"-cp3(\d+)-", json.dumps(tensorflow.get("wheels", []), default=str)))
    if len(tags) == 1:
        return f"3.{tags.pop()}"
    bound = re.search(r"(?:>=|==|~=)\s*(3\.\d+)", str(table.get("requires-python", "")))
    if bound is None:
        raise _unreadable(path, "it does not say for which Python it is")
    return bound.group(1)


def _unreadable(path: Path, why: str, remedy: str = "") -> TfshiftError:
    return TfshiftError("cannot read the lock", where=str(path), why=why, remedy=remedy)
