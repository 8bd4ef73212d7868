"""Calls that were measured, run in a session and natively: what is rewritten prints the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tfshift.code import writing
from tfshift.code.check import check, fix_file

from .moving import move
from .test_truth_programs import run, same

pytestmark = pytest.mark.truth

FACTS = Path(__file__).parents[2] / "facts" / "behaviour"
PARTS = ("core", "image", "losses", "math", "nn", "strings")
# What the measured calls are given, as a program of a user's would write it.
NAMES = {
    "X": "np.array([[-1.5, -0.2, 0.7], [0.3, 2.2, -0.9], [1.1, 0.5, -2.4], [0.1, -0.6, 1.3]], np.float32)",
    "X1": "np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], np.float32)",
    "POS": "np.array([[0.1, 1.7, 0.4], [2.3, 0.9, 3.1]], np.float32)",
    "Y": "np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]], np.float32)",
    "P": "np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6], [0.6, 0.3, 0.1]], np.float32)",
    "B": "np.array([[0, 1, 1], [1, 0, 1], [0, 0, 1], [1, 1, 0]], np.float32)",
    "Q": "np.array([[0.2, 0.7, 0.9], [0.5, 0.3, 0.2], [0.1, 0.6, 0.6], [0.6, 0.4, 0.1]], np.float32)",
    "I": "np.array([1, 0, 2, 1], np.int32)",
    "I64": "np.array([1, 0, 2, 1], np.int64)",
    "W": "np.array([1.0, 0.5, 2.0, 0.0], np.float32)",
    "IMG": "np.linspace(0, 1, 48).reshape(1, 4, 4, 3).astype(np.float32)",
    "IMG255": "np.arange(48).reshape(1, 4, 4, 3).astype(np.uint8)",
    "SEQ": "np.linspace(-1, 1, 30).reshape(2, 5, 3).astype(np.float32)",
    "IDS": "np.array([[1, 2, 0], [3, 0, 0]], np.int32)",
    "WORDS": 'np.array(["the cat", "a  Dog!", "", "cat"])',
    "SQ": "np.array([[2.0, 0.5], [0.5, 1.0]], np.float32)",
    "INT": "np.array([-7, -3, 3, 7], np.int32)",
}
# What else probes are made of, which is no part of a call.
PROBES = re.compile(
    r"\b(SEED|LAYER|WEIGHTS|INIT|METRIC|FIT|TRAIN|DATA|VAR|NAMES|GRAD|MODEL|HISTORY|NAN|VOL|LINE|keras|contrib|name)\b|fft|complex"
)
EVERY = 9


def calls() -> list[str]:
    """Return each ninth call that was measured, in order."""
    found = []
    for part in PARTS:
        for key, values in json.loads((FACTS / f"{part}.json").read_text("utf-8")).items():
            symbol, _, call = key.partition(" native ")
            told = [v for at, v in values.items() if "v" in v and not at.startswith("2")]
            if call and told and not PROBES.search(key) and not symbol.startswith("tf.compat"):
                found.append(re.sub(r"\bF\b", symbol, call))
    return found[::EVERY]


def spaced(text: str) -> str:
    """Return what was printed without what aligns numbers."""
    return re.sub(
        r"\.(?=[\s\],)])", ".0", re.sub(r"(?<=\[) +| +(?=\])", "", " ".join(text.split()))
    )


def test_measured_calls_print_the_same_natively(
    tensorflow_python: Callable[[str], Path], tmp_path: Path
) -> None:
    before, after, refused = [], [], []
    for number, call in enumerate(calls()):
        used = [f"{n} = {t}\n" for n, t in NAMES.items() if re.search(rf"\b{n}\b", call)]
        code = "import numpy as np\nimport tensorflow as tf\n\n" + "".join(used)
        code += f"result = {call}\nwith tf.Session() as sess:\n    print(sess.run(result))\n"
        program = tmp_path / "before" / f"c{number}.py"
        place = tmp_path / "after" / f"c{number}"
        for path in (program, place / program.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code)
        result = check([place], move("1.15", "2.15", "native"))
        rules = {f.rule for f in result.findings}
        writing.write(place, [fix_file(r, unsafe=True) for r in result.results])
        before.append(program)
        if "native-refused" in rules:
            refused.append(call)
        elif "behaviour" not in rules:
            after.append(place / program.name)
    there = run(tensorflow_python("1.15"), tuple(before))
    here = run(tensorflow_python("2.15"), tuple(after))
    ran = [name for name, (status, _) in there.items() if status == 0]
    kept = [name for name in ran if name in here]
    assert len(kept) > 60
    assert len(kept) >= 0.85 * len(ran), refused
    for name in kept:
        status, said = here[name]
        said = spaced(re.sub(r"np\.\w+\(([^()]*)\)", r"\1", said))
        assert status == 0, (before[int(name[1:])].read_text(), said)
        assert same(spaced(there[name][1]), said), (before[int(name[1:])].read_text(), said)
