"""Real programs under real releases: what must come out the same, and what must not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift.proof.compare import compare
from tfshift.proof.lineage import feeds
from tfshift.proof.noise import MOVED
from tfshift.proof.record import record
from tfshift.proof.recording import Recording, load

pytestmark = pytest.mark.truth

PROGRAMS = Path(__file__).parent / "programs"
OLD, NEW, NEWEST = "1.15.5", "2.15.1", "2.21.0"

Recorded = Callable[..., Recording]


@pytest.fixture(scope="session")
def recorded(
    tensorflow_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Recorded:
    """Record a program under a release, once a session for each program and release."""
    done: dict[tuple[str, str, str, str, float | None], Recording] = {}

    def get(
        program: str, version: str, old: str = "", new: str = "", rounding: float | None = None
    ) -> Recording:
        key = (program, version, old, new, rounding)
        if key not in done:
            folder = tmp_path_factory.mktemp(f"{program}-{version}")
            text = (PROGRAMS / f"{program}.py").read_text()
            assert old in text
            (folder / "program.py").write_text(text.replace(old, new) if old else text)
            run = record(
                ["python", "program.py"],
                python=tensorflow_python(version),
                environ=os.environ,
                cwd=folder,
                out=folder / "recording",
                rounding=rounding,
            )
            done[key] = load(run.path)
            assert run.status == "finished", done[key].about["stderr"]
        return done[key]

    return get


def kinds(recording: Recording) -> list[str]:
    found = dict.fromkeys(step.kind for step in recording.steps)
    return list(found)


@pytest.mark.parametrize("program", ["graph", "monitored", "keras_fit", "estimator", "exports"])
def test_a_program_that_runs_on_both_sides_agrees(recorded: Recorded, program: str) -> None:
    before, after = recorded(program, OLD), recorded(program, NEW)
    result = compare(before, after)
    assert result.agreement in ("equal", "close"), result.reason
    assert len(result.outputs) > 5


@pytest.mark.parametrize("program", ["eager", "keras_fit"])
def test_keras_3_draws_the_same_numbers(recorded: Recorded, program: str) -> None:
    result = compare(recorded(program, NEW), recorded(program, NEWEST))
    assert result.agreement in ("equal", "close"), result.reason


def test_only_the_users_own_runs_are_steps(recorded: Recorded) -> None:
    graph = recorded("graph", OLD)
    assert kinds(graph) == ["session.run", "saved_model", "checkpoint"]
    # The initialiser, one mean, 30 updates, one eval and one dict; not those of the Saver.
    assert len(graph.steps) == 34 + 2
    assert graph.steps[-2].name == "saved_model:export:serving_default:scores"
    monitored = recorded("monitored", NEW)
    assert kinds(monitored) == ["session.run", "checkpoint"]
    assert len(monitored.steps) == 10 + 1
    assert kinds(recorded("keras_fit", OLD)) == ["keras.fit", "keras.evaluate", "keras.predict"]
    assert kinds(recorded("estimator", OLD)) == [
        "estimator.train", "estimator.evaluate", "estimator.predict", "saved_model", "checkpoint",
        "summary",
    ]  # fmt: skip
    assert kinds(recorded("eager", NEW)) == ["function", "eager", "saved_model"]


def test_two_runs_of_one_release_are_equal(recorded: Recorded) -> None:
    again = recorded("keras_fit", NEW, '"adam"', '"adam" ')
    assert compare(recorded("keras_fit", NEW), again).agreement == "equal"


@pytest.mark.parametrize(
    ("program", "old", "new", "step"),
    [
        ("graph", "AdamOptimizer(0.01)", "AdamOptimizer(0.011)", 5),
        ("graph", "rate: 0.3}", "rate: 0.31}", 3),
        ("graph", "tf.nn.relu(tf.matmul(x, w) + b)", "tf.nn.elu(tf.matmul(x, w) + b)", 3),
        ("keras_fit", "he_normal", "he_uniform", 1),
        ("keras_fit", "Dropout(0.2)", "Dropout(0.25)", 1),
        ("estimator", "GradientDescentOptimizer(0.1)", "GradientDescentOptimizer(0.102)", 2),
    ],
)
def test_a_small_change_of_the_program_is_found(
    recorded: Recorded, program: str, old: str, new: str, step: int
) -> None:
    result = compare(recorded(program, OLD), recorded(program, NEW, old, new))
    assert result.agreement == "different"
    assert result.first_difference is not None
    assert result.first_difference.step == step


@pytest.mark.parametrize(
    ("program", "version"),
    [("graph", OLD), ("monitored", OLD), ("keras_fit", OLD), ("keras_fit", NEW), ("eager", NEWEST)],
)
def test_initial_values_move_by_roundings_and_nothing_else_does(
    recorded: Recorded, program: str, version: str
) -> None:
    plain, moved = recorded(program, version), recorded(program, version, rounding=MOVED[-1])
    assert plain.about["rounding"] == []
    assert len(moved.about["rounding"]) == 1
    result = compare(plain, moved)
    assert result.agreement == "close", result.reason
    assert [s.kind for s in moved.steps] == [s.kind for s in plain.steps]


def test_what_a_program_looks_at_and_writes_is_recorded(recorded: Recorded) -> None:
    before, after = recorded("looked_at", "2.0.4"), recorded("looked_at", NEW)
    assert kinds(after) == ["data", "eager", "checkpoint", "summary"]
    assert [step.name for step in after.steps[-2:]] == ["saved/model", "logs"]
    result = compare(before, after)
    assert result.agreement == "equal", result.reason
    names = {output.name for output in result.outputs}
    assert {"data 0", "eager 0", "summary:logs:total"} < names
    assert any(name.startswith("checkpoint:saved/model:total") for name in names)
    other = recorded("looked_at", NEW, "seed=3", "seed=4")
    found = compare(before, other).first_difference
    assert found is not None
    assert found.name == "data 0"


PLANTED = [
    ("graph", "AdamOptimizer(0.01)", "AdamOptimizer(0.02)", NEW, "learning_rate", "0.02"),
    ("keras_fit", "Dropout(0.2)", "Dropout(0.4)", NEW, "layer 2", "0.4"),
    ("keras_fit", 'activation="tanh"', 'activation="relu"', NEWEST, "layer 3", "relu"),
]


@pytest.mark.parametrize(("program", "old", "new", "version", "name", "value"), PLANTED)
def test_a_planted_change_is_named(
    recorded: Recorded, program: str, old: str, new: str, version: str, name: str, value: str
) -> None:
    result = compare(recorded(program, OLD), recorded(program, version, old, new))
    assert result.agreement == "different"
    assert any(name in f.name and f.after == value for f in result.feeds), result.feeds


@pytest.mark.parametrize("program", ["graph", "keras_fit"])
def test_nothing_else_is_named(recorded: Recorded, program: str) -> None:
    """Whatever differs in how two releases compute it, no operation or layer of the user's does."""
    before, after = recorded(program, OLD), recorded(program, NEW)
    outputs = {o.name for o in compare(before, after).outputs}
    found = [f for output in outputs for f in feeds(before, after, output)]
    assert found == []
