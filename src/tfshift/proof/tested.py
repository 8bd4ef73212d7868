"""Compare what became of the tests of a suite on two sides, by node id (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.domain.recordings import OutputComparison
from tfshift.proof.recording import Recording

# pytest's exit status where tests ran and some failed.
TESTS_FAILED = 1


def ran(recording: Recording) -> bool:
    """Tell whether a suite ran to its end, with or without failures."""
    return bool(recording.tests) and recording.about.get("exit_status") in (0, TESTS_FAILED)


def compare_tests(before: Recording, after: Recording) -> tuple[list[OutputComparison], list[str]]:
    """Compare the outcomes of tests.

    Args:
        before: the reference.
        after: what is judged.

    Returns:
        One comparison a test of ``before``, and notes on those that need no care: a test that failed
        and passes now, or that is new.
    """
    notes: list[str] = []
    mended = [
        name
        for name, (outcome, _) in before.tests.items()
        if outcome in ("failed", "error") and after.tests.get(name, ("", ""))[0] == "passed"
    ]
    new = [name for name in after.tests if name not in before.tests]
    if mended:
        notes.append(f"failed before and passes now: {', '.join(mended[:5])}{_more(mended)}")
    if new:
        notes.append(f"ran only in the second recording: {', '.join(new[:5])}{_more(new)}")
    return list(_each(before, after)), notes


def _more(names: list[str]) -> str:
    return f" and {len(names) - 5} more" if len(names) > 5 else ""


def _each(before: Recording, after: Recording) -> Iterator[OutputComparison]:
    for name, (outcome, _) in before.tests.items():
        now, why = after.tests.get(name, ("missing", ""))
        same = now == outcome or now == "passed"
        note = "" if same else f"{outcome} before, {now} now" + (f": {why}" if why else "")
        agreement = "equal" if same else "different"
        yield OutputComparison(0, f"test {name}", agreement, None, None, note)  # type: ignore[arg-type]
