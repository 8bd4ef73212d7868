"""What a graph asks of a release: ops, attributes and their values, data types, versions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tfshift.domain.models import Problem, Signature, TensorSpec
from tfshift.facts import Facts
from tfshift.model.edges import passed
from tfshift.model.protos import dtype_names, message

# Ops of the graph's own that no registry lists.
_INNER = {"_Arg", "_Retval", "PartitionedCall"}
_CONTROL = {"If", "StatelessIf", "While", "StatelessWhile"}
_GRADIENTS = re.compile(r"(^|/)gradients(_\d+)?/")


def all_ops(graph: Any) -> Counter[str]:
    """Count the ops of a graph and of its functions."""
    counts = Counter(node.op for node in graph.node)
    for function in graph.library.function:
        counts.update(node.op for node in function.node_def)
    own = {function.signature.name for function in graph.library.function}
    return Counter({name: n for name, n in counts.items() if name not in own})


def spec(name: str, info: Any) -> TensorSpec:
    """Spell a TensorInfo or an attribute shape."""
    dtype = dtype_names().get(info.dtype, "").removeprefix("DT_").lower()
    return TensorSpec(name, _PLAIN.get(dtype, dtype), shape_of(info.tensor_shape))


_PLAIN = {"float": "float32", "double": "float64", "half": "float16"}


def shape_of(proto: Any) -> tuple[int | None, ...] | None:
    """Return a TensorShapeProto's sizes."""
    if proto.unknown_rank:
        return None
    return tuple(None if d.size < 0 else int(d.size) for d in proto.dim)


def signatures_of(meta_graph: Any) -> tuple[Signature, ...]:
    """Return the signatures of a meta graph, sorted by name."""
    found = []
    for name, signature in sorted(meta_graph.signature_def.items()):
        if name.startswith("__saved_model"):
            continue
        inputs = tuple(spec(k, v) for k, v in sorted(signature.inputs.items()))
        outputs = tuple(spec(k, v) for k, v in sorted(signature.outputs.items()))
        found.append(Signature(name, inputs, outputs))
    return tuple(found)


@dataclass(frozen=True)
class _Defined:
    """An op in one release: attributes by name."""

    attrs: Mapping[str, Mapping[str, Any]]


class Registry:
    """The ops of one release, asked once each.

    Args:
        facts: the opened facts.
        position: the release's place.
    """

    def __init__(self, facts: Facts, position: int) -> None:
        self.facts, self.position = facts, position
        self.control_flow_in_functions = passed(facts, position, "control-flow-in-functions")
        self.checks_at_import = passed(facts, position, "attributes-checked-at-import")
        self.ignores_unknown = passed(facts, position, "unknown-attributes-ignored")
        self._known: dict[str, _Defined | None] = {}
        self._lost: dict[str, bool] = {}

    def op(self, name: str) -> _Defined | None:
        """Return an op, None where the release does not register it."""
        if name not in self._known:
            record = self.facts.at("ops", name, self.position)
            attrs = {a["name"]: a for a in record["attrs"]} if record is not None else {}
            self._known[name] = _Defined(attrs) if record is not None else None
        return self._known[name]

    def lost(self, name: str) -> bool:
        """Tell whether an op that ran on processors in an earlier release has no kernel left."""
        if name not in self._lost:
            self._lost[name] = self._lacks_kernel(name, self.position) and any(
                passed(self.facts, earlier, "kernels-told")
                and self.facts.at("ops", name, earlier) is not None
                and not self._lacks_kernel(name, earlier)
                for earlier in range(self.position)
            )
        return self._lost[name]

    def _lacks_kernel(self, name: str, position: int) -> bool:
        return self.facts.at("kernels", name, position) is not None


