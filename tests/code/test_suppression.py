"""Comments that silence findings: those on their line, for their rules, with a reason."""

from __future__ import annotations

import pytest

from .moving import findings, fixed

HEAD = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"


def told(line: str) -> list[tuple[str, str]]:
    return [(f.rule, f.severity.value) for f in findings(HEAD + line + "\n")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tf.contrib.eager.Network", [("removed-symbol", "error")]),
        ("tf.contrib.eager.Network  # tfshift: ignore[removed-symbol]: dead code", []),
        ("tf.contrib.eager.Network  # tfshift: ignore: dead code", []),
        ("tf.contrib.eager.Network(\n  1)  # tfshift: ignore: dead code", [("removed-symbol", "error"), ("suppression", "info")]),
        ("tf.contrib.eager.Network  # tfshift: ignore[parameters]: other rule",
         [("removed-symbol", "error"), ("suppression", "info")]),
        ("tf.contrib.eager.Network  # tfshift: ignore", [("suppression", "info")]),
        ("x = 1  # tfshift: ignore: nothing here", [("suppression", "info")]),
        ("x = '# tfshift: ignore: a string'", []),
        ("tf.contrib.eager.Network  # tfshift: ignore[parameters, removed-symbol]: both", []),
    ],
)  # fmt: skip
def test_a_comment_silences_its_line(line: str, expected: list[tuple[str, str]]) -> None:
    assert told(line) == expected


def test_a_comment_that_silences_nothing_is_taken_away() -> None:
    assert fixed(HEAD + "x = 'é'  # tfshift: ignore: why\ny = 1\n") == HEAD + "x = 'é'\ny = 1\n"


def test_a_silenced_place_is_not_rewritten() -> None:
    code = HEAD + "tf.contrib.layers.flatten(x)  # tfshift: ignore[removed-symbol]: on purpose\n"
    assert fixed(code) == code
