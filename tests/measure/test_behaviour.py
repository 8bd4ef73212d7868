"""Probes: how they are run apart, folded into the facts, and that the facts say what releases give."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest

from tfshift import facts
from tfshift.facts.behaviour import ABSOLUTE, apart, same, shown
from tfshift.facts.build.pack import read_merged
from tfshift.measure.agents import AGENT
from tfshift.measure.behaviour import MODES, _stable, fold_behaviour, key_of, nearest, probes
from tfshift.measure.release import run_agent
from tfshift.measure.workbench import Workbench

FACTS = Path(__file__).parents[2] / "facts"
PROBES = [probe for _, probe in probes(FACTS)]


def array(*numbers: float, dtype: str = "float32") -> dict[str, Any]:
    return {"v": {"t": dtype, "s": [len(numbers)], "d": list(numbers)}}


def test_a_probe_is_written_once_and_is_an_expression() -> None:
    assert [p for p, times in Counter(PROBES).items() if times > 1] == []
    for symbol, call in PROBES:
        compile(call, symbol, "eval")
        assert "\n" not in call
        assert "\t" not in call


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (array(1.0, 2.0), array(1.0, 2.0 + 1e-7), True),
        (array(1.0, 2.0), array(1.0, 2.0 + 1e-4), False),
        (array(0.0, 1000.0), array(1e-4, 1000.0), True),
        (array(0.0, 1.0), array(1e-4, 1.0), False),
        (array(1.0), array(1.0, dtype="float64"), False),
        (array(1.0), array(1.0, 1.0), False),
        (array(float("inf")), array(float("inf")), True),
        ({"v": "nan"}, {"v": 1.0}, False),
        ({"v": True}, {"v": 1}, True),
        ({"v": 0.5}, {"v": {"t": "float32", "s": [], "d": [0.5]}}, True),
        ({"e": "ValueError"}, {"e": "TypeError"}, False),
        ({"e": "ValueError"}, {"v": None}, False),
    ],
)  # fmt: skip
def test_answers_are_the_same_up_to_what_processors_decide(
    one: Any, other: Any, expected: bool
) -> None:
    assert same(one, other) is expected
    assert same(other, one) is expected
    assert same(one, one)


def test_the_distance_is_that_of_numbers_of_one_shape() -> None:
    assert apart(array(1.0, 2.0)["v"], array(1.5, 2.0)["v"]) == pytest.approx(0.5)
    assert apart(array(1.0)["v"], array(1.0, 2.0)["v"]) is None
    assert apart("a", 1.0) is None
    assert shown(array(1.0, 2.5)["v"]) == "[1, 2.5] (float32 2)"


def test_an_answer_of_the_platforms_becomes_that_of_the_next_release() -> None:
    near, far = array(1.0), array(1.0 + ABSOLUTE / 2)
    others = {"1.15": far, "2.10": near, "2.11": array(3.0)}
    assert nearest(array(1.0 + ABSOLUTE / 4), others, "2.9") is near
    assert nearest(array(2.0), others, "2.9") == array(2.0)


def test_folding_keeps_other_releases_and_forgets_what_is_no_probe(tmp_path: Path) -> None:
    for folder in ("releases", "probes", "behaviour"):
        (tmp_path / folder).mkdir()
    for minor in ("2.0", "2.1"):
        (tmp_path / "releases" / f"{minor}.json").write_text("{}")
    (tmp_path / "probes" / "math.toml").write_text('[[probe]]\ncall = "F(X)"\nsymbols = ["tf.a"]\n')
    key = key_of(("tf.a", "F(X)"), "native")
    file = tmp_path / "behaviour" / "math.json"
    file.write_text(json.dumps({key: {"2.0..2.0": array(1.0)}, "tf.b native F(X)": {"..": 1}}))
    fold_behaviour(tmp_path, "2.1", {key: array(1.0)})
    assert read_merged(file) == {key: {"..": array(1.0)}}
    fold_behaviour(tmp_path, "2.1", {key: array(2.0)})
    assert read_merged(file) == {key: {"..2.0": array(1.0), "2.1..": array(2.0)}}
    fold_behaviour(tmp_path, "2.0", {})
    assert read_merged(file) == {key: {"2.1..": array(2.0)}}


class Bench:
    """Gives what it is told to, without any TensorFlow."""

    def probe(self, expression: str) -> dict[str, Any]:
        if expression == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if expression == "hang":
            os.kill(os.getpid(), signal.SIGALRM)
        return {"v": expression}


def test_a_probe_that_dies_or_hangs_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(AGENT))
    monkeypatch.delitem(sys.modules, "behaviour", raising=False)
    # Written for foreign interpreters, it is found on the path in this test alone.
    from behaviour.__main__ import apart as run_apart  # type: ignore[import-not-found]

    group = [(name, name) for name in ("a", "die", "b", "hang", "c", "die2", "d")]
    told = run_apart(Bench(), group)
    assert told == {
        **{name: {"v": name} for name in ("a", "b", "c", "die2", "d")},
        "die": {"e": "dies"},
        "hang": {"e": "hangs"},
    }


@pytest.mark.truth
@pytest.mark.parametrize(
    ("version", "mode"), [("1.15", "native"), ("2.15", "native"), ("2.15", "compat")]
)
def test_the_facts_say_what_a_release_gives(
    version: str, mode: str, tensorflow_python: Any, tmp_path: Path
) -> None:
    chosen = random.Random(version + mode).sample(PROBES, 60)
    file = tmp_path / "probes.json"
    file.write_text(json.dumps([[f"{s} {c}", [s, c]] for s, c in chosen]))
    out = tmp_path / "answer.json"
    told = run_agent(tensorflow_python(version), "behaviour", out, str(file), mode, "5")
    position = facts.open().position(version)
    wrong = {}
    for symbol, call in chosen:
        known = facts.open().at("behaviour", key_of((symbol, call), mode), position)
        answer = told[f"{symbol} {call}"]
        if "a" in answer:
            assert known is None, (symbol, call)
        elif known != {"u": 1} and not same({k: answer[k] for k in answer if k != "m"}, known):
            wrong[f"{symbol} {call}"] = (answer, known)
    assert not wrong
    assert mode in MODES


@pytest.mark.truth
def test_each_probe_begins_its_variables_and_names_of_one_object_share_one_answer(
    tensorflow_python: Any, tmp_path: Path
) -> None:
    wanted = [
        ("tf.metrics.mean", "F(X)[1]"),
        ("tf.compat.v1.metrics.mean", "F(X)[1]"),
        ("tf.metrics.mean_absolute_error", "F(Y, P)[1]"),
        ("tf.metrics.accuracy", "F(B, Q)[1]"),
    ]
    file = tmp_path / "probes.json"
    file.write_text(json.dumps([[f"{s} {c}", [s, c]] for s, c in wanted]))
    out = tmp_path / "answer.json"
    told = run_agent(tensorflow_python("2.15"), "behaviour", out, str(file), "compat", "1")
    assert all("v" in answer for answer in told.values()), told
    assert told["tf.metrics.mean F(X)[1]"] == told["tf.compat.v1.metrics.mean F(X)[1]"]


class Coins:
    """A bench whose probes give, run after run, what they are told to."""

    def __init__(self, runs: dict[str, list[float]]) -> None:
        self.runs, self.asked = runs, 0

    def ask(self, agent: str, file: str, mode: str, seed: str) -> dict[str, Any]:
        self.asked += 1
        wanted = json.loads(Path(file).read_text())
        return {key: array(self.runs[probe[0]].pop(0)) for key, probe in wanted}


@pytest.mark.parametrize(
    ("runs", "known", "own", "answer"),
    [
        # Another release gives the same: that is no chance.
        ([1.0], [1.0], None, array(1.0)),
        # It gives so twice, and was never asked before.
        ([1.0, 1.0], [2.0], None, array(1.0)),
        ([1.0, 3.0], [2.0], None, {"u": 1}),
        # An earlier measurement gave something else: it has to give the same each time.
        ([1.0, 1.0, 1.0, 1.0], [2.0], array(3.0), array(1.0)),
        ([1.0, 1.0, 1.0], [1.0], array(3.0), array(1.0)),
        ([1.0, 1.0, 3.0], [2.0], array(3.0), {"u": 1}),
        # What varied once stays unstable, whatever it gives now.
        ([1.0], [1.0], {"u": 1}, {"u": 1}),
    ],
)
def test_what_falls_one_of_two_ways_is_unstable(
    runs: list[float], known: list[float], own: dict[str, Any] | None, answer: dict[str, Any]
) -> None:
    probe = ("tf.a", "F()")
    key = key_of(probe, "native")
    bench = Coins({"tf.a": list(runs)})
    found = _stable(
        cast(Workbench, bench),
        [probe],
        "native",
        {key: [array(value) for value in known]},
        {key: own} if own else {},
    )
    assert found == {key: answer}
    assert bench.asked == len(runs)
