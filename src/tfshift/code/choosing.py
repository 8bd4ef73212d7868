"""Which findings count: chosen rules, and those that a project has accepted before."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tfshift.code import commands, dependencies, numpy_names, python2, suppression
from tfshift.code.check import CheckResult, FileResult
from tfshift.code.rules import all_rules
from tfshift.code.styles import style_named, style_names
from tfshift.domain.errors import TfshiftError
from tfshift.domain.findings import Finding

SCHEMA = "tfshift.baseline/1"
# What stays the same when lines are put in above a finding.
Key = tuple[str, str, str, str]


def rule_ids() -> list[str]:
    """Return the names of all rules."""
    own = {rule.ID for rule in all_rules()}
    own.update(rule for name in style_names() for rule in style_named(name).RULES)
    return sorted(
        own | {commands.ID, dependencies.ID, numpy_names.ID, python2.RULE, suppression.ID}
    )


def rules_named(names: Iterable[str]) -> frozenset[str]:
    """Check names of rules.

    Raises:
        TfshiftError: if there is no such rule; a near one is named.
    """
    known = rule_ids()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4)
            raise TfshiftError(
                f"there is no rule {name!r}",
                remedy=f"rules are {', '.join(known)}" + (f"; near is {near[0]}" if near else ""),
            )
    return frozenset(names)


@dataclass(frozen=True)
class Choice:
    """Which findings count.

    Args:
        select: only these rules; all where empty.
        ignore: not these.
        baseline: findings that do not count, and how often.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    baseline: Counter[Key] | None = None

    def applied(self, result: CheckResult) -> CheckResult:
        """Return a result without the findings that do not count."""
        if not (self.select or self.ignore or self.baseline):
            return result
        left = Counter(self.baseline or {})
        results: list[FileResult] = []
        for file in result.results:
            kept: list[Finding] = []
            for finding in file.findings:
                if self.select and finding.rule not in self.select:
                    continue
                if finding.rule in self.ignore:
                    continue
                key = key_of(file, finding)
                if left[key] > 0:
                    left[key] -= 1
                    continue
                kept.append(finding)
            if kept or file.unknown:
                results.append(replace(file, findings=tuple(kept)))
        return replace(result, results=tuple(results))


def key_of(file: FileResult, finding: Finding) -> Key:
    """Name a finding by what lines above it do not change: its rule, symbol and own line."""
    if finding.cell is not None:
        return finding.path, finding.rule, finding.symbol, finding.message
    lines = file.data.decode(file.encoding, "replace").splitlines()
    text = lines[finding.line - 1].strip() if finding.line <= len(lines) else ""
    return finding.path, finding.rule, finding.symbol, text


def spell_baseline(results: Sequence[FileResult]) -> str:
    """Spell all findings as a baseline, sorted so that it can be read and compared."""
    counted = Counter(key_of(file, f) for file in results for f in file.findings)
    rows = [
        {"path": path, "rule": rule, "symbol": symbol, "line": line, "count": count}
        for (path, rule, symbol, line), count in sorted(counted.items())
    ]
    return json.dumps({"schema": SCHEMA, "findings": rows}, indent=1, ensure_ascii=False) + "\n"


def read_baseline(file: Path) -> Counter[Key]:
    """Read a baseline.

    Raises:
        TfshiftError: if it is missing or none.
    """
    try:
        document = json.loads(file.read_text("utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(f"its schema is {document['schema']}")
        return Counter(
            {
                (row["path"], row["rule"], row["symbol"], row["line"]): int(row["count"])
                for row in document["findings"]
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TfshiftError(
            "cannot read the baseline",
            where=str(file),
            why=" ".join(str(error).split()) or type(error).__name__,
            remedy="write one with --update-baseline",
        ) from None
