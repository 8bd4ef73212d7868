"""Which release of a companion goes with which TensorFlow: resolve, install, import."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.releases import DISTRIBUTIONS, days_after
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment.uv import UnresolvableError
from tfshift.measure.agents import digest
from tfshift.measure.published import read_toml
from tfshift.measure.registry import published
from tfshift.measure.release import (
    Say,
    amend_release,
    installed,
    read_release,
    try_uv,
)
from tfshift.measure.workbench import Workbench

# Days after a minor's first release up to which a companion may have appeared: most follow it by
# weeks, some are late.
WINDOWS = (60, 150)

# Releases are measured side by side; a companion's file holds all of them.
_FOLDING = threading.Lock()

Row = dict[str, "str | None"]


def listed(facts: Path) -> dict[str, str]:
    """Return distribution -> module, as authored in ``facts/companions/list.toml``."""
    modules: dict[str, str] = read_toml(facts / "companions" / "list.toml")["modules"]
    return modules


def first_day(minor: str, record: Mapping[str, Any]) -> str:
    """Return the day of a minor's first patch that has wheels; companions follow that one."""
    for patch in ("0", "1"):
        found = published(try_uv, "tensorflow", f"=={minor}.{patch}", record["pythons"][-1:])
        if found is not None and found.date:
            return found.date
    return str(record["date"])


class _Trials:
    """Installs companions beside one release, dated, and imports them."""

    def __init__(
        self, modules: Mapping[str, str], record: Mapping[str, Any], first: str, bench: Workbench
    ) -> None:
        self.modules, self.record, self.first, self.bench = modules, record, first, bench
        self._dated: dict[int, dict[str, str]] = {}
        self.base = f"{record['distribution']}=={record['version']}"

    def resolved(self, name: str, window: int, *, dated: bool = False) -> list[str]:
        """Pin a companion and all that it needs beside the release.

        Args:
            name: the companion.
            window: days after the release's first up to which it may have appeared.
            dated: whether the companions that it requires are to be of that time as well.

        Raises:
            UnresolvableError: if it cannot be, or has no release of that time.
        """
        newest = self._newest(window)
        if name not in newest:
            raise UnresolvableError("it has no release of that time")
        caps = [f"{package}{cap}" for package, cap in self.record["constraints"].items()]
        within = [f"{other}<={newest[other]}" for other in (newest if dated else [name])]
        return self._pinned([*caps, name], within)

    def tried(self, pinned: Mapping[str, Sequence[str]]) -> dict[str, Row]:
        """Install some side by side and import each as if only its own pins were there.

        Args:
            pinned: name -> its pins; they contradict each other nowhere.

        Returns:
            Name -> ``version`` and ``error``.

        Raises:
            UnresolvableError: if they cannot be installed.
        """
        own = {name: {distribution(pin) for pin in pins} for name, pins in pinned.items()}
        held = set().union(*own.values())
        self.bench.hold(sorted(set().union(*pinned.values())))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "wanted.json"
            others = {self.modules[name]: sorted(held - seen) for name, seen in own.items()}
            file.write_text(json.dumps(others), "utf-8")
            errors = self.bench.ask("companions", str(file))
        versions = dict(installed(self.bench.folder))
        return {
            name: {"version": versions.get(name), "error": errors[self.modules[name]]}
            for name in pinned
        }

    def _pinned(self, wanted: Sequence[str], within: Sequence[str]) -> list[str]:
        """Pin everything; companions ask for ``tensorflow``, in whose place comes the CPU build.

        Raises:
            UnresolvableError: if it cannot be.
        """
        version = self.record["version"]
        lines = [f"tensorflow=={version}", "setuptools<82", *wanted]
        pins = self.bench.resolve(lines, within=within)
        return [p for p in pins if distribution(p) not in DISTRIBUTIONS] + [self.base]

    def existing(self, window: int) -> list[str]:
        """Return those that had a release by the window's end."""
        return list(self._newest(window))

    def _newest(self, window: int) -> dict[str, str]:
        """Return the newest release of each that had appeared by the window's end."""
        if window not in self._dated:
            found = self._dated[window] = {}
            for name in self.modules:
                with suppress(UnresolvableError):
                    (pin,) = self.bench.resolve([name], days_after(self.first, window), deps=False)
                    found[name] = pin.partition("==")[2]
        return self._dated[window]


