"""Queues that runners fill, as datasets.

A graph of 1.x reads files through queues: names go into one, a reader takes them, what it gives goes
into another one, in batches, and threads keep both filled. Without a graph that is a dataset, whose
iterator gives the next batch. Which element comes when is the same, but where a queue shuffles:
there no two runs of 1.x need to have the same order either.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tfshift.code.graphs.inlining import Inlined, has_its_lines, names_in, plain, until_none
from tfshift.code.graphs.lines import as_text, lines_without
from tfshift.code.graphs.syntax import arguments, free_name, is_constant
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_NAMES = "tf.train.string_input_producer"
_READERS = {
    "tf.TextLineReader": "TextLineDataset",
    "tf.TFRecordReader": "TFRecordDataset",
    "tf.FixedLengthRecordReader": "FixedLengthRecordDataset",
    "tf.WholeFileReader": "",
}
# What their datasets are told after the files, in order, and what else may be said.
_TOLD_OF = {"tf.FixedLengthRecordReader": ("record_bytes", "header_bytes", "footer_bytes")}
_SAID = {"tf.TextLineReader": ("skip_header_lines",)}
_BATCH = {"tf.train.batch": "", "tf.train.shuffle_batch": "min_after_dequeue"}
_COORDINATOR = "tf.train.Coordinator"
_RUNNERS = "tf.train.start_queue_runners"
_ENDING = ("request_stop", "join")
TOLD = "; what a queue shuffled a dataset shuffles, in another order"


def without_queues(one: Inlined) -> Inlined:
    """Write queues of files and of batches as datasets, where all that is done with them is known."""
    told: list[str] = []
    if _NAMES.rpartition(".")[2] not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for scope in bodies(source.tree):
            pipeline = _pipeline(source, symbols, scope)
            if pipeline is not None:
                if pipeline.reordered:
                    told.append(TOLD)
                yield pipeline.text(source)

    found = until_none(one, written, fewer=True)
    if found.file is one.file:
        return one
    return without_coordinators(replace(found, told=one.told + "".join(told[:1])))


def bodies(tree: ast.Module) -> Iterator[ast.Module | ast.FunctionDef]:
    """Yield a file, and each function in it: what has statements and names of its own."""
    yield tree
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


@dataclass
class _Pipeline:
    """Statements that read files into batches.

    Args:
        names: the statement that makes the queue of file names, and its call.
        reader: that which makes the reader, and its call.
        read: that which reads, and the names of the key and of what is read.
        each: those that compute something of it.
        batch: that which makes batches, and its call, if one does.
        prefix: what TensorFlow is called.
        taken: names that are used around.
        shuffled: whether batches are shuffled.
        reordered: whether what is read comes in an order that no two runs of 1.x need to share.
        in_order: whether the files are read as they are listed.
        found: whether TensorFlow finds the files, so that nothing but it knows how many they are.
        settings: what else is said of it.
    """

    names: tuple[ast.Assign, ast.Call]
    reader: tuple[ast.Assign, ast.Call]
    read: tuple[ast.Assign, str, str]
    each: list[ast.stmt]
    batch: tuple[ast.Assign, ast.Call] | None
    prefix: str
    taken: set[str]
    shuffled: bool = False
    reordered: bool = False
    in_order: bool = True
    found: bool = False
    settings: dict[str, str] = field(default_factory=dict)

    def text(self, source: Source) -> tuple[str, list[int]]:
        """Return the file's text with a dataset, and which line each was."""
        if self.batch is None:
            return self.unbatched(source)
        statement, call = self.batch
        before = source.text.split("\n")
        space = " " * statement.col_offset
        step = space + "    "
        parse = free_name("parse", self.taken)
        dataset = free_name("dataset", self.taken)
        batches = free_name("batches", self.taken)
        read = self.read[1:] if not self.settings["dataset"] else self.read[2:]
        lines = [(f"{space}def {parse}({', '.join(read)}):", self.read[0].lineno)]
        lines += [("    " + before[n - 1], n) for s in self.each for n in lines_of(source, s)]
        given = call.args[0] if call.args else next(
            k.value for k in call.keywords if k.arg == "tensors"
        )  # fmt: skip
        parts = given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
        lines.append((f"{step}return {', '.join(map(ast.unparse, parts))}", statement.lineno))
        lines += self.reading(dataset, space)
        rest = f"{dataset} = {dataset}.map({parse}).repeat({self.settings['epochs']})"
        if self.shuffled:
            rest += f".shuffle({self.settings['buffer']})"
        rest += f".batch({self.settings['batch']}{self.settings['remainder']})"
        lines.append((space + rest, statement.lineno))
        lines.append((f"{space}{batches} = {dataset}.make_one_shot_iterator()", statement.lineno))
        target = ast.unparse(statement.targets[0]).strip("()")
        lines.append((f"{space}{target} = {batches}.get_next()", statement.lineno))
        gone = [self.names[0], self.reader[0], self.read[0], statement]
        return in_place(source, gone, self.each, lines, statement.lineno)

    def reading(self, dataset: str, space: str) -> Iterator[tuple[str, int]]:
        """Yield the lines that make a dataset of what is read, one by one, and which line each was."""
        line = self.names[0].lineno
        files = self.settings["files"]
        if self.found and not files.isidentifier():
            files = free_name("filenames", self.taken)
            yield f"{space}{files} = {self.settings['files']}", line
        yield f"{space}{dataset} = {self.read_by(files)}", line

    def read_by(self, files: str) -> str:
        """Return the dataset of what is read of some files, one by one."""
        data, kind = f"{self.prefix}data", self.settings["dataset"]
        more, skipped = self.settings["more"], self.settings["skip"]
        named = f"{data}.Dataset.from_tensor_slices({files})"
        if self.in_order:
            if kind and skipped == "0":
                return f"{data}.{kind}({files}{more})"
        else:
            count = f"len({files})"
            if self.found:
                count = f"{self.prefix}size({files}, out_type={self.prefix}int64)"
            named += f".shuffle({count})"
        if not kind:
            return f"{named}.map(lambda name: (name, {self.prefix}read_file(name)))"
        rest = "" if skipped == "0" else f".skip({skipped})"
        return f"{named}.flat_map(lambda name: {data}.{kind}(name{more}){rest})"

    def unbatched(self, source: Source) -> tuple[str, list[int]]:
        """Return the file's text with a dataset where nothing makes batches, and which line each was."""
        statement = self.read[0]
        space = " " * statement.col_offset
        dataset, reading = free_name("dataset", self.taken), free_name("reading", self.taken)
        target = ast.unparse(statement.targets[0]).strip("()")
        if self.settings["dataset"]:
            # The key is used nowhere.
            target = self.read[2]
        again = f"{dataset} = {dataset}.repeat({self.settings['epochs']})"
        lines = [
            *self.reading(dataset, space),
            (space + again, self.names[0].lineno),
            (f"{space}{reading} = {dataset}.make_one_shot_iterator()", statement.lineno),
            (f"{space}{target} = {reading}.get_next()", statement.lineno),
        ]
        gone = [self.names[0], self.reader[0], statement]
        return in_place(source, gone, [], lines, statement.lineno)


