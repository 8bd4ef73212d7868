"""Measure one release: an isolated environment, the introspection agent, the merged files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from tfshift import elf
from tfshift.atomic import write_atomic
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import days_after
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment import interpreters
from tfshift.environment import uv as engine
from tfshift.facts.build.merge import merged_files
from tfshift.facts.build.pack import AXES
from tfshift.measure import gpu, snapshots
from tfshift.measure.agents import AGENT
from tfshift.measure.published import pip_needed
from tfshift.measure.registry import Published, release_distributions

# Companions (estimator, keras, tensorboard) follow a release by days to weeks.
SETTLING_DAYS = 45
# Companions whose versions decide what a snapshot holds.
_NOTED = ("keras", "tensorflow-estimator", "tensorboard", "numpy", "protobuf", "h5py")
# What 1.x imports without declaring it; builds of old sdists need them newer than their time.
_ALWAYS_NEW = ("setuptools", "wheel")

# Several things are measured of one release side by side.
_AMENDING = threading.Lock()

Say = Callable[[str], None]


def cutoff(date: str) -> str:
    """Return the day to which the packages around a release are dated."""
    return days_after(date, SETTLING_DAYS)


def try_uv(arguments: Sequence[str], stdin: str = "") -> str | None:
    """Run uv and return its stdout, or None where nothing answers the requirements."""
    try:
        return engine.run(arguments, stdin=stdin)
    except engine.UnresolvableError:
        return None


def install(
    folder: Path,
    python: Path,
    requirements: Sequence[str],
    date: str | None,
    *,
    deps: bool = True,
) -> None:
    """Make an environment in a folder.

    Args:
        folder: where it goes.
        python: interpreter to make it of.
        requirements: what it holds.
        date: day up to which packages may be, or None.
        deps: whether what the requirements require comes as well.

    Raises:
        TfshiftError: if uv cannot; the reason is uv's.
    """
    engine.run(["venv", "-q", "--clear", "--python", str(python), str(folder)])
    # What is tried of all releases would fill the user's cache with tens of gigabytes.
    command = ["--cache-dir", str(folder.parent / "cache"), "pip", "install", "-q"]
    command += ["--python", str(folder), *requirements]
    command += [] if deps else ["--no-deps"]
    if date:
        command += ["--exclude-newer", date]
        for name in _ALWAYS_NEW:
            command += ["--exclude-newer-package", f"{name}=2100-01-01"]
    engine.run(command)


def quiet_environment(agent: Path) -> dict[str, str]:
    """Return the variables under which agents run: no GPU, no noise, nothing of the user's."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {
        **keep,
        "CUDA_VISIBLE_DEVICES": "-1",
        # Before 1.1 Keras ran on another backend unless told, and the user may have told another.
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(agent),
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


def run_agent(
    python: Path, module: str, out: Path, *arguments: str, throwaway: bool = False
) -> dict[str, Any]:
    """Run an agent in a foreign interpreter and return what it wrote.

    Args:
        python: the interpreter.
        module: the agent.
        out: the file that it writes.
        arguments: what else it is told.
        throwaway: whether environment and folder are thrown away afterwards: compiled modules and
            temporary files are left there then.

    Raises:
        TfshiftError: if it wrote nothing; the last line of its stderr is quoted.
    """
    command = [str(python), "-W", "ignore", "-m", module, str(out), *arguments]
    environ = quiet_environment(AGENT)
    if throwaway:
        del environ["PYTHONDONTWRITEBYTECODE"]
        environ["TMPDIR"] = str(out.parent)
    done = subprocess.run(
        command,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        cwd=out.parent,
    )
    if not out.is_file():
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise TfshiftError(f"the {module} agent failed", where=str(python), why=last)
    answer: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return answer


def requirements_of(folder: Path, name: str) -> list[str]:
    """Read the published requirements from an installed distribution's METADATA."""
    pattern = f"lib/python*/site-packages/{name.replace('-', '_')}-*.dist-info/METADATA"
    for file in folder.glob(pattern):
        return published_requirements(file.read_bytes())
    return []


def published_requirements(metadata: bytes) -> list[str]:
    """Read the requirements in a distribution's METADATA, sorted."""
    headers = HeaderParser().parsestr(metadata.decode("utf-8", "replace"))
    return sorted(headers.get_all("Requires-Dist") or [])


def library_folder(folder: Path) -> Path:
    """Return where an environment's TensorFlow keeps its shared libraries."""
    found = [
        p.parent.parent
        for p in folder.glob("lib/python*/site-packages/tensorflow*/python/_pywrap_tensorflow*.so")
    ]
    if not found:
        raise TfshiftError("the installed TensorFlow has no shared library", where=str(folder))
    return min(found)