def distribution(pin: str) -> str:
    """Return what a pin is of."""
    return re.split("[=;]", pin)[0]


def shared(pinned: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Put those whose pins do not contradict each other together.

    Args:
        pinned: name -> its own pins, as they are without the others.
    """
    groups: list[tuple[list[str], dict[str, str]]] = []
    for name, pins in pinned.items():
        own = {distribution(pin): pin for pin in pins}
        for names, held in groups:
            if all(held.get(package, pin) == pin for package, pin in own.items()):
                names.append(name)
                held.update(own)
                break
        else:
            groups.append(([name], own))
    return [names for names, _ in groups]


def goes_with(trials: _Trials, say: Say) -> dict[str, Row]:
    """Find for each companion a release that can be imported beside a TensorFlow.

    Each is resolved by itself, so that none decides about another's release. Those that want the same
    of what they share are installed into one environment and imported as if they were alone. What fails
    is tried in a later window.

    Returns:
        Name -> ``{"version", "error"}``; the error is None where the import works, and a companion
        that had no release by then is left out.
    """
    rows: dict[str, Row] = {}
    existing = trials.existing(WINDOWS[0])
    pinned: dict[str, list[str]] = {}
    for name in existing:
        with suppress(UnresolvableError):
            pinned[name] = trials.resolved(name, WINDOWS[0])
    for names in shared(pinned):
        try:
            rows.update(trials.tried({name: pinned[name] for name in names}))
        except UnresolvableError as error:
            say(f"{trials.base}: not together: {error}")
    for name in existing:
        if name not in rows or rows[name]["error"] is not None:
            rows[name] = _alone(trials, name, rows.get(name), pinned.get(name))
    return rows


def _alone(trials: _Trials, name: str, row: Row | None, before: Sequence[str] | None) -> Row:
    """Try a companion in all windows until it can be imported; else its first error is kept.

    Args:
        trials: where.
        name: the companion.
        row: what became of it beside others, None where it was not tried.
        before: the pins that it had there.
    """
    failed = [before] if row is not None else []
    for window in WINDOWS:
        for dated in (False, True):
            try:
                pins = trials.resolved(name, window, dated=dated)
                if pins in failed:
                    continue
                failed.append(pins)
                found = trials.tried({name: pins})[name]
            except UnresolvableError as error:
                found = {"version": None, "error": str(error)[:400]}
            if found["error"] is None:
                return found
            row = row or found
    assert row is not None
    return row


def measure_companions(version: str, facts: Path, say: Say, bench: Workbench) -> None:
    """Measure a release and fold the answers into ``facts/companions``.

    Args:
        version: the exact release, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.
        bench: where it is tried.
    """
    modules = listed(facts)
    minor = minor_of(version)
    record = read_release(facts, version)
    told = f"{sorted(modules.items())} {WINDOWS}"
    content = digest("companions", told, Path(__file__))
    tried = f"{version} {content}"
    if record["evidence"].get("companions_of") == tried:
        return
    rows = goes_with(_Trials(modules, record, first_day(minor, record), bench), say)
    with _FOLDING:
        for name, row in rows.items():
            _fold(facts / "companions" / f"{name}.json", minor, row)
    works = [name for name, row in rows.items() if row["error"] is None]
    say(f"{version}: {len(works)} of {len(rows)} companions can be imported")
    amend_release(facts, version, {"companions_of": tried})


def _fold(file: Path, minor: str, row: Row) -> None:
    rows = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    rows[minor] = row
    ordered = {m: rows[m] for m in sorted(rows, key=parse_minor)}
    write_atomic(file, json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
