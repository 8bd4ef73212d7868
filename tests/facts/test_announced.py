"""Notes on releases: what they name is held against the snapshots."""

from __future__ import annotations

import pytest

from tfshift import facts
from tfshift.facts.announced import announced, since_last

FACTS = facts.open()


@pytest.mark.parametrize("minor", FACTS.minors)
def test_what_a_note_names_is_confirmed(minor: str) -> None:
    for note in announced(FACTS, minor):
        assert note["confirmed"] is not False, note
        assert note["title"]
        assert note["read"]


def test_a_claim_that_does_not_hold_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [
        {"gone": ["tf.nn.relu"]}, {"new": ["tf.Session"]}, {"gone": ["tf.never_was"]},
        {"parameters": ["tf.reduce_sum -axis"]}, {"parameters": ["tf.reduce_sum +keep_dims"]},
    ]  # fmt: skip
    notes = [{"title": "t", "read": "r", **claim} for claim in claims]
    monkeypatch.setattr(type(FACTS), "notes", lambda self, minor: notes)
    assert [n["confirmed"] for n in announced(FACTS, "2.0")] == [False] * len(claims)


def test_a_note_without_symbols_is_not_looked_up() -> None:
    assert {"title", "read", "confirmed"} == set(announced(FACTS, "1.6")[0])
    assert announced(FACTS, "1.6")[0]["confirmed"] is None


def test_each_minor_tells_how_it_differs_from_the_one_before() -> None:
    assert since_last(FACTS, FACTS.minors[0]) is None
    told = since_last(FACTS, "2.0")
    assert told is not None
    assert told["since"] == "1.15"
    assert told["removed"] == len(FACTS.diff("1.15", "2.0")["removed"])