def installed(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of each distribution in an environment."""
    for info in folder.glob("lib/python*/site-packages/*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        yield name.replace("_", "-").lower(), version


def packages_of(folder: Path) -> dict[str, str]:
    """Return which companions of TensorFlow an environment holds, with their versions."""
    return {name: version for name, version in sorted(installed(folder)) if name in _NOTED}


def usable_python(pythons: Sequence[str]) -> tuple[str, Path]:
    """Return the newest of some Python minors that can be had here.

    Raises:
        TfshiftError: if none can.
    """
    for minor in reversed(pythons):
        if minor.startswith("3") and (found := interpreters.find(minor)):
            return minor, Path(found.path)
    raise interpreters.missing(pythons[-1])


def pick_distribution(found: Mapping[str, Published]) -> Published:
    """Prefer the CPU build where it exists for Linux on the same Pythons."""
    cpu = found.get("tensorflow-cpu")
    if cpu and any("manylinux" in p for p in cpu.platforms) and cpu.pythons:
        return cpu
    return found["tensorflow"]


def release_record(
    found: Mapping[str, Published],
    chosen: Published,
    snapshot: Mapping[str, Any],
    requires: list[str],
) -> dict[str, Any]:
    """Compose what ``facts/releases`` says of a release."""
    main = found["tensorflow"]
    build = snapshot["build"]
    return {
        "version": main.version,
        "date": main.date,
        "pythons": list(chosen.pythons),
        "distribution": chosen.name,
        "distributions": sorted(found),
        "platforms": {name: list(p.platforms) for name, p in sorted(found.items())},
        "requires": requires,
        "constraints": {},
        "graph_producer": snapshot["graph"]["producer"],
        "graph_min_consumer": snapshot["graph"]["min_consumer"],
        "cxx11_abi": build.get("cxx11_abi"),
        "compiler": build.get("compiler"),
        "build": build.get("build", {}),
        "evidence": {
            "measured_on": f"{chosen.name}=={main.version}, Python {snapshot['python']}",
            "packages_dated": cutoff(main.date),
        },
    }


def measure(version: str, facts: Path, say: Say) -> dict[str, Any]:
    """Install a release in a throw-away environment and ask it; what was asked before is kept.

    Args:
        version: a minor or exact version.
        facts: the ``facts/`` folder, for what the makers publish.
        say: receives progress, a line at a time.

    Returns:
        ``{"record": ..., "snapshot": ...}``: the release's own facts, and what the agent saw.

    Raises:
        TfshiftError: if it cannot be found, installed or asked.
    """
    found = release_distributions(try_uv, version)
    chosen = pick_distribution(found)
    name = f"{chosen.name}-{chosen.version}"
    earlier = snapshots.kept(name)
    if earlier is not None:
        say(f"{chosen.name} {chosen.version}: asked before")
        return earlier
    python, interpreter = usable_python(chosen.pythons)
    with tempfile.TemporaryDirectory(prefix="tfshift-facts-") as temporary:
        folder = Path(temporary) / "environment"
        say(f"{chosen.name} {chosen.version}: installing on Python {python}")
        wanted = [f"{chosen.name}=={chosen.version}"]
        install(folder, interpreter, wanted, cutoff(found["tensorflow"].date))
        say(f"{chosen.name} {chosen.version}: asking it")
        python_exe = folder / "bin" / "python"
        snapshot = run_agent(python_exe, "introspect", Path(temporary) / "snapshot.json")
        requires = requirements_of(folder, chosen.name)
        packages = packages_of(folder)
        libraries = elf.package_requirements(library_folder(folder))
    record = release_record(found, chosen, snapshot, requires)
    record["evidence"]["packages"] = packages
    platforms = {tag for p in found.values() for tag in p.platforms if "linux" in tag}
    record.update(libraries, pip=pip_needed(facts, platforms), **gpu.requirements(found, facts))
    result = {"record": record, "snapshot": snapshot}
    snapshots.keep(name, result)
    return result


def write_release(facts: Path, minor: str, record: Mapping[str, Any], axis: str = "tf") -> None:
    """Write a release's file."""
    text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomic(facts / AXES[axis] / f"{minor}.json", text)


def read_release(facts: Path, version: str) -> dict[str, Any]:
    """Read the file of a release's minor."""
    file = facts / "releases" / f"{minor_of(version)}.json"
    record: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return record


def read_releases(facts: Path) -> list[dict[str, Any]]:
    """Read the files of all releases, oldest first."""
    files = (facts / "releases").glob("*.json")
    records = (json.loads(file.read_text("utf-8")) for file in files)
    return sorted(records, key=lambda record: parse_minor(record["version"]))


def amend_release(facts: Path, version: str, evidence: Mapping[str, Any], **fields: Any) -> None:
    """Add to what a release's file says; what others add at the same time stays.

    Args:
        facts: the ``facts/`` folder.
        version: the release.
        evidence: what to add to its evidence.
        fields: what else to set.
    """
    with _AMENDING:
        record = read_release(facts, version)
        record.update(fields)
        record["evidence"] = {**record["evidence"], **evidence}
        write_release(facts, minor_of(version), record)


def fold_in(facts: Path, results: Sequence[Mapping[str, Any]], axis: str = "tf") -> None:
    """Fold measured releases into the committed facts, all at once.

    Args:
        facts: the ``facts/`` folder to update.
        results: as ``measure`` returns them; what else was measured of the same release stays.
        axis: ``tf``, or whose releases they are.
    """
    by_minor = {minor_of(r["record"]["version"]): r for r in results}
    snapshots = {minor: result["snapshot"] for minor, result in by_minor.items()}
    _swap(facts, merged_files(facts, snapshots, axis))
    for minor, result in by_minor.items():
        record = dict(result["record"])
        previous = facts / AXES[axis] / f"{minor}.json"
        if previous.is_file():
            kept = json.loads(previous.read_text("utf-8"))
            if kept["version"] == record["version"]:
                record = {**kept, **record, "constraints": kept.get("constraints", {})}
                record["evidence"] = {**kept["evidence"], **result["record"]["evidence"]}
        write_release(facts, minor, record, axis)


def _swap(facts: Path, files: Mapping[str, str | None]) -> None:
    """Write all merged folders beside the old ones, then put them in their places."""
    staging = facts / ".new"
    shutil.rmtree(staging, ignore_errors=True)
    for name, text in files.items():
        if text is not None:
            target = staging / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    for folder in sorted({name.split("/")[0] for name in files}):
        shutil.rmtree(facts / folder, ignore_errors=True)
        if (staging / folder).is_dir():
            (staging / folder).replace(facts / folder)
    shutil.rmtree(staging, ignore_errors=True)
