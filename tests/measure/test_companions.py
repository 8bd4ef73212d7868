"""Which companion goes with a release: each by its own pins, what fails in later windows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfshift.environment.uv import UnresolvableError
from tfshift.measure.agents import AGENT
from tfshift.measure.companions import WINDOWS, Row, goes_with, listed, shared

FACTS = Path(__file__).parents[2] / "facts"


class Trials:
    """Answers by window and name: a version that works, or an error; ``dated`` where that helps."""

    base = "tensorflow==9.9"

    def __init__(
        self,
        answers: Mapping[int, Mapping[str, Row]],
        together: bool = True,
        dated: Mapping[str, Row] | None = None,
    ) -> None:
        self.answers, self.together, self.dated = answers, together, dated or {}
        self.asked: list[tuple[str, ...]] = []

    def existing(self, window: int) -> list[str]:
        return list(self.answers[window])

    def resolved(self, name: str, window: int, *, dated: bool = False) -> list[str]:
        if name not in self.answers.get(window, {}):
            raise UnresolvableError("it has no release of that time")
        pins = [f"{name}=={self.answers[window][name]['version']}"]
        return [*pins, "other==1"] if dated and name in self.dated else pins

    def tried(self, pinned: Mapping[str, Sequence[str]]) -> dict[str, Row]:
        if len(pinned) > 1 and not self.together:
            raise UnresolvableError("one of them cannot be built")
        self.asked.append(tuple(sorted({pin for pins in pinned.values() for pin in pins})))
        return {name: self._answer(name, pins) for name, pins in pinned.items()}

    def _answer(self, name: str, pins: Sequence[str]) -> Row:
        if "other==1" in pins:
            return self.dated[name]
        version = pins[0].partition("==")[2]
        rows = (found[name] for found in self.answers.values() if name in found)
        return next(row for row in rows if row["version"] == version)


def row(version: str, error: str | None = None) -> Row:
    return {"version": version, "error": error}


FIRST, SECOND = WINDOWS


def rows(trials: Any) -> dict[str, Row]:
    return goes_with(trials, lambda line: None)


def test_all_that_work_together_are_tried_once() -> None:
    trials = Trials({FIRST: {"a": row("1"), "b": row("2")}})
    assert rows(trials) == {"a": row("1"), "b": row("2")}
    assert trials.asked == [("a==1", "b==2")]


def test_one_that_fails_is_tried_in_later_windows() -> None:
    answers = {
        FIRST: {"a": row("1"), "b": row("2", "ImportError: too old")},
        SECOND: {"b": row("3")},
    }
    trials = Trials(answers)
    assert rows(trials) == {"a": row("1"), "b": row("3")}
    assert trials.asked == [("a==1", "b==2"), ("b==3",)]


def test_one_that_fails_beside_too_new_a_companion_is_tried_beside_one_of_its_time() -> None:
    trials = Trials(
        {FIRST: {"a": row("1", "ImportError: too new")}, SECOND: {"a": row("2")}},
        dated={"a": row("1")},
    )
    assert rows(trials) == {"a": row("1")}
    assert trials.asked == [("a==1",), ("a==1", "other==1")]


def test_the_first_error_is_kept_where_nothing_works() -> None:
    answers = {
        FIRST: {"a": row("1", "ImportError: one")},
        SECOND: {"a": row("2", "ImportError: two")},
    }
    assert rows(Trials(answers)) == {"a": row("1", "ImportError: one")}


def test_those_that_cannot_be_installed_together_are_tried_alone() -> None:
    trials = Trials({FIRST: {"a": row("1"), "b": row("2")}}, together=False)
    assert rows(trials) == {"a": row("1"), "b": row("2")}
    assert trials.asked == [("a==1",), ("b==2",)]


def test_what_contradicts_itself_has_an_environment_of_its_own() -> None:
    pinned = {
        "a": ["a==1", "numpy==1.26.4"],
        "b": ["b==1", "numpy==2.1.0"],
        "c": ["c==1", "numpy==1.26.4"],
        "d": ["d==1"],
    }
    assert shared(pinned) == [["a", "c", "d"], ["b"]]


def put(place: Path, name: str, files: Mapping[str, str]) -> None:
    """Install a distribution of some files the way installers leave it."""
    folder = place / f"{name.replace('-', '_')}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{file},," for file in files] + [f"{folder.name}/METADATA,,"]
    (folder / "RECORD").write_text("\n".join(lines))
    for file, text in files.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(text)


def test_what_is_there_for_another_is_not_seen(tmp_path: Path) -> None:
    put(tmp_path, "lone-one", {"lone/__init__.py": "", "both/first.py": ""})
    put(tmp_path, "other_two", {"other.py": "", "both/second.py": ""})
    program = f"""
import importlib.machinery, importlib.metadata, importlib.util, sys
sys.path[:0] = [{str(AGENT)!r}, {str(tmp_path)!r}]
from companions.__main__ import Hiding, brought
finder = Hiding(brought())
sys.meta_path[:] = [finder if f is importlib.machinery.PathFinder else f for f in sys.meta_path]
for hidden in ([], ["Lone.One"], ["other-two"]):
    finder.hide(hidden)
    seen = [n for n in ("lone", "both", "other") if importlib.util.find_spec(n)]
    found = {{d.metadata["Name"] for d in importlib.metadata.distributions()}}
    print(*seen, *sorted(found & {{"lone-one", "other_two"}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "lone both other lone-one other_two",
        "both other other_two",
        "lone both lone-one",
    ]


def test_the_committed_rows_are_of_listed_companions() -> None:
    names = listed(FACTS)
    for file in (FACTS / "companions").glob("*.json"):
        assert file.stem in names
        for minor, found in json.loads(file.read_text()).items():
            assert (FACTS / "releases" / f"{minor}.json").is_file()
            assert found["version"] or found["error"]
