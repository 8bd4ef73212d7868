"""Small programs, fixed: they print on the other release what they printed on their own."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import check, fix_file

from .moving import move
from .remembered import contents, keep, key_of, recalled

pytestmark = pytest.mark.truth

HERE = Path(__file__).parent
FORKS = HERE / "forks.py"
SOURCES = HERE / "programs"
UP = tuple(sorted((HERE / "programs").glob("*.py")))
DOWN = tuple(sorted((HERE / "programs" / "down").glob("*.py")))
_NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
ROUNDING = 2e-4


@pytest.fixture(scope="module")
def moved(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[tuple[Path, ...], str, str], tuple[Path, ...]]:
    """Fix programs once for all tests."""

    @cache
    def make(programs: tuple[Path, ...], origin: str, target: str) -> tuple[Path, ...]:
        return fixed(programs, tmp_path_factory.mktemp("fixed"), origin, target)

    return make


@cache
def run(python: Path, programs: tuple[Path, ...]) -> dict[str, tuple[int, str]]:
    """Run programs in one process of an environment; exit status and output by name.

    What ran before, as it is, is remembered.
    """
    keys = {p: key_of(python, FORKS.read_bytes(), *_all_of(p)) for p in programs}
    found = {p: recalled(key) for p, key in keys.items()}
    new = [p for p, said in found.items() if said is None]
    if new:
        command = list(map(str, [python, FORKS, *new]))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        said = json.loads(done.stdout.splitlines()[-1])
        for program in new:
            found[program] = said[str(program)]
            if found[program][0] == 0:
                keep(keys[program], found[program])
    return {path.stem: (status, out) for path, (status, out) in found.items()}


def _all_of(program: Path) -> Iterable[bytes | str]:
    """Yield what a program is made of: itself among those of its folder, with what it may import."""
    if program.parent not in (SOURCES, SOURCES / "graphs", SOURCES / "down"):
        return [program.name, *contents(program.parent)]
    files = [program]
    for file in files:
        words = set(re.findall(r"\w+", file.read_text("utf-8")))
        beside = (p for p in sorted(program.parent.glob("*.py")) if p.stem in words)
        files += [p for p in beside if p not in files]
    return [part for p in files for part in (p.name, p.read_bytes())]


def fixed(
    programs: Iterable[Path],
    folder: Path,
    origin: str,
    target: str,
    style: str = "compat",
    *,
    unsafe: bool = False,
) -> tuple[Path, ...]:
    """Fix each program alone, with the safe fixes only unless it is said otherwise."""
    made = []
    for program in programs:
        place = folder / program.stem
        place.mkdir()
        (place / program.name).write_bytes(program.read_bytes())
        result = check([place], move(origin, target, style))
        writing.write(place, [fix_file(r, unsafe=unsafe) for r in result.results])
        made.append(place / program.name)
    return tuple(made)


def same(before: str, after: str) -> bool:
    """Compare outputs: text exactly, fractions within rounding."""
    if _NUMBER.sub("#", before) != _NUMBER.sub("#", after):
        return False
    pairs = zip(_NUMBER.findall(before), _NUMBER.findall(after), strict=True)
    return all(abs(float(a) - float(b)) <= ROUNDING * max(1, abs(float(a))) for a, b in pairs)


def agree(before: tuple[int, str], after: tuple[int, str]) -> None:
    assert before[0] == 0, before[1]
    assert after[0] == 0, after[1]
    assert before[1]
    assert same(before[1], after[1]), f"{before[1]}\n--- became ---\n{after[1]}"


@pytest.mark.parametrize("program", [p.stem for p in UP])
def test_up_it_prints_the_same(
    program: str,
    tensorflow_python: Callable[[str], Path],
    moved: Callable[[tuple[Path, ...], str, str], tuple[Path, ...]],
) -> None:
    after = run(tensorflow_python("2.15"), moved(UP, "1.15", "2.15"))
    agree(run(tensorflow_python("1.15"), UP)[program], after[program])


PAST_KERAS_2 = (SOURCES / "keras_trained.py",)


@pytest.mark.parametrize("program", [p.stem for p in PAST_KERAS_2])
def test_what_keras_3_runs_prints_the_same_there(
    program: str,
    tensorflow_python: Callable[[str], Path],
    moved: Callable[[tuple[Path, ...], str, str], tuple[Path, ...]],
) -> None:
    after = run(tensorflow_python("2.21"), moved(PAST_KERAS_2, "1.15", "2.21"))
    agree(run(tensorflow_python("1.15"), UP)[program], after[program])


@pytest.mark.parametrize("program", [p.stem for p in DOWN])
def test_down_it_prints_the_same(
    program: str,
    tensorflow_python: Callable[[str], Path],
    moved: Callable[[tuple[Path, ...], str, str], tuple[Path, ...]],
) -> None:
    after = run(tensorflow_python("1.15"), moved(DOWN, "2.15", "1.15"))
    agree(run(tensorflow_python("2.15"), DOWN)[program], after[program])
