"""What a rule is given that sees a file as a whole, where single names do not tell enough."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tfshift.code.destinations import Move
from tfshift.code.keras_flow import Flow, plain
from tfshift.code.project import CodeFile
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.code.spelling import Spelling
from tfshift.code.trees import children
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity


@dataclass
class Whole:
    """One file under one move.

    Args:
        file: the file.
        move: origin, target and style.
        spelling: edits of this file.
    """

    file: CodeFile
    move: Move
    spelling: Spelling

    @property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the file's tree."""
        return self.file.source.nodes

    @cached_property
    def above(self) -> dict[int, ast.AST]:
        """What a node is a part of, by the identity of the node."""
        return {id(child): node for node in self.nodes for child in children(node)}

    @cached_property
    def bound(self) -> dict[str, ast.expr]:
        """What names are bound to that nothing in the file binds a second time."""
        stores = Counter(
            n.id for n in self.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        )
        stores.update(n.arg for n in self.nodes if isinstance(n, ast.arg))
        return {
            target.id: node.value
            for node in self.nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and stores[target.id] == 1
        }

    def statement(self, node: ast.expr) -> ast.Expr | None:
        """Return the statement that an expression is all of."""
        above = self.above.get(id(node))
        return above if isinstance(above, ast.Expr) else None

    @cached_property
    def to_keras_3(self) -> bool:
        """Whether the move leaves Keras 2 for Keras 3, and the file has something of Keras."""
        return self.move.to_keras_3 and b"keras" in self.file.source.data

    @cached_property
    def flow(self) -> Flow:
        """What the file's expressions are."""
        return Flow(self.file, self.nodes)

    @property
    def target(self) -> str:
        """The target's exact version."""
        return self.move.target_release.version

    def path(self, symbol: str) -> str:
        """Spell a symbol of ``tf.keras`` in this file; an import that it needs for it is noted."""
        best: tuple[str, str] | None = None
        for name, bindings in self.file.names.module_scope.bindings.items():
            meanings = {plain(b.symbol) if b.symbol else "" for b in bindings}
            meaning = meanings.pop() if len(meanings) == 1 else ""
            fits = meaning and "." not in name and symbol.startswith(f"{meaning}.")
            if fits and (best is None or len(meaning) > len(best[1])):
                best = name, meaning
        if best is not None:
            return best[0] + symbol[len(best[1]) :]
        self.spelling.needed["_keras"] = "from tensorflow import keras as _keras"
        return "_keras" + symbol[len("tf.keras") :]

    def provider(self, name: str) -> str:
        """Return how the module of a provider is called; its import is noted."""
        module = PROVIDER_PREFIX + name
        self.spelling.needed[module] = f"import {module}"
        return module

    def text(self, node: ast.expr) -> str | None:
        """Return an expression as it is written; None where its place is not right."""
        return self.file.source.text_of(node)

    def finding(
        self,
        node: ast.expr | ast.keyword,
        symbol: str,
        rule: str,
        message: str,
        evidence: str,
        fix: Fix | None,
        *,
        kind: Kind = Kind.REMOVED,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Compose a finding at a node."""
        return Finding(
            path=self.file.source.path,
            **self.file.source.extent(node),
            symbol=symbol,
            rule=rule,
            kind=kind,
            severity=severity,
            message=message,
            evidence=evidence,
            fix=fix,
        )

    def gone(
        self, rule: str, node: ast.Attribute, symbol: str, what: str, evidence: str, fix: Fix
    ) -> Finding:
        """Compose the finding of an attribute that objects of Keras 3 do not have."""
        message = f"{what} in TensorFlow {self.target}: Keras 3"
        return self.finding(node, symbol, rule, message, evidence, fix)

    def renamed(self, node: ast.Attribute, name: str) -> Edit:
        """Write another name for an attribute."""
        end = self.span(node)[1]
        return Edit(end - len(node.attr), end, name)

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return where a node stands in the file's bytes."""
        return self.file.source.span(node)


def by_hand(title: str) -> Fix:
    """Compose the fix that is left to a person."""
    return Fix(title, Applicability.MANUAL)


def unsafe(title: str, *edits: Edit) -> Fix:
    """Compose a fix that is likely right."""
    return Fix(title, Applicability.UNSAFE, edits)


def safe(title: str, *edits: Edit) -> Fix:
    """Compose a fix that keeps what the code does."""
    return Fix(title, Applicability.SAFE, edits)
