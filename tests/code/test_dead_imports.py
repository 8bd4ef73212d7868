"""Imports that nothing needs any more go; those that something may need stay."""

from __future__ import annotations

import ast

import pytest

from .moving import errors, fixed, fixed_project, move

HEAD = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
CELL = "tf.nn.rnn_cell.BasicLSTMCell(3)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tensorflow.contrib import rnn\nc = rnn.BasicLSTMCell(3)\n", f"c = {CELL}\n"),
        ("import tensorflow.contrib.rnn as r  # cells\nc = r.BasicLSTMCell(3)\n", f"c = {CELL}\n"),
        ("from tensorflow.contrib import rnn, layers\nc = rnn.BasicLSTMCell(3)\nlayers.flatten(c)\n",
         f"import tfshift_contrib_layers as layers\nc = {CELL}\nlayers.flatten(c)\n"),
        ("def f():\n    from tensorflow.contrib import rnn\n    return rnn.BasicLSTMCell(3)\nf()\n",
         f"def f():\n    pass\n    return {CELL}\nf()\n"),
        ("from tensorflow.contrib import rnn; c = rnn.BasicLSTMCell(3)\n", f"pass; c = {CELL}\n"),
        ("from tensorflow.contrib import rnn\nprint(1)\n", "print(1)\n"),
    ],
)  # fmt: skip
def test_an_import_goes_where_all_its_uses_do(before: str, after: str) -> None:
    assert fixed("import tensorflow as tf\n" + before) == HEAD + after
    assert errors(HEAD + after) == []
    ast.parse(after)


@pytest.mark.parametrize(
    "code",
    [
        "from tensorflow.contrib import rnn\nc = rnn.BasicLSTMCell(3)\nd = rnn.IndRNNCell(3)\n",
        "from tensorflow.contrib import seq2seq\ns = seq2seq.dynamic_decode\n",
        "from tensorflow.contrib import rnn\n",
        "from tensorflow.contrib.seq2seq import *\nx = 1\n",
    ],
)
def test_an_import_stays_where_something_may_need_it(code: str) -> None:
    line = code.splitlines()[0]
    assert line in str(fixed("import tensorflow as tf\n" + code)).splitlines()
    assert any(where == 2 for where, _ in errors("import tensorflow as tf\n" + code))


def test_an_import_stays_where_another_file_takes_it() -> None:
    files = {
        "common.py": "import tensorflow as tf\nfrom tensorflow.contrib import rnn\n"
        "c = rnn.BasicLSTMCell\n",
        "main.py": "from common import rnn\nprint(rnn.BasicLSTMCell(3))\n",
    }
    after = fixed_project(files, move())
    assert b"from tensorflow.contrib import rnn" in after["common.py"]
