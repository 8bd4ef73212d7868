"""Compare two recordings and give a verdict with its reason (pure, but for reading numbers)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from tfshift.domain.recordings import Agreement, Comparison, OutputComparison, Tolerance
from tfshift.proof import align, measure
from tfshift.proof.account import to_json
from tfshift.proof.lineage import feeds
from tfshift.proof.noise import MOVED, Key, Noise, excuse, noted, spread, was_moved
from tfshift.proof.printed import compare_printed
from tfshift.proof.recording import Output, Recording, Step
from tfshift.proof.tested import compare_tests, ran
from tfshift.proof.tolerance import default as default_tolerance

__all__ = ["Key", "Noise", "compare", "compare_fairly", "to_json", "unstable_outputs"]

_EXPLAIN = 2000


# What was read of files: their names pair them, and keys differ by design between two styles.
_FILES = {"checkpoint", "summary"}


def _kind(step: Step) -> tuple[str, str, str]:
    named = step.kind == "saved_model" or step.kind in _FILES
    return (step.kind, step.name if named else "", step.test)


def _signature(step: Step) -> tuple[object, ...]:
    return (*_kind(step), tuple((o.name, o.shape) for o in step.outputs))


def title(step: Step, output: Output) -> str:
    """Return TensorFlow's name of an output, or else what it was called in which call."""
    return output.label or f"{step.kind} {output.name}"


class _Pass:
    """One walk over two recordings, with what it finds on the way."""

    def __init__(self, before: Recording, after: Recording, given: Tolerance | None) -> None:
        self.before, self.after, self.given = before, after, given
        self.notes: list[str] = []
        self.pairs: list[tuple[float, float]] = []
        self.updates = 0
        self.deepest = given or default_tolerance("float32", 0)

    def tolerance(self, dtype: str) -> Tolerance:
        """Return the bounds for a dtype at this depth; integers stay exact."""
        default = default_tolerance(dtype, self.updates)
        if self.given is not None and default.rtol:
            return self.given
        if dtype == "float32" and default.rtol > self.deepest.rtol and self.given is None:
            self.deepest = default
        return default

    def steps(self) -> Iterator[OutputComparison]:
        """Compare all recorded steps in order."""
        mine, theirs = self.before.steps, self.after.steps
        pairs = align.align(
            [_signature(s) for s in mine],
            [_signature(s) for s in theirs],
            [_kind(s) for s in mine],
            [_kind(s) for s in theirs],
        )
        last = 0
        for i, j in pairs:
            if i is not None:
                last = i + 1
                self.updates += mine[i].updates
            if i is not None and j is not None:
                yield from self._step(last, mine[i], theirs[j])
            elif i is not None:
                yield _lonely(last, mine[i], "missing in the second recording")
            elif j is not None:
                yield _lonely(last, theirs[j], "only in the second recording")

    def _step(self, number: int, mine: Step, theirs: Step) -> Iterator[OutputComparison]:
        named = {output.name: output for output in theirs.outputs}
        for one in mine.outputs:
            other = named.pop(one.name, None)
            if other is None and mine.kind in _FILES:
                self.notes.append(f"missing in the second recording, not compared: {one.label}")
            elif other is None:
                note = "missing in the second recording"
                name = title(mine, one)
                yield OutputComparison(number, name, "different", None, None, note)
            else:
                yield self._output(number, title(mine, one), one, other)
        if named and mine.outputs:
            extra = ", ".join(sorted(named))
            self.notes.append(f"only in the second recording, not compared: {mine.kind} {extra}")

    def _output(self, number: int, name: str, one: Output, other: Output) -> OutputComparison:
        dtype = min(one.dtype, other.dtype, key=_coarseness)
        found = measure.outputs(
            self.before, one, self.after, other, self.tolerance(dtype), scaled=self.given is None
        )
        if found.agreement == "close" and one.shape == () and len(self.pairs) < _EXPLAIN:
            values = [s.array(o) for s, o in ((self.before, one), (self.after, other))]
            if all(v.size == 1 and v.dtype.kind == "f" for v in values):
                self.pairs.append((float(values[0][0]), float(values[1][0])))
        return OutputComparison(
            number, name, found.agreement, found.max_abs, found.max_rel, found.note, found.max_ulp
        )


def _coarseness(dtype: str) -> float:
    """Order dtypes so that the coarser of two decides the bounds."""
    bounds = default_tolerance(dtype, 0)
    return -bounds.rtol


def _lonely(number: int, step: Step, note: str) -> OutputComparison:
    name = title(step, step.outputs[0]) if step.outputs else step.kind
    return OutputComparison(number, name, "different", None, None, note)


def _undecided(before: Recording, after: Recording) -> str:
    """Return why nothing can be said, or an empty string."""
    if before.status != "finished" and not ran(before):
        return f"the first run {_ending(before)}"
    if after.status == "cut short":
        return f"the second run {_ending(after)}"
    if not before.steps and not any(line.strip() for line in before.stdout):
        return (
            "nothing was recorded: the command printed nothing and called nothing that is watched"
        )
    return ""


def _ending(recording: Recording) -> str:
    reason = recording.about.get("reason") or "no reason is known"
    word = "was cut short" if recording.status == "cut short" else "failed"
    return f"{word} ({reason})"


