"""``tfshift env``: lock, create, list, show, compare, run, switch, carry and remove environments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError
from tfshift.environment.exports import form_names
from tfshift.environment.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tfshift.domain.environments import Environment, Lock
    from tfshift.domain.releases import Release
    from tfshift.environment.switching import Switched

_FILE = click.Path(path_type=Path)


@click.group("env")
def command() -> None:
    """Lock, make and use TensorFlow environments."""


@command.command("lock")
@click.option("--tf", "version", required=True, metavar="V", help="TensorFlow version.")
@click.option("--python", metavar="X.Y", help="Python minor; by default the newest to be had.")
@click.option("-r", "--requirements", type=_FILE, multiple=True, help="Further requirements.")
@click.option("--gpu", is_flag=True, help="The build for NVIDIA GPUs.")
@click.option("--platform", type=click.Choice(sorted(PLATFORMS)), help="Default this machine's.")
@common
def lock(
    settings: Settings,
    version: str,
    python: str | None,
    requirements: tuple[Path, ...],
    gpu: bool,
    platform: str | None,
) -> None:
    """Resolve a release to exact files with hashes; -o FILE is the lock itself."""
    from tfshift.atomic import write_atomic
    from tfshift.environment.lock import digest
    from tfshift.report import Result, emit

    locked = _lock(settings, version, python, requirements, gpu, platform)
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
@click.option("--bundle", type=_FILE, help="Make what this bundle holds, without any index.")
@common
def create(
    settings: Settings,
    version: str | None,
    file: Path | None,
    bundle: Path | None,
    python: str | None,
    requirements: tuple[Path, ...],
    gpu: bool,
    name: str | None,
) -> None:
    """Make an environment, or find it in the store if it is there."""
    from tfshift.environment import interpreters, store
    from tfshift.environment.build import build
    from tfshift.environment.bundle import builder as builder_of
    from tfshift.environment.bundle import read_bundle
    from tfshift.environment.lock import read_lock

    if sum(given is not None for given in (version, file, bundle)) != 1:
        raise click.UsageError("give one of --tf, --lock and --bundle")
    builder = build
    if bundle is not None:
        if requirements or gpu:
            raise click.UsageError("a bundle is complete: -r and --gpu do not go with --bundle")
        carried = read_bundle(bundle)
        locked, builder = carried.lock, builder_of(carried)
    elif file is not None:
        if requirements or gpu:
            raise click.UsageError("a lock is complete: -r and --gpu do not go with --lock")
        locked = read_lock(file)
    else:
        assert version is not None
        locked = _lock(settings, version, python, requirements, gpu)
    if python not in (None, locked.python):
        raise TfshiftError(
            f"the lock is for Python {locked.python}", where=str(file or bundle or version)
        )
    interpreter = interpreters.find(locked.python)
    if interpreter is None:
        raise interpreters.missing(locked.python)
    settings.say(
        f"Python {interpreter.version} ({interpreter.source}): {interpreter.path}", level=1
    )
    made = store.create(
        locked, interpreter, name, offline=settings.offline, say=settings.say, builder=builder
    )
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


@command.command("diff")
@click.argument("one")
@click.argument("other")
@common
def diff(settings: Settings, one: str, other: str) -> int:
    """Compare the packages of two environments, or of two locks given as files."""
    from tfshift.report import Result, emit

    before, after = _locked(one), _locked(other)
    here, there = dict(before.packages), dict(after.packages)
    added = sorted(there.keys() - here.keys())
    removed = sorted(here.keys() - there.keys())
    changed = sorted(n for n in here.keys() & there.keys() if here[n] != there[n])
    payload = {
        "from": {"name": one, "tensorflow": before.tensorflow, "python": before.python},
        "to": {"name": other, "tensorflow": after.tensorflow, "python": after.python},
        "added": [{"name": n, "version": there[n]} for n in added],
        "removed": [{"name": n, "version": here[n]} for n in removed],
        "changed": [{"name": n, "before": here[n], "after": there[n]} for n in changed],
    }
    lines = [f"Python {before.python} -> {after.python}"] if before.python != after.python else []
    lines += [f"- {n} {here[n]}" for n in removed]
    lines += [f"+ {n} {there[n]}" for n in added]
    lines += [f"  {n} {here[n]} -> {there[n]}" for n in changed]
    emit(
        Result("env.diff", payload, tuple(lines or ["no difference"])),
        settings.format,
        settings.output,
    )
    return 1 if lines else 0


@command.command("switch")
@click.argument("name")
@click.option("--link", type=_FILE, default=Path(".venv"), show_default=True)
@common
def switch(settings: Settings, name: str, link: Path) -> None:
    """Point a project's link at an environment; what it led to is remembered."""
    from tfshift.environment import store
    from tfshift.environment.switching import switch as flip

    environment = store.find(name)
    done = flip(environment, link)
    _emit_link("env.switch", done, environment, settings)


