"""Severity error means that the line fails: every prediction is put to a real 2.15."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift import facts

from .moving import checked, move

pytestmark = pytest.mark.truth

ASKING = Path(__file__).parents[1] / "facts" / "asking.py"
COUNT = 1200
AGREE = 0.99
Answers = dict[str, list[str] | str | None]


def _symbols() -> list[str]:
    """Draw what 1.15 has and programs may use: no dunders, no compat, no deep contrib."""
    database = facts.open()
    names = [
        n
        for n in database.names()
        if n.startswith("tf.")
        and n.count(".") in (1, 2, 3)
        and ".compat" not in n
        and not n.rsplit(".", 1)[-1].startswith("_")
        and not n.endswith("_FIELD_NUMBER")
        and database.exists(n, "1.15")
    ]
    return sorted(random.Random(3).sample(names, COUNT))


@pytest.fixture(scope="module")
def real(tensorflow_python: Callable[[str], Path]) -> Answers:
    done = subprocess.run(
        [str(tensorflow_python("2.15")), str(ASKING)],
        input=json.dumps(_symbols()), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answers: Answers = json.loads(done.stdout)
    return answers


def _failing(lines: list[str]) -> set[int]:
    """Return the positions of the lines that check calls errors."""
    code = "\n".join(["import tensorflow as tf", *lines, ""])
    found = checked({"a.py": code}, move()).findings
    return {f.line - 2 for f in found if f.severity.value == "error"}


def test_a_missing_symbol_is_an_error_and_no_other_is(real: Answers) -> None:
    symbols = list(real)
    said = _failing(symbols)
    missed = [s for i, s in enumerate(symbols) if real[s] is None and i not in said]
    false = [s for i, s in enumerate(symbols) if real[s] is not None and i in said]
    assert not false, false
    assert 1 - len(missed) / len(symbols) >= AGREE, missed
    assert len(said) > COUNT / 10


def test_an_argument_that_is_refused_is_an_error_and_no_other_is(real: Answers) -> None:
    database = facts.open()
    calls: list[tuple[str, bool]] = []
    for symbol, names in real.items():
        signature = database.signature(symbol, "1.15")
        if not isinstance(names, list) or {"args", "kwargs"} & set(names) or signature is None:
            continue
        calls += [(f"{symbol}({name}=None)", name in names) for name in signature.names]
    said = _failing([call for call, _ in calls])
    wrong = [call for i, (call, takes) in enumerate(calls) if takes == (i in said)]
    refused = sum(not takes for _, takes in calls)
    assert len(calls) > COUNT / 2
    assert refused > 30
    assert 1 - len(wrong) / len(calls) >= AGREE, wrong
