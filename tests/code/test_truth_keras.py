"""Programs of Keras 2, fixed: with Keras 3 they print what they printed, in both styles for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import check, fix_file
from tfshift.domain.findings import Severity

from .moving import move
from .test_truth_programs import agree, run, same

pytestmark = pytest.mark.truth

PROGRAMS = tuple(sorted((Path(__file__).parent / "programs" / "keras").glob("*.py")))
ORIGIN, TARGET = "2.15", "2.21"


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, ...]]:
    """Lay programs out once for all tests: as they are, or fixed in a style. They write files."""

    @cache
    def make(style: str) -> tuple[Path, ...]:
        made = []
        for program in PROGRAMS:
            place = tmp_path_factory.mktemp(program.stem)
            shutil.copy(program, place)
            if style in ("compat", "keras3"):
                found = check([place], move(ORIGIN, TARGET, style))
                writing.write(place, [fix_file(r, unsafe=True) for r in found.results])
            made.append(place / program.name)
        return tuple(made)

    return make


@pytest.mark.parametrize("style", ["compat", "keras3"])
@pytest.mark.parametrize("program", [p.stem for p in PROGRAMS])
def test_it_prints_the_same_with_keras_3(
    program: str,
    style: str,
    tensorflow_python: Callable[[str], Path],
    laid: Callable[[str], tuple[Path, ...]],
) -> None:
    before = run(tensorflow_python(ORIGIN), laid("as it is"))
    after = run(tensorflow_python(TARGET), laid(style))
    agree(before[program], after[program])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_an_error_is_told_of_what_fails_alone(
    program: Path,
    tensorflow_python: Callable[[str], Path],
    laid: Callable[[str], tuple[Path, ...]],
) -> None:
    before = run(tensorflow_python(ORIGIN), laid("as it is"))[program.stem]
    status, said = run(tensorflow_python(TARGET), laid("as it is again"))[program.stem]
    found = check([program], move(ORIGIN, TARGET)).findings
    told = [f.message for f in found if f.severity is not Severity.INFO]
    if status == 0 and same(before[1], said):
        assert [m for m in told if "gives something else" not in m] == []
    else:
        assert told, said[-500:]
