"""Code as it is written for the target: plain names, nothing of ``tf.compat.v1``.

What needs no restructuring is rewritten. Code that builds graphs and runs them in sessions is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from packaging.version import Version

from tfshift.code import entrance, estimating, first_api
from tfshift.code.destinations import Destination, Move
from tfshift.code.graphs import linking, rewriting
from tfshift.code.graphs.kinds import Refusal
from tfshift.code.graphs.rewriting import has_graphs
from tfshift.code.graphs.symbols import LISTS, SAME_NAME, SEEDS
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.code.sources import Source
from tfshift.code.spelling import Spelling
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity

TITLE = "Plain names of the target, where nothing has to be restructured"
ROOTED = False
REFUSED = "native-refused"
GRAPHS = "graphs"
RULES = (REFUSED, GRAPHS)
OUTSIDE_GRAPHS = "outside-graphs"
# Its labels are looked at before anything is rewritten.
_STOPPED = "tf.nn.softmax_cross_entropy_with_logits"
_ENTRANCES = {"Session", "InteractiveSession", "placeholder"}
# From here on Keras is Keras 3, whose Adam and Adagrad take rows that occur twice in a gradient as one.
_SPARSE_AMISS = Version("2.16")
# Code comes in more shapes than the reader knows.
_TRIPPED = (
    AssertionError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError,
)  # fmt: skip
# Generated modules that build no graph.
_PROVIDERS = ("hparams", "mnist_data", "vocabulary_v1")
_EAGER = {
    "tf.enable_eager_execution",
    "tf.compat.v1.enable_eager_execution",
    "tf.enable_v2_behavior",
    "tf.compat.v1.enable_v2_behavior",
    "tf.contrib.eager.enable_eager_execution",
}

Anew = tuple[bytes, tuple[str, ...], str]


def settle(file: CodeFile, move: Move) -> dict[int, Destination]:
    """Settle what has an equal only outside of graphs: optimizers given to Keras or used eagerly."""
    models: dict[int, Destination] = {}
    if move.crossing == "up" and not has_graphs(file) and estimating.estimates(file):
        models = estimating.settled(file, move)
    found = {
        id(usage.node): (usage, there)
        for usage in file.names.usages
        if usage.call is not None
        and (there := move.destination_where(usage.symbol, OUTSIDE_GRAPHS)) is not None
    }
    if not found:
        return models
    eager = any(u.symbol in _EAGER for u in file.names.usages)
    outside = _Outside(file.source.tree, eager=eager)
    return models | {
        id(usage): there
        for usage, there in found.values()
        if usage.call is not None and outside.holds(usage.call)
    }


def restructured(file: CodeFile, move: Move) -> Anew | Finding | None:
    """Turn graphs that are run in sessions into functions; say in a finding why that is refused."""
    if not has_graphs(file) or first_api.meant(file, move).crossing != "up":
        return None
    try:
        file = first_api.spelled(file, move)
        drawn = move.drawn.get(file.source.path, ())
        version = Version(move.target_release.version)
        return rewriting.restructured(file, drawn, dense=version >= _SPARSE_AMISS)
    except Refusal as refusal:
        return refused(file, refusal.node, refusal.reason)
    except _TRIPPED as error:
        # Code comes in more shapes than the reader knows: what it trips over it leaves alone.
        return refused(file, file.source.tree, f"it is read wrongly ({type(error).__name__})")


def linked(
    files: Sequence[CodeFile], find: linking.Find, move: Move, programs: int = 1
) -> Mapping[str, Anew] | tuple[CodeFile, Finding]:
    """Turn the graphs of a program of several files into functions, read as one.

    Args:
        files: they, each after those that it imports, the programs last.
        programs: how many there are of these.
        find: module name and path of the importing file -> the file that is meant.
        move: origin and target.

    Returns:
        By path what ``restructured`` gives of those that change; or why it is refused, and for which.
    """
    whole: linking.Linked | None = None
    spelled: list[CodeFile] = []
    for file in files:
        try:
            spelled.append(first_api.spelled(file, move))
        except Refusal as refusal:
            return file, refused(file, refusal.node, refusal.reason)
    try:
        whole = linking.linked(spelled, find, programs)
        data, provides, told = rewriting.restructured(
            whole.file,
            whole.drawn(move.drawn),
            dense=Version(move.target_release.version) >= _SPARSE_AMISS,
            starts=[part.line + 1 for part in whole.parts],
            programs=programs,
        )
        split = whole.split(data)
    except linking.Apart as apart:
        file = next(f for f in files if f.source.path == apart.path)
        return file, refused(file, apart.node, apart.reason)
    except Refusal as refusal:
        assert whole is not None
        part, node = whole.part_at(refusal.node)
        return part.file, refused(part.file, node, refusal.reason)
    except _TRIPPED as error:
        file = files[-1]
        return file, refused(file, file.source.tree, f"it is read wrongly ({type(error).__name__})")
    return {
        file.source.path: (data, _needed(data, provides), told)
        for file in files
        if (data := split[file.source.path]) != file.source.data
    }


def _needed(data: bytes, provides: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in provides if f"{PROVIDER_PREFIX}{name}".encode() in data)


def refused(file: CodeFile, node: ast.AST, reason: str) -> Finding:
    """Say that a file's graphs stay as they are."""
    return _finding(
        file.source,
        node,
        "tf.Session",
        REFUSED,
        Severity.INFO,
        f"this file stays in the style compat: {reason}",
        "what the rewriting of graphs does not know it leaves as it is",
        None,
    )


