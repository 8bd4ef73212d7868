"""``tfshift env``: lock, create, list, show, run and remove environments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

if TYPE_CHECKING:
    from tfshift.domain.environments import Environment, Lock

_FILE = click.Path(path_type=Path)


@click.group("env")
def command() -> None:
    """Lock, make and use TensorFlow environments."""


@command.command("lock")
@click.option("--tf", "version", required=True, metavar="V", help="TensorFlow version.")
@click.option("--python", metavar="X.Y", help="Python minor; by default the newest to be had.")
@click.option("-r", "--requirements", type=_FILE, multiple=True, help="Further requirements.")
@click.option("--gpu", is_flag=True, help="The build for NVIDIA GPUs.")
@common
def lock(
    settings: Settings, version: str, python: str | None, requirements: tuple[Path, ...], gpu: bool
) -> None:
    """Resolve a release to exact files with hashes; -o FILE is the lock itself."""
    from tfshift.atomic import write_atomic
    from tfshift.environment.lock import digest
    from tfshift.report import Result, emit

    locked = _lock(settings, version, python, requirements, gpu)
    if settings.output is not None:
        write_atomic(settings.output, locked.text)
    payload = {
        "tensorflow": locked.tensorflow,
        "python": locked.python,
        "digest": digest(locked),
        "packages": [{"name": name, "version": number} for name, number in locked.packages],
        "path": settings.output.as_posix() if settings.output else None,
    }
    lines = (locked.text.rstrip("\n"),)
    if settings.output is not None:
        lines = (
            f"{settings.output}: TensorFlow {locked.tensorflow} on Python {locked.python}, "
            f"{len(locked.packages)} packages",
        )
    emit(Result("env.lock", payload, lines), settings.format, None)


@command.command("create")
@click.option("--tf", "version", metavar="V", help="TensorFlow version.")
@click.option("--lock", "file", type=_FILE, help="Make what this pylock.toml says.")
@click.option("--python", metavar="X.Y", help="Python minor; by default the newest to be had.")
@click.option("-r", "--requirements", type=_FILE, multiple=True, help="Further requirements.")
@click.option("--gpu", is_flag=True, help="The build for NVIDIA GPUs.")
@click.option("--name", help="What to call it.")
@common
def create(
    settings: Settings,
    version: str | None,
    file: Path | None,
    python: str | None,
    requirements: tuple[Path, ...],
    gpu: bool,
    name: str | None,
) -> None:
    """Make an environment, or find it in the store if it is there."""
    from tfshift.environment import interpreters, store
    from tfshift.environment.lock import read_lock

    if (version is None) == (file is None):
        raise click.UsageError("give either --tf or --lock")
    if file is not None:
        if requirements or gpu:
            raise click.UsageError("a lock is complete: -r and --gpu do not go with --lock")
        locked = read_lock(file)
        if python not in (None, locked.python):
            raise TfshiftError(f"the lock is for Python {locked.python}", where=str(file))
    else:
        assert version is not None
        locked = _lock(settings, version, python, requirements, gpu)
    interpreter = interpreters.find(locked.python)
    if interpreter is None:
        raise interpreters.missing(locked.python)
    settings.say(
        f"Python {interpreter.version} ({interpreter.source}): {interpreter.path}", level=1
    )
    made = store.create(locked, interpreter, name, offline=settings.offline, say=settings.say)
    _emit_one("env.create", made, settings)


@command.command("list")
@common
def list_(settings: Settings) -> None:
    """List the environments."""
    from tfshift.environment import store
    from tfshift.report import Result, emit

    found = store.list_environments()
    width = max((len(e.name) for e in found), default=0)
    lines = [
        f"{e.name:{width}}  TensorFlow {e.tensorflow}  Python {e.python}  {e.path}" for e in found
    ]
    payload = {"environments": [_payload(e) for e in found]}
    lines = lines or ["no environments; make one with: tfshift env create --tf V"]
    emit(Result("env.list", payload, tuple(lines)), settings.format, settings.output)


@command.command("show")
@click.argument("name")
@common
def show(settings: Settings, name: str) -> None:
    """Show an environment and what is installed in it."""
    from tfshift.environment import store
    from tfshift.environment.lock import read_lock

    environment = store.find(name)
    packages = read_lock(store.lock_of(environment)).packages
    more = {
        "digest": environment.digest,
        "packages": [{"name": package, "version": number} for package, number in packages],
    }
    listed = [f"  {package} {number}" for package, number in packages]
    _emit_one("env.show", environment, settings, more, listed)


@command.command("run", context_settings={"allow_interspersed_args": False})
@click.argument("name")
@click.argument("cmd", nargs=-1, required=True, type=click.UNPROCESSED)
def run(name: str, cmd: tuple[str, ...]) -> None:
    """Run CMD in an environment and return its exit code: tfshift env run NAME -- CMD."""
    from tfshift.environment import store

    words = cmd[1:] if cmd[0] == "--" else cmd
    if not words:
        raise click.UsageError("there is no command after --")
    variables = store.activated(store.find(name), os.environ)
    sys.stdout.flush()
    try:
        os.execvpe(words[0], words, variables)  # noqa: S606 (the user's own command)
    except OSError as error:
        raise TfshiftError(
            "cannot run the command", where=words[0], why=error.strerror or ""
        ) from None


@command.command("remove")
@click.argument("name")
@common
def remove(settings: Settings, name: str) -> None:
    """Remove an environment from the store."""
    from tfshift.environment import store

    _emit_one("env.remove", store.remove(name), settings, first="removed ")


def _lock(
    settings: Settings, version: str, python: str | None, files: tuple[Path, ...], gpu: bool
) -> Lock:
    from tfshift import facts
    from tfshift.environment import interpreters
    from tfshift.environment.lock import make_lock, read_requirements

    release = facts.open().release(version)
    chosen = interpreters.pick(release, python)
    wanted = [line for file in files for line in read_requirements(file, settings.say)]
    settings.say(f"locking TensorFlow {release.version} for Python {chosen.python}")
    return make_lock(
        release, chosen.python, wanted, offline=settings.offline, gpu=gpu, say=settings.say
    )


def _payload(environment: Environment) -> dict[str, Any]:
    fields = ("name", "path", "python", "tensorflow", "seconds")
    return {field: getattr(environment, field) for field in fields}


def _emit_one(
    name: str,
    environment: Environment,
    settings: Settings,
    more: dict[str, Any] | None = None,
    listed: list[str] | None = None,
    first: str = "",
) -> None:
    from tfshift.report import Result, emit

    line = (
        f"{first}{environment.name}: TensorFlow {environment.tensorflow} "
        f"on Python {environment.python} in {environment.path}"
    )
    result = Result(name, {**_payload(environment), **(more or {})}, (line, *(listed or [])))
    emit(result, settings.format, settings.output)
