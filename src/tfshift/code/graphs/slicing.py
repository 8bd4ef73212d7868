"""Queues of the rows of tensors, and of batches of what is made of each, as datasets."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tfshift.code.graphs.inlining import Inlined, has_its_lines, names_in, until_none
from tfshift.code.graphs.queues import (
    TOLD,
    bodies,
    bound_by_symbol,
    bound_call,
    in_place,
    lines_of,
    remainder,
    repeats,
    without_coordinators,
)
from tfshift.code.graphs.syntax import arguments, free_name, is_constant, target_names
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

_ROWS = "tf.train.slice_input_producer"
_BATCH = "tf.train.batch"


def without_rows(one: Inlined) -> Inlined:
    """Write queues of rows and of batches as datasets, where all that is done with them is known."""
    if "slice_input_producer" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        for scope in bodies(now.file.source.tree):
            text = _written(now.file.source, symbols, scope.body)
            if text is not None:
                yield text

    found = until_none(one, written, fewer=True)
    if found.file is one.file:
        return one
    return without_coordinators(replace(found, told=one.told + TOLD))


def _written(
    source: Source, symbols: Mapping[int, str], body: Sequence[ast.stmt]
) -> tuple[str, list[int]] | None:
    """Return the text with a dataset in the place of two queues; None where there are none."""
    by_symbol = bound_by_symbol(body, symbols)
    rows, batches = by_symbol.get(_ROWS, []), by_symbol.get(_BATCH, [])
    if not len(rows) == len(batches) == 1:
        return None
    row, batch = rows[0], batches[0]
    each = [s for s in body if row.lineno < s.lineno < batch.lineno]
    parts, gives = target_names(row), target_names(batch)
    first, last = bound_call(row), bound_call(batch)
    if parts is None or gives is None or first is None or last is None:
        return None
    simple = all(isinstance(s, (ast.Assign, ast.AugAssign)) for s in each)
    if not simple or not all(has_its_lines(source, s) for s in (row, *each, batch)):
        return None
    hidden = {n.id for s in (row, *each) for n in walk(s)
              if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
    after = (n for s in body if s.lineno > batch.lineno for n in walk(s))
    if any(isinstance(n, ast.Name) and n.id in hidden - set(gives) for n in after):
        return None
    made = _dataset(first, last, parts)
    if made is None:
        return None
    prefix = ast.unparse(first.func).removesuffix("train.slice_input_producer")
    taken = names_in(source.tree)
    parse, dataset = free_name("parse", taken), free_name("dataset", taken)
    iterator = free_name("batches", taken)
    space, before = " " * row.col_offset, source.text.split("\n")
    lines = [(f"{space}def {parse}({', '.join(parts)}):", row.lineno)]
    lines += [("    " + before[n - 1], n) for s in each for n in lines_of(source, s)]
    lines.append((f"{space}    return {made['batched']}", batch.lineno))
    start = f"{prefix}data.Dataset.from_tensor_slices(({made['tensors']}))"
    lines.append((f"{space}{dataset} = {start}", row.lineno))
    shuffled = made["shuffled"].replace("{tf}.", prefix)
    steps = f"{shuffled}.repeat({made['epochs']}).map({parse}).batch({made['size']})"
    lines.append((f"{space}{dataset} = {dataset}{steps}", batch.lineno))
    lines.append((f"{space}{iterator} = {dataset}.make_one_shot_iterator()", batch.lineno))
    lines.append((f"{space}{', '.join(gives)} = {iterator}.get_next()", batch.lineno))
    return in_place(source, [row, batch], each, lines, batch.lineno)


def _dataset(rows: ast.Call, batch: ast.Call, parts: Sequence[str]) -> dict[str, str] | None:
    """Return what a dataset is made with; None where not all that is said is known."""
    row = arguments(rows, ("tensor_list", "num_epochs", "shuffle", "seed", "capacity"))
    made = arguments(batch, ("tensors", "batch_size", "num_threads", "capacity"))
    if (
        row is None
        or made is None
        or set(row) - {"tensor_list", "num_epochs", "shuffle", "capacity"}
    ):
        return None
    known = {
        "tensors",
        "batch_size",
        "num_threads",
        "capacity",
        "allow_smaller_final_batch",
        "name",
    }
    listed, batched = row.get("tensor_list"), made.get("tensors")
    if set(made) - known or "batch_size" not in made:
        return None
    if not isinstance(listed, ast.List) or not isinstance(batched, ast.List):
        return None
    if len(listed.elts) != len(parts) or len(parts) < 2:
        return None
    shuffle = row.get("shuffle")
    in_order = shuffle is not None and is_constant(shuffle, False)
    threads = made.get("num_threads")
    if in_order and threads is not None and not is_constant(threads, 1):
        return None
    counted = f"{{tf}}.shape({ast.unparse(listed.elts[0])}, out_type={{tf}}.int64)[0]"
    return {
        "tensors": ", ".join(map(ast.unparse, listed.elts)),
        "batched": ", ".join(map(ast.unparse, batched.elts)),
        "epochs": repeats(row.get("num_epochs")),
        "size": ast.unparse(made["batch_size"]) + remainder(made.get("allow_smaller_final_batch")),
        "shuffled": "" if in_order else f".shuffle({counted})",
    }
