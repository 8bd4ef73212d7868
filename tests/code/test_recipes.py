"""The list of symbols that have no recipe may only shrink."""

from __future__ import annotations

from pathlib import Path

from tfshift import facts
from tfshift.code.recipes import MOVES, counted, unanswered

LIST = Path(__file__).parents[2] / "facts" / "without_recipe.txt"
HINT = "make it anew with: tfshift facts left --count PATH -o facts/without_recipe.txt"


def test_nothing_is_left_without_a_recipe_that_is_not_listed() -> None:
    database = facts.open()
    found = {(a, b, symbol) for a, b in MOVES for symbol in unanswered(database, a, b)}
    listed = {tuple(line.split()[1:]) for line in LIST.read_text().splitlines()}
    assert found - listed == set(), f"new symbols without a recipe; {HINT}"
    assert listed - found == set(), f"these have a recipe by now, take them out; {HINT}"


def test_the_most_used_come_first() -> None:
    counts = [int(line.split()[0]) for line in LIST.read_text().splitlines()]
    assert counts == sorted(counts, reverse=True)


def test_what_has_a_recipe_is_not_left() -> None:
    left = set(unanswered(facts.open(), "1.15", "2.15"))
    assert "tf.contrib.seq2seq.BasicDecoder" in left
    assert not left & {
        "tf.Session",
        "tf.contrib.layers.conv2d",
        "tf.contrib.slim.conv2d",
        "tf.contrib.slim.learning.train",
        "tf.contrib.training.HParams",
        "tf.nn.relu",
    }


def test_uses_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import tensorflow as tf\ntf.Session()\ntf.Session\n")
    (tmp_path / "b.py").write_text("from tensorflow import Session\nSession()\n")
    uses = counted([tmp_path], facts.open(), 1)
    assert uses["tf.Session"] == 4
