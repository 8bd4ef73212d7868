"""Find the fewest pins with which a release works today: install, try, cap, try again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.versions import parse_minor
from tfshift.environment import interpreters
from tfshift.environment.uv import UnresolvableError
from tfshift.measure.agents import digest
from tfshift.measure.release import amend_release, read_release, read_releases, usable_python
from tfshift.measure.workbench import Workbench, workbench

Say = Callable[[str], None]
Caps = Mapping[str, str]
Outcome = dict[str, "str | None"]
Trial = Callable[[Caps, Sequence[str]], Outcome]

# Caps worth trying, by package; only those that mend a failing part are kept. Loosest first.
CANDIDATES: dict[str, tuple[str, ...]] = {
    "protobuf": ("<5", "<4", "<3.21"),
    "numpy": ("<2", "<1.24", "<1.20", "<1.17"),
    "h5py": ("<3",),
    "setuptools": ("<82", "<58"),
    "keras": ("<3", "<2.7"),
    "tensorflow-estimator": ("<2.7", "<1.16"),
    "tensorboard": ("<2.9",),
    "gast": ("<0.5",),
    "wrapt": ("<2",),
    "werkzeug": ("<1",),
    "ml-dtypes": ("<0.5",),
}
# setuptools is part of what old tensorboards use without declaring it.
_ADDED = ("setuptools",)


def failures(result: Mapping[str, str | None]) -> list[str]:
    """Name the parts that do not work; parts after a failed import were not tried."""
    return [part for part, error in result.items() if error is not None]


def _suspects(errors: str) -> Iterator[tuple[str, str]]:
    """Yield caps to try, those of packages that the errors name first."""
    hints = {
        "protobuf": ("protobuf", "descriptor", "_message"),
        "numpy": ("numpy", "np.", "_array_api", "multiarray"),
        "h5py": ("h5py", "decode"),
        "setuptools": ("pkg_resources", "distutils", "setuptools"),
        "tensorboard": ("tensorboard",),
    }
    text = errors.lower()
    named = [p for p in CANDIDATES if any(h in text for h in hints.get(p, (p,)))]
    for package in named:
        for cap in CANDIDATES[package]:
            yield package, cap
    if not re.search(r"\w+(Error|Exception|Warning)\b", errors):
        return  # the process crashed inside of TensorFlow: no companion is to blame
    # Of what no error names only the tightest cap is tried: it mends if any does.
    for package in CANDIDATES:
        if package not in named:
            yield package, CANDIDATES[package][-1]


def search(
    trial: Trial, say: Say, guess: Caps | None = None
) -> tuple[dict[str, str], Outcome, Outcome]:
    """Add one cap after the other while each mends a part, then drop the needless.

    Args:
        trial: installs with caps, tries some parts (all if none are named), returns their errors.
        say: receives progress.
        guess: caps that are likely right, those of releases nearby: tried before any search.

    Returns:
        The caps, what works without any, and what works with them.
    """
    naive = trial({}, ())
    caps: dict[str, str] = {}
    result = dict(naive)
    if guess and failures(result):
        guessed = trial(guess, ())
        if len(guessed) >= len(result) and set(failures(guessed)) < {*failures(result), *guessed}:
            caps, result = dict(guess), guessed
            say(f"  with {_spell(caps)}: fails {failures(result) or 'nothing'}")
    while failures(result):
        step = _mending(trial, caps, result)
        if step is None:
            break
        caps, result = step
        say(f"  with {_spell(caps)}: fails {failures(result) or 'nothing'}")
    # What works without any cap works with fewer: only what was mended is asked again.
    # A part that only a pin brings (a package that nothing requires) was not broken without it.
    untried = bool(naive.get("import") or naive.get("install"))
    mended = [part for part in result if naive.get(part) or (untried and part not in naive)]
    for name in list(caps) if len(caps) > 1 or guess else []:
        fewer = {k: v for k, v in caps.items() if k != name}
        again = trial(fewer, mended)
        if set(failures(again)) <= set(failures(result)) and set(again) >= set(mended):
            caps = fewer
    return caps, naive, result


def _spell(caps: Caps) -> str:
    return ", ".join(f"{name}{cap}" for name, cap in caps.items()) or "no pins"


def _mending(
    trial: Trial, caps: dict[str, str], result: Outcome
) -> tuple[dict[str, str], Outcome] | None:
    """Find one more cap that mends a failing part and breaks nothing."""
    broken = failures(result)
    errors = " ".join(error for error in result.values() if error)
    for package, cap in _suspects(errors):
        if caps.get(package) == cap:
            continue
        candidate = {**caps, package: cap}
        if len(failures(trial(candidate, broken))) >= len(broken):
            continue
        answer = trial(candidate, ())
        if len(failures(answer)) < len(broken) or len(answer) > len(result):
            return candidate, answer
    return None


def measure_constraints(version: str, facts: Path, say: Say, bench: Workbench) -> dict[str, str]:
    """Measure a release naively and with caps, and write both into its file.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.

    Returns:
        Package -> specifier.
    """
    record = read_release(facts, version)
    python, _ = usable_python(record["pythons"])
    base = named(record)
    tried = digest("smoke", f"{base} {sorted(CANDIDATES.items())}")
    if record["evidence"].get("tried") == tried:
        say(f"{base}: tried before")
        return dict(record["constraints"])
    say(f"{base}: which pins does it need today?")
    caps, naive, result = search(
        lambda caps, parts: _try(bench, base, caps, parts), say, _nearby(facts, record)
    )
    plain, capped = _imports(record["pythons"], base, caps, {python: (naive, result)})
    evidence = {
        "naive": naive,
        "constrained": result,
        "constraints_python": python,
        "naive_imports": plain,
        "constrained_imports": capped,
        "tried": tried,
    }
    amend_release(facts, version, evidence, constraints=caps)
    say(f"{base}: needs {_spell(caps)}; fails {failures(result) or 'nothing'}")
    return caps


def _nearby(facts: Path, release: Mapping[str, Any]) -> dict[str, str]:
    """Return the caps of the nearest measured minors on both sides, the tighter one where both have one."""
    here = parse_minor(release["version"])
    known = [r for r in read_releases(facts) if r["evidence"].get("constrained")]
    below = [r for r in known if parse_minor(r["version"]) < here]
    above = [r for r in known if parse_minor(r["version"]) > here]
    guess: dict[str, str] = {}
    for neighbour in (*below[-1:], *above[:1]):
        for package, cap in neighbour["constraints"].items():
            order = CANDIDATES.get(package, ())
            if package not in guess or (
                cap in order and order.index(cap) > order.index(guess[package])
            ):
                guess[package] = cap
    return guess


def _imports(
    pythons: Sequence[str], base: str, caps: Caps, known: Mapping[str, tuple[Outcome, Outcome]]
) -> tuple[Outcome, Outcome]:
    """Say by Python what becomes of an import, without and with caps: its error, or None for none.

    Args:
        pythons: the minors that the release supports; those that are not here are left out.
        base: the release.
        caps: the pins that were found to help.
        known: outcomes by Python that were tried already.
    """
    plain: Outcome = {}
    capped: Outcome = {}
    for python in pythons:
        naive, result = known.get(python, ({}, {}))
        found = interpreters.find(python) if python.startswith("3") and not naive else None
        if found is not None:
            with workbench(Path(found.path)) as other:
                naive = _try(other, base, {}, ("import",))
                again = caps and failures(naive)
                result = _try(other, base, caps, ("import",)) if again else naive
        if naive:
            plain[python] = naive.get("install") or naive.get("import")
            capped[python] = result.get("install") or result.get("import")
    return plain, capped


def today(base: str, caps: Caps) -> list[str]:
    """Return the requirements of a release of today with some caps."""
    added = [name for name in _ADDED if name not in caps]
    return [base, *added, *(f"{name}{cap}" for name, cap in caps.items())]


def named(record: Mapping[str, Any]) -> str:
    """Return the requirement that a release's file is about."""
    return f"{record['distribution']}=={record['version']}"


def hold_today(bench: Workbench, record: Mapping[str, Any]) -> list[str]:
    """Make a workbench hold a release with the pins that it needs today; return the pins."""
    pins = bench.resolve(today(named(record), record["constraints"]))
    bench.hold(pins)
    return pins


def _try(bench: Workbench, base: str, caps: Caps, parts: Sequence[str]) -> Outcome:
    try:
        bench.hold(bench.resolve(today(base, caps)))
    except UnresolvableError as error:
        return {"install": str(error)}
    try:
        return bench.ask("smoke", *parts)
    except TfshiftError as error:
        return {"import": str(error)}
