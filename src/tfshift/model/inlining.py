"""Put functions into the graph that calls them, and conditions and loops into its own old ops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Problem
from tfshift.facts import Facts
from tfshift.model.rewrites import Work

CALLS = {"PartitionedCall": "f", "StatefulPartitionedCall": "f"}
CONDITIONS = {"If", "StatelessIf"}
LOOPS = {"While", "StatelessWhile"}
_BOOL = 10
_DEEPEST = 100


class Inliner:
    """Expands calls, conditions and loops of a graph until none is left.

    A node that is expanded keeps its name, as an Identity, IdentityN or NoOp: whatever refers to its
    outputs holds.

    Args:
        work: the graph, changed in place.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.facts: Facts = work.registry.facts
        self.functions = {f.signature.name: f for f in work.graph.library.function}
        self.names = {node.name for node in work.graph.node}
        self.count = 0

    def run(self) -> int:
        """Expand all of them; return how many.

        Raises:
            TfshiftError: if a function is missing or calls itself without end.
        """
        pending = [(node, 0) for node in self.work.graph.node]
        done: list[Any] = []
        while pending:
            node, depth = pending.pop()
            if depth > _DEEPEST:
                raise TfshiftError("functions call one another without end", where=node.name)
            new = self._expanded(node)
            if new is None:
                done.append(node)
            else:
                self.count += 1
                pending.extend((n, depth + 1) for n in new)
        if self.count:
            done.reverse()
            copies = [type(n).FromString(n.SerializeToString()) for n in done]
            del self.work.graph.node[:]
            for node in copies:
                self.work.graph.node.add().CopyFrom(node)
            del self.work.graph.library.function[:]
            del self.work.graph.library.gradient[:]
        return self.count

    def _expanded(self, node: Any) -> list[Any] | None:
        if node.op in CALLS:
            return self._call(node, self._named(node, "f"))
        if node.op in self.functions:
            return self._call(node, self.functions[node.op])
        if node.op in CONDITIONS:
            return self._condition(node)
        if node.op in LOOPS:
            return self._loop(node)
        return None

    def _named(self, node: Any, attribute: str) -> Any:
        name = node.attr[attribute].func.name
        if name not in self.functions:
            raise TfshiftError(f"the graph has no function {name}", where=node.name)
        return self.functions[name]

    def _call(self, node: Any, function: Any) -> list[Any]:
        inputs = [i for i in node.input if not i.startswith("^")]
        waits = [i for i in node.input if i.startswith("^")]
        body, outputs, effects = self._body(function, node.name, inputs, waits, waits)
        return [*body, self._joined(node, outputs, effects, _types(function))]

    def _body(
        self,
        function: Any,
        prefix: str,
        inputs: Sequence[str],
        waits: Sequence[str],
        pivots: Sequence[str],
    ) -> tuple[list[Any], list[str], list[str]]:
        """Copy a function's nodes; return them, its outputs and what must have run.

        Args:
            function: the FunctionDef.
            prefix: before the names of its nodes.
            inputs: tensors that take the place of its arguments.
            waits: control inputs of what takes arguments only.
            pivots: control inputs of what takes nothing.
        """
        renamed = {n.name: self._free(f"{prefix}/{n.name}") for n in function.node_def}
        arguments = {a.name: i for a, i in zip(function.signature.input_arg, inputs, strict=True)}
        ports = {n.name: self._ports(n) for n in function.node_def}

        def tensor(name: str) -> str:
            if name in arguments:
                return arguments[name]
            base, _, rest = name.partition(":")
            if base in arguments:
                return arguments[base]
            argument, _, index = rest.partition(":")
            at = ports[base].get(argument, 0) + int(index or 0)
            return renamed[base] if at == 0 else f"{renamed[base]}:{at}"

        nodes = []
        for node in function.node_def:
            copy = type(node).FromString(node.SerializeToString())
            copy.name = renamed[node.name]
            data = [tensor(i) for i in node.input if not i.startswith("^")]
            control = [
                f"^{renamed[i[1:]]}" for i in node.input if i.startswith("^") and i[1:] in renamed
            ]
            if not data and not control:
                control += pivots
            elif all(i in inputs for i in data):
                control += waits
            del copy.input[:]
            copy.input.extend([*data, *dict.fromkeys(control)])
            nodes.append(copy)
        outputs = [tensor(function.ret[o.name]) for o in function.signature.output_arg]
        effects = [f"^{renamed[n]}" for n in function.control_ret.values() if n in renamed]
        return nodes, outputs, list(dict.fromkeys(effects))

    def _ports(self, node: Any) -> dict[str, int]:
        """Return the number of the first tensor of each named output of a node."""
        if node.op in self.functions:
            names = [o.name for o in self.functions[node.op].signature.output_arg]
            return {name: at for at, name in enumerate(names)}
        outputs: list[str] = []
        for position in reversed(range(len(self.facts.minors))):
            record = self.facts.at("ops", node.op, position)
            if record is not None:
                outputs = record["outputs"]
                break
        found: dict[str, int] = {}
        at = 0
        for output in outputs:
            name, _, kind = output.partition(": ")
            found[name] = at
            at += _size(kind, node)
        return found

    def _joined(
        self, node: Any, outputs: Sequence[str], effects: Sequence[str], types: Sequence[int]
    ) -> Any:
        """Return what takes an expanded node's place under its name."""
        new = type(node)()
        new.name, new.device = node.name, node.device
        if not outputs:
            new.op = "NoOp"
        elif len(outputs) == 1:
            new.op = "Identity"
            new.attr["T"].type = types[0]
        else:
            new.op = "IdentityN"
            new.attr["T"].list.type.extend(types)
        new.input.extend([*outputs, *effects])
        return new

    def _node(self, name: str, op: str, inputs: Iterable[str], **types: int) -> Any:
        node = type(self.work.graph.node.add())()
        del self.work.graph.node[-1]
        node.name, node.op = self._free(name), op
        node.input.extend(inputs)
        for key, value in types.items():
            node.attr[key].type = value
        return node

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self.names:
            name, number = f"{wanted}_{number}", number + 1
        self.names.add(name)
        return name

    def _condition(self, node: Any) -> list[Any]:
        """Switch every input, run each branch on its side, merge the outputs."""
        then, otherwise = self._named(node, "then_branch"), self._named(node, "else_branch")
        data = [i for i in node.input if not i.startswith("^")]
        waits = [i for i in node.input if i.startswith("^")]
        predicate, inputs = data[0], data[1:]
        if node.attr["Tcond"].type != _BOOL:
            raise TfshiftError(
                "a condition that is no boolean cannot be written in old ops", where=node.name
            )
        nodes = []
        pivot = self._node(f"{node.name}/pred", "Switch", [predicate, predicate, *waits], T=_BOOL)
        sides = [
            self._node(f"{node.name}/switch_f", "Identity", [pivot.name], T=_BOOL),
            self._node(f"{node.name}/switch_t", "Identity", [f"{pivot.name}:1"], T=_BOOL),
        ]
        nodes += [pivot, *sides]
        kinds = [a.type for a in then.signature.input_arg]
        switches = [
            self._node(f"{node.name}/switch_{n}", "Switch", [name, predicate], T=kind)
            for n, (name, kind) in enumerate(zip(inputs, kinds, strict=True))
        ]
        nodes += switches
        results: list[list[str]] = []
        effects: list[list[str]] = []
        for side, function in enumerate((otherwise, then)):
            fed = [s.name if side == 0 else f"{s.name}:1" for s in switches]
            label = "then" if side else "else"
            waiting = [f"^{sides[side].name}"]
            body, outputs, done = self._body(function, f"{node.name}/{label}", fed, [], waiting)
            nodes += body
            results.append(outputs)
            effects.append(done)
        types = _types(then)
        merged = []
        for number, (no, yes, kind) in enumerate(zip(results[0], results[1], types, strict=True)):
            ends = []
            for side, name in enumerate((no, yes)):
                # Side effects of a branch come before its outputs leave it.
                end = self._node(
                    f"{node.name}/out_{number}_{side}", "Identity",
                    [name, f"^{sides[side].name}", *effects[side]], T=kind,
                )  # fmt: skip
                nodes.append(end)
                ends.append(end.name)
            merge = self._node(f"{node.name}/merge_{number}", "Merge", ends, T=kind)
            merge.attr["N"].i = 2
            nodes.append(merge)
            merged.append(merge.name)
        if not merged and any(effects):
            raise TfshiftError(
                "a condition for its effects alone cannot be written in old ops", where=node.name
            )
        return [*nodes, self._joined(node, merged, [], types)]

    def _loop(self, node: Any) -> list[Any]:
        """Enter, merge, test, switch, run the body, go round, exit."""
        test, body = self._named(node, "cond"), self._named(node, "body")
        data = [i for i in node.input if not i.startswith("^")]
        waits = [i for i in node.input if i.startswith("^")]
        types = _types(body)
        frame = self._free(f"{node.name}/frame").encode()
        rounds = node.attr["parallel_iterations"].i or 10
        nodes: list[Any] = []
        merges = []
        for number, (name, kind) in enumerate(zip(data, types, strict=True)):
            enter = self._node(f"{node.name}/enter_{number}", "Enter", [name, *waits], T=kind)
            enter.attr["frame_name"].s = frame
            enter.attr["is_constant"].b = False
            enter.attr["parallel_iterations"].i = rounds
            merge = self._node(f"{node.name}/merge_{number}", "Merge", [enter.name], T=kind)
            merge.attr["N"].i = 2
            nodes += [enter, merge]
            merges.append(merge)
        fed = [m.name for m in merges]
        tested, outputs, _ = self._body(test, f"{node.name}/cond", fed, [], [f"^{merges[0].name}"])
        again = self._node(f"{node.name}/loop_cond", "LoopCond", outputs)
        nodes += [*tested, again]
        switches = [
            self._node(f"{node.name}/switch_{n}", "Switch", [m.name, again.name], T=kind)
            for n, (m, kind) in enumerate(zip(merges, types, strict=True))
        ]
        inner = [
            self._node(f"{node.name}/in_{n}", "Identity", [f"{s.name}:1"], T=kind)
            for n, (s, kind) in enumerate(zip(switches, types, strict=True))
        ]
        nodes += [*switches, *inner]
        repeated, results, effects = self._body(
            body, f"{node.name}/body", [i.name for i in inner], [], [f"^{inner[0].name}"]
        )
        nodes += repeated
        exits = []
        for number, (result, kind) in enumerate(zip(results, types, strict=True)):
            following = self._node(
                f"{node.name}/next_{number}", "NextIteration", [result, *effects], T=kind
            )
            merges[number].input.append(following.name)
            left = self._node(f"{node.name}/exit_{number}", "Exit", [switches[number].name], T=kind)
            nodes += [following, left]
            exits.append(left.name)
        return [*nodes, self._joined(node, exits, [], types)]


def _types(function: Any) -> list[int]:
    return [o.type for o in function.signature.output_arg]


def _size(kind: str, node: Any) -> int:
    """Return how many tensors an output holds, as its declaration says."""
    if "*" in kind:
        return int(node.attr[kind.partition("*")[0].strip()].i)
    plain = kind.strip()
    if plain in node.attr and node.attr[plain].WhichOneof("value") == "list":
        return len(node.attr[plain].list.type)
    return 1


def needs(work: Work, problems: Sequence[Problem]) -> bool:
    """Tell whether what is left against a graph lies in its functions, or in how they are called."""
    called = {*CALLS, *CONDITIONS, *LOOPS}
    return any(p.name.partition(".")[0] in called or "in function" in p.message for p in problems)