def bound_call(statement: ast.stmt) -> ast.Call | None:
    """Return the call whose value a statement binds."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    single = isinstance(statement, ast.Assign) and len(statement.targets) == 1
    return value if single and isinstance(value, ast.Call) else None


def bound_by_symbol(
    body: Sequence[ast.stmt], symbols: Mapping[int, str]
) -> dict[str, list[ast.Assign]]:
    """Return a scope's statements that bind what a call gives, by the symbol that is called."""
    found: dict[str, list[ast.Assign]] = {}
    for statement in body:
        call = bound_call(statement)
        if call is not None and isinstance(statement, ast.Assign):
            found.setdefault(plain(symbols.get(id(call.func), "")), []).append(statement)
    return found


def lines_of(source: Source, statement: ast.stmt) -> range:
    """Return the lines of a statement, those of the comment above it among them."""
    first = statement.lineno
    while first > 1 and source.line(first - 1).lstrip().startswith("#"):
        first -= 1
    return range(first, (statement.end_lineno or statement.lineno) + 1)


def in_place(
    source: Source,
    gone: Sequence[ast.stmt],
    moved: Sequence[ast.stmt],
    lines: Sequence[tuple[str, int]],
    at: int,
) -> tuple[str, list[int]]:
    """Return a file's text with lines in the place of some statements, and which line each was.

    Args:
        source: the file.
        gone: the statements.
        moved: those that are among the lines, with the comments above them.
        lines: the lines, and which each was.
        at: the line where they stand.
    """
    numbers = {n for s in gone for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    numbers.update(n for statement in moved for n in lines_of(source, statement))
    for statement in moved:
        above = lines_of(source, statement)[0] - 1
        while above > 1 and not source.line(above).strip() and above - 1 in numbers:
            numbers.add(above)
            above -= 1
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if number == at:
            placed += lines
        if number not in numbers:
            placed.append((line, number))
    return as_text(placed)


def repeats(epochs: ast.expr | None) -> str:
    """Return what a dataset's ``repeat`` is told of how often a queue goes through all."""
    return "" if epochs is None or is_constant(epochs, None) else ast.unparse(epochs)


def remainder(smaller: ast.expr | None) -> str:
    """Return what a dataset's ``batch`` is told of a last batch that would be smaller."""
    kept = smaller is not None and is_constant(smaller, True)
    return "" if kept else ", drop_remainder=True"


def _pipeline(
    source: Source, symbols: Mapping[int, str], scope: ast.Module | ast.FunctionDef
) -> _Pipeline | None:
    """Return the first statements of a scope that read files into batches; None where there are none."""
    body = scope.body
    by_symbol = bound_by_symbol(body, symbols)
    queues = by_symbol.get(_NAMES, [])
    batches = [s for name in _BATCH for s in by_symbol.get(name, [])]
    readers = [s for name in _READERS for s in by_symbol.get(name, [])]
    if not (len(queues) == len(readers) == 1) or len(batches) > 1:
        return None
    queue, reader = queues[0], readers[0]
    batch = batches[0] if batches else None
    named = [s.targets[0] for s in (queue, reader)]
    if not all(isinstance(target, ast.Name) for target in named):
        return None
    queue_name, reader_name = (ast.unparse(target) for target in named)
    reads = [s for s in body if _reads(s, reader_name, queue_name)]
    if len(reads) != 1:
        return None
    read = reads[0]
    assert isinstance(read, ast.Assign)
    key, value = _both(read)
    made = [(s, c) for s in (queue, reader, batch) if s is not None and (c := bound_call(s))]
    whole = not _READERS[plain(symbols[id(made[1][1].func)])]
    inside = [s for s in body if batch is not None and read.lineno < s.lineno < batch.lineno]
    each: list[ast.stmt] = []
    bound = {key, value} if whole else {value}
    for statement in inside:
        if names_in(statement) & bound:
            if not isinstance(statement, (ast.Assign, ast.AugAssign)):
                return None
            each.append(statement)
            bound |= {n.id for n in walk(statement)
                      if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
    gone = [queue, reader, read, *each, *([batch] if batch is not None else [])]
    own = {id(n) for s in gone for n in walk(s)}
    # What is read one by one is read nowhere else.
    hidden = {queue_name, reader_name} | (bound if batch is not None else set())
    others = [n for n in walk(scope) if isinstance(n, ast.Name) and id(n) not in own]
    keyed = (batch is not None or not whole) and any(
        n.id == key and isinstance(n.ctx, ast.Load) for n in others
    )
    shared = any(isinstance(n, ast.Global) and hidden & {*n.names} for n in walk(scope))
    if (
        keyed
        or shared
        or any(n.id in hidden - {key} for n in others)
        or not all(has_its_lines(source, s) for s in gone)
    ):
        return None
    prefix, taken = _prefix(made[0][1]), names_in(source.tree)
    last = made[2] if batch is not None else None
    pipeline = _Pipeline(made[0], made[1], (read, key, value), each, last, prefix, taken)
    return pipeline if _settle(pipeline, symbols, body) else None


def _settle(pipeline: _Pipeline, symbols: Mapping[int, str], body: Sequence[ast.stmt]) -> bool:
    """Note how files are read and batches made; tell whether a dataset does so as well."""
    names = arguments(
        pipeline.names[1], ("string_tensor", "num_epochs", "shuffle", "seed", "capacity")
    )
    kind = plain(symbols[id(pipeline.reader[1].func)])
    parameters = _TOLD_OF.get(kind, ())
    reader = arguments(pipeline.reader[1], (*(parameters or _SAID.get(kind, ())), "name"))
    if names is None or reader is None or not pipeline.prefix:
        return False
    files, shuffle = names.get("string_tensor"), names.get("shuffle")
    if files is None or set(names) - {"string_tensor", "num_epochs", "shuffle", "capacity", "name"}:
        return False
    single = isinstance(files, ast.List) and len(files.elts) == 1
    pipeline.in_order = single or (shuffle is not None and is_constant(shuffle, False))
    if set(reader) - {*parameters, "skip_header_lines", "name"}:
        return False
    if isinstance(files, ast.Name):
        bound = [s.value for s in body if isinstance(s, ast.Assign)
                 and [ast.unparse(t) for t in s.targets] == [files.id]]  # fmt: skip
    else:
        bound = [files]
    pipeline.found = any(isinstance(v, ast.Call) and id(v.func) in symbols for v in bound)
    told = [f"{k}={ast.unparse(reader[k])}" for k in parameters if k in reader]
    pipeline.settings = {
        "files": ast.unparse(files),
        "dataset": _READERS[kind],
        "more": "".join(f", {text}" for text in told),
        "skip": ast.unparse(reader["skip_header_lines"]) if "skip_header_lines" in reader else "0",
        "epochs": repeats(names.get("num_epochs")),
    }
    pipeline.reordered = not pipeline.in_order
    return pipeline.batch is None or _settle_batches(pipeline, pipeline.batch[1], symbols)


def _settle_batches(pipeline: _Pipeline, call: ast.Call, symbols: Mapping[int, str]) -> bool:
    """Note how batches are made; tell whether a dataset makes such."""
    symbol = plain(symbols[id(call.func)])
    order = ("tensors", "batch_size", "num_threads", "capacity")
    if _BATCH[symbol]:
        order = ("tensors", "batch_size", "capacity", "min_after_dequeue")
    batch = arguments(call, order)
    known = {*order, "num_threads", "name", "allow_smaller_final_batch", "seed"}
    if batch is None or set(batch) - known or "batch_size" not in batch:
        return False
    threads = batch.get("num_threads")
    pipeline.reordered |= threads is not None and not is_constant(threads, 1)
    pipeline.settings |= {
        "batch": ast.unparse(batch["batch_size"]),
        "remainder": remainder(batch.get("allow_smaller_final_batch")),
    }
    if _BATCH[symbol]:
        if "min_after_dequeue" not in batch:
            return False
        pipeline.shuffled = pipeline.reordered = True
        pipeline.settings["buffer"] = ast.unparse(batch["min_after_dequeue"])
    return True


def _prefix(call: ast.Call) -> str:
    """Return what stands before the names of TensorFlow, its dot with it."""
    text = ast.unparse(call.func)
    return text[: -len("train.string_input_producer")] if text.endswith(_NAMES[3:]) else ""


def _reads(statement: ast.stmt, reader: str, queue: str) -> bool:
    call = bound_call(statement)
    return (
        call is not None
        and ast.unparse(call.func) == f"{reader}.read"
        and [ast.unparse(a) for a in call.args] == [queue]
        and all(_both(statement))
    )


def _both(statement: ast.stmt) -> tuple[str, str]:
    """Return the two names that a statement binds, or nothing."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    names = [p.id for p in parts if isinstance(p, ast.Name)]
    return (names[0], names[1]) if len(names) == len(parts) == 2 else ("", "")


def without_coordinators(one: Inlined) -> Inlined:
    """Take away what starts and stops the threads that filled the queues."""

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        gone: list[ast.stmt] = []
        names: set[str] = set()
        for statement in (n for n in walk(source.tree) if isinstance(n, (ast.Assign, ast.Expr))):
            value = statement.value
            symbol = plain(symbols.get(id(value.func), "")) if isinstance(value, ast.Call) else ""
            if symbol in (_COORDINATOR, _RUNNERS):
                gone.append(statement)
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    names.add(statement.targets[0].id)
        for statement in (n for n in walk(source.tree) if isinstance(n, ast.Expr)):
            call = statement.value
            function = call.func if isinstance(call, ast.Call) else None
            ends = isinstance(function, ast.Attribute) and function.attr in _ENDING
            if ends and isinstance(function, ast.Attribute) and (
                ast.unparse(function.value) in names
            ):  # fmt: skip
                gone.append(statement)
        inside = {id(n) for statement in gone for n in walk(statement)}
        left = [n for n in walk(source.tree) if isinstance(n, ast.Name) and id(n) not in inside]
        clear = all(has_its_lines(source, statement) for statement in gone)
        if gone and clear and not any(n.id in names for n in left):
            yield lines_without(source.text, source.tree, gone)

    return until_none(one, written, fewer=True)
