from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfshift.domain.recordings import Tolerance
from tfshift.proof.account import to_json, to_lines
from tfshift.proof.align import align
from tfshift.proof.compare import compare, unstable_outputs
from tfshift.proof.recording import Recording

from .made_recordings import Maker, recording

FLOATS = st.lists(
    st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), min_size=1, max_size=5),
    min_size=1,
    max_size=12,
)


def arrays(values: list[list[float]]) -> list[np.ndarray]:
    return [np.array(value, "float32") for value in values]


@given(FLOATS, st.lists(st.text(max_size=30), max_size=10))
@settings(max_examples=60, deadline=None)
def test_a_recording_equals_itself(values: list[list[float]], printed: list[str]) -> None:
    one = recording(arrays(values), printed)
    assert compare(one, one).agreement == "equal"


@given(FLOATS, FLOATS)
@settings(max_examples=60, deadline=None)
def test_whether_two_recordings_differ_does_not_depend_on_their_order(
    one: list[list[float]], other: list[list[float]]
) -> None:
    exact = Tolerance(0.0, 0.0, "test")
    a, b = recording(arrays(one)), recording(arrays(other))
    assert compare(a, b, exact).agreement == compare(b, a, exact).agreement


@given(st.integers(1, 40), st.data())
@settings(max_examples=40, deadline=None)
def test_a_planted_difference_is_found_at_its_step(count: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, count - 1))
    values = [np.full(3, float(i + 1), "float32") for i in range(count)]
    changed = [v.copy() for v in values]
    changed[at][1] *= 1.01
    result = compare(recording(values), recording(changed))
    assert result.agreement == "different"
    assert result.first_difference is not None
    assert result.first_difference.step == at + 1
    assert result.first_difference.max_rel == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.0 + 3e-6),
        ([1.0, 2.0], [1.0, 2.0 - 1e-6]),
        ([0.0, 100.0], [5e-5, 100.0]),
        (-0.0, 1e-8),
    ],
)
def test_rounding_is_close(one: object, other: object) -> None:
    a, b = np.asarray(one, "float32"), np.asarray(other, "float32")
    result = compare(recording([a]), recording([b]))
    assert result.agreement == "close"
    assert result.first_difference is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.float32(1.0), np.float32(1.001)),
        (np.float64(1.0), np.float64(1.0 + 1e-9)),
        (np.float32(1.0), np.float32("nan")),
        (np.float32("inf"), np.float32("-inf")),
        (np.int64(3), np.int64(4)),
        (np.bool_(True), np.bool_(False)),
        (np.array(["a", "b"], object), np.array(["a", "c"], object)),
        (np.zeros(3, "float32"), np.zeros((3, 1), "float32")),
        (np.float32(1.0), np.array(["1.0"], object)[0]),
    ],
)
def test_real_differences_are_different(one: object, other: object) -> None:
    result = compare(recording([one]), recording([other]))
    assert result.agreement == "different"


@pytest.mark.parametrize(
    "value",
    [np.float32("nan"), np.float32("inf"), np.int32(2**31 - 1), np.array([], "float32"),
     np.array([True]), np.array(["x"], object), np.complex64(1 + 2j), np.float16(3)],
)  # fmt: skip
def test_the_same_value_of_any_type_is_equal(value: object) -> None:
    assert compare(recording([value]), recording([value])).agreement == "equal"


def test_negative_zero_is_zero() -> None:
    a, b = recording([np.float32(0.0)]), recording([np.float32(-0.0)])
    assert compare(a, b).agreement == "equal"


def test_another_dtype_with_the_same_values_is_close_and_said() -> None:
    result = compare(recording([np.float32(0.5)]), recording([np.float64(0.5)]))
    assert result.agreement == "close"
    assert "float32 became float64" in result.outputs[0].note


