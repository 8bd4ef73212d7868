"""What an expression is, told across the modules of a project: methods are found on the right objects."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tfshift.code import workers
from tfshift.code.check import check

from .moving import checked, lay, move

NET = """import tensorflow as tf

class Net(tf.keras.Model):
    def own(self):
        pass

class Sub(Net):
    pass

class Trainer:
    def __init__(self):
        self.net = Net()
        self.next = Trainer()

def build():
    model = tf.keras.Sequential()
    return model

def other():
    return object()

shared = build()
_private = build()
"""
LOST = "tf.keras.Model.fit_generator"
SEQUENTIAL = "tf.keras.Sequential.fit_generator"


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("from net import Net\nm = Net()\nm.fit_generator([])\n", LOST),
        ("from net import Sub as S\nm = S()\nm.fit_generator([])\n", LOST),
        ("from net import build\nm = build()\nm.fit_generator([])\n", SEQUENTIAL),
        ("import net\nm = net.build()\nm.fit_generator([])\n", SEQUENTIAL),
        ("import net as n\nm = n.Net()\nm.fit_generator([])\n", LOST),
        ("from net import *\nm = build()\nm.fit_generator([])\n", SEQUENTIAL),
        ("from net import shared\n\nshared.fit_generator([])\n", SEQUENTIAL),
        ("import net\n\nnet.shared.fit_generator([])\n", SEQUENTIAL),
        ("import net\nclass Mine(net.Net):\n  def go(self): self.fit_generator([])\n", LOST),
        ("from net import Trainer\nt = Trainer()\nt.net.fit_generator([])\n", LOST),
        ("from net import Trainer\nclass T(Trainer):\n  def go(self): self.net.fit_generator([])\n", LOST),
        ("from again import build\nm = build()\nm.fit_generator([])\n", SEQUENTIAL),
    ],
)  # fmt: skip
def test_what_another_module_makes_is_known(code: str, symbol: str) -> None:
    files = {"net.py": NET, "again.py": "from net import build\n", "main.py": code}
    found = [f for f in checked(files, move("2.15", "2.21")).findings if f.path == "main.py"]
    # An error, not a guess from the method's name.
    assert [(f.line, f.symbol, f.severity.value) for f in found] == [(3, symbol, "error")]


@pytest.mark.parametrize(
    "code",
    [
        "from net import Net\nm = Net()\nm.own()\n",
        "from net import Net\nm = Net()\nm.fit([])\n",
        "from net import other\nm = other()\nm.to_yaml()\n",
        "import net\nnet = other()\nm = net.build()\nm.unknown()\n",
        "from net import *\n_private.fit([])\n",
        "from elsewhere import Net\nm = Net()\nm.fit([])\n",
    ],
)
def test_other_objects_are_left_alone(code: str) -> None:
    files = {"net.py": NET, "main.py": code}
    found = [f for f in checked(files, move("2.15", "2.21")).findings if f.path == "main.py"]
    assert [f for f in found if f.severity.value == "error"] == []


def test_modules_that_import_one_another_come_to_an_end() -> None:
    files = {
        "a.py": "import tensorflow as tf\nfrom b import use\nclass Net(tf.keras.Model):\n    pass\n",
        "b.py": "from a import Net\ndef use():\n    net = Net()\n    net.fit_generator([])\n",
    }
    found = checked(files, move("2.15", "2.21")).findings
    # Which of the two is read first is not told: the method's name is what remains.
    assert [(f.path, f.line, f.symbol) for f in found] == [("b.py", 4, LOST)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="one process there")
def test_several_processes_tell_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"m{n}.py": NET for n in range(3)}
    for n in range(3):
        files[f"u{n}.py"] = f"from m{n} import build\nx = build()\nx.fit_generator([])\n"
    monkeypatch.setattr(workers, "WORTH_BYTES", 1)
    root = lay(tmp_path, files)
    alone = check([root], move("2.15", "2.21")).findings
    together = check([root], move("2.15", "2.21"), jobs=2).findings
    assert alone == together
    assert len([f for f in alone if f.severity.value == "error"]) == 3
