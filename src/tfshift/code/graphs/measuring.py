"""Metrics as ``tf.metrics`` gives them: the value so far, and what counts a batch in, told apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.inlining import Inlined, Text, has_its_lines, plain, until_none
from tfshift.code.graphs.lines import as_text, edited, ending
from tfshift.code.graphs.walking import walk
from tfshift.domain.findings import Edit


def measured_apart(one: Inlined) -> Inlined:
    """Write ``value, update = tf.metrics.mean(x)`` as one statement for each.

    What updates is ``tf.metrics.mean(x)[1]``; the value is written as ``update[0]``, which the reader
    of a scope knows for what it is.
    """
    if "metrics." not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        for statement in (n for n in walk(source.tree) if isinstance(n, ast.Assign)):
            target, call = statement.targets[0], statement.value
            if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(call, ast.Call):
                continue
            named = [part.id for part in target.elts if isinstance(part, ast.Name)]
            if plain(symbols.get(id(call.func), "")) not in known.METRICS or len(named) != 2:
                continue
            if len(statement.targets) > 1 or not has_its_lines(source, statement):
                continue
            value, update = named
            edits = [Edit(*source.span(target), update)]
            end = source.span(call)[1]
            edits.append(Edit(end, end, "[1]"))
            text = edited(source, edits)
            space = " " * statement.col_offset
            last = statement.end_lineno or statement.lineno
            lines: list[tuple[str, int]] = []
            for number, line in enumerate(text.split("\n"), 1):
                lines.append((line, number))
                if number == last and value != "_" != update:
                    cr = ending(source)
                    lines.append((f"{space}{value} = {update}[0]{cr}", number))
            yield as_text(lines)

    return until_none(one, written)
