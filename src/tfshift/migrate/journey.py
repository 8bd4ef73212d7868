"""The whole way of one move, stage by stage; each stage is journalled and can be resumed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tfshift.code.check import check, fix_file
from tfshift.code.destinations import Move
from tfshift.code.origin import check_leads_on, infer
from tfshift.code.styles.native import GRAPHS
from tfshift.code.writing import write
from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Finding, needed
from tfshift.domain.recordings import Comparison, Tolerance
from tfshift.domain.releases import Release
from tfshift.facts import Facts
from tfshift.halving import first_bad
from tfshift.migrate import state as journal
from tfshift.migrate.certificate import write_certificate
from tfshift.migrate.request import Outcome, Request
from tfshift.migrate.sides import Side, failure_of, for_summaries, requirements_of
from tfshift.migrate.state import Stage, State
from tfshift.migrate.trees import copy_tree
from tfshift.plan import Plan, make_plan
from tfshift.proof.compare import Noise, compare, compare_fairly, unstable_outputs
from tfshift.proof.process import Live
from tfshift.proof.record import WHOLE, Extent
from tfshift.proof.recording import Recording, load

Say = Callable[[str], None]
Tell = Callable[[Stage], None]


def silent(stream: str, data: bytes) -> None:
    """Let what the command writes go by."""


_RESULTS = (
    "before.lock",
    "after.lock",
    "certificate.json",
    "certificate.json.minisig",
    "report.html",
)


class Journey:
    """Carries one request out.

    Args:
        facts: the opened facts.
        request: what to do.
        say: told details while they happen.
        tell: told each stage when it is done.
        live: told what the command writes.
    """

    def __init__(
        self, facts: Facts, request: Request, say: Say, tell: Tell, live: Live = silent
    ) -> None:
        self.facts, self.request = facts, request
        self.say, self.tell, self.live = say, tell, live
        self.out = request.out
        self.stages: list[Stage] = []
        self.state = State(self.out, request.to_json())
        self.baseline_missing = ""
        self.unstable: frozenset[Any] = frozenset()
        self.noise: Noise = {}
        self.remaining: tuple[Finding, ...] = ()
        # Packages that the rewritten code imports beside the target.
        self.needs: list[str] = []
        self._verdict, self._detail = "yes", ""
        # The style that is tried, whether it made functions of graphs, and why it was given up.
        self.style, self.graphs, self.not_native = request.style, False, ""

    # Folders

    @property
    def project(self) -> Path:
        """The migrated copy."""
        return self.out / "project"

    @property
    def original(self) -> Path:
        """A copy of the project as it was."""
        return self.state.work / "original"

    def recording(self, name: str) -> Path:
        """The folder of a recording: before, again or after."""
        return self.out / "recordings" / name

    # The way

    def travel(self, *, resume: bool = False) -> Outcome:
        """Do all stages.

        Raises:
            TfshiftError: if the request cannot be carried out, or the command fails before the move.
        """
        self._prepare(resume)
        origin = self._infer()
        target = self.facts.release(self.request.to)
        check_leads_on(origin.version, target.version, self.request.style)
        self.before = Side(origin, self.out / "before.lock")
        self.after = Side(target, self.out / "after.lock")
        self._plan()
        self._lock()
        self._build()
        self._baseline()
        self._fix()
        self._run()
        comparison = self._compare()
        if self.graphs and comparison.agreement not in ("equal", "close"):
            comparison = self._fall_back(comparison)
        broke_at = self._bisect(comparison)
        return self._write(comparison, broke_at)

    def _prepare(self, resume: bool) -> None:
        """Go on where the same request was interrupted; start clean otherwise."""
        if not self.request.path.exists():
            raise TfshiftError(
                "no such folder", where=str(self.request.path), remedy="check the path"
            )
        if not journal.is_ours_or_free(self.out):
            raise TfshiftError(
                "the output folder holds other files",
                where=str(self.out),
                remedy="choose another --out",
            )
        earlier = journal.read_state(self.out)
        same = earlier is not None and earlier.request == self.state.request
        if resume and not same:
            raise TfshiftError(
                "nothing to resume here", where=str(self.out), remedy="run it without --resume"
            )
        if earlier is not None and same and not earlier.finished:
            self.say(f"going on with the migration in {self.out}")
            self.state = earlier
        else:
            self._clear()
        self.state.save()
        if not self.original.is_dir():
            part = self.state.work / "original.part"
            shutil.rmtree(part, ignore_errors=True)
            copy_tree(self.request.path, part, without=self.out)
            part.replace(self.original)

    def _clear(self) -> None:
        for name in ("project", "recordings", journal.FOLDER):
            shutil.rmtree(self.out / name, ignore_errors=True)
        for name in _RESULTS:
            (self.out / name).unlink(missing_ok=True)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        """Time a stage; the body sets its verdict and detail."""
        self._verdict, self._detail = "yes", ""
        start = time.monotonic()
        yield
        stage = Stage(name, self._verdict, time.monotonic() - start, self._detail)
        self.stages.append(stage)
        self.state.note(stage)
        self.tell(stage)

    def _infer(self) -> Release:
        with self._stage("infer"):
            if self.request.origin != "auto":
                origin = self.facts.release(self.request.origin)
                self._detail = f"TensorFlow {origin.version}, as given"
            else:
                found = infer([self.original], self.facts)
                origin = self.facts.release(found.best or "latest")
                self._detail = f"TensorFlow {origin.version}: {found.reason}"
        return origin

    def _plan(self) -> Plan:
        with self._stage("plan"):
            plan = make_plan(
                [self.original], self.facts, self.before.release.version, self.after.release.version
            )
            count = len(plan.checked.findings)
            self.needs = needed(plan.checked.findings)
            self._detail = (
                f"{' -> '.join([plan.origin.version, *(h.target.version for h in plan.hops)])}, "
                f"{count} findings, {len(plan.blockers)} of them for a person"
            )
            self._verdict = "yes" if not plan.blockers else "unknown"
        return plan

    def _lock(self) -> None:
        with self._stage("lock"):
            try:
                lock = self._locked(self.before)
                before = f"{lock.tensorflow} on Python {lock.python}, {len(lock.packages)} packages"
            except TfshiftError as error:
                # Without the old side the rest still runs: there is only nothing to compare with.
                self.baseline_missing = before = str(error)
                self._verdict = "unknown"
            after = self._locked(self.after)
            self._detail = (
                f"before: {before}; after: {after.tensorflow} on Python {after.python}, "
                f"{len(after.packages)} packages"
            )

    def _locked(self, side: Side) -> Lock:
        wanted = requirements_of(self.original, self.request.requirements, self.say)
        added = for_summaries(self.original, side.release)
        if added:
            self.say(f"{side.release.version} does not bring {added[0]}, which summaries need")
        if side is not self.before:
            added += self.needs
        return side.make_lock([*wanted, *added], self.request.offline, self.say)

    def _build(self) -> None:
        with self._stage("build"):
            names = []
            if not self.baseline_missing:
                try:
                    names.append(self.before.build(self.request.offline, self.say).name)
                except TfshiftError as error:
                    self.baseline_missing = str(error)
                    self._verdict = "unknown"
            names.append(self.after.build(self.request.offline, self.say).name)
            self._detail = ", ".join(names) + (
                f"; {self.baseline_missing}" if self.baseline_missing else ""
            )

    def _recorded(self, name: str) -> bool:
        """Tell whether an earlier run of this request finished a recording."""
        return (
            self.state.done(f"recorded {name}")
            and (self.recording(name) / "recording.json").is_file()
        )

    def _record(self, side: Side, tree: Path, name: str, rounding: float | None = None) -> str:
        """Record one side unless that is done; return why the command failed, or nothing."""
        if not self._recorded(name):
            work = self.state.work / f"run-{name}" / self.request.path.resolve().name
            run = side.run(
                tree,
                work,
                self.recording(name),
                self.request.command,
                self.request.seed,
                self.say,
                self.live,
                rounding,
                self._extent(name, side),
            )
            if failure := failure_of(run):
                return failure
            self.state.note(Stage(f"recorded {name}", "yes", run.seconds))
        return ""

    def _extent(self, name: str, side: Side) -> Extent:
        """Keep first values of the baseline, and start the other side from them, where asked to."""
        if not self.request.transplant or self.baseline_missing:
            return WHOLE
        if name == "before":
            return Extent(initials=True)
        return Extent(transplant=None if side is self.before else self.recording("before"))

    def _baseline(self) -> None:
        """Run the old side twice: what differs between two runs of one release proves nothing."""
        with self._stage("baseline"):
            if self.baseline_missing:
                self._verdict, self._detail = "unknown", self.baseline_missing
                return
            for name in ("before", "again"):
                failure = self._record(self.before, self.original, name)
                if failure:
                    raise TfshiftError(
                        f"the command fails under TensorFlow {self.before.release.version}",
                        where=" ".join(self.request.command),
                        why=failure,
                        remedy="nothing was migrated; make it run there first, or give --from",
                    )
            first, second = load(self.recording("before")), load(self.recording("again"))
            self.unstable = unstable_outputs(first, second)
            self._detail = f"{len(first.steps)} steps recorded twice" + (
                f", {len(self.unstable)} outputs differ between two runs and are left out"
                if self.unstable
                else ", both the same"
            )

    def _fix(self) -> None:
        with self._stage("fix"):
            self._detail, self.remaining = self._rewrite(self.after.release, self.project)
            self._verdict = "unknown" if self.remaining else "yes"

    def _rewrite(self, target: Release, folder: Path) -> tuple[str, tuple[Finding, ...]]:
        """Make a fixed copy of the original for a release."""
        move = Move(self.facts, self.before.release.version, target.version, self.style)
        move.drawn = self._drawn()
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        copy_tree(self.original, part)
        result = check([part], move)
        # That graphs became functions is proved by the run that follows.
        graphs = {r.path for r in result.results if any(f.rule == GRAPHS for f in r.findings)}
        self.graphs = bool(graphs)
        fixed = [fix_file(r, unsafe=r.path in graphs) for r in result.results]
        written = write(part, fixed)
        part.replace(folder)
        applied = sum(len(f.applied) for f in fixed)
        remaining = tuple(
            sorted((f for file in fixed for f in file.remaining), key=lambda f: f.sort_key)
        )
        said = f"{applied} fixed in {len(written)} files, {len(remaining)} remaining"
        if graphs:
            said += f", graphs of {len(graphs)} files are functions now"
        if self.not_native:
            said += f"; graphs stay graphs, as functions they were {self.not_native}"
        return said, remaining

    def _drawn(self) -> dict[str, list[tuple[int, tuple[int, int]]]]:
        """Return the seeds that operations of the origin had of their places, by file and line."""
        if not (self.recording("before") / "recording.json").is_file():
            return {}
        return load(self.recording("before")).drawn

    def _fall_back(self, comparison: Comparison) -> Comparison:
        """Take the style compat where what was rewritten as functions is not proved."""
        self.say(f"graphs as functions are not proved ({comparison.reason}): they stay graphs")
        self.style = "compat"
        self.not_native = comparison.reason
        shutil.rmtree(self.recording("after"), ignore_errors=True)
        self.state.forget("recorded after")
        self._fix()
        self._run()
        return self._compare()

    def _run(self) -> None:
        with self._stage("run"):
            failure = self._record(self.after, self.project, "after")
            if failure:
                self._verdict = "no"
                self._detail = f"fails under TensorFlow {self.after.release.version}: {failure}"
            else:
                steps = len(load(self.recording("after")).steps)
                self._detail = f"{steps} steps recorded"

    def _compare(self) -> Comparison:
        with self._stage("compare"):
            after = load(self.recording("after"))
            if self.baseline_missing:
                tolerance = self.request.tolerance or Tolerance(0.0, 0.0, "nothing was compared")
                comparison = Comparison(
                    "unknown", f"no baseline: {self.baseline_missing}", tolerance, (), None,
                    after.about.get("seconds"),
                )  # fmt: skip
            else:
                comparison = self._compared(after, rerun=True)
            agreement = comparison.agreement
            self._verdict = {"different": "no", "unknown": "unknown"}.get(agreement, "yes")
            self._detail = f"{agreement}: {comparison.reason}"
        return comparison

    def _compared(self, after: Recording, *, rerun: bool = False) -> Comparison:
        """Compare with the baseline; a tolerance of the user's is taken as it is."""
        before, given = load(self.recording("before")), self.request.tolerance
        if self.graphs:
            before, after = before.without_runs(), after.without_runs()
            if not before.steps and not before.stdout:
                nothing = Tolerance(0.0, 0.0, "nothing was compared")
                return Comparison(
                    "unknown", "nothing but what is run is known of the command, and runs are other calls now",
                    nothing, (), None, after.about.get("seconds"),
                )  # fmt: skip
        if given is not None or not rerun:
            return compare(before, after, given, self.unstable, self.noise)
        found, self.noise = compare_fairly(before, after, self.unstable, self._moved)
        return found

    def _moved(self, size: float) -> Recording | None:
        """Record the baseline once more, its initial values moved."""
        self.say(f"different: how far is the old release from itself, moved by {size:.1g}?")
        name = f"moved-{size:.1g}"
        failure = self._record(self.before, self.original, name, size)
        found = None if failure else load(self.recording(name))
        return found.without_runs() if found is not None and self.graphs else found

    def _bisect(self, comparison: Comparison) -> str | None:
        """Find the first measured release on the way that differs, by halving."""
        low, high = (
            self.facts.position(self.before.release.version),
            self.facts.position(self.after.release.version),
        )
        between = list(range(low, high, 1 if high > low else -1))[1:]
        if comparison.agreement != "different" or not self.request.bisect or not between:
            return None
        with self._stage("bisect"):
            releases = [self.facts.releases[position] for position in between]
            found = first_bad(releases, self.after.release, self._agrees)
            self._verdict = "unknown" if found.untested else "yes"
            self._detail = f"it differs from TensorFlow {found.first_bad.version} on" + (
                f"; untested before it: {', '.join(r.version for r in found.untested)}"
                if found.untested
                else ""
            )
        return found.first_bad.version

    def _agrees(self, release: Release) -> bool | None:
        """Try the move to a release in between; None where it cannot be built."""
        name = f"hop-{release.minor}"
        side = Side(release, self.state.work / f"{name}.lock")
        self.say(f"trying TensorFlow {release.version}")
        try:
            self._locked(side)
            side.build(self.request.offline, self.say)
        except TfshiftError as error:
            self.say(f"  cannot be tried: {error}")
            return None
        tree = self.state.work / name
        self._rewrite(release, tree)
        if self._record(side, tree, name):
            return False
        found = self._compared(load(self.recording(name)))
        self.say(f"  {found.agreement}: {found.reason}")
        return found.agreement in ("equal", "close")

    def _write(self, comparison: Comparison, broke_at: str | None) -> Outcome:
        outcome = Outcome(
            comparison.agreement,
            comparison.reason,
            self.before.release,
            self.after.release,
            comparison,
            self.stages,
            self.remaining,
            self.unstable,
            broke_at,
            self.out / "certificate.json",
            self.graphs,
        )
        with self._stage("write"):
            write_certificate(self.out, self.original, self.request, outcome)
            self._detail = "certificate.json"
        self.state.finished = True
        self.state.save()
        for leftover in self.state.work.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
        return outcome
