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
from tfshift.code.graphs.syntax import arguments, free_name, is_constant
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_NAMES = "tf.train.string_input_producer"
_READERS = {
    "tf.TextLineReader": "TextLineDataset",
    "tf.TFRecordReader": "TFRecordDataset",
}
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
        for body in bodies(source.tree):
            pipeline = _pipeline(source, symbols, body)
            if pipeline is not None:
                if pipeline.shuffled:
                    told.append(TOLD)
                yield pipeline.text(source)

    found = until_none(one, written, fewer=True)
    if found.file is one.file:
        return one
    return without_coordinators(replace(found, told=one.told + "".join(told[:1])))


def bodies(tree: ast.Module) -> Iterator[Sequence[ast.stmt]]:
    """Yield the statements of a file, and those of each function in it."""
    yield tree.body
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.body


@dataclass
class _Pipeline:
    """Statements that read files into batches.

    Args:
        names: the statement that makes the queue of file names, and its call.
        reader: that which makes the reader, and its call.
        read: that which reads, and the name of what is read.
        each: those that compute something of it.
        batch: that which makes batches, and its call.
        files: the files.
        prefix: what TensorFlow is called.
        taken: names that are used around.
        shuffled: whether batches are shuffled.
    """

    names: tuple[ast.Assign, ast.Call]
    reader: tuple[ast.Assign, ast.Call]
    read: tuple[ast.Assign, str]
    each: list[ast.stmt]
    batch: tuple[ast.Assign, ast.Call]
    prefix: str
    taken: set[str]
    shuffled: bool = False
    settings: dict[str, str] = field(default_factory=dict)

    def text(self, source: Source) -> tuple[str, list[int]]:
        """Return the file's text with a dataset, and which line each was."""
        statement, call = self.batch
        before = source.text.split("\n")
        space = " " * statement.col_offset
        step = space + "    "
        parse = free_name("parse", self.taken)
        dataset = free_name("dataset", self.taken)
        batches = free_name("batches", self.taken)
        lines = [(f"{space}def {parse}({self.read[1]}):", self.read[0].lineno)]
        for each in self.each:
            assert each.end_lineno is not None
            lines += [("    " + before[n - 1], n) for n in range(each.lineno, each.end_lineno + 1)]
        given = call.args[0] if call.args else next(
            k.value for k in call.keywords if k.arg == "tensors"
        )  # fmt: skip
        parts = given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
        lines.append((f"{step}return {', '.join(map(ast.unparse, parts))}", statement.lineno))
        made = f"{self.prefix}data.{self.settings['dataset']}"
        first = f"{dataset} = {made}({self.settings['files']})"
        skipped = self.settings.get("skip", "0")
        if skipped != "0":
            files = f"{self.prefix}data.Dataset.from_tensor_slices({self.settings['files']})"
            first = f"{dataset} = {files}.flat_map(lambda name: {made}(name).skip({skipped}))"
        lines.append((space + first, self.names[0].lineno))
        rest = f"{dataset} = {dataset}.map({parse}).repeat({self.settings['epochs']})"
        if self.shuffled:
            rest += f".shuffle({self.settings['buffer']})"
        rest += f".batch({self.settings['batch']}{self.settings['remainder']})"
        lines.append((space + rest, statement.lineno))
        lines.append((f"{space}{batches} = {dataset}.make_one_shot_iterator()", statement.lineno))
        target = ast.unparse(statement.targets[0]).strip("()")
        lines.append((f"{space}{target} = {batches}.get_next()", statement.lineno))
        gone = [self.names[0], self.reader[0], self.read[0], *self.each, statement]
        return in_place(source, gone, lines, statement.lineno)


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


