"""The agent in a real process, with a stand-in that has TensorFlow's module names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tfshift.proof.recording import Recording, load

from .conftest import Run

SESSION = """
import numpy
class BaseSession(object):
    def run(self, fetches, feed_dict=None):
        '''Doc.'''
        if fetches == "nested":
            return self.run("x")
        if fetches == "fails":
            raise ValueError("from the session")
        return fetches if isinstance(fetches, (list, dict)) else numpy.float32(len(fetches))
"""
USE = "from tensorflow.python.client.session import BaseSession\nimport numpy as np\ns = BaseSession()\n"


@pytest.fixture
def steps(run: Run, tmp_path: Path):
    def start(program: str, **named: object) -> Recording:
        folder = tmp_path / "work" / "tensorflow" / "python" / "client"
        folder.mkdir(parents=True, exist_ok=True)
        for package in (folder, folder.parent, folder.parent.parent):
            (package / "__init__.py").touch()
        (folder.parent.parent / "__init__.py").write_text("__version__ = '9.8.7'")
        (folder / "session.py").write_text(SESSION)
        result = run(USE + program, **named)
        assert result.exit_status == 0, load(result.path).about["stderr"]
        return load(result.path)

    return start


def test_outermost_calls_are_recorded_in_order(steps) -> None:
    recording = steps("s.run('abc'); s.run('nested'); print(s.run.__doc__)")
    assert [s.kind for s in recording.steps] == ["session.run"] * 2
    assert [recording.array(s.outputs[0]).tolist() for s in recording.steps] == [[3.0], [1.0]]
    assert recording.stdout == ["Doc."]
    assert recording.about["versions"]["tensorflow"] == "9.8.7"


def test_structures_keep_their_names_and_types(steps) -> None:
    program = "s.run({'b': np.arange(3), 'a': [np.float64(.5), None, b'text', np.array([True])]})"
    recording = steps(program)
    outputs = recording.steps[0].outputs
    assert [(o.name, o.dtype) for o in outputs] == [
        ("a/0", "float64"), ("a/2", "string"), ("a/3", "bool"), ("b", "int64")
    ]  # fmt: skip
    assert outputs[1].facts["text"] == ["text"]
    assert recording.steps[0].updates == 1


def test_exceptions_of_the_session_reach_the_program_and_are_no_steps(steps) -> None:
    program = "try:\n    s.run('fails')\nexcept ValueError as e:\n    print(e)\ns.run('a')"
    recording = steps(program)
    assert recording.stdout == ["from the session"]
    assert len(recording.steps) == 1


def test_what_the_recorder_cannot_read_does_no_harm(steps) -> None:
    program = (
        "class Odd(dict):\n    def keys(self): raise RuntimeError('odd')\n"
        "print(type(s.run(Odd())).__name__)\ns.run('ok')"
    )
    recording = steps(program)
    assert recording.stdout == ["Odd"]
    assert any("odd" in note for note in recording.about["notes"])
    assert len(recording.steps) == 1


def test_large_arrays_are_sampled_with_checksum_and_statistics(steps) -> None:
    recording = steps("s.run([np.arange(200000, dtype='float32')])")
    output = recording.steps[0].outputs[0]
    assert (output.kept, output.facts["stride"], output.shape) == ("sample", 4, (200000,))
    kept = recording.array(output)
    assert np.array_equal(kept, np.arange(0, 200000, 4, dtype="float32"))
    assert float(output.facts["mean"]) == pytest.approx(99999.5)


def test_beyond_the_bound_only_statistics_are_kept(steps) -> None:
    recording = steps("for i in range(300): s.run([np.full(65536, i, 'float32')])")
    kept = [step.outputs[0].kept for step in recording.steps]
    assert kept[0] == "all"
    assert kept[-1] == "statistics"
    assert float(recording.steps[-1].outputs[0].facts["max"]) == 299
    assert sum(kind == "all" for kind in kept) <= 257


def test_very_many_steps_are_thinned_the_same_way_each_time(steps) -> None:
    recording = steps("for i in range(45000): s.run([np.int32(i)])")
    seen = [int(recording.array(step.outputs[0])[0]) for step in recording.steps]
    assert seen[:20000] == list(range(20000))
    assert seen[20000:30000] == list(range(20000, 40000, 2))
    assert seen[30000:] == list(range(40000, 45000, 4))
    assert any("thinned" in note for note in recording.about["notes"])


def test_threads_and_children_come_after_the_main_thread_of_the_parent(steps) -> None:
    program = (
        "import threading, multiprocessing\n"
        "def work(n):\n    for i in range(3): s.run('x' * n)\n"
        "p = multiprocessing.get_context('fork').Process(target=work, args=(9,))\n"
        "p.start(); p.join()\n"
        "t = threading.Thread(target=work, args=(5,)); t.start(); t.join()\n"
        "work(2)\n"
    )
    recording = steps(program)
    seen = [recording.array(step.outputs[0]).tolist()[0] for step in recording.steps]
    assert seen == [2.0] * 3 + [5.0] * 3 + [9.0] * 3
    assert [step.process for step in recording.steps] == [0] * 6 + [1] * 3


def test_a_killed_program_leaves_its_steps(run: Run, steps, tmp_path: Path) -> None:
    steps("s.run('abc')")
    result = run(USE + "import os\ns.run('abcd'); s.run('a')\nos.kill(os.getpid(), 9)")
    recording = load(result.path)
    assert recording.status == "cut short"
    assert [recording.array(s.outputs[0]).tolist() for s in recording.steps] == [[4.0], [1.0]]


def test_nan_and_infinity_survive(steps) -> None:
    recording = steps("s.run([np.array([np.nan, np.inf, -np.inf, -0.0], 'float32')])")
    kept = recording.array(recording.steps[0].outputs[0])
    assert np.isnan(kept[0])
    assert kept[1:3].tolist() == [np.inf, -np.inf]
    assert np.signbit(kept[3])


def test_calls_from_installed_code_are_not_the_users(run: Run, steps, tmp_path: Path) -> None:
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "library.py").write_text("def call(s):\n    return s.run('installed')")
    import os

    environ = {**os.environ, "PYTHONPATH": str(installed)}
    recording = steps("import library\nlibrary.call(s)\ns.run('abc')", environ=environ)
    assert [recording.array(s.outputs[0]).tolist() for s in recording.steps] == [[3.0]]
