"""Suites of tests under pytest: which test is running, and what became of it."""

from . import calls, imports, stream

_WORST = ("failed", "error", "skipped", "passed")


def _outcome(reports):
    """Return what a test came to: an error is a failure outside of the test itself."""
    found = set()
    for report in reports or ():
        failed = report.outcome == "failed"
        found.add("error" if failed and report.when != "call" else report.outcome)
    return next((outcome for outcome in _WORST if outcome in found), "error")


def _reason(reports):
    for report in reports or ():
        if report.outcome == "failed":
            crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
            return str(getattr(crash, "message", "") or "").split("\n")[0][:300]
    return ""


def _runner(module):
    original = calls.current(module, "runtestprotocol")
    if original is None:
        return

    def runtestprotocol(item, *args, **kwargs):
        stream.during(item.nodeid)
        try:
            reports = original(item, *args, **kwargs)
        finally:
            stream.during(None)
        stream.write(
            {
                "t": "test",
                "id": item.nodeid,
                "outcome": _outcome(reports),
                "reason": _reason(reports),
            }
        )
        return reports

    calls.put(module, "runtestprotocol", original, runtestprotocol)


def prepare():
    """Watch the module in which pytest runs a test."""
    imports.after("_pytest.runner", _runner)