def problems(
    nodes: Iterable[Any],
    registry: Registry,
    functions: Mapping[str, Any],
    produced: Mapping[str, Any] | None,
    where: str = "",
) -> Iterator[Problem]:
    """Yield what a release does not take of some nodes, each op or attribute once a node.

    Args:
        nodes: NodeDefs.
        registry: the release's ops.
        functions: the graph's functions by name: they are ops too.
        produced: op definitions of the release that made the graph, by name: unknown attributes
            with the default written there are stripped by the loader. None where it strips nothing.
        where: what holds the nodes, for the messages.
    """
    # Types that were found good: graphs say the same of thousands of nodes.
    good: set[tuple[str, str, int]] = set()
    # Of an op its attributes, None where its nodes are not looked at, and what is said of each node.
    known: dict[str, tuple[Mapping[str, Mapping[str, Any]] | None, tuple[Problem, ...]]] = {}
    for node in nodes:
        op = node.op
        if op not in known:
            known[op] = _of_op(op, registry, functions, where)
        attrs, always = known[op]
        if always:
            yield from always
        if attrs is None:
            continue
        for name, value in node.attr.items():
            if name.startswith("_"):
                continue
            attribute = attrs.get(name)
            if attribute is None and registry.ignores_unknown:
                continue
            if attribute is None:
                default = _default_of(op, name, produced)
                if default is not None and default == value:
                    continue
                yield _unknown_attr(op, name, value, registry, where)
            elif attribute.get("allowed") and (op, name, value.type) not in good:
                found = list(_values(op, attribute, value, where))
                if value.type and not found:
                    good.add((op, name, value.type))
                yield from found


def _of_op(
    op: str, registry: Registry, functions: Mapping[str, Any], where: str
) -> tuple[Mapping[str, Mapping[str, Any]] | None, tuple[Problem, ...]]:
    """Return an op's attributes, None for what is not to be held against them, and its problems."""
    if op in functions or op in _INNER:
        return None, ()
    defined = registry.op(op)
    if defined is None:
        return None, (_missing(op, registry, where),)
    found = [_lost(op, registry, where)] if registry.lost(op) else []
    if where and op in _CONTROL and not registry.control_flow_in_functions:
        release = registry.facts.minors[registry.position]
        told = f"{release} does not run {op} (in {where}): functions must not hold control flow"
        found.append(Problem("op", op, 1, told))
    return defined.attrs, tuple(found)


def _lost(op: str, registry: Registry, where: str) -> Problem:
    facts = registry.facts
    spans = facts.spans("kernels", op)
    since = facts.minors[min(a for a, b, _ in spans if b >= registry.position)]
    inside = f" (in {where})" if where else ""
    return Problem(
        "op", op, 1,
        f"op {op}{inside} cannot be run in {facts.minors[registry.position]}: from {since} on it has no kernel",
    )  # fmt: skip


def _missing(op: str, registry: Registry, where: str) -> Problem:
    facts = registry.facts
    spans = facts.spans("ops", op)
    release = facts.minors[registry.position]
    inside = f" (in {where})" if where else ""
    if not spans:
        return Problem(
            "custom", op, 1, f"no TensorFlow registers op {op}{inside}: it is a custom one",
            "load its library first: tf.load_op_library", undecided=True,
        )  # fmt: skip
    since = facts.minors[min(a for a, _, _ in spans)]
    until = facts.minors[max(b for _, b, _ in spans)]
    when = (
        f"from {since} on" if registry.position < min(a for a, _, _ in spans) else f"until {until}"
    )
    return Problem("op", op, 1, f"op {op}{inside} is not in {release}: it is registered {when}")


def _unknown_attr(op: str, name: str, value: Any, registry: Registry, where: str) -> Problem:
    facts = registry.facts
    release = facts.minors[registry.position]
    since = None
    default = None
    for position, minor in enumerate(facts.minors):
        record = facts.at("ops", op, position)
        found = next((a for a in (record or {}).get("attrs", ()) if a["name"] == name), None)
        if found is not None:
            since, default = minor, found.get("default")
            break
    inside = f" (in {where})" if where else ""
    if since is None:
        return Problem(
            "attr", f"{op}.{name}", 1, f"no release gives op {op} an attribute {name}{inside}"
        )
    plain = default is not None and plain_value(value) == plain_value_of_fact(default)
    message = f"{release} does not know attribute {name} of {op}{inside}: it came with {since}"
    if plain:
        return Problem(
            "attr",
            f"{op}.{name}",
            1,
            message + "; it has its default value",
            "strip default attributes",
        )
    return Problem("attr", f"{op}.{name}", 1, message + "; its value is not the default")


