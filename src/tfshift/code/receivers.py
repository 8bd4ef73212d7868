"""Calls of methods on objects of which nothing is known: the method's name may tell enough.

A function's parameter, an element of a list, another module's object: what stands before the dot is
not inferred. But where all classes that have a method of that name lose it in a move, the call is
worth a look.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfshift.code.destinations import Move
from tfshift.code.names import Binding, Usage, chain
from tfshift.code.project import CodeFile

# Other libraries' objects have these as well.
_SHARED = {"predict_proba", "get_params", "set_params", "fit_transform"}


def unknown_receivers(file: CodeFile, move: Move) -> Iterator[Usage]:
    """Yield the calls of a file whose method is lost, whatever the object is."""
    text = file.source.text
    called = {name for name, _ in file.source.methods} - _SHARED
    lost = {name for name in called if move.lost_owner(name)}
    lost -= {name for name in lost if re.search(rf"\bdef\s+{name}\b", text)}
    if not lost:
        return
    known = {id(usage.node) for usage in file.names.usages}
    for node in file.source.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        function = node.func
        if function.attr not in lost or id(function) in known or _of_a_module(file, function):
            continue
        owner = move.lost_owner(function.attr)
        assert owner is not None
        binding = Binding("", owner, 0)
        yield Usage(f"{owner}.{function.attr}", function, binding, node, method=True, likely=True)


def _of_a_module(file: CodeFile, node: ast.Attribute) -> bool:
    """Tell whether this is a function of an imported module, or of the file's own class."""
    found = chain(node)
    if found is None:
        return False
    bindings = file.names.module_scope.bindings.get(found[0], ())
    return any(isinstance(b.statement, (ast.Import, ast.ImportFrom)) for b in bindings)
