"""Bytes outside of edits stay as they are, whatever the file looks like on disk."""

from __future__ import annotations

import ast
import codecs

import pytest

from tfshift.code.edits import OverlapError, apply
from tfshift.domain.findings import Edit

from .moving import checked, fixed, fixed_project, move

SWITCH = b"tf.disable_v2_behavior()"
ROOT = b"import tensorflow.compat.v1 as tf"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_line_ends_stay(end: bytes) -> None:
    lines = [b"import tensorflow as tf", b"", b"x = tf.placeholder(tf.float32)  # why", b""]
    after = fixed(end.join(lines))
    assert after == end.join([ROOT, SWITCH, *lines[1:]])


def test_mixed_line_ends_stay() -> None:
    after = fixed(b"import tensorflow as tf\r\nx = tf.Session()\ny = 1\r\n")
    assert after == ROOT + b"\r\n" + SWITCH + b"\r\nx = tf.Session()\ny = 1\r\n"


def test_a_byte_order_mark_stays() -> None:
    after = fixed(codecs.BOM_UTF8 + b"import tensorflow as tf\ntf.Session()\n")
    assert after == codecs.BOM_UTF8 + ROOT + b"\n" + SWITCH + b"\ntf.Session()\n"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis", "utf-8", "euc-kr"])
def test_declared_encodings_stay(encoding: str, end: bytes) -> None:
    words = {"latin-1": "é", "cp1251": "Ж", "shift_jis": "日本", "utf-8": "日é𝒳", "euc-kr": "한"}
    word = words[encoding].encode(encoding)
    head = b"# -*- coding: " + encoding.encode() + b" -*-" + end
    body = b"x = '" + word + b"'; y = tensorflow.contrib.layers.flatten(x); '" + word + b"'" + end
    code = head + b"import tensorflow, tensorflow.keras" + end + body
    after = fixed(code)
    assert isinstance(after, bytes)
    changed = body.replace(b"tensorflow.contrib.layers", b"tfshift_contrib_layers")
    assert after.startswith(head)
    assert changed in after


def test_latin_1_text_without_a_cookie_is_skipped() -> None:
    result = checked({"a.py": b"import tensorflow as tf\nx = '\xe9'\n"}, move())
    assert [s.path for s in result.skipped] == ["a.py"]
    assert "not decodable" in result.skipped[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"import tensorflow as tf\nx = (\n", "syntax error in line"),
        (b"import tensorflow as tf\nx = '\x00'\n", "cannot be parsed"),
        (b"# coding: nonsense\nimport tensorflow as tf\n", "not decodable"),
        (b"import tensorflow as tf\nx = " + b"(" * 400 + b")" * 400 + b"\n", ""),
        (b"import tensorflow as tf\nx = " + b"-" * 100_000 + b"1\n", ""),
        (b"import tensorflow as tf\n" + b"#" * (9 << 20), "larger than"),
    ],
    ids=str.split("open nul cookie deep deeper large"),
)  # fmt: skip
def test_what_cannot_be_read_is_skipped_with_the_reason(data: bytes, reason: str) -> None:
    files = {"a.py": data, "b.py": "import tensorflow as tf\ntf.Session()\n"}
    result = checked(files, move())
    assert [s.path for s in result.skipped] == ["a.py"]
    assert reason in result.skipped[0].reason
    assert "\n" not in result.skipped[0].reason
    after = fixed_project(files, move())
    assert after["a.py"] == data
    assert SWITCH in after["b.py"]


