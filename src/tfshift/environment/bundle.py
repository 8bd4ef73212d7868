"""An environment carried offline: every file that its lock names, their hashes, and what is in it."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.environment import uv
from tfshift.environment.exports import table
from tfshift.environment.interpreters import Interpreter
from tfshift.environment.lock import digest, read_lock
from tfshift.environment.requirements import Say

ABOUT = "bundle.json"
LOCK = "pylock.toml"
SBOM = "sbom.cdx.json"
FILES = "files"
SCHEMA = "tfshift.bundle/1"
_BLOCK = 1 << 20
# Source packages are built where the bundle is unpacked, with these.
_BUILDERS = ("setuptools<82", "wheel")


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk.

    Args:
        folder: where it lies.
        lock: what it holds.
        files: file name -> SHA-256.
    """

    folder: Path
    lock: Lock
    files: Mapping[str, str]


def write_bundle(lock: Lock, interpreter: Interpreter, folder: Path, say: Say) -> Bundle:
    """Fetch every file of a lock that fits an interpreter and put them into a folder.

    Args:
        lock: what to carry.
        interpreter: for which the files must fit.
        folder: a new or empty one; it appears whole or not at all.
        say: told of each file.

    Raises:
        TfshiftError: if a file cannot be had or is not what the lock says, or the folder holds
            something else.
    """
    if folder.exists() and any(folder.iterdir()):
        raise TfshiftError("the folder is not empty", where=str(folder), remedy="choose another -o")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        place = Path(scratch) / "bundle"
        (place / FILES).mkdir(parents=True)
        files: dict[str, str] = {}
        sources = False
        for package in table(lock)["packages"]:
            url, sha, plain = _chosen(package, interpreter)
            name = urllib.parse.unquote(url.rpartition("/")[2])
            say(f"fetching {name}")
            _fetch(url, sha, place / FILES / name)
            files[name] = sha
            sources = sources or not plain
        if sources:
            files.update(_builders(place / FILES, interpreter, say))
        (place / LOCK).write_text(lock.text, "utf-8")
        (place / SBOM).write_text(json.dumps(sbom(lock), indent=1) + "\n", "utf-8")
        about = {
            "schema": SCHEMA,
            "tensorflow": lock.tensorflow,
            "python": lock.python,
            "digest": digest(lock),
            "files": dict(sorted(files.items())),
        }
        write_atomic(place / ABOUT, json.dumps(about, indent=1) + "\n")
        if folder.exists():
            folder.rmdir()
        place.rename(folder)
    return Bundle(folder, lock, files)


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle and check every file against its hash.

    Raises:
        TfshiftError: if something is missing, changed, or not a bundle.
    """
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        files = {str(name): str(sha) for name, sha in about["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise TfshiftError("not a bundle", where=str(folder), why=f"no usable {ABOUT}") from None
    lock = read_lock(folder / LOCK)
    if digest(lock) != about.get("digest"):
        raise TfshiftError(
            "the bundle's lock is not the one that it was made with", where=str(folder)
        )
    for name, sha in files.items():
        file = folder / FILES / name
        if Path(name).name != name or not file.is_file():
            raise TfshiftError("a file of the bundle is missing", where=name)
        if _sha256(file) != sha:
            raise TfshiftError("a file of the bundle is not what it was", where=name)
    return Bundle(folder, lock, files)


def builder(bundle: Bundle) -> Any:
    """Return what fills an environment from a bundle alone, without any index."""

    def build(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
        from tfshift.environment.build import prove

        uv.run(["venv", "--relocatable", "--quiet", f"--python={interpreter.path}", str(folder)])
        wanted = [f"{name}=={version}" for name, version in lock.packages]
        arguments = ["pip", "install", "--quiet", "--no-index", "--no-deps"]
        arguments += [f"--find-links={(bundle.folder / FILES).absolute()}"]
        arguments += [f"--python={folder / 'bin' / 'python'}"]
        uv.run([*arguments, *wanted], offline=True)
        prove(folder, lock)

    return build


def sbom(lock: Lock) -> dict[str, Any]:
    """Describe a lock as CycloneDX 1.5."""
    components = []
    for package in table(lock)["packages"]:
        version = str(package.get("version", ""))
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        components.append(
            {
                "type": "library",
                "name": package["name"],
                "version": version,
                "purl": f"pkg:pypi/{package['name']}@{version}",
                "hashes": [
                    {"alg": "SHA-256", "content": h}
                    for h in sorted(
                        {f["hashes"]["sha256"] for f in files if "sha256" in f.get("hashes", {})}
                    )
                ],
            }
        )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": f"tensorflow-environment-python-{lock.python}",
                "version": lock.tensorflow,
            }
        },
        "components": sorted(components, key=lambda c: str(c["name"])),
    }


def _chosen(package: Mapping[str, Any], interpreter: Interpreter) -> tuple[str, str, bool]:
    """Return URL and hash of the file of a package that fits best, and whether it is a wheel."""
    tags = {tag: rank for rank, tag in enumerate(_tags(interpreter))}
    best: tuple[int, str, str] | None = None
    for wheel in package.get("wheels", ()):
        url = str(wheel.get("url") or "")
        ranks = [tags[tag] for tag in _wheel_tags(url) if tag in tags]
        if url and ranks and (best is None or min(ranks) < best[0]):
            best = (min(ranks), url, str(wheel["hashes"]["sha256"]))
    if best is not None:
        return best[1], best[2], True
    sdist = package.get("sdist")
    if sdist and sdist.get("url"):
        return str(sdist["url"]), str(sdist["hashes"]["sha256"]), False
    raise TfshiftError("no file of the lock fits this machine", where=str(package["name"]))


def _tags(interpreter: Interpreter) -> Iterator[str]:
    from packaging import tags

    minor = tuple(int(part) for part in interpreter.python.split("."))
    short = f"cp{interpreter.python.replace('.', '')}"
    abis = [f"{short}m" if minor < (3, 8) else short]
    yield from map(str, tags.cpython_tags(minor, abis))
    yield from map(str, tags.compatible_tags(minor, short))


def _wheel_tags(url: str) -> Iterator[str]:
    name = urllib.parse.unquote(url.rpartition("/")[2]).removesuffix(".whl")
    pythons, abis, platforms = name.split("-")[-3:]
    for python in pythons.split("."):
        for abi in abis.split("."):
            for platform in platforms.split("."):
                yield f"{python}-{abi}-{platform}"


def _fetch(url: str, sha: str, file: Path) -> None:
    try:
        with urllib.request.urlopen(url, timeout=60) as source, file.open("wb") as target:  # noqa: S310
            shutil.copyfileobj(source, target, _BLOCK)
    except (OSError, urllib.error.URLError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise OSError(error.errno, error.strerror, str(file)) from None
        why = str(getattr(error, "reason", error))
        raise TfshiftError(
            "cannot fetch a file of the lock", where=file.name, why=why,
            remedy="check the network and run the same command again",
        ) from None  # fmt: skip
    if _sha256(file) != sha:
        raise TfshiftError("a download is not what the lock says", where=file.name)


def _builders(folder: Path, interpreter: Interpreter, say: Say) -> dict[str, str]:
    """Fetch what builds source packages; they belong to the bundle, not to the environment."""
    text = uv.run(
        ["pip", "compile", "-", "--format=pylock.toml", "--no-header", "--quiet", "--no-deps",
         f"--python={interpreter.path}"],
        stdin="\n".join(_BUILDERS),
    )  # fmt: skip
    files: dict[str, str] = {}
    for package in _parsed(text)["packages"]:
        url, sha, _ = _chosen(package, interpreter)
        name = urllib.parse.unquote(url.rpartition("/")[2])
        say(f"fetching {name}, to build source packages")
        if name not in files:
            _fetch(url, sha, folder / name)
            files[name] = sha
    return files


def _parsed(text: str) -> dict[str, Any]:
    return table(Lock(tensorflow="", python="", text=text, packages=()))


def _sha256(file: Path) -> str:
    sha = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()
