from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.proof.compare import compare
from tfshift.proof.recording import load

from .conftest import Run

NUMBERS = "import random, numpy; print(random.random(), numpy.random.rand(), numpy.random.default_rng().random())"


def test_output_and_exit_status_are_recorded_without_tensorflow(run: Run) -> None:
    said: list[str] = []
    result = run("import sys; print('one'); print('two', file=sys.stderr)", say=said.append)
    assert (result.status, result.exit_status, result.steps) == ("finished", 0, 0)
    assert sorted(said) == ["one", "two"]
    about = load(result.path).about
    assert about["stdout"] == {"lines": ["one"], "truncated": False}
    assert about["stderr"] == "two\n"
    assert about["max_rss_mb"] > 1
    assert about["environment"]["CUDA_VISIBLE_DEVICES"] == "-1"
    assert not (result.path / ".tfshift-stream").exists()


def test_a_failing_command_says_how_it_failed(run: Run) -> None:
    result = run("import sys; print('x'); sys.exit(7)")
    assert (result.status, result.exit_status, result.reason) == ("failed", 7, "exit status 7")
    result = run("raise ValueError('no')")
    assert "ValueError: no" in load(result.path).about["stderr"]


def test_a_crash_is_a_failure_and_a_kill_cuts_short(run: Run) -> None:
    crash = run("import os, signal; os.kill(os.getpid(), signal.SIGABRT)")
    assert (crash.status, crash.reason) == ("failed", "died of SIGABRT")
    killed = run("import os, signal; print('a'); os.kill(os.getpid(), signal.SIGKILL)")
    assert (killed.status, killed.reason) == ("cut short", "killed by SIGKILL")
    assert load(killed.path).stdout == ["a"]
    assert compare(load(killed.path), load(killed.path)).agreement == "unknown"


def test_seeds_make_two_runs_the_same_and_none_leaves_them_alone(run: Run) -> None:
    first = load(run(NUMBERS, seed=0).path).stdout
    assert load(run(NUMBERS, seed=0).path).stdout == first
    assert load(run(NUMBERS, seed=1).path).stdout != first
    free = [load(run(NUMBERS, seed=None).path).stdout for _ in range(2)]
    assert free[0] != free[1]
    about = load(run(NUMBERS, seed=None).path).about
    assert "TF_DETERMINISTIC_OPS" not in about["environment"]


def test_own_seeds_of_the_program_are_respected(run: Run) -> None:
    program = "import random, numpy; random.seed(5); print(random.random(), numpy.random.default_rng(3).random())"
    import random

    expected = f"{random.Random(5).random()} {np.random.default_rng(3).random()}"
    assert load(run(program).path).stdout == [expected]


def test_standard_input_is_empty(run: Run) -> None:
    assert load(run("import sys; print(repr(sys.stdin.read()))").path).stdout == ["''"]


def test_the_program_sees_nothing_of_the_recorder_on_its_path(run: Run) -> None:
    program = "import sys; print([p for p in sys.path if 'agent' in p], 'tfshift' in sys.modules)"
    assert load(run(program).path).stdout == ["[] False"]


def test_another_sitecustomize_still_runs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import builtins; builtins.greeting = 'hi'")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    assert load(run("print(greeting)", environ=environ).path).stdout == ["hi"]


def test_child_processes_are_part_of_the_run(run: Run) -> None:
    program = (
        "import subprocess, sys\n"
        "print('parent', flush=True)\n"
        "subprocess.check_call([sys.executable, '-c', 'print(\"child\")'])\n"
        "import multiprocessing as m\n"
        "p = m.get_context('fork').Process(target=print, args=('forked',)); p.start(); p.join()\n"
    )
    result = run(program)
    recording = load(result.path)
    assert recording.stdout == ["parent", "child", "forked"]
    assert recording.about["processes"] >= 2


def test_a_shell_command_finds_the_interpreter_on_its_path(run: Run) -> None:
    command = ["sh", "-c", "python -c 'import sys; print(sys.prefix)'"]
    result = run("", command=command)
    assert load(result.path).stdout == [sys.prefix]


