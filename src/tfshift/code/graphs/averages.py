"""Moving averages: which statements keep some, and what says that these are updated.

A graph collects what updates them, and a training step waits for that: in a ``control_dependencies``
block, in a ``tf.group``, or in one run with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import RUN, Is, Moved, Named, Refusal, Training
from tfshift.code.graphs.syntax import is_constant
from tfshift.code.graphs.training import Trains
from tfshift.code.graphs.walking import walk


class Averages(Trains):
    """Moving averages: which statements keep some, and what says that these are updated."""

    def _collects_updates(self, node: ast.Call) -> bool:
        """Tell whether a call collects what updates moving averages."""
        key = next((k.value for k in node.keywords if k.arg == "key"), None)
        key = node.args[0] if node.args else key
        updates = key is not None and self._symbol(key) == known.UPDATES
        if updates and len(node.args) + len(node.keywords) > 1:
            raise Refusal(node, "a part of the updates of moving averages")
        return updates

    def _updates_so_far(self) -> tuple[Moved, ...]:
        """Return the statements so far that keep moving averages."""
        held = (step.moved for step in self.steps if step.moved is not None)
        return tuple(m for m in held if any(self.updating(m)))

    def updating(self, moved: Moved) -> Iterator[ast.Call]:
        """Yield the calls of a statement that keep moving averages."""
        for node in walk(moved.statement):
            if isinstance(node, ast.Call) and self._symbol(node.func) in known.NORMS:
                order = [name for name, _ in known.LAYERS[self._symbol(node.func)][1]]
                said = [k.value for k in node.keywords if k.arg == "training"]
                said += node.args[order.index("training") :][:1]
                # What updates itself in each run is collected nowhere.
                own = any(k.arg == "update" for k in node.keywords)
                if said and not own and not is_constant(said[0], False):
                    yield node

    def _updates_of(self, node: ast.expr) -> tuple[Moved, ...] | None:
        """Return the statements whose updates an expression stands for; None where it is no such."""
        if isinstance(node, (ast.List, ast.Tuple)):
            parts = [self._updates_of(element) for element in node.elts]
            found = [m for part in parts if part is not None for m in part]
            return tuple(found) if parts and None not in parts else None
        if isinstance(node, ast.Starred):
            return self._updates_of(node.value)
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            return named.updates if named is not None and named.kind is Is.UPDATES else None
        if isinstance(node, ast.Call) and self._symbol(node.func) == known.COLLECTION:
            return self._updates_so_far() if self._collects_updates(node) else None
        return None

    def _waits(self, call: ast.expr) -> bool:
        """Tell whether a block waits for updates of moving averages alone; note these if so."""
        if not isinstance(call, ast.Call) or self._symbol(call.func) != known.WAITING:
            return False
        given = call.args[0] if len(call.args) == 1 and not call.keywords else None
        awaited = self._updates_of(given) if given is not None else None
        if awaited is None:
            raise Refusal(call, f"{known.WAITING}{known.NOT_YET}")
        self._awaited += awaited
        return True

    def _grouped(self, node: ast.Call) -> Training | None:
        """Return what a group of a training step and updates of moving averages does; None elsewhere."""
        if self._symbol(node.func) != "tf.group" or any(k.arg != "name" for k in node.keywords):
            return None
        parts: list[ast.expr] = []
        for argument in node.args:
            parts += argument.elts if isinstance(argument, (ast.List, ast.Tuple)) else [argument]
        trains = [self._named(p.id) for p in parts if isinstance(p, ast.Name)]
        trains = [n for n in trains if n is not None and n.training is not None]
        updates = [self._updates_of(part) for part in parts]
        if len(trains) != 1 or sum(u is not None for u in updates) != len(parts) - 1:
            return None
        assert trains[0] is not None
        training = trains[0].training
        assert training is not None
        # The step alone still does what it did.
        needs = replace(training.needs, needs=list(training.needs.needs))
        both = replace(training, needs=needs)
        return self._updated(both, [m for u in updates for m in u or ()])

    def _check_awaiting(self, node: ast.stmt, named: dict[str, Named]) -> None:
        """Refuse what waits for updates and is no training step: a run of it would update as well."""
        if not self._awaited:
            return
        for name, found in self.names.items():
            if named.get(name) is not found and found.kind in RUN:
                raise Refusal(node, "what waits for updates of moving averages is no training step")
