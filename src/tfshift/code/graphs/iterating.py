"""Datasets, and what goes over them."""

from __future__ import annotations

import ast

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.averages import Averages
from tfshift.code.graphs.kinds import (
    Begun,
    Is,
    Moved,
    Named,
    Refusal,
)
from tfshift.code.graphs.needs import fed_by
from tfshift.code.graphs.syntax import (
    is_method,
    target_names,
)
from tfshift.code.graphs.walking import walk


class Iterates(Averages):
    """Datasets, and what goes over them."""

    def _begins(self, node: ast.Expr, call: ast.Call) -> bool:
        """Read a statement that runs what begins iterators; tell whether it is one."""
        if not is_method(call, "run") or self._base_kind(call) is not Is.SESSION or not call.args:
            return False
        fetched = call.args[0]
        nodes = fetched.elts if isinstance(fetched, (ast.List, ast.Tuple)) else [fetched]
        kinds = [self._kind(n) for n in nodes]
        if Is.BEGIN not in kinds:
            return False
        named = {k.arg: k.value for k in call.keywords}
        fed = call.args[1] if len(call.args) > 1 else named.get("feed_dict")
        if set(kinds) - {Is.BEGIN, Is.INIT} or set(named) - {"feed_dict"}:
            raise Refusal(call, "what begins an iterator is run with something else")
        if Is.INIT in kinds:
            assert isinstance(call.func, ast.Attribute)
            self._initialised(node, self._owner(call.func.value))
        feed, feed_name, _ = self._fed(fed)
        if feed_name:
            raise Refusal(call, "a feed that is made elsewhere")
        needs = Moved(node, ())
        iterators = []
        for each, kind in zip(nodes, kinds, strict=True):
            if kind is Is.BEGIN:
                name, over = self._begun(each)
                again = self._looping or name in self._running
                if again and self._shuffles(over) and self._seeded:
                    # There it goes in the same order again, here in another one.
                    raise Refusal(call, "a shuffled dataset that is begun again")
                self._running.add(name)
                self._note(needs, [over])
                iterators.append((name, over))
        if fed_by(needs) - {name for name, _ in feed}:
            raise Refusal(call, "a dataset of what is not fed")
        types = {name: self._dtype(name) for name, _ in feed}
        self._step.begun.append(Begun(node, iterators, needs, feed, types))
        return True

    @property
    def _seeded(self) -> bool:
        """Whether the file chooses what random numbers there are: a dataset may be shuffled by them."""
        if any(symbol in known.SEEDS for symbol in self.symbols.values()):
            return True
        calls = (n for s in self.steps for n in walk(s.statement) if isinstance(n, ast.Call))
        return any(
            is_method(call, "shuffle")
            and (len(call.args) > 1 or any(k.arg == "seed" for k in call.keywords))
            for call in calls
        )

    def _shuffles(self, node: ast.expr) -> bool:
        """Tell whether a dataset is shuffled somewhere on its way."""
        if self._shuffles_in(node):
            return True
        names = [self._named(n.id) for n in walk(node) if isinstance(n, ast.Name)]
        return any(
            n is not None
            and (
                (n.kind is Is.DATASET and n.shuffled)
                or (n.kind is Is.BUILDER and self._shuffles_in(n.node))
            )
            for n in names
        )

    @staticmethod
    def _shuffles_in(function: ast.AST) -> bool:
        return any(isinstance(n, ast.Attribute) and n.attr == "shuffle" for n in walk(function))

    def _begun(self, node: ast.expr) -> tuple[str, ast.expr]:
        """Return the iterator that an expression begins, and over what."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named, name = self._named(node.value.id), node.value.id
        else:
            named = self._named(node.id) if isinstance(node, ast.Name) else None
            name = named.iterator if named is not None else ""
        if named is None or named.over is None or name not in self.names:
            raise Refusal(node, "an iterator of another scope, or over what is not known")
        return name, named.over

    def _of_dataset(self, node: ast.Call, function: ast.Attribute) -> Is:
        """Tell what a method of a dataset gives."""
        if function.attr in known.ITERATING:
            if node.args or node.keywords:
                raise Refusal(node, f"{function.attr} with arguments")
            return Is.ITERATOR
        for value in (*node.args, *(k.value for k in node.keywords)):
            if self._kind(value) in (Is.DEFERRED, Is.PLACEHOLDER, Is.VARIABLE):
                raise Refusal(node, f"a tensor of the graph is given to {function.attr}")
            self._maps(value)
        return Is.DATASET

    def _maps(self, value: ast.expr) -> None:
        """Note a function that a dataset is mapped by: what it holds is written otherwise as well."""
        found = self._named(value.id) if isinstance(value, ast.Name) else None
        function = found.node if found is not None and found.kind is Is.BUILDER else None
        if isinstance(function, ast.FunctionDef):
            used = {self.symbols[id(n)] for n in walk(function) if id(n) in self.symbols}
            # What draws there has a stream of the dataset's own.
            if used & known.BESIDE_FILE.keys() and not used & {*known.DRAWS, *known.DROPOUTS}:
                self.builders[id(function)] = function

    def _iterated(self, node: ast.Assign, kind: Is) -> bool:
        """Read a statement that makes a dataset, an iterator or an element; tell whether it is one."""
        value, target = node.value, node.targets[0]
        single = target.id if isinstance(target, ast.Name) and len(node.targets) == 1 else ""
        if kind is Is.DATASET and single:
            needs = Moved(node, (single,))
            self._note(needs, [value])
            held = bool(needs.needs or needs.fed)
            if held and self._nested:
                raise Refusal(node, "a dataset of placeholders in a loop or branch")
            if held:
                self._step.fate, self._step.moved = "move", needs
            types, shuffled = self._element_types(value), self._shuffles(value)
            self.names[single] = Named(
                kind, node, needs if held else None, types=types, shuffled=shuffled
            )
            return True
        if kind is Is.ITERATOR and single and isinstance(value, ast.Call):
            self._iterator(node, value, single)
            return True
        if kind is Is.BEGIN and single and isinstance(value, ast.Call):
            function = value.func
            base = function.value if isinstance(function, ast.Attribute) else None
            if not isinstance(base, ast.Name):
                raise Refusal(node, "an iterator that has no name")
            self._drop(node)
            self.names[single] = Named(kind, node, iterator=base.id, over=value.args[0])
            return True
        names = target_names(node)
        if (
            kind is Is.PLACEHOLDER
            and names
            and isinstance(value, ast.Call)
            and is_method(value, "get_next")
        ):
            function = value.func
            base = function.value if isinstance(function, ast.Attribute) else None
            if not isinstance(base, ast.Name) or value.args or base.id not in self.names:
                raise Refusal(node, "an element of an iterator that has no name here")
            others = (n for n in self.names.values() if n.kind is kind and n.iterator == base.id)
            if any(n.node is not node for n in others):
                raise Refusal(node, "several elements of one iterator")
            self._drop(node)
            types = self.names[base.id].types
            types = types if len(types) == len(names) else ("",) * len(names)
            for name, dtype in zip(names, types, strict=True):
                self.names[name] = Named(kind, node, dtype=dtype, iterator=base.id, group=names)
            return True
        return False

    def _iterator(self, node: ast.Assign, value: ast.Call, name: str) -> None:
        function = value.func
        assert isinstance(function, ast.Attribute)
        over = function.value
        if self._symbol(function) == known.STRUCTURE:
            self._drop(node)
            self.names[name] = Named(Is.ITERATOR, node)
            return
        if function.attr == "make_one_shot_iterator":
            # It begins where it is made.
            needs = Moved(node, ())
            self._note(needs, [over])
            if needs.fed or needs.needs:
                raise Refusal(node, "an iterator over a dataset of placeholders")
            self._step.begun.append(Begun(node, [(name, over)], needs, []))
        else:
            self._drop(node)
        types = self._element_types(over)
        self.names[name] = Named(Is.ITERATOR, node, over=over, types=types)
