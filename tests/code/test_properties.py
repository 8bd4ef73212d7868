"""Laws that hold for any program: checked on random ones put together from pieces."""

from __future__ import annotations

import ast
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfshift.code.check import FileResult, fix_file
from tfshift.code.edits import apply
from tfshift.domain.findings import Applicability

from .moving import checked, fixed_project, move

IMPORTS = [
    "import tensorflow as tf",
    "import tensorflow",
    "import tensorflow.keras",
    "import tensorflow.compat.v1 as tf",
    "import tensorflow.contrib.slim as slim",
    "from tensorflow import Session, float32 as f32",
    "from tensorflow import keras, contrib",
    "from tensorflow.contrib.layers import (conv2d,\n    flatten)",
    "from tensorflow import *",
    "from tensorflow.contrib import layers as tf",
    "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf",
    "import numpy as np; import tensorflow as tf",
    "import numpy as tf",
    "def late():\n    import tensorflow as tf\n    return tf.Session()",
    "nn = tf.layers",
    "tf = None",
]
EXPRESSIONS = [
    "tf.Session()", "tensorflow.placeholder(tf.float32, [None, 3])", "tf.contrib.layers.flatten(é)",
    "tf.reduce_sum(x, keep_dims=True)", "slim.conv2d(x, 3, [3, 3])", "Session()", "conv2d(x, 3, 3)",
    "tf.layers.dense(\n    x,  # first\n    3)", "tf \\\n  .app.run()", "'日' + str(tf.Session)", "f'{tf.Session!r:>{w}} {{tf}}'",
    "[tf.Session for tf in y]", "lambda tf: tf.Session", "(tf := 3)", "nn.dense(x, 3)", "keras.layers.Dense(3)",
    "tf.keras.layers.Dense(3)", "getattr(tf, 'Session')", "tf.argmax(x, dimension=1)", "contrib.framework.arg_scope",
    "x if tf.__version__ < '2' else tf.compat.v1.Session",
]  # fmt: skip
STATEMENTS = [
    "{e}", "y = {e}", "y: object = {e}", "with {e} as s:\n    {f}", "if {e}:\n    {f}\nelse:\n    {e}",
    "def g(a={e}):\n    return {f}", "class A(object):\n    b = {e}\n    def m(self):\n        return {f}",
    "for i in {e}:\n    {f}", "try:\n    {e}\nexcept AttributeError:\n    {f}", "{e}; {f}",
    "x = '''\ntf.Session {{}}\n'''", "# tf.Session", "\x0c", "if hasattr(tf, 'Session'): {e}",
    "@decorated\ndef h():\n\tglobal tf\n\treturn {e}", "async def k():\n    await {e}", "assert {e}, {f}", "del tf", "match x:\n    case [tf]:\n        {e}",
]  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> bytes:
    """Draw a program that Python can read."""
    parts = draw(st.lists(st.sampled_from(IMPORTS), min_size=1, max_size=4))
    for _ in range(draw(st.integers(0, 6))):
        e, f = draw(st.sampled_from(EXPRESSIONS)), draw(st.sampled_from(EXPRESSIONS))
        parts.append(draw(st.sampled_from(STATEMENTS)).format(e=e, f=f))
    text = "\n".join(parts) + draw(st.sampled_from(["", "\n", "\n\n", "\nmain()\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "shift_jis"]))
    if encoding == "shift_jis":
        text = "# coding: shift_jis\n" + text.replace("é", "か")
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return text.replace("\n", end).encode(encoding)


ROUTES = st.sampled_from(
    [("1.15", "2.15"), ("1.8", "2.21"), ("2.15", "1.15"), ("1.8", "1.15"), ("2.8", "2.15")]
)
LIMITS = settings(
    max_examples=int(os.environ.get("TFSHIFT_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)


def _edited(result: FileResult) -> list[tuple[int, int]]:
    safe = [f.fix for f in result.findings if f.fix and f.fix.applicability is Applicability.SAFE]
    return sorted({(e.start, e.end) for fix in safe for e in fix.edits})


@LIMITS
@given(programs(), ROUTES)
def test_only_what_is_edited_changes_and_the_rest_parses(
    program: bytes, route: tuple[str, str]
) -> None:
    result = checked({"a.py": program}, move(*route))
    for file in result.results:
        fixed = fix_file(file)
        ast.parse(fixed.after)
        if not fixed.applied:
            assert fixed.after == program
            continue
        position = 0
        # What lies between the edits is found again, in order and unchanged.
        for start, end in [*_edited(file), (len(program), len(program))]:
            if start < position:
                continue
            kept, rest = program[position:start], fixed.after
            assert kept in rest
            position = end


@LIMITS
@given(programs(), ROUTES)
def test_a_second_fix_finds_nothing_to_do(program: bytes, route: tuple[str, str]) -> None:
    once = fixed_project({"a.py": program}, move(*route))
    assert fixed_project(once, move(*route)) == once


@LIMITS
@given(programs(), ROUTES)
def test_every_fix_stands_alone(program: bytes, route: tuple[str, str]) -> None:
    for file in checked({"a.py": program}, move(*route)).results:
        for finding in file.findings:
            if finding.fix and finding.fix.edits:
                ast.parse(apply(program, finding.fix.edits, file.encoding))


@LIMITS
@given(programs(), ROUTES)
def test_positions_lie_in_the_file(program: bytes, route: tuple[str, str]) -> None:
    for file in checked({"a.py": program}, move(*route)).results:
        lines = program.decode(file.encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for finding in file.findings:
            assert 1 <= finding.line <= finding.end_line <= len(lines)
            assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
            assert 1 <= finding.end_column <= len(lines[finding.end_line - 1]) + 1
