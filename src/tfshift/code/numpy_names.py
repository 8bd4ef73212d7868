"""Names of NumPy's that the NumPy beside the target lacks: ``np.bool``, ``np.Inf``, ``np.product``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tfshift.code.binding import ATTRIBUTE_FAILURES, catches
from tfshift.code.destinations import Move
from tfshift.code.sources import Source
from tfshift.code.trees import children, stands_on
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.facts.numpy_names import LostName, beside, lost_names

ID = "numpy-name"
TITLE = "The NumPy beside the target lacks this name"
EXAMPLES = [
    ("1.15", "2.15", "import numpy as np\nx = np.zeros(3, dtype=np.bool)\n", [(2, "numpy.bool")]),
    ("1.15", "2.15", "import numpy\ndef f():\n    return numpy.float(1)\n", [(3, "numpy.float")]),
    ("1.15", "2.21", "from numpy import Inf, array\nprint(Inf, array)\n", [(1, "numpy.Inf")]),
    ("1.15", "2.21", "import numpy as np\nprint(np.product([1, 2]))\n", [(2, "numpy.product")]),
    ("2.21", "1.15", "import numpy as np\nprint(np.concat([[1], [2]]))\n", [(2, "numpy.concat")]),
    ("1.15", "2.15", "import numpy as np\nprint(np.bool_, np.float32, np.Inf)\n", []),
    ("1.15", "2.15", "import mynumpy as np\nprint(np.bool)\n", []),
    ("1.15", "1.14", "import numpy as np\nprint(np.bool)\n", []),
    ("1.15", "2.15", "import numpy as np\nx = np.bool if hasattr(np, 'bool') else bool\n", []),
    ("1.15", "2.15", "import numpy as np\ntry:\n    x = np.bool\nexcept AttributeError:\n    x = bool\n", []),
    ("1.15", "2.15", "import numpy as np\ndef f(np):\n    return np.bool\n", []),
    ("1.15", "2.15", "'''np.bool'''\nimport numpy as np\n# np.bool\n", []),
]  # fmt: skip


@dataclass
class _Lost:
    """The names that a move loses, with what finds them fast."""

    names: dict[str, LostName]

    @cached_property
    def mentioned(self) -> tuple[re.Pattern[bytes], ...]:
        """What a file holds that may use one: patterns that begin with plain text are the fast ones."""
        names = "|".join(sorted(map(re.escape, self.names))) or "(?!)"
        imported = rf"from\s+numpy\s+import\b[^\n]*(?:\(|\b(?:{names})\b)"
        return re.compile(rf"\.\s*(?:{names})\b".encode()), re.compile(imported.encode())


def _lost(move: Move) -> _Lost:
    kept = move.kept.setdefault(ID, {})
    if "lost" not in kept:
        kept["lost"] = _Lost(lost_names(move.facts, move.origin_release, move.target_release))
    found: _Lost = kept["lost"]
    return found


def mentioned(data: bytes, move: Move) -> bool:
    """Tell from its bytes whether a file may use a name that is lost."""
    lost = _lost(move)
    if not lost.names or b"numpy" not in data:
        return False
    return any(pattern.search(data) is not None for pattern in lost.mentioned)


def findings(source: Source, move: Move) -> Iterator[Finding]:
    """Yield one finding for each use of a name that is lost.

    Args:
        source: the file; edits are of its bytes as it was read.
        move: origin and target.
    """
    lost = _lost(move).names
    imports, shadowed, bound = _bindings(source.nodes)
    modules = imports - shadowed
    for node, guarded, call in _uses(source.tree, source.lines_with(lost)):
        if guarded:
            continue
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in lost:
                    yield _imported(source, move, alias, lost[alias.name])
        elif isinstance(node, ast.Attribute) and node.attr in lost:
            base = node.value
            assert isinstance(base, ast.Name)
            if base.id in modules and f"hasattr({base.id}, '{node.attr}'" not in _plain(source):
                yield _used(source, move, node, lost[node.attr], call, bound)


def _plain(source: Source) -> str:
    return source.text.replace('"', "'")


def _bindings(nodes: Iterable[ast.AST]) -> tuple[set[str], set[str], set[str]]:
    """Return the names that mean NumPy, those that something else binds as well, and all bound."""
    modules: set[str] = set()
    bound: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                root = isinstance(node, ast.Import) and alias.name.partition(".")[0] == "numpy"
                if root and (not alias.asname or alias.name == "numpy"):
                    modules.add(local)
                else:
                    bound.add(local)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
    return modules, modules & bound, bound


_Use = tuple["ast.Attribute | ast.ImportFrom", bool, "ast.Call | None"]


def _uses(tree: ast.Module, hits: Sequence[int]) -> Iterator[_Use]:
    """Yield attributes of plain names and imports from NumPy, and whether their absence is caught.

    Statements on none of the lines ``hits`` are left out.
    """
    stack: list[tuple[ast.AST, bool, ast.Call | None]] = [(tree, False, None)]
    while stack:
        node, guarded, call = stack.pop()
        if isinstance(node, ast.stmt) and not stands_on(node, hits):
            continue
        if isinstance(node, ast.ImportFrom):
            if node.module == "numpy" and not node.level:
                yield node, guarded, None
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node, guarded, call
            continue
        if isinstance(node, ast.Try):
            safe = guarded or catches(node, ATTRIBUTE_FAILURES)
            stack.extend((child, safe, None) for child in node.body)
            rest = (*node.handlers, *node.orelse, *node.finalbody)
            stack.extend((child, guarded, None) for child in rest)
            continue
        function = node.func if isinstance(node, ast.Call) else None
        for child in children(node):
            called = node if child is function and isinstance(node, ast.Call) else None
            stack.append((child, guarded, called))


def _finding(
    source: Source, move: Move, node: ast.Attribute | ast.alias, lost: LostName, fix: Fix
) -> Finding:
    after = beside(move.target_release)
    message = f"NumPy {after}, which goes with TensorFlow {move.target_release.version}, has no {lost.name}"
    if lost.replacement is not None:
        message += f"; {lost.replacement.removeprefix('builtins.')} is the same"
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Finding(
        path=source.path,
        line=node.lineno,
        column=source.characters(node.lineno, node.col_offset) + 1,
        end_line=node.end_lineno,
        end_column=source.characters(node.end_lineno, node.end_col_offset) + 1,
        symbol=f"numpy.{lost.name}",
        rule=ID,
        kind=Kind.REMOVED if lost.replacement is None else Kind.MOVED,
        severity=Severity.ERROR,
        message=message,
        evidence=lost.evidence,
        fix=fix,
    )


def _by_hand(lost: LostName) -> Fix:
    return Fix(f"Replace numpy.{lost.name} by hand", Applicability.MANUAL)


def _imported(source: Source, move: Move, alias: ast.alias, lost: LostName) -> Finding:
    fix = _by_hand(lost)
    start, end = source.span(alias)
    name = lost.replacement
    if name is not None and not name.startswith("builtins.") and not lost.arguments:
        edit = Edit(start, end, f"{name} as {alias.asname or alias.name}")
        fix = Fix(f"Import {name}", Applicability.SAFE, (edit,))
    return _finding(source, move, alias, lost, fix)


def _used(
    source: Source,
    move: Move,
    node: ast.Attribute,
    lost: LostName,
    call: ast.Call | None,
    bound: set[str],
) -> Finding:
    fix = _by_hand(lost)
    edits = _spelled(source, node, lost, call, bound)
    if edits:
        assert lost.replacement is not None
        title = f"Use {lost.replacement.removeprefix('builtins.')}"
        fix = Fix(title, Applicability.SAFE, edits)
    return _finding(source, move, node, lost, fix)


def _spelled(
    source: Source, node: ast.Attribute, lost: LostName, call: ast.Call | None, bound: set[str]
) -> tuple[Edit, ...]:
    """Spell what is the same; empty where that cannot be done here."""
    assert isinstance(node.value, ast.Name)
    start, end = source.span(node)
    # Positions inside of f-strings are wrong before Python 3.12.
    written = source.data[start:end].decode("latin-1")
    if not re.fullmatch(rf"{node.value.id}\s*\.\s*{lost.name}", written):
        return ()
    name = lost.replacement
    if name is None:
        return ()
    if name.startswith("builtins."):
        plain = name.removeprefix("builtins.")
        return () if plain in bound else (Edit(start, end, plain),)
    edits = [Edit(start, end, f"{node.value.id}.{name}")]
    if lost.arguments:
        if call is None or len(call.args) != 1 or call.keywords:
            return ()
        _, place = source.span(call.args[0])
        edits.append(Edit(place, place, f", {lost.arguments}"))
    return tuple(edits)
