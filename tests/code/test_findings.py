"""What a finding says: where, what, how bad, and what to do."""

from __future__ import annotations

import pytest

from tfshift.domain.findings import Applicability, Finding, Kind, Severity

from .moving import Text, checked, findings, move


def one(code: Text, *version: str) -> Finding:
    found = [f for f in findings(code, *version) if f.rule != "v2-behaviour"]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("code", "span"),
    [
        ("import tensorflow as tf\ntf.Session()\n", (2, 1, 2, 11)),
        ("import tensorflow as tf\n  \nif 1:\n\ttf.Session()\n", (4, 2, 4, 12)),
        ("import tensorflow as tf\nx = 'é日𝒳', tf.Session()\n", (2, 12, 2, 22)),
        ("import tensorflow as tf\n(tf\n  .Session)\n", (2, 2, 3, 11)),
        ("import tensorflow as tf\ntf.Session().run(tf.constant(1))\n", (2, 1, 2, 11)),
        ("import tensorflow as tf\r\n\r\ntf.Session()\r\n", (3, 1, 3, 11)),
        ("import tensorflow as tf\r\rtf.Session()\r", (3, 1, 3, 11)),
        (b"\xef\xbb\xbfimport tensorflow as tf;tf.Session()\n", (1, 25, 1, 35)),
        (b"# coding: latin-1\nimport tensorflow as tf\nx = '\xe9', tf.Session()\n", (3, 10, 3, 20)),
        ("import os, tensorflow.contrib.slim as s\n", (1, 12, 1, 40)),
        ("from tensorflow import (\n  float32,\n  Session)\n", (3, 3, 3, 10)),
        ("import tensorflow as tf\ntf.argmax([1], dimension=0)\n", (2, 16, 2, 27)),
        ("import tensorflow as tf\ntf.argmax([1],\n  dimension=0)\n", (3, 3, 3, 14)),
    ],
)  # fmt: skip
def test_positions_are_those_of_an_editor(code: Text, span: tuple[int, ...]) -> None:
    found = one(code)
    assert (found.line, found.column, found.end_line, found.end_column) == span


@pytest.mark.parametrize(
    ("code", "kind", "symbol"),
    [
        ("import tensorflow as tf\ntf.Session()\n", Kind.MOVED, "tf.Session"),
        ("import tensorflow as tf\ntf.contrib.rnn.GLSTMCell\n", Kind.REMOVED, "tf.contrib.rnn.GLSTMCell"),
        ("from tensorflow.contrib import rnn\n", Kind.IMPORT, "tf.contrib.rnn"),
        ("import tensorflow as tf\ntf.argmax([1], dimension=0)\n", Kind.PARAMETERS, "tf.argmax"),
        ("import tensorflow as tf\ntf.reduce_sum([1], 0, True, 'n', 0, 1)\n", Kind.PARAMETERS, "tf.reduce_sum"),
    ],
)  # fmt: skip
def test_an_error_is_what_fails_on_the_target(code: str, kind: Kind, symbol: str) -> None:
    found = one(code)
    assert (found.severity, found.kind, found.symbol) == (Severity.ERROR, kind, symbol)
    assert "2.15" in found.message
    assert found.evidence
    assert found.fix is not None


def test_the_other_api_is_a_warning() -> None:
    found = findings("import tensorflow as tf\nprint(tf.constant(1))\n")
    assert [(f.rule, f.severity, f.kind) for f in found] == [
        ("v2-behaviour", Severity.WARNING, Kind.BEHAVIOUR)
    ]


def test_a_manual_fix_edits_nothing() -> None:
    found = one("import tensorflow as tf\ntf.contrib.rnn.GLSTMCell\n")
    assert found.fix is not None
    assert (found.fix.applicability, found.fix.edits) == (Applicability.MANUAL, ())


def test_findings_come_in_order_and_paths_are_relative() -> None:
    code = "import tensorflow as tf\ntf.Session(); tf.Session()\ntf.contrib.x\n"
    result = checked({"b/z.py": code, "a.py": code, "c.txt": "tf", "b/.hidden/x.py": code}, move())
    places = [(f.path, f.line, f.column) for f in result.findings]
    assert places == sorted(places)
    assert {f.path for f in result.findings} == {"a.py", "b/z.py"}
    assert result.files == 2


def test_folders_of_others_are_left_out() -> None:
    code = "import tensorflow as tf\ntf.Session()\n"
    folders = ["venv", "build", "site-packages", ".git", "node_modules", "__pycache__", "own"]
    files: dict[str, Text] = {f"{folder}/a.py": code for folder in folders}
    files |= {"mine/pyvenv.cfg": "", "mine/lib/a.py": code}
    assert {f.path for f in checked(files, move()).findings} == {"own/a.py"}


@pytest.mark.parametrize(
    "call",
    [
        "tf.reduce_sum([1], axis=0)",
        "tf.reduce_sum([1], **options)",
        "tf.reduce_sum(*args)",
        "tf.keras.layers.Dense(3, input_shape=(3,))",
        "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y)",
        "tf.train.Checkpoint(model=m)",
        "tf.nn.relu(1.0, name='x')",
        "tf.constant(1, tf.float32, [1])",
        "tf.zeros([2]).eval(session=s)",
    ],
)
def test_arguments_that_both_take(call: str) -> None:
    assert [
        f for f in findings(f"import tensorflow as tf\n{call}\n") if f.rule == "parameters"
    ] == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("tf.argmax([1], dimension=0)", "'dimension'"),
        ("tf.squeeze([1], squeeze_dims=[0])", "'squeeze_dims'"),
        ("tf.nn.softmax([1.0], dim=-1)", "'dim'"),
        ("tf.concat([1], 0, 'name', 3)", "3 positional"),
    ],
)
def test_arguments_that_the_target_refuses(call: str, words: str) -> None:
    found = [f for f in findings(f"import tensorflow as tf\n{call}\n") if f.rule == "parameters"]
    assert len(found) == 1
    assert words in found[0].message
    assert found[0].severity is Severity.ERROR


def test_going_down_names_what_the_old_one_lacks() -> None:
    code = "import tensorflow as tf\ntf.keras.utils.set_random_seed(1)\ntf.nn.relu(1.0)\n"
    found = one(code, "2.15", "1.15")
    assert (found.symbol, found.severity) == ("tf.keras.utils.set_random_seed", Severity.ERROR)


@pytest.mark.parametrize(
    ("call", "applicability"),
    [
        ("tf.contrib.layers.batch_norm(x)", Applicability.SAFE),
        ("tf.contrib.layers.batch_norm(x, decay=0.9)", Applicability.SAFE),
        ("tf.contrib.layers.batch_norm(x, renorm=True)", Applicability.MANUAL),
        ("tf.contrib.layers.batch_norm(x, zero_debias_moving_mean=True)", Applicability.MANUAL),
    ],
)
def test_what_a_provider_does_not_offer_is_left_to_a_person(
    call: str, applicability: Applicability
) -> None:
    found = one(f"import tensorflow as tf\nx = tf.ones([2, 3])\n{call}\n")
    assert found.fix is not None
    assert found.fix.applicability is applicability


def test_an_imported_function_is_judged_at_each_call() -> None:
    code = (
        "import tensorflow as tf\nfrom tensorflow.contrib.layers import batch_norm\n"
        "a = batch_norm(tf.ones([2, 3]))\nb = batch_norm(a, renorm=True)\n"
    )
    by_hand = [
        f.line for f in findings(code) if f.fix and f.fix.applicability is Applicability.MANUAL
    ]
    assert by_hand == [4]
