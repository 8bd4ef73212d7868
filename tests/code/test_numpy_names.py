"""Names of NumPy's that come and go: spelled so that both sides run, each pair tried for real."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift import facts

from .moving import checked, fixed_project, move

REWRITES = [
    ("1.15", "2.15", "import numpy as np\nx = np.zeros(3, np.bool)\n", "import numpy as np\nx = np.zeros(3, bool)\n"),
    ("1.15", "2.21", "import numpy as np\nx = np.float_(1), -np.Inf\n",
     "import numpy as np\nx = np.double(1), -np.inf\n"),
    ("1.15", "2.21", "import numpy as np\nx = np.msort([2, 1])\n", "import numpy as np\nx = np.sort([2, 1], axis=0)\n"),
    ("1.15", "2.21", "import numpy as np\nx = np.asfarray([1], 'f4')\n", None),
    ("1.15", "2.21", "from numpy import Inf as I, array\n", "from numpy import inf as I, array\n"),
    ("1.15", "2.21", "from numpy import (\n  array, NaN)\n", "from numpy import (\n  array, nan as NaN)\n"),
    ("1.15", "2.15", "import numpy as np\nbool = 3\nx = np.bool\n", None),
    ("1.15", "2.15", "import numpy as np\nx = np.asscalar(np.ones(1))\n", None),
    ("2.21", "1.15", "import numpy as np\nx = np.pow(2, 3)\n", "import numpy as np\nx = np.power(2, 3)\n"),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "target", "before", "after"), REWRITES)
@pytest.mark.parametrize("head", ["", "import tensorflow as tf\nprint(tf.__version__)\n"])
def test_a_name_is_replaced_by_the_same_object(
    head: str, origin: str, target: str, before: str, after: str | None
) -> None:
    files = {"a.py": head + before, "b.py": "import tensorflow as tf\n"}
    the_move = move(origin, target, "native")
    found = [f for f in checked(files, the_move).findings if f.rule == "numpy-name"]
    assert found
    assert all(f.severity.value == "error" and "NumPy" in f.message for f in found)
    text = fixed_project(files, the_move)["a.py"].decode()
    assert text.endswith(after if after is not None else before)


def test_a_notebook_keeps_its_form() -> None:
    lines = ["import numpy as np\n", "import tensorflow as tf\n", "x = np.int(3)\n"]
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": lines,
    }
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    after = fixed_project({"a.ipynb": book}, move("1.15", "2.15", "native"))["a.ipynb"].decode()
    assert after == book.replace("np.int(3)", "int(3)")


PROBE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
for old, new, arguments, more in json.load(sys.stdin):
    one = eval(f"np.{old}({arguments})")
    other = eval(f"np.{new}({arguments}" + (f", {more})" if more else ")"))
    same = type(one) is type(other) and np.asarray(one).dtype == np.asarray(other).dtype
    print(old, same and np.array_equal(one, other))
"""


@pytest.mark.truth
def test_what_is_said_to_give_the_same_does(tensorflow_python: Callable[[str], Path]) -> None:
    text = facts.open().meta("numpy")
    assert text is not None
    rows = [
        (r["name"], r["to"], r["with"], r.get("arguments", ""))
        for r in json.loads(text)["replaced"].values()
        # Gone before 1.26, which stands beside 2.15, is tried in an older one.
        if r["name"] != "msort"
    ]
    for version, some in (("2.15", rows), ("1.15", None)):
        wanted = some or [("msort", "sort", "[[3, 1], [2, 0]]", "axis=0")]
        done = subprocess.run(
            [str(tensorflow_python(version)), "-c", PROBE],
            input=json.dumps(wanted), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"{row[0]} True" for row in wanted]