@pytest.mark.parametrize("data", [b"", b"\n", b"\x0c\n", codecs.BOM_UTF8, b"# tensorflow"])
def test_files_with_nothing_in_them(data: bytes) -> None:
    assert checked({"a.py": data}, move()).findings == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import tensorflow as tf\ngo()", "{root}\n{switch}\ngo()"),
        ("import tensorflow as tf;x=tf.Session()", "{root}; {switch};x=tf.Session()"),
        ("x = 1; import tensorflow as tf\ngo()", "x = 1; {root}; {switch}\ngo()"),
        ("if 1: import tensorflow as tf\ngo()", "if 1: {root}; {switch}\ngo()"),
        ("import os, tensorflow as tf, sys\ngo()\n", "import os, {rest}, sys\n{switch}\ngo()\n"),
        ("import tensorflow as tf  # old\ngo()\n", "{root}  # old\n{switch}\ngo()\n"),
        ("import  tensorflow  as  tf\ngo()\n", "import  {rest}\n{switch}\ngo()\n"),
        ("import tensorflow \\\n  as tf\ngo()\n", "import {rest}\n{switch}\ngo()\n"),
        ("if 1:\n\timport tensorflow as tf\n\tgo()\n", "if 1:\n\t{root}\n\t{switch}\n\tgo()\n"),
        ("try:\n  import tensorflow as tf\nfinally: go()\n", "try:\n  {root}\n  {switch}\nfinally: go()\n"),
        ("\x0cimport tensorflow as tf\ngo()\n", "\x0c{root}\n\x0c{switch}\ngo()\n"),
        ("import tensorflow as tf\n\x0c\ngo()\n", "{root}\n{switch}\n\x0c\ngo()\n"),
        ("import tensorflow\ngo()\n",
         "import tensorflow.compat.v1 as tensorflow\ntensorflow.disable_v2_behavior()\ngo()\n"),
        ("'doc'\nfrom __future__ import division\nimport tensorflow as tf\ngo()\n",
         "'doc'\nfrom __future__ import division\n{root}\n{switch}\ngo()\n"),
        ("#!/usr/bin/env python\nimport tensorflow as tf\ngo()\n",
         "#!/usr/bin/env python\n{root}\n{switch}\ngo()\n"),
        ("def main():\n    import tensorflow as tf\n    tf.Session()\nmain()\n",
         "def main():\n    {root}\n    {switch}\n    tf.Session()\nmain()\n"),
    ],
)  # fmt: skip
def test_the_import_and_the_switch(before: str, after: str) -> None:
    root = ROOT.decode()
    rewritten = fixed(before)
    assert rewritten == after.format(
        root=root, rest=root.removeprefix("import "), switch=SWITCH.decode()
    )
    ast.parse(rewritten)
    assert fixed(rewritten) == rewritten


PLAIN = "import tensorflow\nimport tensorflow.keras\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tensorflow.Session()", "tensorflow.compat.v1.Session()"),
        ("é = '日'; tensorflow.Session(); '日'", "é = '日'; tensorflow.compat.v1.Session(); '日'"),
        ("(tensorflow\n  .Session\n  ())", "(tensorflow.compat.v1.Session\n  ())"),
        ("tensorflow \\\n  .Session()", "tensorflow.compat.v1.Session()"),
        ("tensorflow . Session ( )", "tensorflow.compat.v1.Session ( )"),
        ("x = [tensorflow.Session, tensorflow.Session]",
         "x = [tensorflow.compat.v1.Session, tensorflow.compat.v1.Session]"),
        ("if 1:\n\tx =\ttensorflow.Session()\t# é", "if 1:\n\tx =\ttensorflow.compat.v1.Session()\t# é"),
        ("x = '''\n日 tensorflow.Session\n''', tensorflow.Session",
         "x = '''\n日 tensorflow.Session\n''', tensorflow.compat.v1.Session"),
    ],
)  # fmt: skip
def test_names_are_replaced_and_nothing_else(before: str, after: str) -> None:
    rewritten = fixed(PLAIN + before + "\n")
    assert isinstance(rewritten, str)
    assert rewritten.endswith(after + "\n")


def test_a_comment_inside_a_name_is_not_lost() -> None:
    code = PLAIN + "(tensorflow  # why\n  .Session())\n"
    rewritten = fixed(code)
    assert isinstance(rewritten, str)
    assert "# why" in rewritten
    assert rewritten.endswith(code[len(PLAIN) :])


def test_long_lines_and_many_edits() -> None:
    line = "x = [" + ", ".join(["tensorflow.Session"] * 2000) + "]\n"
    assert fixed(PLAIN + line).endswith(line.replace("flow.S", "flow.compat.v1.S"))


def test_from_imports_keep_their_layout() -> None:
    code = (
        "from tensorflow import (\n    Session,  # one\n    placeholder as ph,\n)\nSession(); ph\n"
    )
    assert fixed(code) == (
        "from tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()\n"
        + code.replace("tensorflow", "tensorflow.compat.v1")
    )


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(OverlapError):
        apply(b"abcdef", [Edit(0, 3, "x"), Edit(2, 4, "y")])
    with pytest.raises(ValueError, match="outside"):
        apply(b"abc", [Edit(2, 9, "x")])
    assert apply(b"abc", [Edit(1, 2, "x"), Edit(1, 2, "x"), Edit(3, 3, "!")]) == b"axc!"
