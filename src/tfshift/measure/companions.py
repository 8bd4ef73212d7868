"""Which release of a companion goes with which TensorFlow: resolve, install, import."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.releases import DISTRIBUTIONS, days_after
from tfshift.domain.versions import minor_of, parse_minor
from tfshift.environment.uv import UnresolvableError
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

    def __init__(self, record: Mapping[str, Any], first: str, bench: Workbench) -> None:
        self.record, self.first, self.bench = record, first, bench
        self.base = f"{record['distribution']}=={record['version']}"
        self._newest: dict[tuple[str, int], str] = {}

    def __call__(self, modules: Mapping[str, str], window: int) -> dict[str, Row]:
        """Try some companions together; each row has ``version`` and ``error``.

        Raises:
            UnresolvableError: if they cannot be installed together.
        """
        self.bench.hold(self._resolved(self._limits(modules, window)))
        errors = self.bench.ask("companions", *modules.values())
        held = dict(installed(self.bench.folder))
        return {
            name: {"version": held.get(name), "error": errors[module]}
            for name, module in modules.items()
        }

    def resolves(self, modules: Mapping[str, str], window: int) -> bool:
        """Tell whether some companions can be installed together, without doing it."""
        try:
            self._resolved(self._limits(modules, window))
        except UnresolvableError:
            return False
        return True

    def _limits(self, modules: Mapping[str, str], window: int) -> list[str]:
        caps = [f"{name}{cap}" for name, cap in self.record["constraints"].items()]
        versions = self._versions(modules, window)
        if len(versions) < len(modules):
            raise UnresolvableError("one of them has no release of that time")
        return [*caps, *(f"{name}<={version}" for name, version in versions.items())]

    def _resolved(self, wanted: Sequence[str]) -> list[str]:
        """Pin everything; companions ask for ``tensorflow``, in whose place comes the CPU build.

        Raises:
            UnresolvableError: if it cannot be.
        """
        version = self.record["version"]
        lines = [f"tensorflow=={version}", "setuptools<82", *wanted]
        pins = self.bench.resolve(lines)
        return [p for p in pins if re.split("[=;]", p)[0] not in DISTRIBUTIONS] + [self.base]

    def _versions(self, names: Mapping[str, str], window: int) -> dict[str, str]:
        """Return the newest release of each companion that had appeared by the window's end."""
        found: dict[str, str] = {}
        for name in names:
            if (name, window) in self._newest:
                found[name] = self._newest[name, window]
                continue
            try:
                (pin,) = self.bench.resolve([name], days_after(self.first, window), deps=False)
            except UnresolvableError:
                continue
            found[name] = self._newest[name, window] = pin.partition("==")[2]
        return found


def goes_with(trials: _Trials, modules: Mapping[str, str], say: Say) -> dict[str, Row]:
    """Find for each companion a release that can be imported beside a TensorFlow.

    As many as can be installed together are tried so first, the others, and those that fail, one by
    one in other windows.

    Returns:
        Name -> ``{"version", "error"}``; the error is None where the import works, and a companion
        that had no release by then is left out.
    """
    rows: dict[str, Row] = {}
    existing = {n: m for n, m in modules.items() if n in trials._versions(modules, WINDOWS[0])}
    together: dict[str, str] = {}
    for name, module in existing.items():
        if trials.resolves({**together, name: module}, WINDOWS[0]):
            together[name] = module
    try:
        rows = trials(together, WINDOWS[0]) if together else {}
    except UnresolvableError as error:
        say(f"{trials.base}: not together: {error}")
    for name, module in existing.items():
        if name in rows and rows[name]["error"] is None:
            continue
        for window in WINDOWS:
            row = _alone(trials, name, module, window)
            if row["error"] is None or name not in rows:
                rows[name] = row
            if row["error"] is None:
                break
    return rows


def _alone(trials: _Trials, name: str, module: str, window: int) -> Row:
    try:
        return trials({name: module}, window)[name]
    except UnresolvableError as error:
        return {"version": None, "error": str(error)[:400]}


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
    tried = f"{version} {' '.join(modules)}"
    if record["evidence"].get("companions_of") == tried:
        return
    rows = goes_with(_Trials(record, first_day(minor, record), bench), modules, say)
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