def rewritten(
    file: CodeFile, move: Move, edits: tuple[Edit, ...], provides: tuple[str, ...], more: str
) -> Finding:
    """Say that a file's graphs become functions, as one fix, and what more is otherwise then."""
    own = [u for u in file.names.usages if u.statement is None] or file.names.usages
    usages = [u for u in own if u.symbol.rpartition(".")[2] in _ENTRANCES] or own
    seeded = any(u.symbol in SEEDS for u in file.names.usages)
    unplaced = seeded and file.source.path not in move.drawn
    drawn = (
        "; without a recording of it, operations that have no seed of their own draw other numbers"
    )
    # A file may run what others build, and name nothing of TensorFlow's itself.
    node = usages[0].node if usages else file.source.tree.body[0]
    return _finding(
        file.source,
        node,
        usages[0].symbol if usages else "tf.Session",
        GRAPHS,
        # What calls them through tf.compat.v1 runs as it is.
        Severity.INFO if _goes_through_compat(usages) else Severity.ERROR,
        f"TensorFlow {move.target_release.version} runs no sessions outside of tf.compat.v1: what this "
        f"file runs in them becomes functions{drawn if unplaced else ''}{more}",
        "each run is a function of what it is fed, with the statements that its fetches need",
        Fix("Write the runs as functions", Applicability.UNSAFE, edits, provides),
    )


def _goes_through_compat(usages: Sequence[Usage]) -> bool:
    return bool(usages) and all(u.symbol.startswith("tf.compat.v1.") for u in usages)


def written(finding: Finding) -> bool:
    """Tell whether a finding is about what the rewriting itself wrote for the target."""
    return finding.symbol.startswith(("tf.keras.optimizers.", "tf.keras.layers.", "tf.summary."))


def harmless(finding: Finding, source: Source) -> bool:
    """Tell whether a finding in rewritten code is none: fed labels, seeds in functions."""
    # A finding may be at the name alone; the call's arguments follow it.
    numbers = range(finding.line, min(finding.end_line + 3, source.line_count) + 1)
    line = "\n".join(source.line(number) for number in numbers)
    if finding.rule == "behaviour" and " for the same seed " in finding.message:
        # In a function an operation with a seed draws what it drew in a graph, as was measured.
        return "seed=" in line and line[:1].isspace()
    gradient = finding.rule == "behaviour" and " in its gradient " in finding.message
    other = finding.rule == "other-object" and finding.symbol == _STOPPED
    if finding.rule == "other-object" and finding.symbol in (*LISTS, *SAME_NAME, "tf.gradients"):
        # Only what is given a list of tensors sees the difference; those are refused. Gradients in
        # functions are those of graphs; other calls were written as 2.x takes them.
        return True
    return (gradient or other) and "labels=" in line


