"""Keras models of layers in layers go to other releases with the same outputs, up and down."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model.test_truth import run
from tfshift import facts
from tfshift.model.formats import read_model
from tfshift.model.keras_convert import convert_config, write_h5

pytestmark = pytest.mark.truth

# What an older release has no layer for is refused.
LACKING = {("attention", "1.15")}
PythonOf = Callable[[str], Path]


@pytest.fixture(scope="module", params=["2.15", "2.21"])
def composed(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tensorflow_python: PythonOf,
) -> Path:
    folder = tmp_path_factory.mktemp("composed")
    errors = run(tensorflow_python(request.param), "composing.py", folder)
    assert errors == {}
    return folder


@pytest.mark.parametrize("target", ["1.15", "2.15", "2.21"])
def test_models_of_layers_in_layers_are_converted(
    composed: Path, target: str, tensorflow_python: PythonOf, tmp_path: Path
) -> None:
    refused, expected = set(), 0
    for path in sorted(p for p in composed.iterdir() if p.suffix in (".keras", ".h5")):
        model = read_model(path)
        config, done = convert_config(model, facts.open(), target)
        if done.verdict == "no":
            refused.add((path.stem, target))
            continue
        assert done.verdict == "yes", (path.name, done.problems)
        write_h5(model, config, tmp_path / f"{path.stem}.{path.suffix[1:]}.h5")
        shutil.copy(path.with_suffix(".npz"), tmp_path)
        expected += 1
    assert refused == {found for found in LACKING if found[1] == target}
    told = run(tensorflow_python(target), "recalling.py", tmp_path)
    assert len(told) == expected
    wrong = {
        name: value for name, value in told.items() if not isinstance(value, float) or value > 1e-5
    }
    assert wrong == {}
