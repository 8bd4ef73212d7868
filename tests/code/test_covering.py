"""Which probes tell of a call: the options must agree, inputs need not."""

from __future__ import annotations

import ast

import pytest

from tfshift.code.covering import covers, kept_with, probe_call
from tfshift.domain.symbols import Signature

GRU = Signature.from_compact(
    ["units", "activation='tanh'", "reset_after=False", "dropout=0.0", "**kwargs"]
)
NOW = Signature.from_compact(
    ["units", "activation='tanh'", "reset_after=True", "dropout=0.0", "**kwargs"]
)


def covered(
    probe: str, call: str, before: Signature | None = GRU, after: Signature | None = NOW
) -> int | None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return covers(probe_call(probe), node, before, after)


@pytest.mark.parametrize(
    ("probe", "call"),
    [
        ("LAYER(F(3), SEQ)", "f(64)"),
        ("LAYER(F(3), SEQ)", "f(units=n)"),
        ("LAYER(F(3), SEQ)", "f(64, activation='tanh')"),
        ("LAYER(F(3), SEQ)", "f(64, dropout=0.3)"),
        ("LAYER(F(3), SEQ)", "f(64, name='x')"),
        ("LAYER(F(3, activation='relu'), SEQ)", "f(64, 'relu')"),
        ("LAYER(F(3, reset_after=False), SEQ)", "f(64, reset_after=False)"),
        ("GRAD(F, X)", "f(64)"),
    ],
)
def test_a_probe_tells_of_calls_with_the_same_options(probe: str, call: str) -> None:
    assert covered(probe, call) is not None


@pytest.mark.parametrize(
    ("probe", "call"),
    [
        ("LAYER(F(3), SEQ)", "f(64, activation='relu')"),
        ("LAYER(F(3), SEQ)", "f(64, activation=None)"),
        ("LAYER(F(3, activation='relu'), SEQ)", "f(64)"),
        # Given, so that the changed default is no matter of this call.
        ("LAYER(F(3), SEQ)", "f(64, reset_after=False)"),
        ("LAYER(F(3), SEQ)", "f(64, reset_after=flag)"),
        ("LAYER(F(3, reset_after=False), SEQ)", "f(64, reset_after=True)"),
        ("LAYER(F(3), SEQ)", "f(*args)"),
        ("LAYER(F(3), SEQ)", "f(3, **kw)"),
        ("LAYER(F(3), SEQ)", "f(1, 2, 3, 4, 5, 6)"),
    ],
)
def test_a_probe_tells_nothing_of_other_calls(probe: str, call: str) -> None:
    assert covered(probe, call) is None


def test_the_nearest_probe_gives_most_of_the_calls_arguments() -> None:
    plain, near = (
        covered("F(3)", "f(64, dropout=0.3)"),
        covered("F(3, dropout=0.1)", "f(64, dropout=0.3)"),
    )
    assert plain is not None
    assert near is not None
    assert near > plain


def test_without_a_signature_only_the_same_arguments_do() -> None:
    assert covered("F(X, axis=1)", "f(x, axis=2)", None, None) is not None
    assert covered("F(X)", "f(x, axis=2)", None, None) is None
    assert covered("F(X, mode='a')", "f(x, mode='b')", None, None) is None


def test_what_keeps_a_call_is_the_same_one_with_more_keywords() -> None:
    others = [
        "L(F(3), S)",
        "L(F(3, a=1), S)",
        "L(F(3, a=1, b='x'), S)",
        "L(F(4, a=1), S)",
        "M(F(3, a=1), S)",
    ]
    assert list(kept_with("L(F(3), S)", iter(others))) == [
        ("L(F(3, a=1), S)", {"a": "1"}),
        ("L(F(3, a=1, b='x'), S)", {"a": "1", "b": "'x'"}),
    ]
    assert list(kept_with("L(F(3, a=1), S)", iter(others))) == [
        ("L(F(3, a=1, b='x'), S)", {"b": "'x'"})
    ]
    assert list(kept_with("GRAD(F, X)", iter(others))) == []
