"""The store of finished environments: found by content, made once, never half-made.

Layout below the store's folder::

    environments/<digest16>-<python>/   a whole virtual environment with tfshift.json
    environments/.tmp-<key>-<random>/   one that is being made or removed
    names/<name>.json                   what a user's name stands for
    locks/<key>.lock                    held while that environment is made or removed

A folder appears under its final name by one rename. Lock files are never deleted: a process
that still waits for a deleted one would hold another lock than its successors.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tfshift.domain.environments import Environment, Lock
from tfshift.domain.errors import TfshiftError
from tfshift.environment.build import build
from tfshift.environment.interpreters import Interpreter
from tfshift.environment.lock import digest

if TYPE_CHECKING:
    from filelock import BaseFileLock

Say = Callable[[str], None]
Builder = Callable[[Path, Lock, Interpreter, bool], None]

_ABOUT = "tfshift.json"
_UNFINISHED = ".tmp-"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


def root() -> Path:
    """Return the store's folder: TFSHIFT_STORE, else below the user's cache folder."""
    if os.environ.get("TFSHIFT_STORE"):
        return Path(os.environ["TFSHIFT_STORE"]).absolute()
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("tfshift"))


def create(
    lock: Lock,
    interpreter: Interpreter,
    name: str | None = None,
    *,
    offline: bool = False,
    say: Say = lambda line: None,
    builder: Builder = build,
) -> Environment:
    """Return the environment of a lock, made now unless the store has it.

    Two processes that ask for the same one at once make it once: the other waits and reuses it.

    Args:
        lock: what to install.
        interpreter: the Python to make it with, of the lock's minor.
        name: what to call it; by default ``tf<version>-py<python>``.
        offline: use uv's cache only.
        say: told of what is going on.
        builder: fills the folder and raises if the result does not work.

    Raises:
        TfshiftError: if the name is not valid or taken, or it cannot be made.
    """
    if interpreter.python != lock.python:
        raise TfshiftError(
            f"the lock is for Python {lock.python}", why=f"given was {interpreter.version}"
        )
    key = _key(lock)
    if name is not None:
        _claimable(name, key)
    _sweep()
    with _waiting(_lock_of(key), say):
        if _is_usable(_folder(key)):
            say("the store has it already")
        else:
            _make(key, lock, interpreter, offline, say, builder)
        return _load(_register(key, lock, name), key)


def list_environments() -> list[Environment]:
    """Return all named environments that are complete, sorted by name."""
    environments = []
    for name, key in sorted(_names().items()):
        # Another process may remove one while we look.
        with suppress(FileNotFoundError):
            environments.append(_load(name, key))
    return environments


def find(name: str) -> Environment:
    """Return the environment of that name.

    Raises:
        TfshiftError: if there is none.
    """
    key = _names().get(name)
    if key is None:
        near = _near(name)
        raise TfshiftError(
            f"no environment named {name}",
            why=f"there is {', '.join(near)}" if near else "",
            remedy="see: tfshift env list",
        )
    return _load(name, key)


def remove(name: str) -> Environment:
    """Forget a name; the folder goes with the last name that stands for it.

    Raises:
        TfshiftError: if there is no such environment.
    """
    environment = find(name)
    key = Path(environment.path).name
    _name_file(name).unlink(missing_ok=True)
    with _lock_of(key):
        if key not in _names().values() and _folder(key).exists():
            # Aside first: a kill in the middle leaves nothing that could be taken for whole.
            aside = _unfinished(key)
            _folder(key).rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
    _sweep()
    return environment


def python_of(environment: Environment) -> Path:
    """Return the environment's interpreter."""
    return Path(environment.path, "bin", "python")


def lock_of(environment: Environment) -> Path:
    """Return the lock file that the environment was made from."""
    return Path(environment.path, "pylock.toml")


