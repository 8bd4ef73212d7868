"""Merging snapshots and packing them: laws, checked on random histories."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfshift.domain.versions import intervals, minor_text, parse_minor
from tfshift.facts.build.intervals import bounds, compress, expand
from tfshift.facts.build.merge import file_of, fold, namespace
from tfshift.facts.build.pack import digest, pack
from tfshift.facts.database import Facts

from .made import contents, fold_into, snapshot

MINORS = ["1.8", "1.12", "1.15", "2.0", "2.9", "2.10"]
HISTORIES = st.dictionaries(st.sampled_from(MINORS), st.sampled_from(["a", "b", "c"]))


@given(HISTORIES)
def test_expanding_undoes_compressing(history: dict[str, str]) -> None:
    merged = compress(history, MINORS)
    assert expand(merged, MINORS) == history
    assert compress(expand(merged, MINORS), MINORS) == merged


@given(HISTORIES)
def test_compressed_runs_are_as_long_as_they_can_be(history: dict[str, str]) -> None:
    merged = compress(history, MINORS)
    runs = [(*bounds(key, MINORS), record) for key, record in merged.items()]
    assert runs == sorted(runs)
    for (_, end, record), (start, _, following) in itertools.pairwise(runs):
        assert end < start
        assert end + 1 < start or record != following


@given(HISTORIES)
def test_open_ends_reach_the_oldest_and_the_newest(history: dict[str, str]) -> None:
    for key in compress(history, MINORS):
        start, end = bounds(key, MINORS)
        assert key.startswith("..") == (start == 0)
        assert key.endswith("..") == (end == len(MINORS) - 1)


def test_an_end_that_was_never_measured_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.99"):
        bounds("1.99..", MINORS)


@given(st.sets(st.integers(0, len(MINORS) - 1)))
def test_intervals_hold_what_they_are_made_of(present: set[int]) -> None:
    found = intervals(present, MINORS)
    spans = [range(MINORS.index(a), MINORS.index(b) + 1) for a, b in found]
    assert {i for span in spans for i in span} == present
    assert all(a.stop < b.start for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1.15", (1, 15)), ("2.16.0rc1", (2, 16)), ("v2.0", (2, 0)), (" 2.10.1 ", (2, 10)), ("2.4rc0", (2, 4))],
)  # fmt: skip
def test_minors_are_read(text: str, minor: tuple[int, int]) -> None:
    assert parse_minor(text) == minor
    assert parse_minor(minor_text(minor)) == minor


@pytest.mark.parametrize("text", ["", "2", "x.y", "latest", "1.x", ".15"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        parse_minor(text)


NAMES = [
    "tf",
    "tf.nn",
    "tf.nn.relu",
    "tf.Session",
    "tf.contrib",
    "tf.contrib.slim",
    "tf.contrib.slim.conv2d",
]


@st.composite
def snapshots(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    result = {}
    for minor in MINORS:
        names = draw(st.sets(st.sampled_from(NAMES)))
        symbols: dict[str, dict[str, Any]] = {}
        for name in names:
            kind = draw(st.sampled_from(["module", "function"]))
            symbols[name] = {"k": kind} if kind == "module" else {"k": kind, "s": ["x"]}
        ops = {
            o: {"inputs": [], "outputs": [], "attrs": []}
            for o in draw(st.sets(st.sampled_from(["Add", "MatMul"])))
        }
        result[minor] = snapshot(symbols, ops)
    return result


@settings(deadline=None, max_examples=25)
@given(snapshots(), st.integers(0, 1000))
def test_the_order_of_measuring_leaves_no_trace(
    releases: dict[str, dict[str, Any]], seed: int
) -> None:
    orders = [list(MINORS), random.Random(seed).sample(MINORS, len(MINORS))]
    # A release that is measured twice, in between and differently, ends as the last time says.
    orders[1].insert(0, orders[1][-1])
    results = []
    with TemporaryDirectory() as name:
        for number, order in enumerate(orders):
            folder = Path(name) / str(number)
            for position, minor in enumerate(order):
                first = number == 1 and position == 0
                fold_into(
                    folder, minor, snapshot({"tf": {"k": "old"}}) if first else releases[minor]
                )
            results.append(contents(folder))
    assert results[0] == results[1]


def test_a_release_adds_few_lines_to_a_merged_file(tmp_path: Path) -> None:
    symbols: dict[str, dict[str, Any]] = {
        f"tf.nn.f{n:02}": {"k": "function", "s": ["x"]} for n in range(50)
    }
    for minor in ("1.8", "1.12"):
        fold_into(tmp_path, minor, snapshot(symbols))
    before = (tmp_path / "api/tf.nn.json").read_text().splitlines()
    fold_into(tmp_path, "1.15", snapshot({**symbols, "tf.nn.f07": {"k": "function", "s": ["y"]}}))
    after = (tmp_path / "api/tf.nn.json").read_text().splitlines()
    assert len(set(after) - set(before)) == 1


def test_names_that_exist_nowhere_are_gone() -> None:
    table = fold({"tf.x": {"..": {"k": "function"}}}, {"1.8": {}}, ["1.8"])
    assert table == {}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("tf", "tf"), ("tf.Session", "tf"), ("tf.Session.run", "tf.Session"), ("tf.nn.relu", "tf.nn"),
        ("tf.keras.layers.Dense", "tf.keras"), ("tf.contrib.slim.conv2d", "tf.contrib.slim"),
        ("tf.compat.v1.nn.relu", "tf.compat.v1"), ("tf.contrib.slim", "tf.contrib"),
    ],
)  # fmt: skip
def test_each_symbol_has_its_file(name: str, file: str) -> None:
    assert namespace(name) == file
    assert file_of("api", name) == file


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    one = {
        "tf": {"k": "module"},
        "tf.f": {"k": "function", "s": ["x", "y=1"]},
        "tf.nn": {"k": "module"},
        "tf.nn.f": {"k": "function", "o": "tf.f"},
        "tf.Base": {"k": "class", "s": []},
        "tf.Base.run": {"k": "function", "s": ["z"]},
        "tf.Derived": {"k": "class", "b": ["tf.Base"]},
    }
    two = {**one, "tf.f": {"k": "function", "s": ["x", "*", "y=2", "**kwargs"]}}
    del two["tf.nn.f"]
    fold_into(
        folder, "1.15", snapshot(one, {"Add": {"inputs": ["x: T"], "outputs": [], "attrs": []}})
    )
    fold_into(folder, "2.0", snapshot(two))
    (folder / "changes").mkdir()
    (folder / "changes/a.toml").write_text('[[change]]\nid = "a"\nsymbol = "tf.f"\nsince = "2.0"\n')
    return folder


def test_packing_twice_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    targets = [tmp_path / "one.sqlite", tmp_path / "two.sqlite"]
    for target in targets:
        pack(made, target)
    assert targets[0].read_bytes() == targets[1].read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["facts", "one.sqlite", "two.sqlite"]


def test_the_version_follows_the_content(made: Path, tmp_path: Path) -> None:
    pack(made, tmp_path / "f.sqlite")
    assert Facts(tmp_path / "f.sqlite").version == digest(made)
    (made / "changes/a.toml").write_text("")
    assert Facts(tmp_path / "f.sqlite").version != digest(made)


def test_what_is_packed_is_found(made: Path, tmp_path: Path) -> None:
    pack(made, tmp_path / "f.sqlite")
    facts = Facts(tmp_path / "f.sqlite")
    assert facts.minors == ["1.15", "2.0"]
    assert facts.present("tf.nn.f") == [["1.15", "1.15"]]
    assert facts.aliases("tf.f", 0) == ["tf.nn.f"]
    assert facts.aliases("tf.f", 1) == []
    signature = facts.signature("tf.nn.f", "1.15")
    assert signature is not None
    assert [(p.name, p.default) for p in signature.parameters] == [("x", None), ("y", "1")]
    assert facts.signature("tf.Derived.run", "2.0") == facts.signature("tf.Base.run", "2.0")
    assert facts.op("Add", "1.15") == {"inputs": ["x: T"], "outputs": [], "attrs": []}
    assert facts.op("Add", "2.0") is None
    assert facts.diff("1.15", "2.0") == {
        "added": [],
        "removed": ["tf.nn.f"],
        "changed": [
            {
                "symbol": "tf.f", "kind": "parameters",
                "before": ["x", "y=1"], "after": ["x", "*", "y=2", "**kwargs"],
            }
        ],
    }  # fmt: skip
