"""What programs of 1.x use beside graphs and TensorFlow 2 has no more: logging, flags, their start."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.graphs.absl_parts import RUN, module_of, names_main, part_of
from tfshift.code.graphs.inlining import plain
from tfshift.code.graphs.symbols import ABSL, LEVELS, RENAMED
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.code.spelling import Spelling
from tfshift.domain.findings import Edit

_LOGGING = "tf.logging."


def replaced(file: CodeFile) -> Iterator[tuple[Usage, ast.expr, str]]:
    """Yield usages, what of each is replaced, and by what; nothing where a name means it by then.

    What begins with ``tf.`` is TensorFlow's, under the name that it has in the file.
    """
    runs = any(plain(u.symbol) == RUN for u in file.names.usages)
    for usage in file.names.usages:
        if usage.method or usage.stored or usage.statement is not None or usage.guarded:
            continue
        symbol, node = plain(usage.symbol), usage.node
        if symbol.startswith(_LOGGING) and isinstance(node, ast.Attribute):
            if symbol in LEVELS:
                yield usage, node, f'"{LEVELS[symbol]}"'
            elif symbol in RENAMED:
                yield usage, node, f"tf.{RENAMED[symbol]}"
            continue
        # Flags that nothing parses at the start are parsed when they are read, which absl's are not.
        if not runs or not symbol.startswith((*ABSL,)):
            continue
        symbol, node = part_of(symbol, node)
        if symbol in ABSL and isinstance(node, ast.Attribute):
            yield usage, node, ABSL[symbol]
        elif isinstance(node, ast.Name) and usage.binding.alias is None:
            # It was bound to what is replaced.
            yield usage, node, ""


def edits(file: CodeFile, spelling: Spelling) -> Iterator[tuple[Usage, tuple[Edit, ...]]]:
    """Yield usages and what is written in their place, where a name of before does not mean it."""
    root = spelling.root_name()
    for usage, node, path in replaced(file):
        if path.startswith("tf."):
            if root is None:
                continue
            path = root[0] + path[len("tf") :]
        elif path.startswith("absl."):
            module = module_of(path)
            spelling.needed[module] = f"import {module}"
        written = [Edit(*file.source.span(node), path)] if path else []
        if plain(usage.symbol) == RUN and usage.call is not None and not names_main(usage.call):
            end = file.source.span(usage.call)[1] - 1
            written.append(Edit(end, end, ", main" if usage.call.keywords else "main"))
        yield usage, tuple(written)
