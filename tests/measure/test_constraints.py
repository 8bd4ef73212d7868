"""The search for the fewest pins, on made-up releases whose needs are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfshift.measure.constraints import CANDIDATES, Outcome, failures, search

PARTS = ("import", "keras", "tensorboard")


class Release:
    """What a release needs: part -> the caps without which it fails."""

    def __init__(
        self, needs: Mapping[str, Mapping[str, str]], hopeless: Sequence[str] = ()
    ) -> None:
        self.needs, self.hopeless = needs, hopeless
        self.trials = 0

    def __call__(self, caps: Mapping[str, str], parts: Sequence[str]) -> Outcome:
        self.trials += 1
        result: Outcome = {}
        for part in parts or PARTS:
            missing = [p for p, cap in self.needs.get(part, {}).items() if not _holds(caps, p, cap)]
            broken = missing or part in self.hopeless
            result[part] = f"{' '.join(missing)} is broken" if broken else None
            if part == "import" and result[part]:
                break
        return result


def _holds(caps: Mapping[str, str], package: str, cap: str) -> bool:
    """A tighter cap does as well."""
    order = CANDIDATES[package]
    return package in caps and order.index(caps[package]) >= order.index(cap)


def found(release: Release) -> tuple[dict[str, str], list[str]]:
    caps, _, result = search(release, lambda line: None)
    return caps, failures(result)


def test_a_release_that_works_needs_no_pins_and_one_trial() -> None:
    release = Release({})
    assert found(release) == ({}, [])
    assert release.trials == 1


@pytest.mark.parametrize(
    ("needs", "caps"),
    [
        ({"import": {"protobuf": "<4"}}, {"protobuf": "<4"}),
        ({"keras": {"h5py": "<3"}}, {"h5py": "<3"}),
        ({"import": {"numpy": "<1.24"}, "tensorboard": {"setuptools": "<82"}},
         {"numpy": "<1.24", "setuptools": "<82"}),
    ],
)  # fmt: skip
def test_the_loosest_pins_that_mend_it_are_found(
    needs: dict[str, dict[str, str]], caps: dict[str, str]
) -> None:
    assert found(Release(needs)) == (caps, [])


def test_a_guessed_pin_that_only_brings_a_part_is_dropped() -> None:
    release = Release({"keras": {"h5py": "<3"}})

    def trial(caps: Mapping[str, str], parts: Sequence[str]) -> Outcome:
        result = release(caps, parts)
        return {p: e for p, e in result.items() if p != "tensorboard" or "tensorboard" in caps}

    guess = {"h5py": "<3", "tensorboard": "<2.9"}
    assert search(trial, lambda line: None, guess)[0] == {"h5py": "<3"}


def test_a_part_that_nothing_mends_does_not_keep_others_broken() -> None:
    caps, broken = found(Release({"tensorboard": {"setuptools": "<82"}}, hopeless=["keras"]))
    assert caps == {"setuptools": "<82"}
    assert broken == ["keras"]


def test_what_is_installed_first_is_said() -> None:
    _, naive, result = search(Release({"import": {"protobuf": "<4"}}), lambda line: None)
    assert naive == {"import": "protobuf is broken"}
    assert result == dict.fromkeys(PARTS)


NEEDS = st.dictionaries(
    st.sampled_from(PARTS),
    st.sampled_from(sorted(CANDIDATES)).flatmap(
        lambda p: st.sampled_from(CANDIDATES[p]).map(lambda cap: {p: cap})
    ),
)


@given(NEEDS)
def test_one_pin_a_part_is_always_found_and_none_is_needless(
    needs: dict[str, dict[str, str]],
) -> None:
    caps, broken = found(Release(needs))
    assert broken == []
    for name in caps:
        fewer = {k: v for k, v in caps.items() if k != name}
        assert failures(Release(needs)(fewer, ()))
