"""A plan tells the hops, what changes at each, and what was announced for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfshift import facts
from tfshift.plan import make_plan


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text("import tensorflow as tf\ntf.Session()\ntf.nn.relu(1.0)\n")
    return tmp_path


def test_a_hop_tells_what_was_announced_for_the_minors_that_it_crosses(project: Path) -> None:
    (hop,) = make_plan([project], facts.open(), "1.15", "2.4").hops
    releases = [note["release"] for note in hop.announced]
    assert releases == sorted(releases)
    assert {"2.0", "2.4"} <= set(releases) <= {"2.0", "2.1", "2.2", "2.3", "2.4"}
    assert all(note["confirmed"] is not False for note in hop.announced)
    assert "tf.Session: moved" in hop.changes


def test_downwards_the_newest_comes_first(project: Path) -> None:
    (hop,) = make_plan([project], facts.open(), "2.6", "2.1").hops
    releases = [note["release"] for note in hop.announced]
    assert releases == sorted(releases, reverse=True)
    assert "2.1" not in releases


def test_a_move_from_an_old_minor_stops_at_the_bridge(project: Path) -> None:
    plan = make_plan([project], facts.open(), "1.4", "2.15")
    assert [(h.origin.minor, h.target.minor) for h in plan.hops] == [
        ("1.4", "1.15"),
        ("1.15", "2.15"),
    ]
    assert plan.direct == "yes"


def proofs(
    project: Path, code: str, missing: str = "", origin: str = "1.15", target: str = "2.15"
) -> list[tuple[str, str]]:
    (project / "train.py").write_text("import tensorflow as tf\n" + code)
    plan = make_plan(
        [project],
        facts.open(),
        origin,
        target,
        1,
        lambda r: "not here" if r.minor == missing else "",
    )
    assert plan.holes == ((("2.4.4", "not here"),) if missing == "2.4" else ())
    return [(hop.provable, hop.reason) for hop in plan.hops]


def test_each_hop_tells_whether_it_can_be_proved(project: Path) -> None:
    assert proofs(project, "tf.Session()\n") == [("yes", "")]
    assert proofs(project, "tf.Session()\n", "2.4") == [("yes", "")]
    assert proofs(project, "tf.Session()\n", "2.15") == [("no", "not here")]
    ((verdict, reason),) = proofs(project, "tf.contrib.nowhere.at_all()\n")
    assert (verdict, "need a person" in reason) == ("no", True)
    code = "tf.keras.layers.Dense(3, activation='hard_sigmoid')\n"
    ((verdict, reason),) = proofs(project, code, origin="2.15", target="2.21")
    assert verdict == "unknown"
    assert "first tf.keras.layers.Dense in train.py:2" in reason


def routed(
    project: Path, code: str, origin: str, target: str, *absent: str
) -> list[tuple[str, str, str]]:
    (project / "train.py").write_text("import tensorflow as tf\n" + code)
    missing = lambda r: "not here" if r.minor in absent else ""  # noqa: E731
    plan = make_plan([project], facts.open(), origin, target, 1, missing)
    legs = [(leg.origin.minor, leg.target.minor, leg.provable) for leg in plan.route]
    assert [leg[0] for leg in legs[1:]] == [leg[1] for leg in legs[:-1]]
    assert (legs[0][0], legs[-1][1]) == (origin, target)
    assert plan.to_json()["route"][0]["provable"]["verdict"] == legs[0][2]
    return legs


DENSE = 'd = tf.keras.layers.Dense(2, activation="hard_sigmoid")\n'


def test_what_is_proved_as_a_whole_is_one_part(project: Path) -> None:
    assert routed(project, "tf.Session()\n", "1.4", "2.15") == [("1.4", "2.15", "yes")]


def test_what_cannot_be_proved_is_a_part_by_itself(project: Path) -> None:
    assert routed(project, DENSE, "2.4", "2.21") == [
        ("2.4", "2.15", "yes"),
        ("2.15", "2.16", "unknown"),
        ("2.16", "2.21", "yes"),
    ]
    assert routed(project, DENSE, "2.21", "2.4") == [
        ("2.21", "2.16", "yes"),
        ("2.16", "2.15", "unknown"),
        ("2.15", "2.4", "yes"),
    ]


def test_the_way_goes_around_releases_that_are_not_here(project: Path) -> None:
    assert routed(project, DENSE, "2.4", "2.21", "2.15", "2.16", "2.17") == [
        ("2.4", "2.14", "yes"),
        ("2.14", "2.18", "unknown"),
        ("2.18", "2.21", "yes"),
    ]


def test_an_end_that_is_not_here_is_no_proof(project: Path) -> None:
    legs = routed(project, "tf.constant(1)\n", "2.4", "2.21", "2.21")
    assert legs == [("2.4", "2.20", "yes"), ("2.20", "2.21", "no")]