def _verdict(outputs: list[OutputComparison], after: Recording) -> tuple[Agreement, str]:
    if after.status == "failed" and not ran(after):
        return "different", f"the command works before and {_ending(after)} after"
    different = [o for o in outputs if o.agreement == "different"]
    if different:
        first = different[0]
        named = first.name.startswith(("stdout", "test "))
        where = first.name if named else f"step {first.step} {first.name}"
        size = f"{len(different)} of {len(outputs)} outputs"
        return "different", f"{size} differ, first {where}{_detail(first)}"
    if any(o.agreement in ("equal", "close") for o in outputs):
        count = sum(o.agreement == "close" for o in outputs)
        if not count:
            return "equal", f"all {len(outputs)} outputs are the same"
        return "close", f"{count} of {len(outputs)} outputs differ within the tolerance"
    return "unknown", "no output could be compared"


def _detail(output: OutputComparison) -> str:
    if output.note:
        return f" ({output.note})"
    return f" (by {output.max_abs:.3g}, relative {output.max_rel:.3g})" if output.max_rel else ""


def _unstable_names(*recordings: Recording) -> set[str]:
    """Return outputs that the agent itself found to be random, by title."""
    return {
        str(text).rpartition(": ")[2]
        for recording in recordings
        for text in recording.about.get("unstable", ())
    }


def _without(
    outputs: list[OutputComparison], unstable: Collection[Key], random: Collection[str]
) -> tuple[list[OutputComparison], tuple[str, ...]]:
    kept, left = [], []
    for output in outputs:
        if (output.step, output.name) in unstable or output.name in random:
            left.append(f"step {output.step} {output.name}")
        else:
            kept.append(output)
    return kept, tuple(left)


def compare(
    before: Recording,
    after: Recording,
    tolerance: Tolerance | None = None,
    unstable: Collection[Key] = (),
    noise: Noise | None = None,
) -> Comparison:
    """Compare what a command did on two sides.

    Args:
        before: the reference.
        after: what is judged.
        tolerance: bounds for all floating point numbers; None chooses by dtype and depth.
        unstable: outputs to leave out of the verdict, as ``unstable_outputs`` returns them.
        noise: how far outputs move in the first release alone, as ``compare_fairly`` measures it.

    Raises:
        TfshiftError: if a recording's numbers cannot be read.
    """
    walk = _Pass(before, after, tolerance)
    outputs = list(walk.steps())
    if before.tests:
        # What a runner prints of a suite (orders, times, its own version) is not the suite's.
        lines, notes = compare_tests(before, after)
    else:
        lines, notes = compare_printed(before, after, walk.tolerance("float32"), walk.pairs)
    notes += _surroundings(before, after)
    outputs, left_out = _without(
        outputs + lines, unstable, _unstable_names(before, after)
    )  # fmt: skip
    excused = excuse(outputs, noise) if noise else outputs
    if excused != outputs:
        count = sum(a is not b for a, b in zip(outputs, excused, strict=True))
        notes.append(noted(count))
        outputs = excused
    reason = _undecided(before, after)
    if reason:
        outputs = []
    agreement, why = ("unknown", reason) if reason else _verdict(outputs, after)
    result = Comparison(
        agreement=agreement,  # type: ignore[arg-type]
        reason=why,
        tolerance=walk.deepest,
        outputs=tuple(outputs),
        before_s=before.about.get("seconds"),
        after_s=after.about.get("seconds"),
        before_mb=before.about.get("max_rss_mb"),
        after_mb=after.about.get("max_rss_mb"),
        unstable=left_out,
        notes=tuple(dict.fromkeys(walk.notes + notes)),
    )
    first = result.first_difference
    if first is None:
        return result
    return replace(result, feeds=tuple(feeds(before, after, first.name)))


def _surroundings(before: Recording, after: Recording) -> list[str]:
    """Say what about the recordings themselves bears on the verdict."""
    notes = []
    if before.about.get("extent", {}) != after.about.get("extent", {}):
        notes.append(
            "the two recordings were asked for different parts (--steps, --only, --megabytes)"
        )
    if after.about.get("transplanted") and not after.about.get("transplant"):
        notes.append("nothing could be transplanted: no trainable variable was seen")
    return notes + [f"second recording: {text}" for text in after.about.get("transplant", ())]


def unstable_outputs(first: Recording, second: Recording) -> frozenset[Key]:
    """Return the outputs that differ between two recordings of the same release.

    They say nothing about a move; keys are those of ``first``, which must then be the reference.
    """
    result = compare(first, second)
    return frozenset((o.step, o.name) for o in result.outputs if o.agreement == "different")


def compare_fairly(
    before: Recording,
    after: Recording,
    unstable: Collection[Key],
    rerun: Callable[[float], Recording | None],
) -> tuple[Comparison, Noise]:
    """Compare; before a difference counts, see how far the first release differs from itself.

    Args:
        before: the reference.
        after: what is judged.
        unstable: outputs to leave out of the verdict.
        rerun: records the first side again with initial values moved by so much of themselves;
            None where that fails.

    Returns:
        The comparison, and the first release's own noise as far as it was needed.
    """
    result = compare(before, after, None, unstable)
    noise: dict[Key, float] = {}
    for size in MOVED:
        if result.agreement != "different" or after.status != "finished":
            break
        # What is no number (a test, a text, a shape) is not explained by roundings.
        if all(o.max_abs is None for o in result.outputs if o.agreement == "different"):
            break
        moved = rerun(size)
        if moved is None or moved.status != "finished" or not was_moved(moved):
            break
        for key, value in spread(compare(before, moved).outputs).items():
            noise[key] = max(value, noise.get(key, 0.0))
        result = compare(before, after, None, unstable, noise)
    return result, noise
