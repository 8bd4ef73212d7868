"""Python 2 files: converted, and fixed in the same run; the file on disk is what edits refer to."""

from __future__ import annotations

import ast
import codecs

import pytest

from tfshift.code.edits import apply
from tfshift.code.parsing import read
from tfshift.code.python2 import ConvertedSource

from .moving import checked, errors, findings, fixed, fixed_project, move

HEAD = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print 'a', x", "print('a', x)"),
        ("print >>f, 'a'; print 1", "print('a', file=f); print(1)"),
        ("exec 'x = 1'", "exec('x = 1')"),
        ("raise ValueError, 'x'", "raise ValueError('x')"),
        ("try:\n  pass\nexcept IOError, e:\n  print e", "try:\n  pass\nexcept IOError as e:\n  print(e)"),
        ("x = 0777", "x = 0o777"),
        ("x = 10L", "x = 10"),
        ("if 1 <> 2: pass", "if 1 != 2: pass"),
        ("x = `1`", "x = repr(1)"),
        ("x = ur'a'", "x = r'a'"),
        ("def f(a, (b, c)): print a", None),
        ("if 1:\n\tx = 1\n        y = 2", "if 1:\n        x = 1\n        y = 2"),
        ("print d.has_key(1), d.iteritems(), xrange(3)", "print(1 in d, iter(d.items()), range(3))"),
    ],
)  # fmt: skip
def test_it_is_converted_with_the_move(before: str, after: str | None) -> None:
    result = fixed(f"import tensorflow as tf\n{before}\ny = tf.log(1.)\n")
    assert isinstance(result, str)
    ast.parse(result)
    if after is not None:
        assert result == f"{HEAD}{after}\ny = tf.log(1.)\n"


def test_the_conversion_is_a_finding_of_its_own_and_lines_are_those_on_disk() -> None:
    code = "import tensorflow as tf\ndef f((a, b)):\n  print a\ny = tf.placeholder(tf.float32)\n"
    found = findings(code)
    assert [(f.line, f.rule, f.kind.value) for f in found if f.rule == "python2-syntax"] == [
        (2, "python2-syntax", "syntax")
    ]
    assert (4, "tf.placeholder") in errors(code)


def test_each_fix_can_be_applied_alone() -> None:
    code = b"import tensorflow as tf\nprint tf.log(1.), tf.contrib.layers.flatten(x)\n"
    result = checked({"a.py": code}, move())
    assert len(result.findings) > 2
    for finding in result.findings:
        assert finding.fix is not None
        ast.parse(apply(code, finding.fix.edits))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "shift_jis"])
def test_bytes_outside_of_the_conversion_stay(encoding: str, end: str) -> None:
    cookie = "# coding: shift_jis\n" if encoding == "shift_jis" else "# 日本\n"
    text = f"{cookie}import tensorflow as tf\nx = '日'; print x, tf.log(1.)  # 本\n"
    after = fixed(text.replace("\n", end).encode(encoding))
    assert isinstance(after, bytes)
    wanted = f"{cookie}{HEAD}x = '日'; print(x, tf.log(1.))  # 本\n"
    assert after == wanted.replace("\n", end).encode(encoding)
    assert after.startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")


def test_edits_make_exactly_what_was_read() -> None:
    code = "class A:\n  def f(self, (a, b), c):\n    print a,\n    print 'é' % `c`\n    exec 'x' in {}\n"
    found = read("a.py", code.encode())
    assert isinstance(found, ConvertedSource)
    assert apply(code.encode(), found.given).decode() == found.text
    assert list(found.positions) == sorted(found.positions)
    assert len(found.positions) == len(found.text) + 1


def test_the_whole_project_is_converted_where_any_of_it_is_python_2() -> None:
    files = {
        "a.py": "import tensorflow as tf\nprint 1\n",
        "b.py": "print 2\n",
        "c.py": "print(3)\n",
    }
    after = fixed_project(files, move())
    assert after["b.py"] == b"print(2)\n"
    assert after["c.py"] == b"print(3)\n"
    files["a.py"] = "import tensorflow as tf\nprint(1)\n"
    assert fixed_project(files, move())["b.py"] == b"print 2\n"


@pytest.mark.parametrize("code", ["x = (", "def f(:\n  print 1", "print 'a", "\x00print 1"])
def test_what_is_no_python_2_either_is_skipped(code: str) -> None:
    files = {"a.py": f"import tensorflow as tf\n{code}\n"}
    assert len(checked(files, move()).skipped) == 1
    assert fixed_project(files, move())["a.py"] == files["a.py"].encode()


@pytest.mark.parametrize("code", ["print('a')", "print('a', 'b')", "x = 0o777", "x = 1"])
def test_python_3_is_not_converted(code: str) -> None:
    assert not findings(f"import tensorflow.compat.v1 as tf\n{code}\n", rule="python2-syntax")


def test_mixed_line_ends_stay_where_nothing_is_converted() -> None:
    code = b"import tensorflow as tf\r\nx = 1\nprint 'a'\r\ny = tf.log(1.)\n"
    after = fixed(code)
    assert isinstance(after, bytes)
    assert b"x = 1\nprint('a')\r\ny = tf.log(1.)\n" in after
