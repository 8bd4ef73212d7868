"""What a side of a move holds besides what its project asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfshift import facts
from tfshift.migrate.sides import for_summaries

WRITES = "import tensorflow as tf\nwriter = tf.summary.create_file_writer('logs')\n"


@pytest.mark.parametrize(
    ("code", "version", "added"),
    [
        (WRITES, "2.21", ["tensorboard"]),
        (WRITES, "2.20", []),  # it requires TensorBoard itself
        (WRITES, "1.15", []),
        (WRITES, "1.2", []),  # it is part of TensorFlow there
        ("import tensorflow as tf\nprint(tf.add(1, 2))\n", "2.21", []),
        ("summary = 'of a book'\n", "2.21", []),
    ],
)
def test_summaries_bring_tensorboard_where_the_release_does_not(
    code: str, version: str, added: list[str], tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(code)
    assert for_summaries(tmp_path, facts.open().release(version)) == added