def test_a_background_process_does_not_hold_up_the_end(run: Run) -> None:
    program = "import subprocess; subprocess.Popen(['sleep', '60']); print('done')"
    started = time.monotonic()
    assert run(program).status == "finished"
    assert time.monotonic() - started < 20


def test_a_timeout_cuts_short(run: Run) -> None:
    result = run("import time; print('a', flush=True); time.sleep(60)", timeout=1.5)
    assert (result.status, result.reason) == ("cut short", "stopped after 1.5 s")
    assert load(result.path).stdout == ["a"]


def test_much_output_is_bounded(run: Run) -> None:
    result = run("for i in range(60000): print(i)", live=lambda name, data: None)
    about = load(result.path).about
    assert about["stdout"]["truncated"]
    assert len(about["stdout"]["lines"]) == 20000
    result = run("import sys; sys.stderr.write('x' * 10**6)", live=lambda name, data: None)
    assert len(load(result.path).about["stderr"]) <= 65536


@pytest.mark.parametrize(
    ("named", "word"),
    [
        ({"command": ["no-such-program"]}, "cannot start"),
        ({"command": []}, "no command"),
        ({"python": Path("/no/such/python")}, "no such interpreter"),
    ],
)
def test_bad_usage_is_said(run: Run, named: dict, word: str) -> None:
    with pytest.raises(TfshiftError, match=word):
        run("", **named)


def test_a_new_recording_replaces_the_old_one(run: Run, tmp_path: Path) -> None:
    run("print(1)")
    (tmp_path / "out" / "mine.txt").write_text("kept")
    run("print(2)")
    assert load(tmp_path / "out").stdout == ["2"]
    assert (tmp_path / "out" / "mine.txt").read_text() == "kept"


def start(tmp_path: Path, program: str) -> subprocess.Popen:
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, "-m", "tfshift", "record", "--python", sys.executable]
    return subprocess.Popen(
        [*command, "-o", "out", "--", "python", "program.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


SLOW = (
    "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nprint('here', flush=True)\n"
    "os.rename('pid', 'ready')\ntime.sleep(60)\n"
)


def wait_for(path: Path) -> None:
    for _ in range(400):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_command_and_leaves_a_recording(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = start(tmp_path, SLOW)
    wait_for(tmp_path / "ready")
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.decode().splitlines()[-1] == "interrupted"
    recording = load(tmp_path / "out")
    assert (recording.status, recording.about["reason"]) == ("cut short", "interrupted")
    assert recording.stdout == ["here"]
    assert not is_alive(int((tmp_path / "ready").read_text()))


def test_a_killed_recorder_leaves_a_recording_that_is_cut_short(tmp_path: Path) -> None:
    process = start(tmp_path, SLOW)
    wait_for(tmp_path / "ready")
    process.kill()
    process.communicate(timeout=30)
    try:
        recording = load(tmp_path / "out")
        assert recording.status == "cut short"
        assert recording.stdout == ["here"]
    finally:
        os.kill(int((tmp_path / "ready").read_text()), signal.SIGKILL)


def test_the_commands_meet(tmp_path: Path) -> None:
    outcomes = []
    for name, program in (("a", "print(0.5)"), ("b", "print(0.5)"), ("c", "print(0.7)")):
        (tmp_path / "p.py").write_text(program)
        base = [sys.executable, "-m", "tfshift"]
        options = ["--python", sys.executable, "-o", name, "--format", "json"]
        done = subprocess.run(
            [*base, "record", *options, "--", "python", "p.py"], cwd=tmp_path, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["schema"] == "tfshift.record/1"
    for other in "bc":
        done = subprocess.run(
            [*base, "compare", "a", other, "--format", "json"], cwd=tmp_path, capture_output=True
        )
        outcomes.append((done.returncode, json.loads(done.stdout)["verdict"]))
    assert outcomes == [(0, "equal"), (1, "different")]
    done = subprocess.run([*base, "compare", "a", "no"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 2
    assert b"no recording here" in done.stderr
