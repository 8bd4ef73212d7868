"""A whole file of session code, rewritten or refused."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tfshift.code.edits import apply
from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.absl_parts import RUN, module_of, names_main, part_of
from tfshift.code.graphs.applied import applied_at_once, with_iterators
from tfshift.code.graphs.asking import asked_themselves, chosen_apart, without_strategies
from tfshift.code.graphs.bases import without_bases
from tfshift.code.graphs.beginning import begun_at_once, bound_once
from tfshift.code.graphs.choosing import with_own_sessions
from tfshift.code.graphs.classes import (
    ClassWriter,
    ReadClass,
    joined,
    read_class,
    run_outside,
)
from tfshift.code.graphs.contributed import contributed
from tfshift.code.graphs.deciding import decided, never_none
from tfshift.code.graphs.factories import FactoryReader, written
from tfshift.code.graphs.filling import filled_by_functions, zipped_out
from tfshift.code.graphs.flattening import flattened
from tfshift.code.graphs.gathering import gathered
from tfshift.code.graphs.guarded import without_guards
from tfshift.code.graphs.handed import Surroundings, called_name
from tfshift.code.graphs.hoisting import hoisted
from tfshift.code.graphs.inlining import Inlined, inlined, plain
from tfshift.code.graphs.joining import joined_runs
from tfshift.code.graphs.kinds import Factory, Is, Named, Refusal, Run
from tfshift.code.graphs.layout import Function
from tfshift.code.graphs.leaving import without_imports
from tfshift.code.graphs.measuring import measured_apart
from tfshift.code.graphs.naming import asked_by_name
from tfshift.code.graphs.parting import parted
from tfshift.code.graphs.programs import Programs
from tfshift.code.graphs.programs import read as read_programs
from tfshift.code.graphs.queues import without_queues
from tfshift.code.graphs.raising import raised
from tfshift.code.graphs.reading import Reader
from tfshift.code.graphs.results import asked_where_run, named_apart, taken_by_key
from tfshift.code.graphs.rooting import under_one_name
from tfshift.code.graphs.scope import Reading, Step
from tfshift.code.graphs.scoped import without_scopes
from tfshift.code.graphs.setting import without_setters
from tfshift.code.graphs.shapes import with_shapes
from tfshift.code.graphs.slicing import without_rows
from tfshift.code.graphs.spelling import Spelling
from tfshift.code.graphs.straight import (
    closed_at_once,
    filled_at_once,
    opened_plainly,
    opened_where_made,
)
from tfshift.code.graphs.switched import without_switches
from tfshift.code.graphs.syntax import bound_in, free_name
from tfshift.code.graphs.totals import summed
from tfshift.code.graphs.tracing import untraced
from tfshift.code.graphs.unfolding import unfolded
from tfshift.code.graphs.veil import unveiled, veiled
from tfshift.code.graphs.walking import walk
from tfshift.code.graphs.widths import with_widths
from tfshift.code.graphs.writing import Writer
from tfshift.code.mapped import MappedSource
from tfshift.code.names import Usage
from tfshift.code.notebooks import Notebook
from tfshift.code.project import CodeFile
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_SHOWING = "; tensors that it shows are shown when the function that computes them is traced"
_GONE = "; the graph that it shows is there no more"
_LATER = "; an assignment that ran beside a training step, in no order, comes after it"
_VALUES = "; what it shows of constants and variables holds their values then"
# What there is no more outside of functions.
_OF_GRAPH = (Is.DEFERRED, Is.PLACEHOLDER, Is.SESSION, Is.TRAIN, Is.INIT, Is.FEED, Is.GRAPH)
_GRAPH = known.SESSION | known.PLACEHOLDER
# What a file is put through whatever others may call of it.
_ALWAYS = (
    under_one_name, without_guards, without_switches, asked_themselves, with_iterators,
    applied_at_once, without_strategies, chosen_apart, closed_at_once, opened_where_made, opened_plainly,
    filled_at_once, measured_apart, zipped_out, filled_by_functions, asked_by_name, asked_where_run,
    taken_by_key, named_apart, untraced,
)  # fmt: skip
# What a file is put through before its functions are looked at, in order.
_FIRST = (
    without_bases, begun_at_once, bound_once, without_setters, never_none, summed, without_queues,
    without_rows, raised, without_scopes, contributed, with_own_sessions, hoisted, joined_runs,
)  # fmt: skip


def has_graphs(file: CodeFile) -> bool:
    """Tell whether a file makes placeholders or sessions."""
    return any(plain(u.symbol) in _GRAPH for u in file.names.usages if not u.method)


def restructured(
    file: CodeFile,
    drawn: Sequence[tuple[int, tuple[int, int]]] = (),
    *,
    dense: bool = False,
    starts: Sequence[int] = (1,),
    programs: int = 1,
) -> tuple[bytes, tuple[str, ...], str]:
    """Return a file's bytes with its runs as calls of functions, and modules that it needs beside it.

    The last part says what is then otherwise than it was, or nothing.

    Names are still those of 1.x.

    Args:
        file: the file.
        drawn: line and seeds of operations that drew by their place in a graph, in order.
        dense: whether optimizers must be given no gradients of rows.
        starts: the first lines of the files that it is made of.
        programs: how many of these, the last ones, are programs.

    Raises:
        Refusal: where something of it is not known.
    """
    if isinstance(file.source, Notebook):
        raise Refusal(file.source.tree, "graph code that is not in a plain file")
    if file.shares:
        raise Refusal(file.shares[0], "what this file imports may be a part of its graph")
    first: Refusal | None = None
    for one in _forms(file, starts[-programs:]):
        try:
            places, begin = one.after(drawn), one.starts(starts)
            whole = with_shapes(with_widths(one.file))
            data, modules, told = _restructured(
                whole, places, dense=dense, starts=begin, programs=programs
            )
            if not file.imported:
                data = without_imports(file.source, data)
            return data, modules, one.told + told
        except Refusal as refusal:
            first = first or Refusal(one.before(refusal.node), refusal.reason)
            if refusal.reason.endswith(known.NOT_YET) and "collection" not in refusal.reason:
                # No form of it is without that.
                break
    assert first is not None
    raise first


def _forms(file: CodeFile, programs: Sequence[int]) -> Iterator[Inlined]:
    """Yield a file in the forms in which it may be understood, the one nearest to it first."""
    one = Inlined.none(file)
    for written_so in _ALWAYS:
        one = written_so(one)
    # What others may call stays where it is.
    if file.imported:
        yield one
        return
    tried: list[CodeFile] = []
    for written_so in _FIRST:
        one = written_so(one)
    one = inlined(one, programs)
    shaped = with_shapes(one.file)
    if shaped is not one.file:
        # Branches may hang on them.
        one = decided(replace(one, file=shaped))
    # Each form is made when those before it are not understood.
    for all_of in (None, False, True):
        form = one if all_of is None else decided(unfolded(one, all_of=all_of))
        for flat in (False, True):
            whole = flattened(form, programs) if flat else form
            for apart in (False, True):
                each = gathered(parted(whole) if apart else whole)
                if all(each.file is not other for other in tried):
                    tried.append(each.file)
                    yield each


def _restructured(
    file: CodeFile,
    drawn: Sequence[tuple[int, tuple[int, int]]],
    *,
    dense: bool,
    starts: Sequence[int],
    programs: int,
) -> tuple[bytes, tuple[str, ...], str]:
    """Do what ``restructured`` does of a file in which functions stand where they must."""
    source = file.source
    if isinstance(source, MappedSource):
        # Python 2, read as Python 3: that is what is written anew.
        data = source.text.encode(source.encoding)
        source = Source(source.path, data, source.text, source.encoding, 0, source.tree)
    usages = [u for u in file.names.usages if u.statement is None and not u.method]
    for usage in usages:
        if usage.alternatives or usage.guarded:
            raise Refusal(usage.node, f"{usage.symbol} may be something else as well")
    # Names of compat.v1 are those of 1.x.
    symbols = {id(u.node): plain(u.symbol) for u in usages}
    root = _root(file)
    seen = veiled(source, symbols)
    outermost, source, symbols, classes = symbols, seen.source, seen.symbols, seen.classes
    taken = {n.id for n in walk(source.tree) if isinstance(n, ast.Name)}
    taken |= {n.name for n in walk(source.tree) if isinstance(n, ast.FunctionDef)}

    def free(wanted: str) -> str:
        name = free_name(wanted, taken)
        taken.add(name)
        return name

    # Gradients of what is looked up are of its rows.
    rows = dense and any(symbol in known.ROWS for symbol in symbols.values())
    factories: dict[int, Factory] = {}
    calls: dict[int, Factory] = {}

    places = _places(source.tree, symbols, drawn)
    drawing = set(_drawing(source.tree, symbols)) if drawn else ()

    def spelling() -> Spelling:
        return Spelling(source, symbols, root, free, calls, places, drawing)

    def reading_module(outer: Mapping[str, Named]) -> Reader:
        return Reader(symbols, outer, factories, around=seen.around)

    run = read_programs(source.tree, starts[-programs:], reading_module)
    readers: list[Reader] = [module.reader for module in run.modules]
    takers = seen.around.takers
    writers = [Writer(source, m.reading, spelling(), root, taken, dense=rows) for m in run.modules]
    own = [
        function
        for function in _functions(source.tree, symbols)
        if not _only_runs(function, symbols, run.of(function).reader)
    ]
    borrowers = [
        function
        for module in run.modules
        for function in _check_others(module.body, own, seen.around.classes, module.reader)
    ]
    borrowers += [
        function
        for taker in takers.values()
        for owner, function in taker.functions
        if not owner and function not in [*own, *borrowers]
    ]

    def read_function(
        function: ast.FunctionDef, around: Reader, of: Reading | None
    ) -> tuple[Reader, Writer]:
        """Read a function with a graph of its own, or one that runs the graph of what is around it."""
        names = {**around.outer, **around.names} if around.outer else around.names
        borrows = of is not None
        reader = Reader(symbols, names, factories, function, borrows=borrows, around=seen.around)
        if borrows:
            reader.inherit(around)
        held = reader.read(function.body)
        readers.append(reader)
        if of is not None and any(step.moved for step in held.steps):
            raise Refusal(function, f"the graph grows in each call of {function.name}")
        held = held if of is None else joined(held, of)
        before = function if borrows else None
        return reader, Writer(source, held, spelling(), root, taken, before, dense=rows)

    for function in [*own, *borrowers]:
        module = run.of(function)
        borrowed = module.reading if function in borrowers else None
        reader, writer = read_function(function, module.reader, borrowed)
        if function in source.tree.body or borrowed is None:
            writers.append(writer)
        else:
            # It stands in a block of the module's, which may go.
            writers[run.modules.index(module)].inside.append(writer)
        for part in _check_others(function.body, [], (), reader):
            writer.inside.append(read_function(part, reader, writer.reading)[1])
    counts = Counter(held.node.name for held in classes)
    for again in (held.node for held in classes if counts[held.node.name] > 1):
        raise Refusal(again, f"several classes called {again.name}")
    read = [read_class(held, seen, run, factories) for held in classes]
    asked = run_outside(
        [*readers, *(r for one in read for _, r, _ in one.runs)],
        {one.held.node.name: one.reader for one in read},
    )
    methods: dict[str, Callable[[Run], str]] = {}
    savers: dict[str, Callable[[], str]] = {}
    spelled: list[tuple[ClassWriter, Spelling]] = []
    of_classes: list[Writer] = []
    for one in read:
        one.reader.settle(source.tree, asked)
        its = spelling()
        first, *others = _class_writers(one, source, its, root, taken, dense=rows)
        methods[one.held.node.name] = first.method
        savers[one.held.node.name] = first.saver
        spelled.append((first, its))
        of_classes += [first, *others]
        readers += [one.reader, *(r for _, r, _ in one.runs)]
    # Classes first: what runs their objects may ask them for more methods.
    writers = [*of_classes, *writers]
    gone = {one.held.node.name: one.held.gone for one in read}
    every = [each for writer in writers for each in writer.all_of_it()]
    for writer in every:
        writer.methods, writer.savers = methods, savers
        for fed in (f for f in writer.reading.feeds if f.instance):
            fed.shown = {name: gone[fed.holder].get(name, name) for name in fed.types}
    _check_handed(source.tree, seen.around, {call for reader in readers for call in reader.handed})
    apart = _factories(symbols, run, factories)
    readers += [reader for _, reader, _ in apart]
    calls.update({id(call): factory for factory in factories.values() for call in factory.calls})
    told = _SHOWING * any(writer.reading.shown for writer in every)
    told += _GONE * any(reader.graph_shown for reader in readers)
    told += _VALUES * any(reader.values_shown for reader in readers)
    edits = [edit for writer in writers for edit in writer.write()]
    told += _LATER * any(writer.unordered for writer in every)
    for shown in (moved for writer in every for moved in writer.reading.shown):
        raise Refusal(shown.statement, "a tensor is shown that is in no run")
    for first, its in spelled:
        edits += [*_above(source, first.held.node, its), *first.behind()]
    spellings = [writer.spelling for writer in every]
    inner = free("apply") if apart else ""
    _listed(apart)
    for factory, maker, steps in apart:
        variables = maker.listed() if factory.listed else ""
        spellings.append(spelling())
        spellings[-1].inside = True
        spellings[-1].renamed = maker.renamed
        edits.append(written(source, factory, steps, spellings[-1], inner, variables))
    builders = {key: node for reader in readers for key, node in reader.builders.items()}
    for node in (n for key, n in builders.items() if key not in factories):
        spellings.append(spelling())
        spellings[-1].inside = True
        initial = _only_initial(source.tree, node.name, symbols)
        edits += _builder(source, node, spellings[-1], initial=initial)
    provides = sorted({name for one in spellings for name in one.provides})
    bound = {binding.name for binding in file.names.imports}
    outside, modules = _outside(source, usages, outermost, bound)
    edits += outside
    needed = [*modules, *(f"{PROVIDER_PREFIX}{name}" for name in provides)]
    edits += list(_imports(file, source, needed, edits, starts, root))
    try:
        data = apply(source.data, edits, source.encoding)
        data = unveiled(data, source, classes, seen.around)
        ast.parse(data[source.bom :].decode(source.encoding))
    except (ValueError, SyntaxError) as error:
        raise Refusal(source.tree, f"the rewritten file would not be right ({error})") from None
    return data, tuple(provides), told


def _above(source: Source, node: ast.ClassDef, spelling: Spelling) -> Iterator[Edit]:
    """Yield what must stand above a class.

    Raises:
        Refusal: if it would have to stand in it.
    """
    if spelling.prelude:
        raise Refusal(node, "random numbers that are drawn where a class runs its graph")
    if spelling.above:
        start = source.offset(node.lineno, 0)
        yield Edit(start, start, source.newline.join([*spelling.above, "", "", ""]))


def _check_handed(tree: ast.Module, around: Surroundings, handed: Container[int]) -> None:
    """Refuse functions that are given a session where nobody sees it.

    Args:
        tree: the file.
        around: what its scopes were read with.
        handed: calls of which is known that they give one.
    """
    called: set[int] = set()
    for call in (n for n in walk(tree) if isinstance(n, ast.Call)):
        called.add(id(call.func))
        taker = around.takers.get(called_name(call, around.prefix))
        if taker is not None and id(call) not in handed and taker.argument(call) is not None:
            raise Refusal(call, f"{taker.called} is given a session that is not known")
    # What is asked of a class is no call of it.
    called |= {id(n.value) for n in walk(tree) if isinstance(n, ast.Attribute)}
    for node in walk(tree):
        if not isinstance(node, (ast.Name, ast.Attribute)) or id(node) in called:
            continue
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        taker = around.takers.get(name.removeprefix(around.prefix))
        # Methods are asked of an object, functions and classes by their names.
        method = taker is not None and any(
            owner and function.name != "__init__" for owner, function in taker.functions
        )
        plain = isinstance(node, ast.Name) and not name.startswith(around.prefix)
        if taker is not None and method is not plain and isinstance(node.ctx, ast.Load):
            raise Refusal(node, f"{taker.called} is handed on, and is given a session")


def _class_writers(
    one: ReadClass, source: Source, spelling: Spelling, root: str, taken: set[str], *, dense: bool
) -> list[ClassWriter]:
    """Return what writes a class: the methods that build first."""
    spelling.inside = True
    held, steps = one.held, one.reader.steps
    order = {id(s.moved): n for n, s in enumerate(steps) if s.moved is not None}
    shared: dict[tuple[object, ...], Function] = {}
    scopes = [(held.built[0], one.reading), *((m, reading) for m, _, reading in one.runs)]
    return [
        ClassWriter(
            source,
            reading,
            spelling,
            root,
            taken,
            before,
            dense,
            held=held,
            order=order,
            shared=shared,
            saved=list(one.reader.saved),
        )
        for before, reading in scopes
    ]


def _listed(apart: list[tuple[Factory, FactoryReader, list[Step]]]) -> None:
    """Let the functions list their variables whose callers are asked for theirs."""
    pending = [maker for factory, maker, _ in apart if factory.listed]
    readers = {id(factory): maker for factory, maker, _ in apart}
    while pending:
        for inner in pending.pop().factored.values():
            if not inner.listed:
                inner.listed = True
                pending.append(readers[id(inner)])


def _factories(
    symbols: Mapping[int, str], run: Programs, factories: dict[int, Factory]
) -> list[tuple[Factory, FactoryReader, list[Step]]]:
    """Read the functions that make variables, and those that they call, until nothing new is found."""
    read: dict[int, tuple[Factory, FactoryReader, list[Step]]] = {}
    given: dict[int, set[str]] = {}
    while True:
        todo = [key for key, f in factories.items() if given.get(key) != f.tensors]
        if not todo:
            return list(read.values())
        for key in todo:
            factory = factories[key]
            given[key] = set(factory.tensors)
            outer = run.of(factory.function).reader.names
            reader = FactoryReader(symbols, outer, factories, factory)
            read[key] = factory, reader, reader.read_function()


def _only_initial(tree: ast.Module, name: str, symbols: Mapping[int, str]) -> bool:
    """Tell whether all calls of a function stand where a variable is made."""
    calls = [n for n in walk(tree) if isinstance(n, ast.Call)]
    inside = {
        id(n)
        for call in calls
        if symbols.get(id(call.func), "") in known.VARIABLES
        for n in walk(call)
    }
    own = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == name]
    return bool(own) and all(id(c) in inside for c in own)


def _builder(
    source: Source, node: ast.FunctionDef, spelling: Spelling, *, initial: bool
) -> Iterator[Edit]:
    """Write otherwise what a function of the file holds that builds a part of the graph.

    Args:
        source: the file.
        node: the function.
        spelling: writes its expressions.
        initial: whether it only gives variables their initial values.
    """
    calls = {spelling.symbol(n.func) for n in walk(node) if isinstance(n, ast.Call)}
    spelling.once = initial or bool(calls & known.VARIABLES)
    if spelling.once and calls & set(known.DROPOUTS):
        raise Refusal(node, "a function that makes variables and draws in each run")
    for statement in node.body:
        for start, end, text in spelling.otherwise(statement):
            yield Edit(start, end, text)
    spelling.prelude[:0] = spelling.above
    if spelling.prelude:
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        start = source.offset(first, 0)
        space = " " * node.col_offset
        lines = [space + line + source.newline for line in spelling.prelude]
        yield Edit(start, start, "".join(lines) + source.newline * (1 if node.col_offset else 2))


def _places(
    tree: ast.Module, symbols: Mapping[int, str], drawn: Sequence[tuple[int, tuple[int, int]]]
) -> dict[int, list[tuple[int, int]]]:
    """Return calls that draw, each with the seeds of the operations that it made, where that is clear."""
    drawing = (*known.DRAWS, *known.DROPOUTS, *known.WEIGHED, known.GET_VARIABLE)
    drawing += tuple(known.RUNNING)
    drawing += tuple(name for name, function in known.OBJECTS.items() if function in known.WEIGHED)
    calls = [
        n for n in walk(tree) if isinstance(n, ast.Call) and symbols.get(id(n.func), "") in drawing
    ]
    found: dict[int, list[tuple[int, int]]] = {}
    by_line: dict[int, list[tuple[int, int]]] = {}
    for line, seeds in drawn:
        by_line.setdefault(line, []).append(seeds)
    for line, drew in by_line.items():
        around = [c for c in calls if c.lineno <= line <= (c.end_lineno or c.lineno)]
        # What is given to a call draws before it does.
        around.sort(key=lambda c: (c.end_lineno or 0, c.end_col_offset or 0))
        alone = all(c.lineno == line == c.end_lineno for c in around)
        if alone and around and len(drew) % len(around) == 0:
            for number, seeds in enumerate(drew):
                found.setdefault(id(around[number % len(around)]), []).append(seeds)
            continue
        # The innermost; several on one line cannot be told apart.
        inner = [c for c in around if not any(o is not c and o in walk(c) for o in around)]
        if len(inner) == 1:
            found.setdefault(id(inner[0]), []).extend(drew)
    return found


def _drawing(tree: ast.Module, symbols: Mapping[int, str]) -> Iterator[str]:
    """Yield the names that are bound to initialisers that draw, and to nothing else."""
    stores = Counter(
        n.id for n in walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    stores.update(n.arg for n in walk(tree) if isinstance(n, ast.arg))
    found: Counter[str] = Counter()
    for node in (n for n in walk(tree) if isinstance(n, ast.Assign)):
        target = node.targets[0]
        both = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        targets = target.elts if both and isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if both and isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(targets, values, strict=False):
            symbol = symbols.get(id(value.func), "") if isinstance(value, ast.Call) else ""
            if isinstance(name, ast.Name) and symbol in known.INITIALIZERS:
                found[name.id] += 1
    yield from (name for name, count in found.items() if count == stores[name])


def _outside(
    source: Source, usages: list[Usage], symbols: Mapping[int, str], imported: set[str]
) -> tuple[list[Edit], list[str]]:
    """Name what TensorFlow only handed on as what it is; return the edits and the modules needed."""
    edits: list[Edit] = []
    modules: set[str] = set()
    for usage in usages:
        # Below a module it is the module's own part that changes.
        symbol, node = part_of(symbols[id(usage.node)], usage.node)
        path = known.ABSL.get(symbol)
        if isinstance(node, ast.Name) and symbol.startswith((*known.ABSL,)) and node.id in imported:
            raise Refusal(node, f"{symbol} under a name of its own")
        if path is None or not isinstance(node, ast.Attribute):
            continue
        edits.append(Edit(*source.span(node), path))
        modules.add(module_of(path))
        if symbol == RUN and usage.call is not None and not names_main(usage.call):
            if usage.call.keywords:
                raise Refusal(node, "tf.app.run with arguments")
            _, end = source.span(usage.call)
            edits.append(Edit(end - 1, end - 1, "main"))
    return list(dict.fromkeys(edits)), sorted(modules)


def _imports(
    file: CodeFile,
    source: Source,
    modules: Sequence[str],
    edits: Sequence[Edit],
    starts: Sequence[int],
    root: str,
) -> Iterator[Edit]:
    """Import what is written beside a file, after its own import of TensorFlow."""
    statements = [
        b.statement for b in file.names.imports if b.symbol == "tf" and b.statement is not None
    ]
    for first, after in zip(starts, [*starts[1:], source.line_count + 1], strict=True):
        begin = source.offset(first, 0)
        end = source.offset(after, 0) if after <= source.line_count else len(source.data)
        written = [edit.text for edit in edits if begin <= edit.start <= end]
        needed = [m for m in modules if any(re.search(rf"\b{m}\b", text) for text in written)]
        statement = next((s for s in statements if first <= s.lineno < after), None)
        lines = [f"import {name}" for name in needed]
        if statement is None and any(re.search(rf"\b{root}\.", text) for text in written):
            lines.insert(0, f"import tensorflow as {root}")
            own = [s for s in source.tree.body if first <= s.lineno < after]
            imports = [s for s in own if isinstance(s, (ast.Import, ast.ImportFrom))]
            statement = imports[-1] if imports else None
            if statement is None and own:
                yield Edit(
                    begin := source.offset(own[0].lineno, 0), begin, "\n".join([*lines, "", ""])
                )
        if statement is not None and lines:
            # Right behind the statement: what follows on its line, a comment at most, stays with it.
            _, end = source.span(statement)
            yield Edit(end, end, "".join(source.newline + line for line in lines))


def _check_others(
    body: Sequence[ast.stmt],
    own: list[ast.FunctionDef],
    classes: Container[ast.AST],
    module: Reader,
) -> list[ast.FunctionDef]:
    """Return the functions that run the module's graph; refuse what else reads of it.

    Raises:
        Refusal: if something of the module's graph is read in a class, or without being run.
    """
    gone = {name for name, named in module.names.items() if named.kind in _OF_GRAPH}
    borrowers = []
    for node in _blocks(body):
        if node in own or node in classes:
            continue
        held = module.names.get(node.name)
        if held is not None and held.node is node and held.moved is not None:
            continue
        bound = bound_in(node)
        read = [n for n in walk(node) if isinstance(n, ast.Name) and n.id in gone - bound]
        if not read:
            continue
        runs = any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval") for n in walk(node))
        if not isinstance(node, ast.FunctionDef) or not runs or _declares_global(node, gone):
            raise Refusal(read[0], f"{node.name} reads {read[0].id} of the module's graph")
        borrowers.append(node)
    return borrowers


def _blocks(
    body: Iterable[ast.AST],
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield the functions and classes of a scope, those in its blocks among them."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node
        elif isinstance(node, (ast.stmt, ast.ExceptHandler)):
            yield from _blocks(ast.iter_child_nodes(node))


def _declares_global(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(n, ast.Global) and names & set(n.names) for n in walk(node))


def _root(file: CodeFile) -> str:
    for binding in file.names.imports:
        if binding.symbol == "tf" and "." not in binding.name:
            return binding.name
    raise Refusal(file.source.tree, "TensorFlow is not imported as a whole and under its own API")


def _only_runs(function: ast.FunctionDef, symbols: Mapping[int, str], module: Reader) -> bool:
    """Tell whether a function makes a session, and runs the module's graph in it."""
    used = {symbols[id(n)] for n in walk(function) if id(n) in symbols}
    builds = used & (known.PLACEHOLDER | known.MADE | {*known.OPTIMIZERS})
    own = bound_in(function)
    free = {n.id for n in walk(function) if isinstance(n, ast.Name)} - own
    held = (module.names[name].kind for name in free if name in module.names)
    return not builds and any(kind in _OF_GRAPH for kind in held)


def _functions(tree: ast.Module, symbols: dict[int, str]) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module that hold sessions or placeholders."""
    blocks = [tree.body, *(n.body for n in tree.body if isinstance(n, ast.If))]
    for node in (s for body in blocks for s in body):
        if isinstance(node, ast.FunctionDef) and any(
            symbols.get(id(n), "") in _GRAPH for n in walk(node)
        ):
            yield node