def activated(environment: Environment, base: Mapping[str, str]) -> dict[str, str]:
    """Return variables under which commands run in the environment and nothing leaks into it."""
    leaks = {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"}
    variables = {name: value for name, value in base.items() if name not in leaks}
    folders = [str(Path(environment.path, "bin")), base.get("PATH") or os.defpath]
    return {
        **variables,
        "PATH": os.pathsep.join(folders),
        "VIRTUAL_ENV": environment.path,
        "PYTHONNOUSERSITE": "1",
    }


def _make(
    key: str, lock: Lock, interpreter: Interpreter, offline: bool, say: Say, builder: Builder
) -> None:
    say(f"installing {len(lock.packages)} packages for TensorFlow {lock.tensorflow}")
    started = time.monotonic()
    folder = _unfinished(key)
    try:
        builder(folder, lock, interpreter, offline)
        folder.joinpath("pylock.toml").write_text(lock.text, "utf-8")
        about = Environment(
            name="",
            path="",
            python=lock.python,
            tensorflow=lock.tensorflow,
            digest=digest(lock),
            seconds=round(time.monotonic() - started, 3),
        )
        folder.joinpath(_ABOUT).write_text(json.dumps(asdict(about)), "utf-8")
        if _folder(key).exists():
            # It was there but is of no use: its interpreter has been uninstalled.
            aside = _unfinished(key)
            _folder(key).rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
        folder.rename(_folder(key))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _sweep() -> None:
    """Delete what killed processes have left; what a living one works on is locked."""
    from filelock import Timeout

    for folder in (root() / "environments").glob(f"{_UNFINISHED}*"):
        key = folder.name.removeprefix(_UNFINISHED).rpartition("-")[0]
        with suppress(Timeout), _lock_of(key).acquire(blocking=False):
            shutil.rmtree(folder, ignore_errors=True)


def _register(key: str, lock: Lock, name: str | None) -> str:
    with _lock_of("names"):
        names = _names()
        if name is None:
            name = next((n for n, k in sorted(names.items()) if k == key), None)
        if name is None:
            name = _default_name(lock, names)
        _claimable(name, key)
        file = _name_file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{name}.{secrets.token_hex(4)}")
        temporary.write_text(json.dumps({"environment": key}), "utf-8")
        temporary.replace(file)
    return name


def _default_name(lock: Lock, names: Mapping[str, str]) -> str:
    base = f"tf{lock.tensorflow}-py{lock.python}"
    name, number = base, 2
    while name in names:
        name, number = f"{base}-{number}", number + 1
    return name


def _claimable(name: str, key: str) -> None:
    if not _NAME.fullmatch(name):
        raise TfshiftError(
            f"not a name for an environment: {name!r}",
            why="letters, digits, '.', '_' and '-', starting with a letter, digit or '_'",
        )
    taken = _names().get(name)
    if taken not in (None, key):
        raise TfshiftError(
            f"the name {name} is taken by another environment",
            remedy=f"choose another --name, or first: tfshift env remove {name}",
        )


def _names() -> dict[str, str]:
    """Return the key that each name stands for, leaving out what is not whole."""
    names = {}
    for file in (root() / "names").glob("*.json"):
        try:
            key = json.loads(file.read_text("utf-8"))["environment"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(key, str) and (_folder(key) / _ABOUT).is_file():
            names[file.name.removesuffix(".json")] = key
    return names


def _load(name: str, key: str) -> Environment:
    about = json.loads((_folder(key) / _ABOUT).read_text("utf-8"))
    return Environment(**{**about, "name": name, "path": str(_folder(key))})


def _is_usable(folder: Path) -> bool:
    # exists() follows the link to the interpreter that it was made with.
    return (folder / _ABOUT).is_file() and (folder / "bin" / "python").exists()


def _key(lock: Lock) -> str:
    return f"{digest(lock)[:16]}-{lock.python}"


def _folder(key: str) -> Path:
    return root() / "environments" / key


def _unfinished(key: str) -> Path:
    folder = root() / "environments" / f"{_UNFINISHED}{key}-{secrets.token_hex(4)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def _name_file(name: str) -> Path:
    return root() / "names" / f"{name}.json"


def _lock_of(key: str) -> BaseFileLock:
    from filelock import FileLock

    folder = root() / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TfshiftError(
            "cannot use the store",
            where=str(root()),
            why=error.strerror or "",
            remedy="set TFSHIFT_STORE to a folder that can be written",
        ) from None
    return FileLock(folder / f"{key}.lock")


@contextmanager
def _waiting(hold: BaseFileLock, say: Say) -> Iterator[None]:
    from filelock import Timeout

    try:
        hold.acquire(blocking=False)
    except Timeout:
        say("another process is making this environment: waiting for it")
        hold.acquire()
    try:
        yield
    finally:
        hold.release()


def _near(name: str) -> list[str]:
    import difflib

    names = sorted(_names())
    return difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