def _default_of(op: str, name: str, produced: Mapping[str, Any] | None) -> Any:
    if produced is None or op not in produced:
        return None
    for attribute in produced[op].attr:
        if attribute.name == name and attribute.HasField("default_value"):
            return attribute.default_value
    return None


def plain_value(value: Any) -> Any:
    """Return an AttrValue as facts spell it; None for what has no plain form."""
    kind = value.WhichOneof("value")
    if kind == "list":
        for field in ("s", "i", "f", "b", "type"):
            items = list(getattr(value.list, field))
            if items:
                return [_scalar(field, item) for item in items]
        return []
    return _scalar(kind, getattr(value, kind)) if kind else None


def _scalar(kind: str, value: Any) -> Any:
    if kind == "s":
        return value.decode("utf-8", "replace")
    if kind == "type":
        return dtype_names().get(value, str(value))
    return value


def plain_value_of_fact(default: Any) -> Any:
    """Return a default from the facts as ``plain_value`` spells it."""
    return default


def _values(op: str, attribute: Mapping[str, Any], value: Any, where: str) -> Iterator[Problem]:
    """Hold an attribute's value against what the release allows."""
    allowed = attribute.get("allowed")
    if not allowed:
        return
    given = plain_value(value)
    for one in given if isinstance(given, list) else [given]:
        if one is not None and one not in allowed:
            inside = f" (in {where})" if where else ""
            name = f"{op}.{attribute['name']}"
            yield Problem(
                "attr",
                name,
                1,
                f"{name}={one}{inside} is not allowed: {', '.join(map(str, allowed[:8]))}",
            )


def merged(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Join problems that are the same but for where they are; the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Problem] = {}
    for problem in found:
        key = (problem.kind, problem.name)
        counts[key] += problem.count
        first.setdefault(key, problem)
    rows = [
        Problem(p.kind, p.name, counts[key], p.message, p.remedy, p.undecided)
        for key, p in first.items()
    ]
    return tuple(sorted(rows, key=lambda p: (p.undecided, -p.count, p.kind, p.name)))


def called(nodes: Iterable[Any], functions: Mapping[str, Any]) -> set[str]:
    """Return the functions that some nodes need, through one another."""
    wanted: set[str] = set()
    stack = list(_names(nodes, functions))
    while stack:
        name = stack.pop()
        if name in wanted:
            continue
        wanted.add(name)
        stack.extend(_names(functions[name].node_def, functions))
    return wanted


def _names(nodes: Iterable[Any], functions: Mapping[str, Any]) -> Iterator[str]:
    if not functions:
        return
    for node in nodes:
        if node.op in functions:
            yield node.op
        for value in node.attr.values():
            kind = value.WhichOneof("value")
            if kind == "func" and value.func.name in functions:
                yield value.func.name
            elif kind == "list":
                yield from (f.name for f in value.list.func if f.name in functions)


def versions(graph: Any, facts: Facts, position: int) -> Iterator[Problem]:
    """Hold a graph's versions against what a release produces and takes."""
    release = facts.releases[position]
    mine = release.graph_producer
    least = graph.versions.min_consumer
    if mine is not None and least > mine:
        yield Problem(
            "proto", "min_consumer", 1,
            f"the graph wants a consumer of version {least}; {release.minor} is {mine}",
        )  # fmt: skip
    if mine is not None and mine in graph.versions.bad_consumers:
        yield Problem(
            "proto", "bad_consumers", 1, f"the graph excludes consumers of version {mine}"
        )


