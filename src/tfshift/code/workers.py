"""Share groups of files between processes, each group as soon as those that it needs are done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from tfshift.domain.errors import TfshiftError

T = TypeVar("T")
# Below this much source a process costs more than it brings.
WORTH_BYTES = 400 << 10
# What one message carries at least; and into how many of them a process's share is cut.
_BATCH_BYTES = 16 << 10
_BATCHES = 24
# While a worker is at one message, another one waits for it.
_AHEAD = 2


def count(jobs: int, size: int) -> int:
    """Return how many workers are worth it: 1 means the process itself.

    Args:
        jobs: how many processes may run.
        size: bytes of source to read.
    """
    # Forking is what shares the sources for nothing, and what macOS forbids once threads have run.
    can = sys.platform.startswith("linux") and "fork" in multiprocessing.get_all_start_methods()
    available = len(os.sched_getaffinity(0)) if can else 1
    return min(jobs, available) if can and size >= WORTH_BYTES else 1


class _Schedule:
    """Which groups may be read next.

    Args:
        needs: for each group, the groups that must have been read before.
        sizes: bytes of each group.
        processes: how many share them.
    """

    def __init__(self, needs: Sequence[set[int]], sizes: Sequence[int], processes: int) -> None:
        self.sizes = sizes
        self.batch = max(_BATCH_BYTES, sum(sizes) // (processes * _BATCHES))
        self.missing = [len(n) for n in needs]
        self.needed_by: list[list[int]] = [[] for _ in needs]
        for group, needed in enumerate(needs):
            for other in needed:
                self.needed_by[other].append(group)
        self.weight = self._weights()
        self.ready = [group for group, left in enumerate(self.missing) if not left]

    def _weights(self) -> list[int]:
        """Return the bytes on the longest way from each group to the end."""
        weights = list(self.sizes)
        # Groups come after those that they need, so the reverse order settles every way.
        for group in reversed(range(len(weights))):
            after = (weights[other] for other in self.needed_by[group])
            weights[group] += max(after, default=0)
        return weights

    def take(self) -> list[int]:
        """Return groups that can be read now, those on the longest way first; may be empty."""
        self.ready.sort(key=lambda group: self.weight[group])
        taken: list[int] = []
        size = 0
        while self.ready and size < self.batch:
            taken.append(self.ready.pop())
            size += self.sizes[taken[-1]]
        return taken

    def done(self, groups: Sequence[int]) -> None:
        """Note that groups have been read."""
        for group in groups:
            for other in self.needed_by[group]:
                self.missing[other] -= 1
                if not self.missing[other]:
                    self.ready.append(other)


class _Worker:
    """A forked process with the pipe to it, and what it knows."""

    def __init__(self, serve: Callable[[Connection], None], others: Sequence[_Worker]) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        inherited = [self.pipe, *(other.pipe for other in others)]
        self.process = context.Process(
            target=_serve, args=(serve, theirs, inherited), daemon=True
        )  # fmt: skip
        self.process.start()
        theirs.close()
        self.sent: list[list[int]] = []
        self.knows = 0


def _serve(
    serve: Callable[[Connection], None], pipe: Connection, inherited: Sequence[Connection]
) -> None:
    # The parent ends its workers; and they end with it, since nobody else holds its pipes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    try:
        serve(pipe)
    except (EOFError, BrokenPipeError):
        os._exit(1)


class Workers(Generic[T]):
    """Processes that read groups of files.

    Args:
        read: reads one group, returns its results and what others must learn of it.
        learn: takes in what another process learned.
        needs: for each group, the earlier groups that must have been read before.
        sizes: bytes of each group.
        processes: how many share them.
    """

    def __init__(
        self,
        read: Callable[[int], tuple[list[T], Any]],
        learn: Callable[[Any], None],
        needs: Sequence[set[int]],
        sizes: Sequence[int],
        processes: int,
    ) -> None:
        self.read, self.learn, self.processes = read, learn, processes
        self.schedule = _Schedule(needs, sizes, processes)
        self.learned: list[Any] = []

    def run(self) -> Iterator[T]:
        """Yield all results, in no fixed order.

        Raises:
            TfshiftError: if a process dies.
        """
        workers: list[_Worker] = []
        try:
            for _ in range(self.processes):
                workers.append(_Worker(self._serve, workers))
            while True:
                self._feed(workers)
                busy = {worker.pipe: worker for worker in workers if worker.sent}
                if not busy:
                    return
                for pipe in wait(list(busy)):
                    yield from self._collect(busy[pipe])  # type: ignore[index]
        finally:
            for worker in workers:
                worker.process.kill()
                worker.process.join()
                worker.pipe.close()

    def _feed(self, workers: Sequence[_Worker]) -> None:
        for ahead in range(_AHEAD):
            for worker in workers:
                if len(worker.sent) > ahead:
                    continue
                batch = self.schedule.take()
                if not batch:
                    return
                worker.sent.append(batch)
                worker.pipe.send((self.learned[worker.knows :], batch))
                worker.knows = len(self.learned)

    def _collect(self, worker: _Worker) -> list[T]:
        try:
            results, learned, failure = worker.pipe.recv()
        except (EOFError, OSError):
            raise TfshiftError(
                "a process that read files died",
                why=f"exit status {worker.process.exitcode}",
                remedy="run it with --jobs 1; too little memory may be the cause",
            ) from None
        if failure is not None:
            raise failure
        self.schedule.done(worker.sent.pop(0))
        self.learned += learned
        found: list[T] = results
        return found

    def _serve(self, pipe: Connection) -> None:
        """Answer messages until the pipe closes."""
        while True:
            news, batch = pipe.recv()
            for learned in news:
                self.learn(learned)
            results: list[T] = []
            own: list[Any] = []
            failure = None
            try:
                for group in batch:
                    found, learned = self.read(group)
                    results += found
                    own.append(learned)
            except Exception as error:
                failure = error
            pipe.send((results, own, failure))
