"""The facts against the releases themselves: plain getattr and inspect on sampled symbols."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift import facts
from tfshift.facts.database import Facts
from tfshift.measure.release import run_agent

pytestmark = pytest.mark.truth

HERE = Path(__file__).parent
SAMPLE = 1500
SIGNED = 0.99
THERE = 0.995
VERSIONS = ("1.4", "1.13", "1.15", "2.3", "2.6", "2.11", "2.15", "2.18", "2.21")


def sample(database: Facts, version: str) -> list[str]:
    """Draw symbols: half that the release has, half that only others have."""
    names = [
        n
        for n in database.names()
        if n.startswith("tf.") and not n.rsplit(".", 1)[-1].startswith("_")
    ]
    # Whether a message lists these is a matter of protobuf's implementation, not of TensorFlow.
    names = [n for n in names if not n.endswith("_FIELD_NUMBER")]
    here = [n for n in names if database.exists(n, version)]
    away = [n for n in names if not database.exists(n, version) and known(database, n, version)]
    draw = random.Random(7)
    # What programs use lies near the top; deep paths are many.
    near = [n for n in here if n.count(".") <= 2 and "compat" not in n]
    return sorted({*draw.sample(here, SAMPLE), *draw.sample(near, 600), *draw.sample(away, SAMPLE)})


def known(database: Facts, name: str, version: str) -> bool:
    """Leave out what lies below modules that are not looked into, as facts/unseen.txt says."""
    position = database.position(version)
    above = name.rpartition(".")[0]
    while above and (found := database.resolve(above, position)) is None:
        above = above.rpartition(".")[0]
    return (
        not above
        or found is None
        or found.kind != "module"
        or database.walked(found.owner, position)
    )


@pytest.fixture(scope="module", params=VERSIONS)
def asked(
    request: pytest.FixtureRequest, tensorflow_python: Callable[[str], Path]
) -> tuple[str, dict[str, list[str] | str | None]]:
    version: str = request.param
    symbols = sample(facts.open(), version)
    command = [str(tensorflow_python(version)), str(HERE / "asking.py")]
    done = subprocess.run(
        command, input=json.dumps(symbols), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return version, json.loads(done.stdout)


def test_existence_is_true(asked: tuple[str, dict[str, list[str] | str | None]]) -> None:
    version, answers = asked
    database = facts.open()
    wrong = [
        n for n, found in answers.items() if database.exists(n, version) != (found is not None)
    ]
    share = 1 - len(wrong) / len(answers)
    assert share >= THERE, f"{share:.4f} of {len(answers)}: {wrong[:60]}"


def test_parameter_names_are_true(asked: tuple[str, dict[str, list[str] | str | None]]) -> None:
    version, answers = asked
    database = facts.open()
    wrong, count = [], 0
    for name, found in answers.items():
        signature = database.signature(name, version)
        if not isinstance(found, list) or signature is None:
            continue
        count += 1
        mine = [p.name for p in signature.parameters]
        if mine != found:
            wrong.append((name, mine, found))
    share = 1 - len(wrong) / count
    assert count > SAMPLE / 2
    assert share >= SIGNED, f"{share:.4f} of {count}: {wrong[:40]}"


@pytest.mark.parametrize("version", ["1.15", "2.15", "2.21"])
def test_keywords_behind_kwargs_are_true(
    version: str, tensorflow_python: Callable[[str], Path]
) -> None:
    """Constructors that need no argument: a made-up keyword fails, the further ones do not."""
    database = facts.open()
    asked = {}
    for name in database.names():
        found = database.resolve(name, version) if name.startswith("tf.keras.") else None
        signature = (
            found.signature if found and found.kind == "class" and not found.raises else None
        )
        if signature is None or signature.further is None or found is None or found.owner != name:
            continue
        if all(p.default is not None or p.kind.startswith("var") for p in signature.parameters):
            asked[name] = list(signature.further)
    assert len(asked) > 20
    command = [str(tensorflow_python(version)), str(HERE / "calling.py")]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    lenient = [n for n, (refused, _) in answers.items() if not refused]
    wrong = {n: bad for n, (_, bad) in answers.items() if bad}
    # A few classes are abstract: they fail for another reason before they look at keywords.
    assert len(lenient) <= 0.05 * len(asked), lenient
    assert wrong == {}


@pytest.mark.parametrize("version", ["1.15", "2.15"])
def test_ops_without_a_kernel_are_those_that_the_release_tells(
    version: str, tensorflow_python: Callable[[str], Path], tmp_path: Path
) -> None:
    database = facts.open()
    at = database.position(version)
    runnable = set(run_agent(tensorflow_python(version), "kernels", tmp_path / "out.json")["ops"])
    registered = {n for n in database.names("ops") if database.at("ops", n, at) is not None}
    known = {n for n in database.names("kernels") if database.at("kernels", n, at) is not None}
    assert known == registered - runnable
    assert len(known) > 100
