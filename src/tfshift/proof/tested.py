"""Compare what became of the tests of a suite on two sides, by node id (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfshift.domain.recordings import Agreement, OutputComparison
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
    one, other = before.tests, after.tests
    mended = [
        name
        for name, (outcome, _) in one.items()
        if outcome in ("failed", "error") and other.get(name, ("", ""))[0] == "passed"
    ]
    new = [name for name in other if name not in one]
    if mended:
        notes.append(f"failed before and passes now: {', '.join(mended[:5])}{_more(mended)}")
    if new:
        notes.append(f"ran only in the second recording: {', '.join(new[:5])}{_more(new)}")
    return list(_each(one, other)), notes


def _more(names: list[str]) -> str:
    return f" and {len(names) - 5} more" if len(names) > 5 else ""


def _each(
    before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]
) -> Iterator[OutputComparison]:
    for name, (outcome, _) in before.items():
        now, why = after.get(name, ("missing", ""))
        same = now == outcome or now == "passed"
        note = "" if same else f"{outcome} before, {now} now" + (f": {why}" if why else "")
        agreement: Agreement = "equal" if same else "different"
        yield OutputComparison(0, f"test {name}", agreement, None, None, note)
