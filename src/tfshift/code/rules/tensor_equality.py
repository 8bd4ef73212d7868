"""Tensors compared with ``==`` or ``!=``: identity in 1.x, element by element in 2.x."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from tfshift.code.whole import Whole
from tfshift.domain.findings import Finding, Kind, Severity

ID = "tensor-equality"
TITLE = "== of tensors is another question on the other side of 2.0"
_HEAD = "import tensorflow as tf\na = tf.constant([1, 2])\n"
EXAMPLES = [
    ("1.15", "2.15", _HEAD + "print(a == 1)\n", [(3, "tf.Tensor.__eq__")]),
    ("2.15", "1.15", _HEAD + "b = tf.add(a, 1)\nif b != a:\n    print(b)\n", [(4, "tf.Tensor.__eq__")]),
    ("1.8", "2.21", "import tensorflow as tf\nprint(tf.zeros([2]) == tf.ones([2]))\n", [(2, "tf.Tensor.__eq__")]),
    ("2.4", "2.15", _HEAD + "print(a == 1)\n", []),
    ("1.15", "2.15", _HEAD + "print(a is 1, a > 1, a == None)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\na = 1\nprint(a == 1, tf.Session() == a)\n", []),
    ("1.15", "2.15", _HEAD + "a = 2\nprint(a == 2)\n", []),
]  # fmt: skip
_SYMBOL = "tf.Tensor.__eq__"
_EQUAL = re.compile(r"[!=]=")
_LEFT = re.compile(r"(\w+)[ \t]*$")
_RIGHT = re.compile(r"[ \t]*(\w+)")
# What makes tensors and is no matter of probes.
_MAKERS = frozenset(
    {"tf.placeholder", "tf.placeholder_with_default", "tf.Variable", "tf.get_variable"}
)


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each comparison of what is known to be a tensor."""
    if whole.move.crossing is None or not _may(whole):
        return
    compared = [n for n in whole.nodes if isinstance(n, ast.Compare) and _asks(n)]
    if not compared:
        return
    symbols = {id(u.node): u.symbol for u in whole.file.names.usages if u.statement is None}

    def tensor(node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            value = whole.bound.get(node.id)
            return value is not None and not isinstance(value, ast.Name) and tensor(value)
        return isinstance(node, ast.Call) and _gives_tensors(whole, symbols.get(id(node.func), ""))

    for node in compared:
        if not (tensor(node.left) or tensor(node.comparators[0])):
            continue
        up = whole.move.crossing == "up"
        switch = "off" if up else "on"
        yield whole.finding(
            node,
            _SYMBOL,
            ID,
            f"{'==' if isinstance(node.ops[0], ast.Eq) else '!='} asks whether two tensors are one object in 1.x "
            f"and compares their elements in 2.x; with the v2 behaviour switched {switch} it stays as it was",
            "tf.constant([1, 2]) == tf.constant([1, 2]) is False in 1.15.5 and two elements in 2.0.4 and "
            "2.15.1, where it is False after tf.compat.v1.disable_v2_behavior()",
            None,
            kind=Kind.BEHAVIOUR,
            severity=Severity.INFO,
        )


@lru_cache(maxsize=64)
def _calls(roots: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds calls of TensorFlow's functions, and names that are assigned what they give."""
    call = rf"\b(?:{'|'.join(map(re.escape, roots))})\.[\w.]+\("
    return re.compile(call), re.compile(rf"^[ \t]*(\w+)[ \t]*=[ \t]*{call}", re.MULTILINE)


def _may(whole: Whole) -> bool:
    """Tell from a file's text whether a tensor may be compared: most files need no look."""
    text = whole.file.source.text
    bindings = whole.file.names.module_scope.bindings
    roots = tuple(n for n, many in bindings.items() if any(b.symbol for b in many) and "." not in n)
    if not roots:
        return False
    words: set[str] = set()
    call, assigned = _calls(roots)
    for found in _EQUAL.finditer(text):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        before, after = text[start : found.start()], text[found.end() : end if end >= 0 else None]
        if call.search(before) or call.search(after):
            return True
        for side in (_LEFT.search(before), _RIGHT.match(after)):
            if side is not None:
                words.add(side.group(1))
    return bool(words) and bool(words & set(assigned.findall(text)))


def _asks(node: ast.Compare) -> bool:
    sides = (node.left, *node.comparators)
    none = any(isinstance(side, ast.Constant) and side.value is None for side in sides)
    return len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)) and not none


def _gives_tensors(whole: Whole, symbol: str) -> bool:
    """Tell whether calls of a function gave tensors when the origin was asked."""
    if not symbol.startswith("tf."):
        return False
    known = whole.move.kept.setdefault(ID, {})
    if symbol not in known:
        here = whole.move.facts.resolve(symbol, whole.move.origin)
        function = here is not None and here.kind == "function"
        answers = whole.move.facts.behaviour.answers(symbol, whole.move.origin) if function else {}
        shaped = (isinstance(a.get("v"), dict) and "s" in a["v"] for a in answers.values())
        known[symbol] = symbol in _MAKERS or any(shaped)
    return bool(known[symbol])
