"""Shapes that are followed: never longer than it takes, whatever the numbers of a file are."""

from __future__ import annotations

import pytest

from .test_graphs import RUN, X, native


@pytest.mark.parametrize(
    "more",
    [
        "for i in range(10 ** 12):\n    print(i)\n    break\n",
        "many = [0] * 10 ** 12\n",
        "deep = 10 ** 10 ** 10\n",
        "for i, n in enumerate(range(10 ** 12)):\n    k = i * n\n",
    ],
)
def test_numbers_of_any_size_are_not_computed(more: str) -> None:
    code = X + "w = tf.Variable(tf.ones([int(x.get_shape()[1]), 3]))\ny = tf.matmul(x, w)\n" + RUN
    assert "w = tf.Variable(tf.ones([2, 3]))" in native(code.replace("w = ", f"{more}w = ", 1))
