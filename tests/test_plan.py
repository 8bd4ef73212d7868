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
