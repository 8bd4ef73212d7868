"""What is recorded of a command, what it starts from, its tests, and many runs of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import tfshift
from tfshift.domain.errors import TfshiftError
from tfshift.proof.compare import compare
from tfshift.proof.record import Extent, record
from tfshift.proof.recording import Recording, load

from .conftest import Run

PROGRAMS = Path(__file__).parent / "programs"
OLD, NEW, NEWEST = "1.15.5", "2.15.1", "2.21.0"

Under = Callable[..., Recording]


@pytest.fixture
def under(tensorflow_python: Callable[[str], Path], tmp_path: Path) -> Under:
    """Record a program under a release."""

    def start(program: str, version: str, name: str, seed: int = 0, **extent: object) -> Recording:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "program.py").write_text((PROGRAMS / f"{program}.py").read_text())
        run = record(
            ["python", "program.py"], python=tensorflow_python(version), environ=os.environ,
            cwd=folder, out=folder / "recording", seed=seed, extent=Extent(**extent),
        )  # fmt: skip
        found = load(run.path)
        assert run.status == "finished", found.about["stderr"]
        return found

    return start


@pytest.mark.truth
@pytest.mark.parametrize(
    ("program", "before", "after"), [("graph", OLD, NEW), ("keras_fit", NEW, NEWEST)]
)
def test_what_was_drawn_elsewhere_can_be_transplanted(
    under: Under, program: str, before: str, after: str, tmp_path: Path
) -> None:
    first = under(program, before, "first", seed=1, initials=True)
    assert first.initials
    given = tmp_path / "first" / "recording"
    second = under(program, after, "second", seed=1, transplant=given)
    assert compare(first, second).agreement in ("equal", "close")
    # Another seed draws other initial values; what is left of it are masks and shuffles.
    plain = under("weights", after, "plain", seed=2)
    own = under("weights", after, "own", seed=3, initials=True)
    assert compare(own, plain).agreement == "different"
    moved = under("weights", before, "moved", seed=4, transplant=tmp_path / "own" / "recording")
    result = compare(own, moved)
    assert result.agreement in ("equal", "close"), result.reason
    assert any("initial values were taken" in note for note in result.notes)


@pytest.mark.truth
def test_only_what_was_asked_for_is_kept(under: Under) -> None:
    few = under("graph", OLD, "few", steps=3)
    assert [step.kind for step in few.steps if step.kind == "session.run"] == ["session.run"] * 3
    assert any("only the first 3 steps" in note for note in few.about["notes"])
    models = under("graph", OLD, "models", only=("saved_model",))
    assert {step.kind for step in models.steps} == {"saved_model"}
    named = under("graph", OLD, "named", only=("Mean*",))
    labels = {output.label for step in named.steps for output in step.outputs}
    assert labels
    assert all(label.startswith("Mean") for label in labels)
    assert any("different parts" in note for note in compare(few, named).notes)


def test_nothing_to_transplant_is_refused_before_anything_runs(run: Run, tmp_path: Path) -> None:
    first = run("print(1)")
    with pytest.raises(TfshiftError, match="holds no initial values"):
        run("open('ran', 'w')", out=tmp_path / "second", extent=Extent(transplant=first.path))
    assert not (tmp_path / "work" / "ran").exists()


SUITE = """
import pytest
def test_sum(): assert 1 + 1 == {sum}
@pytest.mark.parametrize("n", [1, 2])
def test_each(n): assert n < {limit}
def test_broken(): assert False
@pytest.mark.skip
def test_skipped(): pass
"""


def suite(run: Run, tmp_path: Path, name: str, **values: int) -> Recording:
    folder = tmp_path / "work"
    folder.mkdir(exist_ok=True)
    (folder / "test_it.py").write_text(SUITE.format(**values))
    command = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    return load(run("", command=command, out=tmp_path / name).path)


def test_suites_are_compared_test_by_test(run: Run, tmp_path: Path) -> None:
    before = suite(run, tmp_path, "before", sum=2, limit=3)
    assert before.status == "failed"
    assert {name: outcome for name, (outcome, _) in before.tests.items()} == {
        "test_it.py::test_broken": "failed",
        "test_it.py::test_each[1]": "passed",
        "test_it.py::test_each[2]": "passed",
        "test_it.py::test_skipped": "skipped",
        "test_it.py::test_sum": "passed",
    }
    same = compare(before, suite(run, tmp_path, "same", sum=2, limit=3))
    assert (same.agreement, len(same.outputs)) == ("equal", 5)
    worse = compare(before, suite(run, tmp_path, "worse", sum=2, limit=2))
    assert worse.agreement == "different"
    (found,) = [o for o in worse.outputs if o.agreement == "different"]
    assert found.name == "test test_it.py::test_each[2]"
    assert "passed before, failed now: assert 2 < 2" in found.note
    gone = compare(suite(run, tmp_path, "more", sum=3, limit=2), before)
    assert gone.agreement == "equal"
    assert any("failed before and passes now" in note for note in gone.notes)


NOISY = "import random\nprint('loss', round({mean} + random.random(), 6))\n"


def test_many_runs_are_compared_by_their_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.chdir(tmp_path)

    def runs(name: str, mean: float, seed: int, count: int = 6) -> None:
        (tmp_path / "noisy.py").write_text(NOISY.format(mean=mean))
        said = tfshift(
            "record", "--python", sys.executable, "--repeats", count, "--seed", seed, "-o", name,
            "-q", "--format", "json", "--", "python", "noisy.py",
        )  # fmt: skip
        assert said.code == 0, said.err
        assert len(said.json["runs"]) == count

    runs("one", 1.0, 0)
    runs("again", 1.0, 0)
    runs("same", 1.0, 100)
    runs("other", 3.0, 100)
    runs("few", 3.0, 100, 2)
    assert tfshift("compare", "one", "again").out.startswith("equal")
    close = tfshift("compare", "one", "same", "--format", "json")
    assert (close.code, close.json["verdict"]) == (0, "close")
    assert "permutation test" in close.json["tolerance"]["reason"]
    assert "would have been seen" in close.json["outputs"][0]["note"]
    different = tfshift("compare", "one", "other", "--format", "json")
    assert (different.code, different.json["verdict"]) == (1, "different")
    few = tfshift("compare", "one", "few")
    assert few.code == 3
    assert "runs of each side can" in few.out
    single = tfshift("compare", "one", "one/run-1")
    assert single.code == 2
    assert "--repeats" in single.err
