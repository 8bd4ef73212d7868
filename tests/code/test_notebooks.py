"""Notebooks: code cells are checked and fixed, everything else on disk stays as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfshift.code.notebooks import Notebook, read, without_magics
from tfshift.code.sources import Skipped

from .moving import checked, fixed, fixed_project, move
from .test_properties import LIMITS, programs

OUTPUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": ['tf.placeholder "quoted" \\ é\n', "\u2028"],
}


def code_cell(source: str | list[str]) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": 7,
        "metadata": {"source": "tf.Session"},
        "outputs": [OUTPUT],
        "source": source,
    }


def notebook(*cells: str, split: bool = True, **options: object) -> bytes:
    """Compose a notebook as Jupyter writes it: a text cell first, then code cells."""
    text = {"cell_type": "markdown", "metadata": {}, "source": ["import tensorflow as tf"]}
    whole = [code_cell(c.splitlines(keepends=True) if split else c) for c in cells]
    document = {"cells": [text, *whole], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    layout = {"indent": 1, "ensure_ascii": False, **options}
    return json.dumps(document, **layout).encode() + b"\n"  # type: ignore[arg-type]


def sources(data: bytes) -> list[str]:
    return [
        "".join(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"
    ]


def moved(data: bytes) -> bytes:
    return fixed_project({"a.ipynb": data}, move())["a.ipynb"]


def test_the_smallest_difference_is_made() -> None:
    before = notebook("import tensorflow as tf\nprint(1)", "with tf.Session() as s:\n  pass")
    after = moved(before)
    old, new = before.decode().splitlines(), after.decode().splitlines()
    assert [line for line in new if line not in old] == [
        '    "import tensorflow.compat.v1 as tf\\n",',
        '    "tf.disable_v2_behavior()\\n",',
    ]
    assert len(new) == len(old) + 1
    assert sources(after)[1] == "with tf.Session() as s:\n  pass"


def test_findings_are_told_by_cell_and_line() -> None:
    data = notebook("import tensorflow as tf", 'é = "日"\ny = tf.placeholder(tf.float32)')
    found = [f for f in checked({"a.ipynb": data}, move()).findings if f.symbol == "tf.placeholder"]
    assert [(f.cell, f.line, f.column) for f in found] == [(3, 2, 5)]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass              \nx = 1"),
        ("try:\n  %tensorflow_version 1.x\nexcept Exception:\n  pass", None),
        ("!pip install a \\\n  b\nx = 1", "pass           \\\n   \nx = 1".replace("\\", " ")),
        ("!ls", "0  "),
        ("files = !ls -la\nx = 1", "files = 0      \nx = 1"),
        ("here = %pwd", "here = 0   "),
        ("tf.Session?", "pass       "),
        ("%%time\nx = tf.log(1.)", "      \nx = tf.log(1.)"),
        ("%%bash\nls 'x", "      \n     "),
        ("x = '''\n%not magic\n'''", "x = '''\n%not magic\n'''"),
        ("x = (a\n% b)", "x = (a\n% b)"),
        ("await go()", "await go()"),
    ],
)
def test_what_only_ipython_understands_is_passed_over(cell: str, plain: str | None) -> None:
    found = without_magics(cell)
    assert len(found) == len(cell)
    if plain is not None:
        assert found == plain
    data = notebook("import tensorflow as tf", cell)
    read_back = read("a.ipynb", data)
    assert isinstance(read_back, Notebook)
    assert read_back.partly == ()
    after = sources(moved(data))[1]
    assert after == cell.replace("version 1.x", "version 2.x")


def test_a_cell_that_cannot_be_read_is_told_and_others_are_fixed() -> None:
    data = notebook("import tensorflow as tf", "x = (", "y = tf.Session()")
    result = checked({"a.ipynb": data}, move())
    assert [s.reason for s in result.skipped] == [
        "cell 3: syntax error in line 1: '(' was never closed"
    ]
    assert sources(moved(data))[1:] == ["x = (", "y = tf.Session()"]
    assert "compat.v1" in sources(moved(data))[0]


def test_cells_of_python_2_are_converted() -> None:
    data = notebook("import tensorflow as tf\nprint 'é', tf.log(1.)", "print 2")
    kinds = [(f.cell, f.rule) for f in checked({"a.ipynb": data}, move()).findings]
    assert (2, "python2-syntax") in kinds
    assert (3, "python2-syntax") in kinds
    assert sources(moved(data)) == [
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nprint('é', tf.log(1.))",
        "print(2)",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a notebook"),
        (b"[]", "not a notebook"),
        (b'{"cells": [{"cell_type": "code", "source": ["import tensorflow', "not a notebook"),
        (b"\xff\xfe", "not a notebook"),
        (notebook("x").replace(b'"metadata": {},\n "nbformat"', b'"metadata": {"kernelspec": {"language": "R"}},\n "nbformat"'),
         "language R"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_of_python_is_skipped(data: bytes, reason: str) -> None:
    found = read("a.ipynb", data)
    assert isinstance(found, Skipped)
    assert reason in found.reason
    assert fixed_project({"a.ipynb": data, "b.py": ""}, move())["a.ipynb"] == data


def test_notebooks_of_format_3_are_read() -> None:
    cell = {
        "cell_type": "code",
        "input": ["import tensorflow as tf\n", "tf.Session()"],
        "outputs": [],
    }
    document = {"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [cell]}]}
    after = json.loads(moved(json.dumps(document).encode()))
    assert after["worksheets"][0]["cells"][0]["input"][1] == "tf.disable_v2_behavior()\n"


def test_a_notebook_is_no_module() -> None:
    files = {"model.ipynb": notebook("import tensorflow as tf"), "b.py": "import model\n"}
    assert [f.path for f in checked(files, move()).findings] == ["model.ipynb"]


LAYOUTS: Sequence[dict[str, object]] = (
    {},
    {"split": False},
    {"indent": None},
    {"ensure_ascii": True},
    {"indent": 2, "split": False},
    {"indent": None, "separators": (",", ":")},
)


@LIMITS
@given(programs(), st.sampled_from(LAYOUTS), st.integers(0, 3))
def test_a_notebook_is_fixed_as_its_program_is(
    program: bytes, layout: dict[str, object], cut: int
) -> None:
    if program.startswith(b"# coding"):
        return
    text = program.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n")
    if "from __future__" in text or "\x0c" in text:
        return
    script = fixed(text + "\nif __name__ == '__main__': pass\n")
    data = notebook(text + "\nif __name__ == '__main__': pass\n", **layout)  # type: ignore[arg-type]
    after = moved(data)
    assert "".join(sources(after)) == script
    assert _without_sources(after) == _without_sources(data)
    assert moved(after) == after


def _without_sources(data: bytes) -> object:
    document = json.loads(data)
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            del cell["source"]
    return document


EXPORTED = """\
%matplotlib inline
import tensorflow as tf
!pip list | grep tensor
files = !ls
sess = tf.Session()
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("more", ["", 'print "old"\n'])
def test_a_program_exported_from_a_notebook_keeps_its_magics(more: str, ends: str) -> None:
    before = (EXPORTED + more).replace("\n", ends)
    after = fixed(before.encode()).decode()
    wanted = before.replace("import tensorflow as tf", "import tensorflow.compat.v1 as tf" + ends
                            + "tf.disable_v2_behavior()").replace('print "old"', 'print("old")')  # fmt: skip
    assert after == wanted


@pytest.mark.parametrize("line", ["%matplotlib é", "!x = = y(", "%%html\n<b>tf.Session</b>"])
def test_what_only_looks_like_an_export_is_left_alone(line: str) -> None:
    before = f"import tensorflow as tf\n{line}\ntf.Session(\n"
    assert fixed(before) == before
