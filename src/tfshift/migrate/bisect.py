"""Find the version that broke a command: of TensorFlow, a companion or Python, by halving."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.code.destinations import Move
from tfshift.domain.environments import Environment
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_of
from tfshift.environment import store
from tfshift.facts import Facts
from tfshift.halving import first_bad
from tfshift.migrate.candidates import Candidates, Question
from tfshift.migrate.trees import copy_tree
from tfshift.proof.compare import compare
from tfshift.proof.record import record
from tfshift.proof.recording import load

Say = Callable[[str], None]
# What git bisect's users know: this cannot be told here.
SKIP = 125
# How much longer a run may take before it counts as slower, and how often each side runs.
SLOWER = 1.5
_RUNS = 3


@dataclass(frozen=True)
class Tested:
    """One version and what it made of the command."""

    version: str
    verdict: str
    reason: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "version": self.version,
            "verdict": self.verdict,
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
        }


@dataclass
class Bisection:
    """Tries versions and keeps what each made of the command.

    Args:
        question: what is asked.
        facts: the opened facts.
        say: told what is going on.
    """

    question: Question
    facts: Facts
    say: Say
    tested: list[Tested] = field(default_factory=list)
    _work: Path = field(init=False)
    _candidates: Candidates = field(init=False)

    def run(self) -> tuple[str, str, tuple[str, ...]]:
        """Return the last good version, the first bad one, and those in between that cannot be told.

        Raises:
            TfshiftError: if the ends are not as they were said to be.
        """
        with tempfile.TemporaryDirectory(prefix="tfshift-bisect-") as place:
            self._work = Path(place)
            with Candidates(self.question, self.facts) as self._candidates:
                good, bad = map(self._candidates.full, (self.question.good, self.question.bad))
                if good == bad:
                    raise TfshiftError("good and bad are one version", where=good)
                self._candidates.ahead([good, bad])
                self._end(good, expected=True)
                self._end(bad, expected=False)
                between = list(self._candidates.between(good, bad))
                found = first_bad(between, bad, self._is_good, self._candidates.ahead)
        order = [good, *between, bad]
        at = order.index(found.first_bad)
        last = order[at - 1 - len(found.untested)]
        return last, found.first_bad, found.untested

    def _end(self, version: str, *, expected: bool) -> None:
        answer = self._is_good(version)
        if answer is expected:
            return
        told = self.tested[-1]
        side = "good" if expected else "bad"
        why = told.reason or ("it is good" if answer else "it is bad")
        raise TfshiftError(
            f"the {side} end cannot be confirmed", where=version, why=why,
            remedy="check the command, or choose other ends",
        )  # fmt: skip

    def _is_good(self, version: str) -> bool | None:
        started = time.monotonic()
        try:
            answer, reason = self._answer(version)
        except TfshiftError as error:
            answer, reason = None, f"cannot be tried: {error}"
        took = time.monotonic() - started
        verdict = {True: "good", False: "bad", None: "skip"}[answer]
        self.tested.append(Tested(version, verdict, reason, took))
        self.say(f"{self.question.vary} {version}: {verdict}" + (f" ({reason})" if reason else ""))
        return answer

    def _answer(self, version: str) -> tuple[bool | None, str]:
        environment, release = self._candidates.make(version)
        tree = self._tree(release, version)
        if self.question.when == "fails":
            return self._fails(environment, tree)
        if self.question.when == "slower":
            return self._slower(environment, tree)
        return self._differs(environment, tree, version)

    def _tree(self, release: Release, version: str) -> Path:
        tree = self._work / f"tree-{version}"
        shutil.rmtree(tree, ignore_errors=True)
        copy_tree(self.question.folder, tree)
        origin = self.question.origin
        if (
            self.question.prepare == "fix"
            and origin is not None
            and minor_of(origin) != release.minor
        ):
            result = check([tree], Move(self.facts, origin, release.version))
            writing.write(result.root, [fix_file(r, unsafe=True) for r in result.results])
        return tree

    def _once(self, environment: Environment, tree: Path) -> tuple[int, str, float]:
        started = time.monotonic()
        try:
            done = subprocess.run(
                self.question.command, cwd=tree, env=store.activated(environment, os.environ),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                errors="replace", timeout=self.question.timeout, check=False, start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, f"no end within {self.question.timeout} s", time.monotonic() - started
        except OSError as error:
            raise TfshiftError(
                "cannot run the command", where=self.question.command[0], why=error.strerror or ""
            ) from None
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        named = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception|Interrupt)\b", line)]
        last = (named or lines or [f"exit status {done.returncode}"])[-1].strip()[:300]
        return done.returncode, last, time.monotonic() - started

    def _fails(self, environment: Environment, tree: Path) -> tuple[bool | None, str]:
        status, last, _ = self._once(environment, tree)
        if status == SKIP:
            return None, "the command asked to skip this version"
        return (True, "") if status == 0 else (False, last)

    def _slower(self, environment: Environment, tree: Path) -> tuple[bool | None, str]:
        times = []
        for _ in range(_RUNS):
            status, last, took = self._once(environment, tree)
            if status != 0:
                return None, f"it does not run: {last}"
            times.append(took)
        best = min(times)
        before = getattr(self, "_pace", None)
        if before is None:
            self._pace = best
            return True, f"{best:.2f} s"
        ratio = best / before
        return ratio <= SLOWER, f"{best:.2f} s, {ratio:.2f} times the good one's"

    def _differs(
        self, environment: Environment, tree: Path, version: str
    ) -> tuple[bool | None, str]:
        out = self._work / f"recording-{version}"
        run = record(
            list(self.question.command), python=store.python_of(environment),
            environ=store.activated(environment, os.environ), cwd=tree, out=out, seed=0,
            say=lambda line: None, live=lambda name, data: None,
        )  # fmt: skip
        if run.exit_status == SKIP:
            return None, "the command asked to skip this version"
        if run.exit_status != 0:
            return False, f"it ends with {run.exit_status}"
        baseline = getattr(self, "_baseline", None)
        if baseline is None:
            self._baseline = out
            return True, ""
        found = compare(load(baseline), load(out))
        if found.agreement == "unknown":
            return None, found.reason
        return found.agreement in ("equal", "close"), found.reason


def used_changes(folder: Path, facts: Facts, last_good: str, first: str) -> list[dict[str, Any]]:
    """Name what changed between two releases that the code in a folder uses."""
    try:
        found = check([folder], Move(facts, last_good, first))
    except TfshiftError:
        return []
    rows = {(f.symbol, f.rule): f for f in found.findings}
    return [
        {"symbol": f.symbol, "rule": f.rule, "path": f.path, "line": f.line, "message": f.message}
        for f in list(rows.values())[:50]
    ]


def command_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the command behind ``--``."""
    return tuple(words[1:] if words[:1] == ["--"] else words)
