"""The versions that a bisection may try: which there are, and an environment of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

from tfshift.domain.environments import Environment
from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment import interpreters, store, uv
from tfshift.environment.lock import make_lock
from tfshift.facts import Facts

_MOST_VERSIONS = 60
# How many environments are made at once, beside the run.
_MAKERS = 2


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
class Candidates:
    """Makes the environments of versions; in a ``with``, those that may be wanted next as well.

    Args:
        question: what is bisected.
        facts: the opened facts; only the thread that asks for versions asks them.
    """

    question: Question
    facts: Facts
    _makers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_MAKERS))
    _making: dict[str, tuple[Release, Future[Environment]]] = field(default_factory=dict)

    def __enter__(self) -> Candidates:
        """Begin; nothing is made before it is asked for."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what has not begun, and wait for what has."""
        self._makers.shutdown(cancel_futures=True)

    def full(self, version: str) -> str:
        """Return an end's full version: a minor means its newest patch."""
        if self.question.vary == "tensorflow":
            return self.facts.release(version).version
        return version

    def ahead(self, versions: Sequence[str]) -> None:
        """Begin to make environments that may be wanted next; timed runs are not to be disturbed."""
        if self.question.when == "slower":
            return
        for version in versions:
            with suppress(TfshiftError):  # told when the version's turn has come
                self._begin(version)

    def make(self, version: str) -> tuple[Environment, Release]:
        """Return the environment of a version, and its TensorFlow.

        Raises:
            TfshiftError: if it cannot be made.
        """
        release, making = self._begin(version)
        return making.result(), release

    def _begin(self, version: str) -> tuple[Release, Future[Environment]]:
        if version not in self._making:
            recipe = self._recipe(version)
            self._making[version] = recipe.release, self._makers.submit(self._make, recipe)
        return self._making[version]

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
        return _Recipe(release, free, self._interpreter, tuple(wanted), (override,))

    def _make(self, recipe: _Recipe) -> Environment:
        offline = self.question.offline
        lock = make_lock(
            recipe.locked, recipe.interpreter.python, list(recipe.wanted), offline=offline,
            overrides=list(recipe.overrides),
        )  # fmt: skip
        return store.create(lock, recipe.interpreter, offline=offline)

    def between(self, good: str, bad: str) -> Iterator[str]:
        """Yield the versions between two full ones, from the good one's side."""
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

    @cached_property
    def _interpreter(self) -> interpreters.Interpreter:
        """Return one for which both ends of the package have wheels: nothing is compiled to try it."""
        question = self.question
        for python in reversed(self._release().pythons):
            found = interpreters.find(python) if python.startswith("3") else None
            if found is None:
                continue
            command = ["pip", "compile", "-", "-q", "--no-deps", "--only-binary=:all:"]
            command += [f"--python={found.path}"]
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
        python = self._interpreter
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


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _inside(version: str, one: str, other: str) -> bool:
    low, high = sorted((_key(one), _key(other)))
    return low < _key(version) < high


def _without(release: Release, package: str) -> Release:
    kept = {name: spec for name, spec in release.constraints.items() if name != package}
    return replace(release, constraints=kept)