def refuses(file: CodeFile, move: Move, settled: dict[int, Destination]) -> Finding | None:
    """Refuse a file that uses what only ``tf.compat.v1`` has, or what has to be restructured."""
    if move.crossing != "up":
        return None
    elsewhere = {id(usage) for usage, _, _ in entrance.replaced(file)}
    found = [u for u in file.names.usages if id(u) not in elsewhere]
    found = [u for u in found if _only_compat(u, move, settled)]
    if estimating.estimates(file):
        found += estimating.unfit(file, move, settled)
    if found:
        # What rewriting left unused goes with what used it.
        read = {n.id for n in file.source.nodes if isinstance(n, ast.Name)}
        found = [u for u in found if u.statement is None or _bound_by(u) & read]
    if not found:
        return None
    symbols = list(dict.fromkeys(u.symbol for u in found))
    more = f" and {len(symbols) - 1} more names" if len(symbols) > 1 else ""
    return _finding(
        file.source,
        found[0].node,
        found[0].symbol,
        REFUSED,
        Severity.INFO,
        f"this file stays in the style compat: {symbols[0]}{more} have no equal among the plain "
        f"names of TensorFlow {move.target_release.version}",
        f"used without an equal: {', '.join(symbols[:8])}{' …' * (len(symbols) > 8)}",
        None,
    )


def _bound_by(usage: Usage) -> set[str]:
    """Return the names that an import binds."""
    aliases = getattr(usage.statement, "names", ())
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}


def _only_compat(usage: Usage, move: Move, settled: dict[int, Destination]) -> bool:
    """Tell whether a usage has an equal, but none among the target's plain names."""
    if usage.guarded or usage.stored or usage.method or usage.symbol in _EAGER:
        return False
    symbol = usage.symbol
    if symbol.startswith("tf.compat.v1."):
        # What has an equal runs as it is: the others need graphs there as well.
        symbol = "tf." + symbol[len("tf.compat.v1.") :]
    if id(usage) in settled or not symbol.startswith("tf."):
        return False
    if symbol.startswith("tf.compat.") or move.on_target(symbol):
        return False
    there = move.destination(symbol)
    # What another module has builds graphs, but for those that are known to build none.
    outside = there is not None and there.outside and there.provider not in _PROVIDERS
    plain = there is not None and not outside and not there.path.startswith("tf.compat.")
    return not plain and move.in_style("compat").destination(symbol) is not None


class _Outside:
    """Tells which objects are made and used outside of graphs."""

    def __init__(self, tree: ast.Module, *, eager: bool) -> None:
        self.eager = eager
        self.parents: dict[int, ast.AST] = {}
        self.names: dict[str, list[ast.Name]] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[id(child)] = node
            if isinstance(node, ast.Name):
                self.names.setdefault(node.id, []).append(node)

    def holds(self, call: ast.Call) -> bool:
        """Tell whether what a call makes is only used outside of graphs."""
        if self._compiled(call):
            return True
        above = self.parents.get(id(call))
        if not isinstance(above, ast.Assign) or len(above.targets) != 1:
            return False
        target = above.targets[0]
        if not isinstance(target, ast.Name):
            return False
        uses = [node for node in self.names[target.id] if node is not target]
        return bool(uses) and all(self._compiled(n) or self._applied(n) for n in uses)

    def _compiled(self, node: ast.expr) -> bool:
        """Tell whether an expression is given to ``compile`` as the optimizer."""
        above = self.parents.get(id(node))
        keyword = isinstance(above, ast.keyword) and above.arg == "optimizer"
        call = self.parents.get(id(above)) if keyword else above
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return call.func.attr == "compile" and (keyword or call.args[:1] == [node])

    def _applied(self, node: ast.Name) -> bool:
        """Tell whether gradients are applied, eagerly and without a counter of the graph's."""
        method = self.parents.get(id(node))
        call = self.parents.get(id(method))
        if not self.eager or not isinstance(method, ast.Attribute):
            return False
        if method.attr != "apply_gradients" or not isinstance(call, ast.Call):
            return False
        return call.func is method and len(call.args) == 1 and not call.keywords


