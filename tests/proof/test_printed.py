from __future__ import annotations

import pytest

from tfshift.proof.compare import compare

from .made_recordings import recording

SAME = [
    ("took 1.23 s", "took 4.56 s"),
    ("epoch 3 (12.3 sec)", "epoch 3 (0.4 sec)"),
    ("12 ms per step", "3 ms per step"),
    ("time: 12.5", "time: 13.9"),
    ("100.5 examples/sec", "210.2 examples/sec"),
    ("at 2024-01-01 10:00:00", "at 2025-06-07 23:59:59"),
    ("saved /tmp/tmpab12/model.ckpt", "saved /tmp/tmpzz99/model.ckpt"),
    ("<object object at 0x7f0011223344>", "<object object at 0x7fffaabbccdd>"),
    ("TensorFlow 1.15.5", "TensorFlow 2.15.1"),
    ("in /home/a/old/data.csv", "in /home/b/new/data.csv"),
    ("[[ 1.  2.]", "[[1. 2.]"),
    ("value np.float32(0.5)", "value 0.5"),
    ("export/1700000000", "export/1700009999"),
    ("1/1 [======] - 0s 4ms/step", "1/1 [======] - 1s 900ms/step"),
    ("a   b", "a b"),
    ("12 loss\r", "12 loss"),
    ("139826771503312: resource", "139725479865488: resource"),
    ("TensorSpec(shape=(2,), name='dense_input')", "TensorSpec(shape=(2,), name='keras_tensor')"),
]
CLOSE = [
    ("loss 0.12345", "loss 0.12346"),
    ("loss=1.0000001", "loss=1.0000002"),
    ("acc 95.12%", "acc 95.13%"),
    ("x 1e-3", "x 1.0000001e-3"),
]
DIFFERENT = [
    ("loss 0.1234", "loss 0.1244"),
    ("accuracy: 0.95", "accuracy: 0.96"),
    ("12 correct", "13 correct"),
    ("hello", "Hello"),
    ("loss nan", "loss 1.0"),
    ("x 0.5", "x -0.5"),
    ("conv2d_1", "conv2d_2"),
    ("layers: 3", "layers: 3 (deprecated)"),
    ("version 1.15.5 of the data", "version 1.15.6 of the data"),
    ("5 steps", "6 steps"),
]
BEFORE = {"cwd": "/home/a/old", "versions": {"tensorflow": "1.15.5"}}
AFTER = {"cwd": "/home/b/new", "versions": {"tensorflow": "2.15.1"}}


def agreement(one: str, other: str, **named: dict) -> str:
    a = recording([], ["start", one, "end"], **named.get("before", {}))
    b = recording([], ["start", other, "end"], **named.get("after", {}))
    return compare(a, b).agreement


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_changes_in_every_run_is_no_difference(one: str, other: str) -> None:
    assert agreement(one, other, before=BEFORE, after=AFTER) == "equal"


@pytest.mark.parametrize(("one", "other"), CLOSE)
def test_last_digits_are_close(one: str, other: str) -> None:
    assert agreement(one, other) == "close"


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_text_or_numbers_are_different(one: str, other: str) -> None:
    assert agreement(one, other) == "different"


def test_a_line_more_or_less_is_a_difference_at_its_place() -> None:
    a, b = recording([], ["one", "two", "three"]), recording([], ["one", "three"])
    lost = compare(a, b).first_difference
    assert lost is not None
    assert (lost.name, "two" in lost.note) == ("stdout:2", True)
    assert compare(b, a).agreement == "different"


def test_arrays_may_be_wrapped_otherwise() -> None:
    a = ["[[0.25 0.5", "  0.75]", " [1. 2. 3.]]", "done"]
    b = ["[[0.25 0.5 0.75]", " [1.   2.   3.  ]]", "done"]
    assert compare(recording([], a), recording([], b)).agreement == "equal"


def test_an_open_bracket_in_prose_does_not_swallow_what_follows() -> None:
    a = ["range [0, 1)", "loss 0.5", "loss 0.25"]
    b = ["range [0, 1)", "loss 0.5", "loss 0.75"]
    result = compare(recording([], a), recording([], b))
    assert result.first_difference is not None
    assert result.first_difference.name == "stdout:3"


def test_progress_bars_and_rulers_are_left_out_and_said() -> None:
    a = ["Train on 5 samples", "Epoch 1/2", "=====", "5/5 - 0s - loss: 0.1", "x"]
    result = compare(recording([], a), recording([], ["Epoch 1/2", "x"]))
    assert result.agreement == "equal"
    assert any("progress" in note for note in result.notes)


def test_a_recorded_value_explains_a_coarse_last_digit() -> None:
    import numpy as np

    one, other = np.float32(0.1249999), np.float32(0.1250001)
    printed = ["loss 0.12"], ["loss 0.13"]
    assert compare(recording([], printed[0]), recording([], printed[1])).agreement == "different"
    a, b = recording([one], printed[0]), recording([other], printed[1])
    assert compare(a, b).agreement == "close"
