"""Several processes find exactly what one finds."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfshift import facts
from tfshift.code import workers
from tfshift.code.check import check
from tfshift.code.destinations import Move
from tfshift.code.origin import infer
from tfshift.domain.errors import TfshiftError

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="one process there")
FILLING = "def f{n}(x):\n    return tf.to_float(tf.reduce_sum(x, keep_dims=True))\n\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Modules that hand TensorFlow on in a chain, in a circle and through a package."""
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("from pkg.m0 import tf\n")
    for number in range(12):
        origin = "import tensorflow as tf" if not number else f"from pkg.m{number - 1} import tf"
        body = "".join(FILLING.format(n=n) for n in range(500))
        (package / f"m{number}.py").write_text(f"{origin}\n{body}")
    for one, other in (("a", "b"), ("b", "a")):
        text = f"from pkg.{other} import tf as {one}{other}, X\nimport tensorflow as tf\nX = tf.Session\n"
        (package / f"{one}.py").write_text(text + f"s = {one}{other}.placeholder\n" * 3000)
    (package / "broken.py").write_text("import tensorflow as tf\nprint ('x'\n")
    (tmp_path / "main.py").write_text(
        "from pkg import tf, m11\ntf.Session()\nprint(m11.tf.VERSION)\n"
    )
    return tmp_path


@LINUX
def test_as_many_processes_as_one_likes_find_the_same(tree: Path) -> None:
    move = Move(facts.open(), "1.15", "2.15")
    size = sum(f.stat().st_size for f in tree.rglob("*.py"))
    assert size > workers.WORTH_BYTES
    one, two = check([tree], move, 1), check([tree], move, 2)
    assert one.findings == two.findings
    assert one.results == two.results
    assert one.skipped == two.skipped
    assert [s.path for s in one.skipped] == ["pkg/broken.py"]
    assert {f.path for f in one.findings} >= {"main.py", "pkg/a.py", "pkg/m11.py"}
    assert infer([tree], facts.open(), 1) == infer([tree], facts.open(), 2)


@LINUX
def test_a_process_that_dies_is_one_line(tree: Path) -> None:
    def die(number: int) -> tuple[list[int], None]:
        os.kill(os.getpid(), signal.SIGKILL)
        return [], None

    pool = workers.Workers(die, lambda _: None, [set(), set()], [1, 1], 2)
    with pytest.raises(TfshiftError, match="died"):
        list(pool.run())


@LINUX
def test_what_goes_wrong_in_a_process_is_raised_here() -> None:
    def fail(number: int) -> tuple[list[int], None]:
        raise ValueError(f"group {number}")

    pool = workers.Workers(fail, lambda _: None, [set()], [1], 2)
    with pytest.raises(ValueError, match="group 0"):
        list(pool.run())


@LINUX
@given(st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=30), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_each_group_is_read_once_and_after_those_that_it_needs(
    edges: list[set[int]], processes: int
) -> None:
    needs = [{other for other in group if other < number} for number, group in enumerate(edges)]
    known: set[int] = set()

    def read(number: int) -> tuple[list[tuple[int, bool]], int]:
        ready = needs[number] <= known
        known.add(number)
        return [(number, ready)], number

    sizes = [9000 * (1 + number % 3) for number in range(len(needs))]
    pool = workers.Workers(read, known.add, needs, sizes, processes)
    results = list(pool.run())
    assert sorted(number for number, _ in results) == list(range(len(needs)))
    assert all(ready for _, ready in results)


def test_small_trees_are_read_by_the_process_itself() -> None:
    assert workers.count(8, workers.WORTH_BYTES - 1) == 1
    assert workers.count(1, workers.WORTH_BYTES * 100) == 1
