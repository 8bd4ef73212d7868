"""Prove a certificate again: both environments from the locks, both trees, both runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.recordings import Comparison, Tolerance
from tfshift.facts import Facts
from tfshift.migrate import trees
from tfshift.migrate.certificate import read_certificate
from tfshift.migrate.journey import silent
from tfshift.migrate.sides import Side, failure_of
from tfshift.proof.compare import compare, compare_fairly
from tfshift.proof.record import WHOLE, Extent
from tfshift.proof.recording import Recording, load

Say = Callable[[str], None]


@dataclass(frozen=True)
class Replayed:
    """A certificate's verdict and the one found now; ``holds`` where the proof stands."""

    certified: str
    comparison: Comparison

    @property
    def holds(self) -> bool:
        """Whether the new comparison is no worse than the certified one."""
        order = ("different", "close", "equal")
        if "unknown" in (self.certified, self.comparison.agreement):
            return False
        return order.index(self.comparison.agreement) >= min(order.index(self.certified), 1)


def _trees(certificate: dict[str, Any], project: Path, work: Path) -> tuple[Path, Path]:
    """Make both trees and check them against the certificate."""
    if not project.is_dir():
        raise TfshiftError("the migrated project is missing", where=str(project))
    after, before = work / "after", work / "before"
    trees.copy_tree(project, after)
    shutil.copytree(after, before, symlinks=True)
    trees.undo_changes(before, certificate["tree"]["changes"])
    for tree, key in ((before, "before_sha256"), (after, "after_sha256")):
        if trees.digest(tree) != certificate["tree"][key]:
            raise TfshiftError(
                "the project is not the certified one",
                where=str(project),
                why=f"{tree.name} differs from its digest",
                remedy="restore it, or migrate again",
            )
    return before, after


def _side(facts: Facts, certificate: dict[str, Any], name: str, work: Path) -> Side:
    lock = certificate[name]["lock"]
    if lock is None:
        raise TfshiftError(
            f"the certificate has no lock of the side {name!r}", why="it was not built then"
        )
    file = work / f"{name}.lock"
    file.write_text(lock["text"], "utf-8")
    return Side(facts.release(certificate["from" if name == "before" else "to"]), file)


def replay(path: Path, facts: Facts, say: Say, *, offline: bool = False) -> Replayed:
    """Repeat a migration from its certificate.

    Args:
        path: certificate.json, with project/ beside it.
        facts: the opened facts.
        say: told what goes on.
        offline: never reach for the network.

    Raises:
        TfshiftError: if anything that it needs is missing or was changed.
    """
    certificate = read_certificate(path)
    with tempfile.TemporaryDirectory(prefix="tfshift-replay-") as folder:
        work = Path(folder)
        before, after = _trees(certificate, path.parent / "project", work)
        sides = {}
        for name in ("before", "after"):
            side = sides[name] = _side(facts, certificate, name, work)
            side.make_lock((), offline, say)
            say(f"{name}: TensorFlow {side.release.version}, building")
            side.build(offline, say)

        def run(name: str, side: str, tree: Path, moved: float | None = None) -> Recording:
            say(f"{name}: running {' '.join(certificate['command'])}")
            out = work / f"recording-{name}"
            run_folder = work / f"run-{name}" / certificate["project"]
            command, seed = certificate["command"], certificate["seed"]
            extent = WHOLE
            if certificate.get("transplanted"):
                given = work / "recording-before" if name == "after" else None
                extent = Extent(initials=name == "before", transplant=given)
            ended = sides[side].run(
                tree, run_folder, out, command, seed, say, silent, moved, extent
            )
            if name == "before" and (failure := failure_of(ended)):
                raise TfshiftError("the command fails before the move", why=failure)
            found = load(out)
            return found.without_runs() if certificate.get("graphs_became_functions") else found

        one, other = run("before", "before", before), run("after", "after", after)
        given = certificate["given_tolerance"]
        unstable = {(step, name) for step, name in certificate["unstable"]}
        if given:
            found = compare(one, other, Tolerance(**given, reason="as certified"), unstable)
        else:
            found, _ = compare_fairly(
                one, other, unstable, lambda size: run("moved", "before", before, size)
            )
        return Replayed(certificate["verdict"], found)
