"""Bisecting real releases: the edge is known by construction, and not told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .running import tfshift

pytestmark = pytest.mark.truth

# In 2.8 this class went.
USES = "import tensorflow as tf\ntf.keras.layers.experimental.preprocessing.CategoryCrossing()\n"
PRINTS = (
    "import tensorflow as tf\n"
    "there = hasattr(tf.keras.layers.experimental.preprocessing, 'CategoryCrossing')\n"
    "print('loss', 0.5 if there else 0.25)\n"
)


def bisect(folder: Path, program: str, *options: str) -> dict[str, Any]:
    (folder / "program.py").write_text(program)
    done = tfshift(
        "bisect", *options, "--format", "json", "-q", "--", "python", "program.py", cwd=folder
    )
    return {
        **(json.loads(done.stdout) if done.stdout else {}),
        "exit": done.returncode,
        "err": done.stderr,
    }


def verdicts(said: dict[str, Any]) -> dict[str, str]:
    return {row["version"].rpartition(".")[0]: row["verdict"] for row in said["tested"]}


def test_the_release_that_removed_what_is_used(tmp_path: Path) -> None:
    said = bisect(tmp_path, USES, "--good", "2.6", "--bad", "2.8")
    assert said["exit"] == 0, said["err"]
    assert (said["last_good"][:3], said["first_bad"][:3]) == ("2.7", "2.8")
    assert verdicts(said) == {"2.6": "good", "2.8": "bad", "2.7": "good"}
    assert "CategoryCrossing" in next(r["reason"] for r in said["tested"] if r["verdict"] == "bad")
    (change,) = said["changes"]
    assert change["symbol"].endswith("preprocessing.CategoryCrossing")
    assert (change["path"], change["line"]) == ("program.py", 2)
    # The project stays as it was.
    assert sorted(p.name for p in tmp_path.iterdir()) == ["program.py"]


def test_downwards(tmp_path: Path) -> None:
    program = "import tensorflow as tf\ntf.keras.layers.UnitNormalization()\n"
    said = bisect(tmp_path, program, "--good", "2.10", "--bad", "2.6")
    assert (said["last_good"][:3], said["first_bad"][:3]) == ("2.9", "2.8")


def test_a_version_that_asks_to_be_skipped_is_left_open(tmp_path: Path) -> None:
    skip = "import sys, tensorflow as tf\nif tf.__version__.startswith('2.7'): sys.exit(125)\n"
    said = bisect(tmp_path, skip + USES, "--good", "2.6", "--bad", "2.8")
    assert (said["exit"], said["last_good"][:3], said["first_bad"][:3]) == (3, "2.6", "2.8")
    assert [v[:3] for v in said["untested"]] == ["2.7"]


def test_numbers_that_become_others(tmp_path: Path) -> None:
    said = bisect(tmp_path, PRINTS, "--good", "2.6", "--bad", "2.8", "--when", "differs")
    assert (said["last_good"][:3], said["first_bad"][:3]) == ("2.7", "2.8")
    assert "stdout:1" in next(r["reason"] for r in said["tested"] if r["verdict"] == "bad")


def test_ends_that_are_not_what_they_are_said_to_be(tmp_path: Path) -> None:
    fine = bisect(tmp_path, "import tensorflow\n", "--good", "2.6", "--bad", "2.8")
    assert fine["exit"] == 2
    assert "the bad end cannot be confirmed: 2.8" in fine["err"]
    slow = "import time\ntime.sleep(60)\n"
    late = bisect(tmp_path, slow, "--good", "2.6", "--bad", "2.8", "--timeout", "3")
    assert "the good end cannot be confirmed" in late["err"]
    assert "no end within 3" in late["err"]


def test_code_can_be_fixed_for_each_release_first(tmp_path: Path) -> None:
    program = "import tensorflow as tf\nprint(tf.Session().run(tf.constant(2.5)))\n"
    said = bisect(tmp_path, program, "--good", "1.15", "--bad", "2.1")
    assert (said["last_good"][:4], said["first_bad"][:3]) == ("1.15", "2.0")
    fixed = bisect(tmp_path, program, "--good", "1.15", "--bad", "2.1", "--prepare", "fix")
    assert "the bad end cannot be confirmed" in fixed["err"]
    assert (tmp_path / "program.py").read_text() == program


def test_a_companion_is_varied_beside_one_release(tmp_path: Path) -> None:
    program = "import numpy as np\nimport tensorflow as tf\nprint(np.zeros(2, np.bool).sum())\n"
    said = bisect(
        tmp_path, program, "--vary", "numpy", "--tf", "2.11", "--good", "1.22.4", "--bad", "1.24.4"
    )
    assert said["exit"] == 0, said["err"]
    assert (said["last_good"][:4], said["first_bad"][:4]) == ("1.23", "1.24")
