"""The silent changes that everybody trips over are known, and what did not change is not reported."""

from __future__ import annotations

import pytest

from tfshift import facts

DATABASE = facts.open()


def shifts(symbol: str, before: str, after: str, there: str | None = None) -> list[str]:
    known = DATABASE.behaviour
    ends = DATABASE.position(before), DATABASE.position(after)
    return [s.call for s in known.shifts(symbol, ends[0], there or symbol, ends[1])]


@pytest.mark.parametrize(
    ("symbol", "before", "after", "call"),
    [
        ("tf.image.resize", "1.15", "2.0", "F(IMG, [3, 3])"),
        ("tf.nn.dropout", "1.15", "2.0", "(SEED(3), tf.reduce_max(F(tf.ones([200]), 0.8)))[1]"),
        ("tf.losses.mean_squared_error", "1.15", "2.15", "F(Y, P)"),
        ("tf.keras.losses.Huber", "1.15", "2.15", "F(reduction='sum')(Y, P)"),
        ("tf.nn.embedding_lookup", "1.15", "2.15", "F([X, X + 1], [0, 3, 5])"),
        ("tf.random_normal_initializer", "1.15", "2.15",
         "(SEED(3), tf.math.reduce_std(F()([100, 100])) > 0.07)[1]"),
        ("tf.keras.layers.GRU", "1.15", "2.15", "LAYER(F(3), SEQ)"),
        ("tf.keras.layers.GRU", "1.15", "2.15", "LAYER(F(3, reset_after=True), SEQ)"),
        ("tf.keras.layers.LSTM", "1.15", "2.15", "LAYER(F(3), SEQ)"),
        ("tf.keras.losses.cosine_similarity", "1.15", "2.15", "F(Y, P)"),
        ("tf.keras.optimizers.SGD", "1.15", "2.15", "FIT(F(lr=0.1))"),
        ("tf.keras.optimizers.Adam", "2.10", "2.21", "FIT(F(0.1, decay=0.1))"),
        ("tf.keras.layers.Dense", "2.15", "2.21", "LAYER(F(3, activation='hard_sigmoid'), X)"),
        ("tf.reduce_max", "1.15", "2.15", "F(NAN)"),
        ("tf.nn.softmax_cross_entropy_with_logits", "1.15", "2.15",
         "GRAD(lambda x: F(labels=tf.nn.softmax(x), logits=X), Y)"),
        ("tf.Tensor.__eq__", "1.15", "2.15", "[F(X) == X]"),
        ("tf.keras.Model.compile", "1.15", "2.15", "HISTORY(MODEL(F(3), metrics=['accuracy']))"),
        ("tf.keras.Sequential.compile", "1.15", "2.15",
         "MODEL(F(3, activation='sigmoid'), metrics=['accuracy'], loss='binary_crossentropy')"
         ".evaluate(X, B, verbose=0)"),
        ("tf.keras.initializers.glorot_uniform", "1.15", "2.15", "F(seed=3)([3, 4])"),
        ("keras.layers.LSTM", "2.15", "2.21", "LAYER(F(3, recurrent_activation='hard_sigmoid'), SEQ)"),
    ],
)  # fmt: skip
def test_a_silent_change_is_known(symbol: str, before: str, after: str, call: str) -> None:
    assert call in shifts(symbol, before, after)
    assert call in shifts(symbol, after, before)


@pytest.mark.parametrize(
    ("symbol", "before", "after"),
    [
        ("tf.reduce_sum", "1.0", "2.21"),
        ("tf.matmul", "1.4", "2.15"),
        ("tf.image.resize", "2.0", "2.21"),
        ("tf.nn.relu6", "1.8", "2.21"),
        ("tf.keras.layers.GRU", "2.0", "2.0"),
        ("tf.no.such.symbol", "1.15", "2.15"),
        ("keras.layers.LSTM", "1.15", "2.15"),
    ],
)
def test_what_stays_is_not_reported(symbol: str, before: str, after: str) -> None:
    assert shifts(symbol, before, after) == []


def test_losses_of_masked_steps_are_known() -> None:
    calls = shifts("tf.keras.layers.Embedding", "2.10", "2.15")
    assert calls
    assert all("mask_zero=True" in call and "evaluate" in call for call in calls)
    # Sample weights are measured beside them and give the same.
    for symbol in ("tf.keras.losses.MeanSquaredError", "tf.keras.Model.evaluate"):
        asked = DATABASE.behaviour.answers(symbol, DATABASE.position("2.15"))
        weighted = {call for call in asked if "sample_weight=W" in call}
        assert weighted
        assert not weighted & set(shifts(symbol, "1.15", "2.15"))


def test_a_rank_1_condition_is_loud_and_so_no_silent_change() -> None:
    call = "F(np.array([True, False, True, False]), X, Y)"
    old, new = (
        DATABASE.behaviour.answers("tf.where", DATABASE.position(v))[call] for v in ("1.15", "2.15")
    )
    assert "v" in old
    assert new == {"e": "InvalidArgumentError"}
    assert call not in shifts("tf.where", "1.15", "2.15")


def test_compat_keeps_what_the_plain_name_changes() -> None:
    for symbol in ("image.resize", "nn.dropout", "nn.embedding_lookup", "keras.layers.GRU"):
        plain = shifts(f"tf.{symbol}", "1.15", "2.15")
        kept = shifts(f"tf.{symbol}", "1.15", "2.15", f"tf.compat.v1.{symbol}")
        assert set(plain) - set(kept)


def test_compat_is_not_safe_either() -> None:
    assert "F(reduction='sum')(Y, P)" in shifts(
        "tf.keras.losses.Huber", "1.15", "2.15", "tf.compat.v1.keras.losses.Huber"
    )


def test_each_change_has_its_edge() -> None:
    known, place = DATABASE.behaviour, DATABASE.position
    for shift in known.shifts("tf.image.resize", place("1.12"), "tf.image.resize", place("2.15")):
        assert shift.since == "2.0"
    for shift in known.shifts("tf.image.resize", place("2.15"), "tf.image.resize", place("1.15")):
        assert shift.since == "1.15"


def test_an_alias_is_known_by_its_object() -> None:
    assert shifts("tf.compat.v2.reduce_max", "2.0", "2.15") == shifts(
        "tf.math.reduce_max", "2.0", "2.15"
    )
