"""What a rule is given: one use of a symbol, with everything known about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from tfshift.code.destinations import Destination, Move
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.code.spelling import Spelling
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.domain.symbols import Symbol


@dataclass(slots=True)
class Site:
    """One usage in one file under one move.

    Args:
        usage: the symbol and where it stands.
        file: the file.
        move: origin, target and style.
        spelling: edits of this file.
        settled: where this usage goes whatever its symbol does, as the style found out.

    ``after`` is what the same spelling means on the target.
    """

    usage: Usage
    file: CodeFile
    move: Move
    spelling: Spelling
    settled: Destination | None = None
    after: Symbol | None = field(init=False)
    _edits: tuple[Edit, ...] | None = field(init=False)
    _spelled: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.after = self.move.facts.resolve(self.usage.symbol, self.move.target)

    @property
    def symbol(self) -> str:
        """The symbol's path."""
        return self.usage.symbol

    @property
    def destination(self) -> Destination | None:
        """Where the symbol lives on the target."""
        return self.settled or self.move.destination(self.usage.symbol)

    @property
    def before(self) -> Symbol | None:
        """The symbol in the origin."""
        return self.move.facts.resolve(self.usage.symbol, self.move.origin)

    @property
    def moved(self) -> Symbol | None:
        """What the rewritten spelling means on the target; None where it is a provider's."""
        found = self.destination
        return None if found is None else self.move.facts.resolve(found.path, self.move.target)

    @property
    def there(self) -> str:
        """Name the target: TensorFlow's release, or the Keras that goes with it."""
        release = self.move.target_release.version
        root = self.symbol.partition(".")[0]
        if root == "tf":
            return f"TensorFlow {release}"
        facts = self.move.facts
        place = facts.place(self.symbol, self.move.target)
        beside = facts.of(root).releases[place].version if place >= 0 else "(none)"
        return f"{root} {beside} beside TensorFlow {release}"

    @property
    def edits(self) -> tuple[Edit, ...] | None:
        """Edits that spell the destination here; None where there is none or it cannot be spelled."""
        if not self._spelled:
            self._edits = self._spell()
            self._spelled = True
        return self._edits

    def _spell(self) -> tuple[Edit, ...] | None:
        if self.usage.statement is not None:
            return self.spelling.import_edit(self.usage)
        found = self.destination
        if found is None or any(k.arg in found.refuses for k in self.keywords()):
            return None
        if self.usage.method:
            return self.spelling.method_edit(self.usage, found)
        return self.spelling.usage_edit(self.usage, found)

    def finding(
        self,
        rule: str,
        kind: Kind,
        severity: Severity,
        message: str,
        evidence: str,
        fix: Fix | None,
        node: ast.expr | ast.alias | ast.keyword | None = None,
    ) -> Finding:
        """Compose a finding at the usage, or at a node inside it."""
        source = self.file.source
        return Finding(
            path=source.path,
            **source.extent(node or self.usage.node),
            symbol=self.symbol,
            rule=rule,
            kind=kind,
            severity=severity,
            message=message,
            evidence=evidence,
            fix=fix,
        )

    def fix(self, title: str, extra: tuple[Edit, ...] = ()) -> Fix:
        """Compose the fix that spells the destination, with edits of the rule's own."""
        if self.edits is None:
            return Fix(title, Applicability.MANUAL)
        found = self.destination
        provides = (found.provider,) if found and found.provider else ()
        applicability = found.applicability if found else Applicability.SAFE
        needs = (found.package,) if found and found.package else ()
        return Fix(title, applicability, (*self.edits, *extra), provides, needs)

    def present(self) -> str:
        """Say in which measured releases the symbol exists."""
        spans = self.move.facts.for_symbol(self.symbol).present(self.symbol)
        text = ", ".join(a if a == b else f"{a} to {b}" for a, b in spans)
        return f"{self.symbol} exists in {text or 'no measured release'}"

    def keywords(self) -> Iterator[ast.keyword]:
        """Yield the call's named arguments."""
        if self.usage.call is not None:
            yield from (k for k in self.usage.call.keywords if k.arg is not None)