@command.command("rollback")
@click.option("--link", type=_FILE, default=Path(".venv"), show_default=True)
@common
def rollback(settings: Settings, link: Path) -> None:
    """Point a project's link at what it led to before the last switch."""
    from tfshift.environment import store
    from tfshift.environment.switching import rollback as back

    done = back(link)
    found = [e for e in store.list_environments() if e.path == done.after]
    _emit_link("env.rollback", done, found[0] if found else None, settings)


@command.command("export")
@click.argument("name")
@click.option("--as", "form", type=click.Choice(form_names()), required=True)
@common
def export(settings: Settings, name: str, form: str) -> None:
    """Spell an environment, or a lock given as a file, as other tools take it."""
    from tfshift import facts
    from tfshift.atomic import write_atomic
    from tfshift.environment.exports import form as form_named
    from tfshift.report import Result, emit

    locked = _locked(name)
    text = form_named(form).render(locked, facts.open().release(locked.tensorflow))
    if settings.output is not None:
        write_atomic(settings.output, text)
        emit(
            Result(
                "env.export",
                {"as": form, "path": settings.output.as_posix(), "text": text},
                (f"{settings.output}: {name} as {form}",),
            ),
            settings.format,
            None,
        )
        return
    payload = {"as": form, "path": None, "text": text}
    emit(Result("env.export", payload, (text.rstrip("\n"),)), settings.format, None)


@command.command("bundle")
@click.argument("name")
@common
def bundle(settings: Settings, name: str) -> None:
    """Fetch every file of an environment into the folder -o DIR, to make it again without an index."""
    from tfshift.environment import interpreters, store
    from tfshift.environment.bundle import write_bundle
    from tfshift.environment.lock import digest, read_lock
    from tfshift.report import Result, emit

    if settings.output is None:
        raise click.UsageError("say where with -o DIR")
    environment = store.find(name)
    locked = read_lock(store.lock_of(environment))
    interpreter = interpreters.find(locked.python)
    if interpreter is None:
        raise interpreters.missing(locked.python)
    made = write_bundle(locked, interpreter, settings.output, settings.say)
    payload = {
        "path": settings.output.as_posix(),
        "tensorflow": locked.tensorflow,
        "python": locked.python,
        "digest": digest(locked),
        "files": [{"name": n, "sha256": h} for n, h in sorted(made.files.items())],
    }
    lines = (
        f"{settings.output}: TensorFlow {locked.tensorflow} on Python {locked.python}, "
        f"{len(made.files)} files",
        f"make it with: tfshift env create --bundle {settings.output} --offline",
    )
    emit(Result("env.bundle", payload, lines), settings.format, None)


@command.command("remove")
@click.argument("name")
@common
def remove(settings: Settings, name: str) -> None:
    """Remove an environment from the store."""
    from tfshift.environment import store

    _emit_one("env.remove", store.remove(name), settings, first="removed ")


def _lock(
    settings: Settings,
    version: str,
    python: str | None,
    files: tuple[Path, ...],
    gpu: bool,
    platform: str | None = None,
) -> Lock:
    from tfshift import facts
    from tfshift.environment import interpreters
    from tfshift.environment.conflicts import explained, name_of
    from tfshift.environment.lock import make_lock
    from tfshift.environment.manifests import read_manifest
    from tfshift.environment.uv import UnresolvableError

    database = facts.open()
    release = database.release(version)
    chosen = interpreters.pick(release, python)
    manifests = [read_manifest(file, settings.say) for file in files]
    wanted = [line for manifest in manifests for line in manifest.requirements]
    settings.say(f"locking TensorFlow {release.version} for Python {chosen.python}")
    try:
        return make_lock(
            release, chosen.python, wanted, offline=settings.offline, gpu=gpu, platform=platform,
            say=settings.say,
        )  # fmt: skip
    except UnresolvableError as error:
        if any(manifest.exact for manifest in manifests):
            settings.say(f"the lock's versions do not fit: taking its packages alone ({error.why})")
            names = [name_of(line) for line in wanted]
            return make_lock(
                release, chosen.python, names, offline=settings.offline, gpu=gpu, say=settings.say
            )
        settings.say("they cannot be met together: looking for what is nearest to them")

        def resolve(other: Release, lines: Sequence[str]) -> dict[str, str]:
            minor = chosen.python if other is release else interpreters.pick(other).python
            return dict(make_lock(other, minor, lines, offline=settings.offline, gpu=gpu).packages)

        raise explained(error, release, wanted, database, resolve) from None


def _locked(name: str) -> Lock:
    """Read the lock of an environment of that name, or of the file."""
    from tfshift.environment import store
    from tfshift.environment.lock import read_lock

    if Path(name).is_file():
        return read_lock(Path(name))
    return read_lock(store.lock_of(store.find(name)))


def _emit_link(
    command_name: str, done: Switched, environment: Environment | None, settings: Settings
) -> None:
    from tfshift.report import Result, emit

    payload = {
        "link": done.link.as_posix(),
        "before": done.before,
        "after": done.after,
        "environment": _payload(environment) if environment is not None else None,
    }
    shown = environment.name if environment is not None else done.after
    lines = (f"{done.link} -> {shown}" if shown else f"{done.link} is gone, as before",)
    emit(Result(command_name, payload, lines), settings.format, settings.output)


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
