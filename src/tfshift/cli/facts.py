"""``tfshift facts``: what is true of each release, and measuring another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tfshift.cli.options import Settings, common
from tfshift.domain.errors import TfshiftError


@click.group(help="Ask what is measured about TensorFlow releases.")
def command() -> None:
    """Hold the facts commands together."""


def _emit(name: str, payload: dict[str, Any], lines: list[str], settings: Settings) -> None:
    from tfshift.report import Result, emit

    emit(Result(name, payload, tuple(lines)), settings.format, settings.output)


def _unknown(name: str, what: str, near: list[str]) -> TfshiftError:
    return TfshiftError(
        f"unknown {what} {name!r}",
        why="it is in none of the measured releases",
        remedy=f"near ones are {', '.join(near)}" if near else "check the spelling",
    )


@command.command()
@click.argument("symbol")
@common
def show(symbol: str, settings: Settings) -> None:
    """Show where a SYMBOL exists, its signatures, aliases and changes."""
    from tfshift import facts
    from tfshift.facts.account import symbol_account, symbol_lines

    database = facts.open().for_symbol(symbol)
    account = symbol_account(database, symbol)
    if account is None:
        raise _unknown(symbol, "symbol", database.near(symbol))
    _emit("facts.show", account, symbol_lines(account), settings)


@command.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--under", default="tf", metavar="PREFIX", help="Only symbols below this path.")
@common
def diff(before: str, after: str, under: str, settings: Settings) -> None:
    """Compare the APIs of releases A and B."""
    from tfshift import facts

    database = facts.open()
    a, b = database.release(before), database.release(after)
    found = database.diff(before, after, under)
    counts = ", ".join(f"{len(found[key])} {key}" for key in ("added", "removed", "changed"))
    lines = [f"TensorFlow {a.version} -> {b.version} under {under}: {counts}"]
    lines += [f"  + {name}" for name in found["added"]]
    lines += [f"  - {name}" for name in found["removed"]]
    lines += [line for change in found["changed"] for line in _changed(change)]
    _emit("facts.diff", {"from": a.version, "to": b.version, **found}, lines, settings)


def _changed(change: dict[str, Any]) -> Iterator[str]:
    """Say what changed in a symbol; of its behaviour, what each probe gives."""
    from tfshift.facts.behaviour import shown

    yield f"  ~ {change['symbol']} ({change['kind']})"
    if change["kind"] == "behaviour":
        for call, value in change["before"].items():
            yield f"      {call}: {shown(value)} -> {shown(change['after'][call])}"


@command.command()
@click.argument("name")
@common
def op(name: str, settings: Settings) -> None:
    """Show the history of the op NAME."""
    from tfshift import facts
    from tfshift.facts.account import op_account, op_lines

    database = facts.open()
    account = op_account(database, name)
    if account is None:
        raise _unknown(name, "op", database.near(name, "ops"))
    _emit("facts.op", account, op_lines(account), settings)


@command.command()
@click.argument("version", metavar="V")
@common
def release(version: str, settings: Settings) -> None:
    """Show what is measured about release V."""
    from tfshift import facts
    from tfshift.facts.account import companions_of, release_account
    from tfshift.facts.announced import announced, since_last

    database = facts.open()
    found = database.release(version)
    account = {
        **release_account(found),
        "companions": companions_of(database, found.minor),
        "difference": since_last(database, found.minor),
        "announced": announced(database, found.minor),
    }
    plain = {k: v for k, v in account.items() if k not in ("announced", "patches")}
    plain["patches"] = ", ".join(account["patches"] or ())
    lines = [f"{key}: {value}" for key, value in plain.items() if value not in (None, [], {})]
    word = {True: "confirmed by the snapshots", False: "not confirmed", None: "not looked up"}
    lines += [
        f"announced: {note['title']} ({note['read']}; {word[note['confirmed']]})"
        for note in account["announced"]
    ]
    _emit("facts.release", account, lines, settings)


@command.command()
@click.argument("before", metavar="A", required=False)
@click.argument("after", metavar="B", required=False)
@click.option(
    "--count", "code", multiple=True, type=click.Path(path_type=Path), metavar="PATH",
    help="Order them by how often the code in PATH uses them.",
)  # fmt: skip
@common
def left(before: str | None, after: str | None, code: tuple[Path, ...], settings: Settings) -> None:
    """List symbols of release A that B lacks and that no recipe replaces.

    Without A and B: those of the moves that the project counts, as in facts/without_recipe.txt.
    """
    from tfshift import facts
    from tfshift.code.recipes import MOVES, counted, unanswered

    if (before is None) != (after is None):
        raise TfshiftError("one release is not enough", remedy="give both A and B, or neither")
    database = facts.open()
    uses = counted(code, database, settings.jobs) if code else {}
    rows = [
        {"from": a, "to": b, "symbol": symbol, "uses": uses.get(symbol, 0)}
        for a, b in ([(before, after)] if before and after else MOVES)
        for symbol in unanswered(database, a, b)
    ]
    rows.sort(key=lambda r: (-int(str(r["uses"])), str(r["symbol"]), str(r["from"]), str(r["to"])))
    lines = [f"{r['uses']} {r['from']} {r['to']} {r['symbol']}" for r in rows]
    _emit("facts.left", {"left": rows}, lines, settings)


@command.command()
@common
def unmeasured(settings: Settings) -> int:
    """List minors that are published and newer than all measured ones; exit code 1 where any is."""
    from tfshift import facts
    from tfshift.measure.registry import newer_minors
    from tfshift.measure.release import try_uv

    found = newer_minors(try_uv, facts.open().minors[-1])
    _emit("facts.unmeasured", {"unmeasured": found}, found, settings)
    return 1 if found else 0


def _checkout() -> Path:
    folder = Path("facts")
    if not (folder / "changes").is_dir():
        raise TfshiftError(
            "no facts folder here", where=str(Path.cwd()), remedy="run it in a checkout of tfshift"
        )
    return folder


@command.command()
@click.argument("versions", nargs=-1, required=True, metavar="V...")
@click.option(
    "--constraints/--no-constraints", default=True, help="Also find the pins it needs today."
)
@click.option(
    "--companions/--no-companions", default=True, help="Also find which companions go with it."
)
@common
def build(
    versions: tuple[str, ...], constraints: bool, companions: bool, settings: Settings
) -> None:
    """Measure releases V... in environments of their own and fold them into ./facts.

    V is a version of TensorFlow, or keras==V or tf_keras==V. What was measured before is kept and
    not measured again, so an interrupted run goes on where it was.
    """
    from tfshift.facts import DATABASE
    from tfshift.facts.build.pack import pack
    from tfshift.measure.all import measure_all

    folder = _checkout()
    exact = measure_all(
        versions,
        folder,
        settings.jobs,
        settings.say,
        constraints=constraints,
        companions=companions,
    )
    pack(folder, DATABASE)
    _emit("facts.build", {"measured": exact}, [f"measured {', '.join(exact)}"], settings)