def test_the_coarser_dtype_decides_the_bounds() -> None:
    a, b = np.float32(0.1), np.float64(0.1)
    assert compare(recording([a]), recording([b])).agreement == "close"
    assert compare(recording([b]), recording([a])).agreement == "close"


def test_tolerance_grows_with_updates_up_to_a_limit() -> None:
    a, b = [np.float32(1.0)] * 5, [np.float32(1.0)] * 4 + [np.float32(1.0001)]
    assert compare(recording(a), recording(b)).agreement == "different"
    assert compare(recording(a, updates=10), recording(b, updates=10)).agreement == "close"
    far = [np.float32(1.0)] * 4 + [np.float32(1.01)]
    deep = compare(recording(a, updates=10**6), recording(far, updates=10**6))
    assert deep.agreement == "different"
    assert (deep.tolerance.rtol, deep.tolerance.atol) == (2e-3, 1e-4)
    assert "updates" in deep.tolerance.reason


def test_a_tolerance_that_is_given_is_used_but_not_for_integers() -> None:
    wide = Tolerance(0.5, 0.0, "given on the command line")
    one, other = (
        recording([np.float32(1), np.int32(10)]),
        recording([np.float32(1.4), np.int32(10)]),
    )
    assert compare(one, other, wide).agreement == "close"
    assert compare(one, recording([np.float32(1), np.int32(11)]), wide).agreement == "different"


def test_a_missing_step_is_a_difference_at_its_place() -> None:
    maker = Maker()
    kinds = ["session.run", "keras.fit", "keras.evaluate", "session.run"]
    steps = [maker.step(kind, v=np.float32(i)) for i, kind in enumerate(kinds)]
    whole, part = maker.recording(steps), maker.recording([steps[0], *steps[2:]])
    for a, b, word in ((whole, part, "missing"), (part, whole, "only")):
        result = compare(a, b)
        assert result.agreement == "different"
        wrong = [o for o in result.outputs if o.agreement == "different"]
        assert len(wrong) == 1
        assert "keras.fit" in wrong[0].name
        assert word in wrong[0].note


def test_an_extra_metric_is_noted_but_no_difference() -> None:
    maker = Maker()
    a = maker.recording([maker.step("keras.fit", loss=np.float32(1))])
    b = maker.recording([maker.step("keras.fit", loss=np.float32(1), lr=np.float32(2))])
    assert compare(a, b).agreement == "equal"
    assert any("lr" in note for note in compare(a, b).notes)
    assert compare(b, a).agreement == "different"


def test_sampled_arrays_are_judged_by_checksum_and_statistics() -> None:
    big = np.linspace(0, 1, 200_000, dtype="float32")
    hidden = big.copy()
    hidden[1] += 0.5  # not among the sampled elements
    assert compare(recording([big]), recording([big.copy()])).agreement == "equal"
    result = compare(recording([big]), recording([hidden]))
    assert result.agreement in ("close", "different")
    assert "sample" in result.outputs[0].note
    hidden[1] += 5
    assert compare(recording([big]), recording([hidden])).agreement == "different"


@pytest.mark.parametrize(
    ("about_before", "about_after", "word"),
    [
        ({"status": "failed", "reason": "exit status 1"}, {}, "first run failed"),
        ({"status": "cut short", "reason": "interrupted"}, {}, "first run was cut short"),
        ({}, {"status": "cut short", "reason": "killed"}, "second run was cut short"),
    ],
)
def test_what_cannot_be_judged_is_unknown(about_before: dict, about_after: dict, word: str) -> None:
    result = compare(recording([1.0], **about_before), recording([1.0], **about_after))
    assert result.agreement == "unknown"
    assert word in result.reason


def test_nothing_recorded_is_unknown() -> None:
    assert compare(recording(), recording()).agreement == "unknown"


def test_a_command_that_fails_only_after_is_different() -> None:
    result = compare(recording([1.0]), recording([1.0], status="failed", reason="exit status 1"))
    assert result.agreement == "different"
    assert "exit status 1" in result.reason


