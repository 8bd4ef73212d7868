"""Which ops a release registers and cannot run on a processor: the release's own list of kernels tells."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from tfshift.atomic import write_atomic
from tfshift.domain.versions import minor_of
from tfshift.facts.build.intervals import expand
from tfshift.facts.build.merge import fold, measured, read_tables
from tfshift.facts.build.pack import spell_merged
from tfshift.measure.agents import AGENT
from tfshift.measure.constraints import hold_today, named
from tfshift.measure.release import Say, amend_release, read_release
from tfshift.measure.workbench import Workbench

FOLDER = "kernels"
# Releases are measured side by side; one file holds all of them.
_FOLDING = threading.Lock()


def measure_kernels(version: str, facts: Path, say: Say, bench: Workbench) -> None:
    """Measure a release and fold the answer into ``facts/kernels``; before 1.13 none tells.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.
    """
    record = read_release(facts, version)
    base = named(record)
    agent = AGENT / "kernels" / "__main__.py"
    tried = f"{base} {hashlib.sha256(agent.read_bytes()).hexdigest()[:12]}"
    if record["evidence"].get("kernels_of") == tried:
        return
    hold_today(bench, record)
    runnable = bench.ask("kernels")["ops"]
    if runnable is None:
        say(f"{base}: does not tell its kernels")
    else:
        fold_kernels(facts, minor_of(version), set(runnable), say)
    amend_release(facts, version, {"kernels_of": tried})


def fold_kernels(facts: Path, minor: str, runnable: set[str], say: Say) -> None:
    """Replace what ``facts/kernels`` says of a release.

    Args:
        facts: the ``facts/`` folder.
        minor: the release.
        runnable: the ops that have a kernel for processors.
        say: receives progress.
    """
    with _FOLDING:
        minors = measured(facts)
        registered = {
            name
            for name, merged in read_tables(facts / "ops").items()
            if minor in expand(merged, minors)
        }
        column = dict.fromkeys(sorted(registered - runnable), 1)
        table = read_tables(facts / FOLDER)
        table = fold(table, {minor: column}, minors)
        write_atomic(facts / FOLDER / "kernels.json", spell_merged("", table))
    say(f"{minor}: {len(column)} of {len(registered)} ops have no kernel for processors")
