"""``tfshift infer``: the release, Python and packages that code without pins needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError

if TYPE_CHECKING:
    from tfshift.domain.environments import Environment
    from tfshift.domain.releases import Release
    from tfshift.environment.verify import Verified

_SHOWN = 5
# Keras before that imports pkg_resources and does not require what brings it.
_DECLARES = (2, 0)


@click.command(
    help="Infer which TensorFlow, Python and packages PATH needs; with --verify, try it. "
    "CMD after -- is run in the environment that was built.",
    context_settings={"allow_interspersed_args": True},
)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("cmd", nargs=-1, type=click.UNPROCESSED)
@click.option("--verify", is_flag=True, help="Build the best pick and look up what PATH uses.")
@common
def command(path: Path, cmd: tuple[str, ...], verify: bool, settings: Settings) -> int:
    """Infer the release from pins, symbols, arguments, syntax and imports."""
    from tfshift import facts
    from tfshift.code.imports import distributions
    from tfshift.code.origin import infer
    from tfshift.report import Result, emit

    database = facts.open()
    origin = infer([path], database, settings.jobs)
    release = database.release(origin.best or "latest")
    python = _python(release, origin.python)
    brought = dict(distributions(origin.modules, database))
    brought.update(_keras(origin.symbols, release))
    needed = _needed(brought, release, origin.keras)
    packages = dict(sorted(needed.items())) | release.constraints
    payload: dict[str, object] = {
        "possible": [list(p) for p in origin.possible],
        "best": {"tensorflow": release.version, "python": python, "packages": packages},
        "evidence": [e.to_json() for e in origin.evidence],
        "modules": brought,
        "verified": None,
    }
    possible = ", ".join(a if a == b else f"{a} to {b}" for a, b in origin.possible)
    lines = [
        f"possible: TensorFlow {possible}",
        f"best: TensorFlow {release.version} on Python {python}"
        + (f", with {', '.join(n + v for n, v in sorted(needed.items()))}" if needed else ""),
        f"because: {origin.reason}",
    ]
    lines += [
        f"unknown: {e.value} ({e.path}:{e.line}) is in none of the measured releases, "
        f"{database.for_symbol(e.value).minors[0]} to {database.for_symbol(e.value).minors[-1]}"
        for e in [e for e in origin.evidence if not e.present][:_SHOWN]
    ]
    code = 0
    if verify or cmd:
        wanted = [f"{name}{spec}" for name, spec in needed.items()]
        environment, left_out = _built(release, python, wanted, settings)
        folder = path if path.is_dir() else path.parent
        verified = _tried(environment, list(brought), origin.symbols, cmd, folder)
        verified = _explained(verified, left_out)
        payload["verified"] = verified.to_json(environment.name)
        lines.append(f"verified in {environment.name}: {verified.verdict}")
        lines += [f"  {verified.reason}"] if verified.reason else []
        code = {"yes": 0, "no": 1}.get(verified.verdict, 3)
    emit(Result("infer", payload, tuple(lines)), settings.format, settings.output)
    return code


def _python(release: Release, least: str | None) -> str:
    """Return the newest Python of a release that this machine has and the syntax allows."""
    from tfshift.domain.versions import parse_minor
    from tfshift.environment import interpreters

    fitting = [p for p in release.pythons if not least or parse_minor(p) >= parse_minor(least)]
    choices = fitting or list(release.pythons)
    here = [p for p in reversed(choices) if parse_minor(p) >= interpreters.OLDEST]
    return next((p for p in here if interpreters.find(p)), (here or choices)[-1])


def _keras(symbols: tuple[str, ...], release: Release) -> dict[str, str]:
    """Return the standalone Keras packages whose names are used."""
    roots = {s.partition(".")[0] for s in symbols}
    return {root: root.replace("_", "-") for root in ("keras", "tf_keras") if root in roots}


def _needed(brought: dict[str, str], release: Release, keras: str | None) -> dict[str, str]:
    """Return what to install beside the release; its companions in the version that goes with it."""
    from tfshift import facts
    from tfshift.domain.versions import parse_minor
    from tfshift.facts.pairing import beside

    database = facts.open()
    wanted = dict.fromkeys(brought.values(), "")
    for name in wanted:
        row = database.companions.get(name, {}).get(release.minor)
        if row and row.get("version") and not row.get("error"):
            wanted[name] = f"=={row['version']}"
    for axis, name in (("keras", "keras"), ("tf_keras", "tf-keras")):
        if name in wanted and name not in database.companions:
            found = beside(axis, release, database.of(axis).releases)
            wanted[name] = f"=={found.version}" if found is not None else ""
    if keras is not None and "keras" in wanted and "keras" not in database.companions:
        wanted["keras"] = f"=={keras}"
    if keras is not None and parse_minor(keras) < _DECLARES:
        wanted.setdefault("setuptools", "")
    return wanted


def _built(
    release: Release, python: str, wanted: list[str], settings: Settings
) -> tuple[Environment, dict[str, str]]:
    """Make the environment; packages that an index does not have, or that do not fit, are left out."""
    from tfshift.environment import interpreters, store
    from tfshift.environment.lock import make_lock
    from tfshift.environment.uv import UnresolvableError

    interpreter = interpreters.pick(release, python)
    left_out: dict[str, str] = {}

    def lock(lines: list[str]) -> object:
        return make_lock(release, interpreter.python, lines, offline=settings.offline)

    try:
        locked = lock(wanted)
    except UnresolvableError:
        kept: list[str] = []
        for line in wanted:
            for spelled in dict.fromkeys((line, line.partition("==")[0])):
                try:
                    lock([*kept, spelled])
                except UnresolvableError as error:
                    left_out[line] = error.why or str(error)
                    continue
                left_out.pop(line, None)
                kept.append(spelled)
                break
        for line, why in left_out.items():
            settings.say(f"left out: {line} ({why})")
        locked = lock(kept)
    made = store.create(locked, interpreter, None, offline=settings.offline, say=settings.say)  # type: ignore[arg-type]
    return made, left_out


def _tried(
    environment: Environment,
    modules: list[str],
    symbols: tuple[str, ...],
    cmd: tuple[str, ...],
    folder: Path,
) -> Verified:
    from tfshift.environment.verify import look_up, run

    words = cmd[1:] if cmd[:1] == ("--",) else cmd
    looked = look_up(environment, modules, symbols, folder)
    if not words or looked.verdict == "no":
        return looked
    if not folder.is_dir():
        raise TfshiftError("no such folder", where=str(folder))
    return run(environment, words, folder)


def _explained(verified: Verified, left_out: dict[str, str]) -> Verified:
    """Add which packages were left out, since that is why modules are missing."""
    if verified.verdict == "yes" or not left_out:
        return verified
    names = ", ".join(list(left_out)[:_SHOWN])
    return replace(
        verified, reason=f"{verified.reason}; without {names}, which could not be locked"
    )