def rewrites(
    file: CodeFile, move: Move, spelling: Spelling
) -> Iterator[tuple[Finding, tuple[Usage, ...]]]:
    """Take away what chooses eager execution where nothing else is: 2.x has no other.

    Logging, flags and the start of a program go where they are now. Input functions of estimators
    return datasets where they returned what an iterator gives.
    """
    if move.crossing != "up":
        return
    yield from _elsewhere(file, move, spelling)
    if estimating.estimates(file):
        yield from _datasets(file, move)
    bodies: dict[int, list[ast.stmt]] | None = None
    for usage in file.names.usages:
        if usage.symbol not in _EAGER or usage.call is None:
            continue
        bodies = bodies or _bodies(file.source.tree)
        found = _dropped(file.source, usage.call, bodies)
        if found is not None:
            finding = _finding(
                file.source,
                usage.node,
                usage.symbol,
                "v2-behaviour",
                Severity.INFO if move.on_target(usage.symbol) else Severity.ERROR,
                f"TensorFlow {move.target_release.version} executes eagerly by itself",
                "tf.executing_eagerly() is true in 2.x unless it is switched off",
                Fix("Take the line away", Applicability.SAFE, (found,)),
            )
            yield finding, (usage,)


def _elsewhere(
    file: CodeFile, move: Move, spelling: Spelling
) -> Iterator[tuple[Finding, tuple[Usage, ...]]]:
    for usage, edits in entrance.edits(file, spelling):
        finding = _finding(
            file.source,
            usage.node,
            usage.symbol,
            "removed",
            Severity.ERROR,
            f"{usage.symbol} does not exist in TensorFlow {move.target_release.version}",
            "tf.get_logger() is the logger of 1.x; tf.app and tf.flags are absl's modules in 1.15",
            Fix("Write it as it is there", Applicability.SAFE, edits),
        )
        yield finding, (usage,)


def _datasets(file: CodeFile, move: Move) -> Iterator[tuple[Finding, tuple[Usage, ...]]]:
    methods = {id(usage.call): usage for usage in file.names.usages if usage.method and usage.call}
    for returned, dataset in estimating.datasets_for_iterators(file.source.tree):
        start, end = file.source.span(returned)
        kept = file.source.span(dataset)
        finding = _finding(
            file.source,
            returned,
            "tf.data.Dataset.make_one_shot_iterator",
            "removed",
            Severity.ERROR,
            f"estimators take datasets in TensorFlow {move.target_release.version}, what an iterator "
            "gives is one batch",
            "an input function of 1.15.5 may return a dataset as well",
            Fix(
                "Return the dataset",
                Applicability.SAFE,
                (Edit(kept[1], end, ""), Edit(start, kept[0], "")),
            ),
        )
        inner = [node for node in ast.walk(returned) if id(node) in methods]
        yield finding, tuple(methods[id(node)] for node in inner)


def _bodies(tree: ast.Module) -> dict[int, list[ast.stmt]]:
    """Return the block around each expression statement's value."""
    found: dict[int, list[ast.stmt]] = {}
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for statement in block:
                    if isinstance(statement, ast.Expr):
                        found[id(statement.value)] = block
    return found


def _dropped(source: Source, call: ast.Call, bodies: dict[int, list[ast.stmt]]) -> Edit | None:
    """Return the edit that takes a statement's whole line away; None where more stands on it."""
    block = bodies.get(id(call))
    if block is None or len(block) < 2:
        return None
    assert call.end_lineno is not None
    assert call.end_col_offset is not None
    first = source.offset(call.lineno, 0)
    start, end = source.span(call)
    after = source.end_of_line(call.end_lineno)
    around = source.data[first:start] + source.data[end:after]
    return None if around.strip() else Edit(first, after, "")


def _finding(
    source: Source,
    node: ast.AST,
    symbol: str,
    rule: str,
    severity: Severity,
    message: str,
    evidence: str,
    fix: Fix | None,
) -> Finding:
    # A whole file has no place of its own: that is its first line.
    line = getattr(node, "lineno", 1)
    end_line = getattr(node, "end_lineno", None) or line
    return Finding(
        path=source.path,
        line=line,
        column=source.characters(line, getattr(node, "col_offset", 0)) + 1,
        end_line=end_line,
        end_column=source.characters(end_line, getattr(node, "end_col_offset", None) or 0) + 1,
        symbol=symbol,
        rule=rule,
        kind=Kind.BEHAVIOUR,
        severity=severity,
        message=message,
        evidence=evidence,
        fix=fix,
    )
