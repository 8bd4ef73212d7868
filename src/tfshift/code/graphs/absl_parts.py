"""What TensorFlow 1.x only handed on from absl: flags, and the start of a program."""

from __future__ import annotations

import ast

from tfshift.code.graphs.symbols import ABSL

RUN = "tf.app.run"


def part_of(symbol: str, node: ast.expr | ast.alias) -> tuple[str, ast.expr | ast.alias]:
    """Return the part of a chain that absl has under another name, as far as the chain is written."""
    while symbol.startswith((*ABSL,)) and symbol not in ABSL and isinstance(node, ast.Attribute):
        node, symbol = node.value, symbol.rpartition(".")[0]
    return symbol, node


def module_of(path: str) -> str:
    """Return the module of absl that has to be imported for a path."""
    return path if path == "absl.flags" else path.rpartition(".")[0]


def names_main(call: ast.Call) -> bool:
    """Tell whether a program's function is named where it is started."""
    return bool(call.args) or any(k.arg == "main" for k in call.keywords)
