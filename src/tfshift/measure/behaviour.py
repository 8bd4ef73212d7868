"""What small calls with fixed inputs give in a release: the probes of ``facts/probes``, run for real."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.facts.behaviour import same
from tfshift.facts.build.intervals import expand
from tfshift.facts.build.merge import fold, measured
from tfshift.facts.build.pack import read_merged, read_toml, spell_merged
from tfshift.measure.agents import digest
from tfshift.measure.constraints import hold_today, named
from tfshift.measure.release import Say, amend_release, read_release
from tfshift.measure.workbench import Workbench

FOLDER, PROBES = "behaviour", "probes"
MODES = ("native", "compat")
# The orders of the first two runs, and of those that settle what an earlier run saw otherwise.
_SEEDS, _MORE = (1, 2), (3, 4)
_FOLDING = threading.Lock()

Probe = tuple[str, str]


def probes(facts: Path) -> Iterator[tuple[str, Probe]]:
    """Yield topic and (symbol, call) of each probe in ``facts/probes``, in order."""
    for file in sorted((facts / PROBES).glob("*.toml")):
        for entry in read_toml(file)["probe"]:
            for symbol in entry["symbols"]:
                yield file.stem, (symbol, entry["call"])


def key_of(probe: Probe, mode: str) -> str:
    """Name a probe in a mode as ``facts/behaviour`` does."""
    symbol, call = probe
    return f"{symbol} {mode} {call}"


def measure_behaviour(version: str, facts: Path, say: Say, bench: Workbench) -> None:
    """Run all probes in a release and fold what they give into ``facts/behaviour``.

    What a probe gives in another release as well is no chance. All else is run once more, in another
    order, and twice more where an earlier measurement of the release gave something else; what is not
    the same each time is kept as unstable, from then on: of what falls one of two ways, the next run may
    well give the same as another release.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.
    """
    record = read_release(facts, version)
    base = named(record)
    wanted = list(probes(facts))
    content = digest("behaviour", json.dumps(wanted))
    tried = f"{base} {content}"
    if record["evidence"].get("behaviour_of") == tried:
        return
    answers: dict[str, Any] = {}
    pins = hold_today(bench, record)
    known, own = _before(facts, minor_of(version))
    for mode in MODES if parse_minor(minor_of(version)) >= (2, 0) else MODES[:1]:
        answers.update(_stable(bench, [probe for _, probe in wanted], mode, known, own))
    fold_behaviour(facts, minor_of(version), answers)
    found = sum(1 for answer in answers.values() if "v" in answer)
    say(f"{base}: {found} of {len(answers)} probes give values")
    noted = {p.partition("==")[0]: p.partition("==")[2] for p in pins}
    beside = {name: noted[name] for name in ("keras", "numpy") if name in noted}
    amend_release(facts, version, {"behaviour_of": tried, "behaviour_beside": beside})


def fold_behaviour(facts: Path, minor: str, answers: Mapping[str, Any]) -> None:
    """Replace what a minor's probes give in ``facts/behaviour``, a file a topic."""
    topics: dict[str, dict[str, Any]] = {}
    keys: dict[str, set[str]] = {}
    for topic, probe in probes(facts):
        for mode in MODES:
            column = topics.setdefault(topic, {})
            key = key_of(probe, mode)
            keys.setdefault(topic, set()).add(key)
            if key in answers:
                column[key] = answers[key]
    with _FOLDING:
        minors = measured(facts)
        for topic, column in topics.items():
            file = facts / FOLDER / f"{topic}.json"
            # What is no probe any more is not kept.
            table = {k: v for k, v in read_file(file).items() if k in keys[topic]}
            kept = {
                name: nearest(answer, expand(table.get(name, {}), minors), minor)
                for name, answer in column.items()
            }
            write_atomic(file, spell_merged("", fold(table, {minor: kept}, minors)))


def read_file(file: Path) -> dict[str, Any]:
    """Read a topic: key -> interval -> answer; nothing where it is new."""
    return read_merged(file) if file.is_file() else {}


def nearest(answer: Any, others: Mapping[str, Any], minor: str) -> Any:
    """Return an equal answer of the release next to it: the last digits are the platform's."""
    here = parse_minor(minor)
    ordered = sorted(
        (name for name in others if name != minor),
        key=lambda name: abs(
            (parse_minor(name)[0] - here[0]) * 20 + parse_minor(name)[1] - here[1]
        ),
    )
    for name in ordered:
        if same(answer, others[name]):
            return others[name]
    return answer


def _before(facts: Path, minor: str) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return key -> what other releases give, and key -> what this one gave when it was measured last."""
    minors = measured(facts)
    found: dict[str, list[Any]] = {}
    own: dict[str, Any] = {}
    for file in (facts / FOLDER).glob("*.json"):
        for key, merged in read_file(file).items():
            answers = expand(merged, minors)
            if minor in answers:
                own[key] = answers.pop(minor)
            found[key] = list(answers.values())
    return found, own


def _stable(
    bench: Workbench,
    wanted: list[Probe],
    mode: str,
    known: Mapping[str, list[Any]],
    own: Mapping[str, Any],
) -> dict[str, Any]:
    first = _run(bench, wanted, mode, _SEEDS[0])
    found = {key: _kind(answer) for key, answer in first.items() if "a" not in answer}
    found.update((key, {"u": 1}) for key in found if "u" in own.get(key, {}))

    def doubtful(sure: Callable[[str], bool]) -> list[Probe]:
        keys = ((probe, key_of(probe, mode)) for probe in wanted)
        return [p for p, k in keys if k in found and "u" not in found[k] and not sure(k)]

    def again(probes: list[Probe], seed: int) -> None:
        for key, answer in _run(bench, probes, mode, seed).items() if probes else ():
            if not same(found[key], _kind(answer)):
                found[key] = {"u": 1}

    again(doubtful(lambda key: any(same(found[key], o) for o in known.get(key, ()))), _SEEDS[1])
    # Of two ways it may have fallen the same one twice.
    for seed in _MORE:
        again(doubtful(lambda key: key not in own or same(found[key], own[key])), seed)
    return found


def _kind(answer: dict[str, Any]) -> dict[str, Any]:
    """Drop an exception's text: it names objects by their address."""
    return {"e": answer["e"]} if "e" in answer else answer


def _run(bench: Workbench, wanted: list[Probe], mode: str, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probes.json"
        file.write_text(json.dumps([[key_of(p, mode), list(p)] for p in wanted]), "utf-8")
        return bench.ask("behaviour", str(file), mode, str(seed))
