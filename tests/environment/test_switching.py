"""switch and rollback: a link that is flipped at once, with a history; nothing else is touched."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfshift.domain.environments import Environment, Lock
from tfshift.domain.errors import TfshiftError
from tfshift.environment import store
from tfshift.environment.interpreters import Interpreter
from tfshift.environment.switching import rollback, switch

from .samples import fill


@pytest.fixture
def two(
    lock: Lock, other: Lock, running: Interpreter, store_folder: Path
) -> tuple[Environment, Environment]:
    return (
        store.create(lock, running, "one", builder=fill),
        store.create(other, running, "two", builder=fill),
    )


def led_to(link: Path) -> str | None:
    return str(link.readlink()) if link.is_symlink() else None


def test_there_and_back(two: tuple[Environment, Environment], tmp_path: Path) -> None:
    link = tmp_path / "project" / ".venv"
    link.parent.mkdir()
    assert switch(two[0], link).before is None
    assert switch(two[1], link).before == two[0].path
    assert led_to(link) == two[1].path
    assert rollback(link).after == two[0].path
    assert led_to(link) == two[0].path
    assert rollback(link).after is None
    assert not link.is_symlink()
    with pytest.raises(TfshiftError, match="nothing to roll back"):
        rollback(link)


@settings(max_examples=40, deadline=None)
@given(moves=st.lists(st.sampled_from(["0", "1", "back"]), max_size=12))
def test_going_back_undoes_the_last_switch(
    moves: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The law: the link leads where a plain stack says."""
    place = tmp_path_factory.mktemp("law")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFSHIFT_STORE", str(place / "store"))
        link = place / ".venv"
        environments = [
            Environment(str(n), str(place / f"env{n}"), "3.7", "1.15.5", "x", 0.0) for n in (0, 1)
        ]
        for environment in environments:
            Path(environment.path).mkdir()
        stack: list[str | None] = [None]
        for move in moves:
            if move == "back":
                if len(stack) == 1:
                    with pytest.raises(TfshiftError):
                        rollback(link)
                    continue
                stack.pop()
                rollback(link)
            else:
                path = environments[int(move)].path
                switch(environments[int(move)], link)
                # Switching to where it leads already is no step.
                if stack[-1] != path:
                    stack.append(path)
            assert led_to(link) == stack[-1]


def test_something_of_the_user_s_stays(
    two: tuple[Environment, Environment], tmp_path: Path
) -> None:
    own = tmp_path / ".venv"
    own.mkdir()
    (own / "mine").write_text("x")
    with pytest.raises(TfshiftError, match=r"not a link.*mv "):
        switch(two[0], own)
    assert (own / "mine").read_text() == "x"


def test_a_link_of_the_user_s_own_can_be_gone_back_to(
    two: tuple[Environment, Environment], tmp_path: Path
) -> None:
    mine, link = tmp_path / "mine", tmp_path / ".venv"
    mine.mkdir()
    link.symlink_to(mine)
    assert switch(two[0], link).before == str(mine)
    assert rollback(link).after == str(mine)


def test_an_environment_that_was_removed_is_not_gone_back_to(
    two: tuple[Environment, Environment], tmp_path: Path
) -> None:
    link = tmp_path / ".venv"
    switch(two[0], link)
    switch(two[1], link)
    store.remove("one")
    with pytest.raises(TfshiftError, match="removed"):
        rollback(link)
    assert led_to(link) == two[1].path


SWITCHING = """
import sys
from pathlib import Path
from tfshift.environment import store
from tfshift.environment.switching import switch
one, two = store.find("one"), store.find("two")
while True:
    switch(one, Path(sys.argv[1]))
    switch(two, Path(sys.argv[1]))
    print(flush=True)
"""


def test_a_kill_leaves_a_link_that_works(
    two: tuple[Environment, Environment], tmp_path: Path
) -> None:
    link = tmp_path / ".venv"
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", SWITCHING, str(link)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.02)
        process.kill()
        process.wait()
        assert led_to(link) in (two[0].path, two[1].path)
        rollback(link)
