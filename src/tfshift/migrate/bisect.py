"""Find the version that broke a command: of TensorFlow, a companion or Python, by halving."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.code.destinations import Move
from tfshift.domain.environments import Environment
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment import interpreters, store, uv
from tfshift.environment.lock import make_lock
from tfshift.facts import Facts
from tfshift.halving import first_bad
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
_MOST_VERSIONS = 60
# How many environments are made at once, beside the run.
_MAKERS = 2


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


@dataclass(frozen=True)
class Question:
    """What is bisected.

    Args:
        command: program and arguments.
        folder: from where it runs; it runs in copies of it.
        good: version in which it is as it should be.
        bad: version in which it is not.
        vary: ``tensorflow``, ``python`` or a package beside TensorFlow.
        when: ``fails``, ``differs`` or ``slower``: what makes a version bad.
        prepare: ``fix`` rewrites the code for each version first.
        tensorflow: the release that stays where something else varies.
        origin: the release that the code was written for, for ``prepare``.
        requirements: what else the command needs.
        timeout: seconds after which a run is ended.
        offline: use uv's cache only.
    """

    command: tuple[str, ...]
    folder: Path
    good: str
    bad: str
    vary: str = "tensorflow"
    when: str = "fails"
    prepare: str | None = None
    tensorflow: str | None = None
    origin: str | None = None
    requirements: tuple[str, ...] = ()
    timeout: float | None = None
    offline: bool = False


@dataclass(frozen=True)
class _Recipe:
    """How the environment of a version is made.

    Args:
        release: its TensorFlow.
        locked: the same, without the bounds of what varies.
        interpreter: what it is made of.
        wanted: requirements beside TensorFlow.
        overrides: requirements that count whatever others say.
    """

    release: Release
    locked: Release
    interpreter: interpreters.Interpreter
    wanted: tuple[str, ...]
    overrides: tuple[str, ...] = ()


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
    _makers: ThreadPoolExecutor = field(init=False)
    _making: dict[str, Future[Environment]] = field(default_factory=dict)

    def run(self) -> tuple[str, str, tuple[str, ...]]:
        """Return the last good version, the first bad one, and those in between that cannot be told.

        Raises:
            TfshiftError: if the ends are not as they were said to be.
        """
        with tempfile.TemporaryDirectory(prefix="tfshift-bisect-") as place:
            self._work = Path(place)
            good, bad = self._version(self.question.good), self._version(self.question.bad)
            if good == bad:
                raise TfshiftError("good and bad are one version", where=good)
            with ThreadPoolExecutor(_MAKERS) as self._makers:
                self._ahead([good, bad])
                self._end(good, expected=True)
                self._end(bad, expected=False)
                between = list(self._between(good, bad))
                found = first_bad(between, bad, self._is_good, self._ahead)
                self._makers.shutdown(cancel_futures=True)
        order = [good, *between, bad]
        at = order.index(found.first_bad)
        last = order[at - 1 - len(found.untested)]
        return last, found.first_bad, found.untested

    def _ahead(self, versions: Sequence[str]) -> None:
        """Begin to make environments that may be wanted next; timed runs are not to be disturbed."""
        if self.question.when == "slower":
            return
        for version in versions:
            if version in self._making:
                continue
            with suppress(TfshiftError):  # told when the version's turn has come
                recipe = self._recipe(version)
                self._making[version] = self._makers.submit(self._make, recipe)

    def _version(self, version: str) -> str:
        """Return an end's full version: a minor means its newest patch."""
        if self.question.vary == "tensorflow":
            return self.facts.release(version).version
        return version

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

    def _between(self, good: str, bad: str) -> Iterator[str]:
        vary = self.question.vary
        if vary == "tensorflow":
            low, high = self.facts.position(good), self.facts.position(bad)
            step = 1 if high > low else -1
            yield from (self.facts.releases[p].version for p in range(low + step, high, step))
            return
        if vary == "python":
            pythons = sorted(self._release().pythons, key=parse_minor)
            inside = [p for p in pythons if _inside(p, good, bad)]
            yield from inside if parse_minor(good) < parse_minor(bad) else reversed(inside)
            return
        found = list(self._published(vary, min(good, bad, key=_key), max(good, bad, key=_key)))
        yield from found if _key(good) < _key(bad) else reversed(found)

    def _interpreter(self) -> interpreters.Interpreter:
        """Return one for which both ends of the package have wheels: nothing is compiled to try it."""
        question = self.question
        if question.vary in ("tensorflow", "python"):
            return interpreters.pick(self.facts.release(question.tensorflow or question.good))
        for python in reversed(self._release().pythons):
            found = interpreters.find(python) if python.startswith("3") else None
            if found is None:
                continue
            command = [
                "pip",
                "compile",
                "-",
                "-q",
                "--no-deps",
                "--only-binary=:all:",
                f"--python={found.path}",
            ]
            try:
                for version in (question.good, question.bad):
                    uv.run(command, offline=question.offline, stdin=f"{question.vary}=={version}\n")
            except uv.UnresolvableError:
                continue
            return found
        raise TfshiftError(
            f"no Python of TensorFlow {self._release().version} has wheels of both ends",
            where=f"{question.vary} {question.good} and {question.bad}",
        )

    def _published(self, package: str, low: str, high: str) -> list[str]:
        """Return the newest patch of each minor of a package between two versions, ascending."""
        found: list[str] = []
        below = high
        python = self._interpreter()
        while len(found) < _MOST_VERSIONS:
            command = ["pip", "compile", "-", "-q", "--no-deps", "--no-header", "--no-annotate"]
            command += [f"--python={python.path}", "--only-binary=:all:"]
            try:
                text = uv.run(
                    command, offline=self.question.offline, stdin=f"{package}>{low},<{below}\n"
                )
            except uv.UnresolvableError:
                break
            version = text.strip().partition("==")[2].split(" ")[0]
            if not version:
                break
            found.append(version)
            below = minor_of(version)
        return found[::-1]

    def _release(self) -> Release:
        assert self.question.tensorflow is not None
        return self.facts.release(self.question.tensorflow)

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
        self._ahead([version])
        making = self._making.get(version)
        recipe = self._recipe(version)
        environment = making.result() if making else self._make(recipe)
        tree = self._tree(recipe.release, version)
        if self.question.when == "fails":
            return self._fails(environment, tree)
        if self.question.when == "slower":
            return self._slower(environment, tree)
        return self._differs(environment, tree, version)

    def _recipe(self, version: str) -> _Recipe:
        """Say how the environment of a version is made; facts are asked here, in their own thread."""
        vary, wanted = self.question.vary, list(self.question.requirements)
        if vary == "tensorflow":
            release = self.facts.release(version)
            return _Recipe(release, release, interpreters.pick(release, None), tuple(wanted))
        release = self._release()
        if vary == "python":
            interpreter = interpreters.pick(release, minor_of(version))
            return _Recipe(release, release, interpreter, tuple(wanted))
        wanted = [w for w in wanted if not w.startswith(vary)] + [vary]
        # What others require of it is what is being tried.
        free, override = _without(release, vary), f"{vary}=={version}"
        return _Recipe(release, free, self._interpreter(), tuple(wanted), (override,))

    def _make(self, recipe: _Recipe) -> Environment:
        offline = self.question.offline
        lock = make_lock(
            recipe.locked, recipe.interpreter.python, list(recipe.wanted), offline=offline,
            overrides=list(recipe.overrides),
        )  # fmt: skip
        return store.create(lock, recipe.interpreter, offline=offline)

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


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _inside(version: str, one: str, other: str) -> bool:
    low, high = sorted((_key(one), _key(other)))
    return low < _key(version) < high


def _without(release: Release, package: str) -> Release:
    from dataclasses import replace

    kept = {name: spec for name, spec in release.constraints.items() if name != package}
    return replace(release, constraints=kept)


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
