"""The built facts, asked as users ask them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfshift import facts
from tfshift.domain.errors import TfshiftError
from tfshift.domain.symbols import Signature
from tfshift.facts.database import Facts

DATABASE = facts.open()


@pytest.mark.parametrize(
    ("symbol", "version", "there"),
    [
        ("tf.Session", "1.15", True), ("tf.Session", "2.15", False),
        ("tf.compat.v1.Session", "2.15", True), ("tensorflow.Session", "1.15", True),
        ("tf.contrib.layers.conv2d", "1.15", True), ("tf.contrib", "2.0", False),
        ("tf.keras.Model.fit_generator", "2.21", False), ("tf.keras.Model.fit", "2.15", True),
        ("tf.compat.v1.compat.v1.Session", "2.15", True), ("tf.nope", "2.15", False),
        ("tf", "2.15", True), ("tf.Session.run", "1.15", True), ("numpy", "1.15", False), ("", "1.15", False),
        ("tf.nn.relu.nope", "1.15", False), ("tf.keras.layers.Dense.get_weights", "1.15", True),
    ],
)  # fmt: skip
def test_existence(symbol: str, version: str, there: bool) -> None:
    assert DATABASE.exists(symbol, version) is there


def test_a_version_argument_means_its_newest_patch() -> None:
    release = DATABASE.release("1.15")
    assert release.version.startswith("1.15.")
    assert DATABASE.release(release.version) is DATABASE.release("1.15")
    assert DATABASE.release("latest") is DATABASE.releases[-1]


@pytest.mark.parametrize("version", ["9.9", "1.99", "banana", "", "1", "2.-1"])
def test_unknown_versions_are_named_with_near_ones(version: str) -> None:
    with pytest.raises(TfshiftError) as caught:
        DATABASE.release(version)
    assert repr(version) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert any(minor in caught.value.remedy for minor in DATABASE.minors)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("tf.nn.rellu6", "tf.nn.relu6"), ("tf.palceholder", "tf.placeholder"), ("tf.lyaers.dense", "tf.layers.dense"),
        ("tensorflow.Sesion", "tf.Session"), ("placeholder", "tf.placeholder"), ("tf.keras.layer.Dense", "tf.keras.layers.Dense"),
    ],
)  # fmt: skip
def test_near_names(wrong: str, right: str) -> None:
    assert right in DATABASE.near(wrong)


def test_near_ops() -> None:
    assert "Conv2D" in DATABASE.near("conv2d", "ops")
    assert DATABASE.near("zzzzzzzzzz", "ops") == []


@pytest.mark.parametrize(("a", "b"), [("1.15", "2.15"), ("1.8", "1.15"), ("2.8", "2.8")])
def test_a_diff_turned_around(a: str, b: str) -> None:
    there, back = DATABASE.diff(a, b), DATABASE.diff(b, a)
    assert there["added"] == back["removed"]
    assert there["removed"] == back["added"]
    turned = [{**c, "before": c["after"], "after": c["before"]} for c in back["changed"]]
    assert there["changed"] == turned
    for part in (
        there["added"],
        there["removed"],
        [(c["symbol"], c["kind"]) for c in there["changed"]],
    ):
        assert part == sorted(set(part))
    if a == b:
        assert not any(there.values())


def test_a_diff_below_a_path_is_that_part_of_the_whole() -> None:
    whole, part = DATABASE.diff("1.15", "2.15"), DATABASE.diff("1.15", "2.15", "tf.nn")
    for key in ("added", "removed"):
        assert part[key] == [n for n in whole[key] if n == "tf.nn" or n.startswith("tf.nn.")]
    assert DATABASE.diff("1.15", "2.15", "tensorflow.nn") == part
    # tf.nnx would be no part of it.
    assert all(c["symbol"].startswith("tf.nn.") for c in part["changed"])


def test_a_diff_agrees_with_single_questions() -> None:
    whole = DATABASE.diff("1.15", "2.15")
    for name in whole["added"][::97]:
        assert (DATABASE.exists(name, "1.15"), DATABASE.exists(name, "2.15")) == (False, True)
    for name in whole["removed"][::97]:
        assert (DATABASE.exists(name, "1.15"), DATABASE.exists(name, "2.15")) == (True, False)


def test_aliases_are_one_object_both_ways() -> None:
    position = DATABASE.position("1.15")
    for name in ("tf.nn.relu", "tf.Session", "tf.keras.layers.Dense", "tf.contrib.layers.conv2d"):
        for other in DATABASE.aliases(name, position):
            assert name in DATABASE.aliases(other, position)


def test_a_symbol_that_was_away_has_two_intervals() -> None:
    holes = [n for n in DATABASE.names()[::50] if len(DATABASE.present(n)) > 1]
    for name in holes:
        (_, end), (start, _) = DATABASE.present(name)[:2]
        assert DATABASE.minors.index(end) + 1 < DATABASE.minors.index(start)


def test_ops_have_their_history() -> None:
    old, new = DATABASE.op("FusedBatchNorm", "1.8"), DATABASE.op("FusedBatchNormV3", "1.8")
    assert old is not None
    assert {"inputs", "outputs", "attrs"} <= old.keys()
    assert new is None
    assert DATABASE.op("FusedBatchNormV3", "2.15") is not None


@pytest.mark.parametrize(
    ("compact", "names", "kinds"),
    [
        (["x", "y=1"], ("x", "y"), ["positional_or_keyword"] * 2),
        (["x", "/", "y"], ("y",), ["positional_only", "positional_or_keyword"]),
        (["x", "*", "y"], ("x", "y"), ["positional_or_keyword", "keyword_only"]),
        (["*args", "y", "**kw"], ("y",), ["var_positional", "keyword_only", "var_keyword"]),
        (["x='a=b'"], ("x",), ["positional_or_keyword"]),
        ([], (), []),
    ],
)  # fmt: skip
def test_signatures_are_read(compact: list[str], names: tuple[str, ...], kinds: list[str]) -> None:
    signature = Signature.from_compact(compact)
    assert signature.names == names
    assert [p.kind for p in signature.parameters] == kinds


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"no database" * 100)
    (tmp_path / "empty.sqlite").write_bytes(b"")
    for name in ("bad.sqlite", "empty.sqlite", "missing.sqlite"):
        with pytest.raises(TfshiftError) as caught:
            Facts(tmp_path / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_it_is_opened_once_and_never_written() -> None:
    before = facts.DATABASE.stat().st_mtime_ns
    assert facts.open() is DATABASE
    DATABASE.exists("tf.nn.relu", "2.15")
    assert facts.DATABASE.stat().st_mtime_ns == before
    assert not list(facts.DATABASE.parent.glob("*.sqlite-*"))


def test_each_default_that_means_the_same_is_spelled_so_in_a_release() -> None:
    database = facts.open()
    known: dict[str, set[str]] = {}
    for symbol in database.names():
        for position in map(database.position, ("1.9", "1.15", "2.15", "2.21")):
            found = database.resolve(symbol, position) if symbol.startswith("tf.") else None
            for parameter in found.signature.parameters if found and found.signature else ():
                if parameter.name in database._same_defaults and parameter.default:
                    known.setdefault(parameter.name, set()).add(parameter.default)
    for parameter_name, rows in database._same_defaults.items():
        for _, spellings in rows:
            assert set(spellings) - {"*"} <= known[parameter_name]