def in_place(
    source: Source, gone: Sequence[ast.stmt], lines: Sequence[tuple[str, int]], at: int
) -> tuple[str, list[int]]:
    """Return a file's text with lines in the place of some statements, and which line each was.

    Args:
        source: the file.
        gone: the statements.
        lines: the lines, and which each was.
        at: the line where they stand.
    """
    numbers = {n for s in gone for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if number == at:
            placed += lines
        if number not in numbers:
            placed.append((line, number))
    return "\n".join(line for line, _ in placed), [number for _, number in placed]


def repeats(epochs: ast.expr | None) -> str:
    """Return what a dataset's ``repeat`` is told of how often a queue goes through all."""
    return "" if epochs is None or is_constant(epochs, None) else ast.unparse(epochs)


def remainder(smaller: ast.expr | None) -> str:
    """Return what a dataset's ``batch`` is told of a last batch that would be smaller."""
    kept = smaller is not None and is_constant(smaller, True)
    return "" if kept else ", drop_remainder=True"


def _pipeline(
    source: Source, symbols: Mapping[int, str], body: Sequence[ast.stmt]
) -> _Pipeline | None:
    """Return the first statements of a scope that read files into batches; None where there are none."""
    by_symbol = bound_by_symbol(body, symbols)
    queues = by_symbol.get(_NAMES, [])
    batches = [s for name in _BATCH for s in by_symbol.get(name, [])]
    readers = [s for name in _READERS for s in by_symbol.get(name, [])]
    if not (len(queues) == len(batches) == len(readers) == 1):
        return None
    queue, reader, batch = queues[0], readers[0], batches[0]
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
    inside = [s for s in body if read.lineno < s.lineno < batch.lineno]
    each: list[ast.stmt] = []
    bound = {value}
    for statement in inside:
        if names_in(statement) & bound:
            if not isinstance(statement, (ast.Assign, ast.AugAssign)):
                return None
            each.append(statement)
            bound |= {n.id for n in walk(statement)
                      if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
    own = {id(n) for s in (queue, reader, read, batch, *each) for n in walk(s)}
    # What is read one by one is read nowhere else.
    hidden = bound | {key, queue_name, reader_name}
    others = [n for n in walk(source.tree) if isinstance(n, ast.Name) and id(n) not in own]
    if any(n.id in hidden for n in others) or not all(
        has_its_lines(source, s) for s in (queue, reader, read, batch, *each)
    ):
        return None
    made = [(s, c) for s in (queue, reader, batch) if (c := bound_call(s)) is not None]
    pipeline = _Pipeline(
        made[0], made[1], (read, value), each, made[2], _prefix(made[0][1]), names_in(source.tree)
    )
    return pipeline if _settle(pipeline, symbols) else None


def _settle(pipeline: _Pipeline, symbols: Mapping[int, str]) -> bool:
    """Note how files are read and batches made; tell whether a dataset does so as well."""
    names = arguments(
        pipeline.names[1], ("string_tensor", "num_epochs", "shuffle", "seed", "capacity")
    )
    reader = arguments(pipeline.reader[1], ("skip_header_lines", "name"))
    symbol = plain(symbols[id(pipeline.batch[1].func)])
    order = ("tensors", "batch_size", "num_threads", "capacity")
    if _BATCH[symbol]:
        order = ("tensors", "batch_size", "capacity", "min_after_dequeue")
    batch = arguments(pipeline.batch[1], order)
    if names is None or reader is None or batch is None or not pipeline.prefix:
        return False
    files, shuffle = names.get("string_tensor"), names.get("shuffle")
    single = isinstance(files, ast.List) and len(files.elts) == 1
    in_order = single or (shuffle is not None and is_constant(shuffle, False))
    threads = batch.get("num_threads")
    alone = threads is None or is_constant(threads, 1)
    unknown = set(batch) - {
        "tensors", "batch_size", "num_threads", "capacity", "min_after_dequeue", "name",
        "allow_smaller_final_batch", "seed",
    }  # fmt: skip
    if files is None or not in_order or not alone or unknown or "batch_size" not in batch:
        return False
    kind = _READERS[plain(symbols[id(pipeline.reader[1].func)])]
    pipeline.settings = {
        "files": ast.unparse(files),
        "dataset": kind,
        "skip": ast.unparse(reader["skip_header_lines"]) if "skip_header_lines" in reader else "0",
        "epochs": repeats(names.get("num_epochs")),
        "batch": ast.unparse(batch["batch_size"]),
        "remainder": remainder(batch.get("allow_smaller_final_batch")),
    }
    if _BATCH[symbol]:
        if "min_after_dequeue" not in batch:
            return False
        pipeline.shuffled = True
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
            yield _lines_without(source, gone)

    return until_none(one, written, fewer=True)


def _lines_without(source: Source, gone: Sequence[ast.stmt]) -> tuple[str, list[int]]:
    """Return a file's lines without some statements; what they leave empty passes."""
    only = {
        id(block[0])
        for node in walk(source.tree)
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list) and block
        and all(statement in gone for statement in block)
    }  # fmt: skip
    numbers: set[int] = set()
    passes: dict[int, str] = {}
    for statement in gone:
        assert statement.end_lineno is not None
        numbers.update(range(statement.lineno, statement.end_lineno + 1))
        if id(statement) in only:
            passes[statement.lineno] = " " * statement.col_offset + "pass"
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if number in passes:
            placed.append((passes[number], number))
        elif number not in numbers:
            placed.append((line, number))
    return "\n".join(line for line, _ in placed), [number for _, number in placed]
