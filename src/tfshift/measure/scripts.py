"""Which commands come with a release, and which options they take: their own help tells."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.versions import minor_of
from tfshift.facts.build.merge import fold, measured, read_tables
from tfshift.facts.build.pack import spell_merged
from tfshift.measure.agents import digest
from tfshift.measure.constraints import hold_today, named
from tfshift.measure.release import Say, amend_release, read_release
from tfshift.measure.workbench import Workbench

FOLDER = "scripts"
# Releases are measured side by side; one file holds all of them.
_FOLDING = threading.Lock()


def measure_scripts(version: str, facts: Path, say: Say, bench: Workbench) -> None:
    """Measure a release and fold the answer into ``facts/scripts``.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.
    """
    record = read_release(facts, version)
    base = named(record)
    # Commands come from what is installed beside it as well.
    content = digest("scripts", str(record["constraints"]))
    tried = f"{base} {content}"
    if record["evidence"].get("scripts_of") == tried:
        return
    hold_today(bench, record)
    answer = bench.ask("scripts")
    with _FOLDING:
        table = read_tables(facts / FOLDER)
        minor = minor_of(version)
        table = fold(table, {minor: columns(answer)}, measured(facts))
        write_atomic(facts / FOLDER / "scripts.json", spell_merged("", table))
    say(f"{base}: {sum(' ' not in name for name in answer)} commands come with it")
    amend_release(facts, version, {"scripts_of": tried})


def columns(answer: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Turn what the agent tells into names and records: a command's, and its options' below it.

    A command's record has its ``module``, and the ``error`` where it prints no help.
    """
    found: dict[str, Any] = {}
    for command, told in answer.items():
        record = {"m": told["module"]}
        found[command] = {**record, "e": told["error"]} if told["error"] else record
        for option in told.get("options", ()):
            found[f"{command} --{option}"] = 1
    return found
