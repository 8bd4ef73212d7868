"""Which companion goes with a release: together first, those that fail one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfshift.environment.uv import UnresolvableError
from tfshift.measure.companions import WINDOWS, Row, goes_with, listed

FACTS = Path(__file__).parents[2] / "facts"


class Trials:
    """Answers by window and name: a version that works, or an error."""

    base = "tensorflow==9.9"

    def __init__(self, answers: Mapping[int, Mapping[str, Row]], together: bool = True) -> None:
        self.answers, self.together = answers, together
        self.asked: list[tuple[int, tuple[str, ...]]] = []

    def _versions(self, names: Mapping[str, str], window: int) -> dict[str, str]:
        return {
            n: str(self.answers[window][n]["version"]) for n in names if n in self.answers[window]
        }

    def resolves(self, modules: Mapping[str, str], window: int) -> bool:
        return self.together or len(modules) == 1

    def __call__(self, modules: Mapping[str, str], window: int) -> dict[str, Row]:
        self.asked.append((window, tuple(modules)))
        if len(modules) > 1 and not self.together:
            raise UnresolvableError("the requirements cannot be met together")
        return {name: self.answers[window][name] for name in modules}


def row(version: str, error: str | None = None) -> Row:
    return {"version": version, "error": error}


MODULES = {"a": "a_module", "b": "b_module", "late": "late_module"}
FIRST, SECOND = WINDOWS


def rows(trials: Any) -> dict[str, Row]:
    return goes_with(trials, MODULES, lambda line: None)


def test_all_that_work_together_are_tried_once() -> None:
    trials = Trials({FIRST: {"a": row("1"), "b": row("2")}})
    assert rows(trials) == {"a": row("1"), "b": row("2")}
    assert trials.asked == [(FIRST, ("a", "b"))]


def test_one_that_fails_is_tried_in_later_windows() -> None:
    answers = {
        FIRST: {"a": row("1"), "b": row("2", "ImportError: too old")},
        SECOND: {"b": row("3")},
    }
    assert rows(Trials(answers)) == {"a": row("1"), "b": row("3")}


def test_the_first_error_is_kept_where_nothing_works() -> None:
    answers = {
        FIRST: {"a": row("1", "ImportError: one")},
        SECOND: {"a": row("2", "ImportError: two")},
    }
    assert rows(Trials(answers)) == {"a": row("1", "ImportError: one")}


def test_those_that_cannot_be_installed_together_are_tried_alone() -> None:
    trials = Trials({FIRST: {"a": row("1"), "b": row("2")}}, together=False)
    assert rows(trials) == {"a": row("1"), "b": row("2")}
    assert trials.asked == [(FIRST, ("a",)), (FIRST, ("b",))]


def test_the_committed_rows_are_of_listed_companions() -> None:
    names = listed(FACTS)
    for file in (FACTS / "companions").glob("*.json"):
        assert file.stem in names
        for minor, found in json.loads(file.read_text()).items():
            assert (FACTS / "releases" / f"{minor}.json").is_file()
            assert found["version"] or found["error"]
