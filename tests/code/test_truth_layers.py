"""The generated tf.contrib.layers beside the real one: variables, values, collections, errors."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tfshift.code.destinations import PROVIDER_PREFIX, provider_names, provider_text

pytestmark = pytest.mark.truth

CASES = Path(__file__).with_name("layers")
ROUNDING = 2e-4
Told = dict[str, dict[str, Any]]


def told(python: Path, where: str) -> Told:
    command = [str(python), str(CASES), where]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    cases: Told = json.loads(done.stdout.splitlines()[-1])
    return cases


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
    (folder / f"{PROVIDER_PREFIX}contrib_layers.py").write_text(provider_text("contrib_layers"))
    return str(folder)


@pytest.fixture(scope="module")
def real(tensorflow_python: Callable[[str], Path]) -> Told:
    return told(tensorflow_python("1.15"), "contrib")


@pytest.mark.parametrize("version", ["1.15", "2.15"])
def test_the_provider_does_what_contrib_did(
    version: str, real: Told, provider: str, tensorflow_python: Callable[[str], Path]
) -> None:
    mine = told(tensorflow_python(version), provider)
    assert mine.keys() == real.keys()
    different = []
    for case, expected in real.items():
        # The words of an error are each module's own.
        facts = {key: value for key, value in expected.items() if key != "says"}
        if not all(near(value, mine[case].get(key)) for key, value in facts.items()):
            different.append(f"{case}: {facts} is {mine[case]}")
    assert not different, "\n".join(different)[:4000]


def test_every_function_of_the_provider_is_compared() -> None:
    text = "".join(path.read_text() for path in CASES.glob("*.py"))
    names = provider_names("contrib_layers") - {"has_arg_scope"}
    assert not [
        name for name in sorted(names) if f"L.{name}" not in text and f'"{name}"' not in text
    ]


def test_enough_cases_work_and_fail(real: Told) -> None:
    failing = [case for case, facts in real.items() if "raises" in facts]
    assert 15 <= len(failing) <= 40
    assert len(real) - len(failing) >= 150