def test_unstable_outputs_are_left_out_and_listed() -> None:
    first, second = recording([1.0, 2.0, 3.0]), recording([1.0, 2.5, 3.0])
    unstable = unstable_outputs(first, second)
    assert unstable == {(2, "session.run v")}
    result = compare(first, recording([1.0, 9.0, 3.0]), None, unstable)
    assert result.agreement == "equal"
    assert result.unstable == ("step 2 session.run v",)
    assert compare(first, recording([1.0, 9.0, 4.0]), None, unstable).agreement == "different"


def test_json_keeps_the_contract() -> None:
    result = compare(recording([1.0, math.inf]), recording([1.0, 2.0], seconds=2.0))
    data = json.loads(json.dumps(to_json(result), allow_nan=False))
    assert data["verdict"] == "different"
    assert data["first_difference"] == {
        "step": 2,
        "name": "session.run v",
        "max_abs": None,
        "max_rel": None,
    }
    assert data["speed"] == {"before_s": 1.0, "after_s": 2.0, "ratio": 2.0}
    assert data["outputs"][0]["agreement"] == "equal"
    assert data["tolerance"]["reason"]
    assert any(
        line.startswith("first difference: step 2 session.run v") for line in to_lines(result)
    )


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_alignment_uses_every_position_once_and_in_order(a: list[str], b: list[str]) -> None:
    pairs = align(a, b)
    assert [i for i, _ in pairs if i is not None] == list(range(len(a)))
    assert [j for _, j in pairs if j is not None] == list(range(len(b)))
    assert all(a[i] == b[j] for i, j in pairs if i is not None and j is not None)


def test_long_sequences_are_aligned_in_reasonable_time() -> None:
    a = [str(i % 7) for i in range(30_000)]
    b = [*a[:10_000], "new", *a[10_001:]]
    pairs = align(a, b)
    assert (10_000, None) in pairs
    assert (29_999, 29_999) in pairs


def test_curves_hold_what_both_runs_gave_often_enough() -> None:
    from tfshift.proof.curves import curves

    def run(*losses: float) -> Recording:
        maker = Maker()
        steps = [maker.step(loss=np.float32(v), size=np.int64(3), rows=np.ones(4)) for v in losses]
        once = maker.step(kind="keras.evaluate", final=np.float32(1))
        fit = maker.step(kind="keras.fit", accuracy=np.array([0.1, 0.2, 0.3], "float32"))
        return maker.recording([*steps, once, fit])

    (loss, accuracy) = curves(run(3, 2, 1), run(3, float("nan"), 1, 0.5))
    assert (loss.name, loss.before, loss.after) == ("session.run loss", (3, 2, 1), (3, 1, 0.5))
    assert accuracy.name == "keras.fit accuracy"
    assert curves(run(3, 2), run(3, 2))[0].name == "keras.fit accuracy"
    long = curves(run(*range(1000)), run(*range(1000)))[0]
    assert len(long.before) == 200


def test_lines_of_a_report_share_one_scale() -> None:
    from tfshift.report.formats.html import polyline

    assert polyline([0.0, 1.0], [2.0]) == "0.0,120.0 320.0,60.0"
    assert polyline([5.0, 5.0], [5.0]) == "0.0,0.0 320.0,0.0"


def test_units_in_the_last_place_are_counted() -> None:
    one = np.array([1.0, -1.0, 0.0, 2.0], "float32")
    places = np.nextafter(one, np.float32(10))
    result = compare(recording([one]), recording([places]))
    assert result.outputs[0].max_ulp == 1
    assert compare(recording([one]), recording([one])).outputs[0].max_ulp == 0
    across = compare(recording([np.float32(-1e-45)]), recording([np.float32(1e-45)]))
    assert across.outputs[0].max_ulp == 2
    assert compare(recording([np.int64(1)]), recording([np.int64(2)])).outputs[0].max_ulp is None