def maker(meta_graph: Any, facts: Facts, position: int) -> Iterator[Problem]:
    """Hold the version that a meta graph says made it against what a release makes of it."""
    from packaging.version import InvalidVersion, Version

    said = meta_graph.meta_info_def.tensorflow_version
    if not said or not passed(facts, position, "producer-version-parsed"):
        return
    try:
        Version(said)
    except InvalidVersion:
        yield Problem(
            "proto", "tensorflow_version", 1,
            f"{said!r}, which the graph says made it, is no version that packaging 22 and later take",
            'pip install "packaging<22"',
        )  # fmt: skip


def of_meta_graph(meta_graph: Any, facts: Facts, position: int) -> list[Problem]:
    """Return what a release does not take of a graph that is imported as a whole.

    Args:
        meta_graph: the MetaGraphDef; attributes at the defaults that its own op list tells are stripped.
        facts: the opened facts.
        position: the release's place.
    """
    graph = meta_graph.graph_def
    registry = Registry(facts, position)
    functions = {f.signature.name: f for f in graph.library.function}
    produced = {op.name: op for op in meta_graph.meta_info_def.stripped_op_list.op}
    found = list(problems(graph.node, registry, functions, produced))
    if not registry.checks_at_import:
        # There an attribute counts where its node is run.
        run = executed(graph, meta_graph)
        needed = {p.name for p in problems(run, registry, functions, produced)}
        found = [p for p in found if p.kind != "attr" or p.name in needed]
    for name in sorted(called(graph.node, functions)):
        found += problems(functions[name].node_def, registry, functions, None, f"function {name}")
    found += versions(graph, facts, position)
    found += maker(meta_graph, facts, position)
    return found


# Where releases look for assets, and where those before 1.13 look.
ASSETS_COLLECTION = "saved_model_assets"


def asset_tensors(meta_graph: Any) -> Iterator[str]:
    """Yield the tensors through which a model is told where its assets are."""
    for asset in meta_graph.asset_file_def:
        yield asset.tensor_info.name
    if ASSETS_COLLECTION in meta_graph.collection_def:
        for packed in meta_graph.collection_def[ASSETS_COLLECTION].any_list.value:
            yield message("AssetFileDef").FromString(packed.value).tensor_info.name


def unseen_assets(meta_graph: Any, facts: Facts, position: int) -> Iterator[Problem]:
    """Say where a release does not find the assets, because no collection names them."""
    assets = len(meta_graph.asset_file_def)
    if (
        assets
        and ASSETS_COLLECTION not in meta_graph.collection_def
        and not passed(facts, position, "assets-in-meta-graph")
    ):
        release = facts.minors[position]
        told = f"{release} looks for assets in a collection, which this graph does not have"
        yield Problem("proto", "asset_file_def", assets, told)


def executed(graph: Any, meta_graph: Any) -> list[Any]:
    """Return the nodes that are run when a model is used, as far as that can be told.

    Those that only training needs are left out: what nothing else takes and is no group.
    """
    training = (
        set(meta_graph.collection_def["train_op"].node_list.value)
        if meta_graph is not None and ("train_op" in meta_graph.collection_def)
        else set()
    )
    taken = {i.lstrip("^").partition(":")[0] for n in graph.node for i in n.input}
    roots = [
        n.name
        for n in graph.node
        if n.name not in taken
        and n.name not in training
        and n.op != "NoOp"
        # tf.gradients names what it adds so; some of it leads nowhere.
        and not _GRADIENTS.search(n.name)
    ]
    return ancestors(graph, roots)


def ancestors(graph: Any, names: Iterable[str]) -> list[Any]:
    """Return the nodes that some tensors depend on, control inputs among them."""
    nodes = {node.name: node for node in graph.node}
    wanted: dict[str, Any] = {}
    stack = [_node_of(name) for name in names]
    while stack:
        name = stack.pop()
        if name in wanted or name not in nodes:
            continue
        wanted[name] = nodes[name]
        stack.extend(_node_of(i) for i in nodes[name].input)
    return list(wanted.values())


def _node_of(name: str) -> str:
    return name.lstrip("^").partition(":")[0]
