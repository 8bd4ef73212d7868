"""A kept check says what a fresh one says; whatever it depends on makes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfshift.code.cache import Cache
from tfshift.code.check import CheckResult, check

from .moving import lay, move

FILES = {
    "a.py": "import tensorflow as tf\nimport b\ntf.Session()\ngetattr(tf, x)\n",
    "b.py": "import tensorflow as tf\nprint 1\n",
    "bad.py": "import tensorflow as tf\nx = (\n",
    "c.ipynb": b'{"cells": [{"cell_type": "code", "source": ["import tensorflow as tf"]}]}',
    "requirements.txt": "tensorflow==1.15\n",
}


def said(result: CheckResult) -> object:
    return result.findings, result.unknown, result.skipped, result.results, result.files


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay(tmp_path / "p", FILES)


def test_a_kept_check_says_the_same(tree: Path, tmp_path: Path) -> None:
    kept = Cache(tmp_path / "kept")
    plain = check([tree], move())
    first = check([tree], move(), cache=kept)
    assert len(list((tmp_path / "kept").iterdir())) == 1
    again = check([tree], move(), cache=kept)
    assert said(plain) == said(first) == said(again)
    assert plain.findings
    assert plain.unknown
    assert plain.skipped


def test_another_byte_or_move_is_another_check(tree: Path, tmp_path: Path) -> None:
    kept = Cache(tmp_path / "kept")
    before = check([tree], move(), cache=kept)
    (tree / "b.py").write_text("x = 1\n")
    after = check([tree], move(), cache=kept)
    assert said(after) == said(check([tree], move()))
    assert said(after) != said(before)
    assert said(check([tree], move("1.15", "2.8"), cache=kept)) == said(
        check([tree], move("1.15", "2.8"))
    )
    (tree / "b.py").rename(tree / "d.py")
    assert said(check([tree], move(), cache=kept)) == said(check([tree], move()))
    (tree / "requirements.txt").write_text("x\n")
    assert said(check([tree], move(), cache=kept)) == said(check([tree], move()))


def test_a_broken_or_locked_cache_is_none(tree: Path, tmp_path: Path) -> None:
    kept = Cache(tmp_path / "kept")
    fresh = said(check([tree], move(), cache=kept))
    for file in kept.folder.iterdir():
        file.write_bytes(b"\x80\x05nonsense")
    assert said(check([tree], move(), cache=kept)) == fresh
    (tmp_path / "file").write_text("")
    assert said(check([tree], move(), cache=Cache(tmp_path / "file"))) == fresh
