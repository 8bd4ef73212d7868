"""What is generated for tf.contrib beside the real one: variables, values, collections, errors."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tfshift.code.provided import PROVIDER_PREFIX, provider_names, provider_text

from .remembered import contents, key_of, remembered

pytestmark = pytest.mark.truth

HERE = Path(__file__).parent
PROVIDERS = (
    "contrib_layers",
    "contrib_training",
    "contrib_variables",
    "crf_v1",
    "legacy_seq2seq_v1",
    "stacked_rnn_v1",
)
CASES = HERE / "layers"
ROUNDING = 2e-4
Told = dict[str, dict[str, Any]]


def told(python: Path, where: str, cases_of: Path = CASES) -> Told:
    def ran() -> Told:
        command = [str(python), str(cases_of), where]
        paths = {**os.environ, "PYTHONPATH": str(HERE)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=paths)
        assert done.returncode == 0, done.stderr[-2000:]
        cases: Told = json.loads(done.stdout.splitlines()[-1])
        return cases

    provided = contents(Path(where)) if Path(where).is_dir() else [where]
    own = ((HERE / "beside.py").read_bytes(), *contents(cases_of), *provided)
    found: Told = remembered(key_of(python, *own), ran)
    return found


def near(one: Any, other: Any) -> bool:
    """Compare what JSON holds, fractions within rounding."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(near, one, other))
    return bool(one == other)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("provider")
    for name in PROVIDERS:
        (folder / f"{PROVIDER_PREFIX}{name}.py").write_text(provider_text(name))
    return str(folder)


@pytest.fixture(scope="module")
def real(tensorflow_python: Callable[[str], Path]) -> Told:
    return told(tensorflow_python("1.15"), "contrib")


@pytest.fixture(scope="module")
def real_training(tensorflow_python: Callable[[str], Path]) -> Told:
    return told(tensorflow_python("1.15"), "contrib", HERE / "training")


@pytest.mark.parametrize("version", ["1.15", "2.15"])
def test_the_provider_does_what_contrib_did(
    version: str, real: Told, provider: str, tensorflow_python: Callable[[str], Path]
) -> None:
    mine = told(tensorflow_python(version), provider)
    assert mine.keys() == real.keys()
    assert not different(real, mine)


def different(real: Told, mine: Told) -> str:
    """Name the cases that turned out otherwise; the words of an error are each module's own."""
    found = []
    for case, expected in real.items():
        facts = {key: value for key, value in expected.items() if key != "says"}
        if not all(near(value, mine[case].get(key)) for key, value in facts.items()):
            found.append(f"{case}: {facts} is {mine[case]}")
    return "\n".join(found)[:4000]


@pytest.mark.parametrize("version", ["2.0", "2.15"])
def test_variables_and_training_do_what_contrib_did(
    version: str, real_training: Told, provider: str, tensorflow_python: Callable[[str], Path]
) -> None:
    mine = told(tensorflow_python(version), provider, HERE / "training")
    assert mine.keys() == real_training.keys()
    assert not different(real_training, mine)


def test_enough_of_variables_and_training_works_and_fails(real_training: Told) -> None:
    failing = [case for case, facts in real_training.items() if "raises" in facts]
    assert 20 <= len(failing) <= 50
    assert len(real_training) - len(failing) >= 100


def test_every_function_of_the_providers_is_compared() -> None:
    text = "".join(path.read_text() for path in CASES.glob("*.py"))
    text += "".join(path.read_text() for path in (HERE / "training").glob("*.py"))
    named = set(re.findall(r"\b(?:L|layers|training|variables|crf|seq2seq|stacked)\.(\w+)", text))
    named |= set(re.findall(r'"(\w+)"', text)) | {"optimize_loss"}
    for provider in PROVIDERS:
        names = provider_names(provider) - {"has_arg_scope", "OPTIMIZER_SUMMARIES"}
        assert not names - named - {"OPTIMIZER_CLS_NAMES"}, provider


def test_enough_cases_work_and_fail(real: Told) -> None:
    failing = [case for case, facts in real.items() if "raises" in facts]
    assert 15 <= len(failing) <= 50
    assert len(real) - len(failing) >= 200
