"""What one release has and another calls otherwise, tried in turn: the one that the origin has stays.

``try: y = tf.nn.conv2d_transpose(...)`` with ``except AttributeError: y = tf.nn.deconv2d(...)`` is one
of the two, and the facts tell which.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.binding import catches
from tfshift.code.graphs.inlining import Inlined, has_its_lines, until_none
from tfshift.code.graphs.lines import instead
from tfshift.code.graphs.walking import walk

_ABSENT = {"AttributeError", "ImportError", "ModuleNotFoundError", "NameError"}
_ANY = {"Exception", "BaseException"}


def without_guards(one: Inlined) -> Inlined:
    """Write what the origin has in the place of what tries it."""
    if "except" not in one.file.source.text or one.file.around is None:
        return one
    exists = one.file.around.exists

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        for guard in (n for n in walk(source.tree) if isinstance(n, ast.Try)):
            tried = set(_names(guard.body, symbols))
            other = set(_names(guard.handlers, symbols))
            if not tried or not other or guard.finalbody or not catches(guard, _ABSENT | _ANY):
                continue
            first = set(_names(guard.body[:1], symbols))
            if all(map(exists, tried)):
                kept: Sequence[ast.stmt] = [*guard.body, *guard.orelse]
            elif not all(map(exists, first)) and len(guard.handlers) == 1:
                kept = guard.handlers[0].body
                name = guard.handlers[0].name
                if name and any(isinstance(n, ast.Name) and n.id == name for n in walk(guard)):
                    continue
            else:
                continue
            if kept[0].lineno > guard.lineno and all(has_its_lines(source, s) for s in kept):
                yield instead(source, guard, kept)

    return until_none(one, written, fewer=True)


def _names(statements: Sequence[ast.AST], symbols: Mapping[int, str]) -> Iterator[str]:
    for statement in statements:
        yield from (symbols[id(n)] for n in walk(statement) if id(n) in symbols)
