"""What cannot be told from the code is listed with the reason; what can is not."""

from __future__ import annotations

import pytest

from .moving import checked, move
from .test_notebooks import notebook

HEAD = "import tensorflow as tf\n"


def unknown(code: str | bytes, name: str = "a.py") -> list[tuple[int | None, int, str, int]]:
    result = checked({name: code}, move("2.8", "2.15"))
    return [(u.cell, u.line, u.symbol, u.count) for u in result.unknown]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("getattr(tf, name)\n", [(None, 2, "tf", 1)]),
        ("getattr(tf.nn, name)()\ngetattr(tf.nn, other)\n", [(None, 2, "tf.nn", 2)]),
        ("getattr(tf, 'constant')\n", []),
        ("getattr(tf, name, None)\n", []),
        ("getattr(x, name)\n", []),
        ("from tensorflow.python.ops import array_ops\narray_ops.concat\narray_ops.stack\n",
         [(None, 3, "tf.python.ops.array_ops.concat", 2)]),
        ("from tensorflow.python.ops import array_ops\n", []),
        ("try:\n  getattr(tf, name)\nexcept AttributeError:\n  pass\n", []),
        ("tf.constant(1)\n", []),
    ],
)  # fmt: skip
def test_what_only_running_tells_is_unknown(
    code: str, expected: list[tuple[int | None, int, str, int]]
) -> None:
    assert unknown(HEAD + code) == expected


def test_in_notebooks_the_cell_is_told() -> None:
    assert unknown(notebook(HEAD, "x = 1\ngetattr(tf, x)"), "a.ipynb") == [(3, 2, "tf", 1)]
