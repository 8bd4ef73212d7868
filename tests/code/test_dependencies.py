"""Files that pin packages: what the target does not admit is told and rewritten, nothing else."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tfshift import facts
from tfshift.code.dependencies import bounds
from tfshift.pins import all_readers, pins_of

from .moving import checked, fixed_project, move
from .test_notebooks import moved, notebook, sources

READER_EXAMPLES = [
    pytest.param(reader, example, id=f"{reader.__name__.rpartition('.')[2]}-{number}")
    for reader in all_readers()
    for number, example in enumerate(reader.EXAMPLES)
]
NEW = facts.open().release("2.15").version
OLD = facts.open().release("1.15").version
CODE = {"a.py": "x = 1\n"}


@pytest.mark.parametrize(("reader", "example"), READER_EXAMPLES)
def test_a_reader_finds_what_its_examples_say(reader: ModuleType, example: Any) -> None:
    from pathlib import PurePosixPath

    path, text, expected = example
    found = list(reader.pins(text)) if reader.matches(PurePosixPath(path)) else []
    assert [(p.package, p.specifier) for p in found] == expected
    for pin in found:
        assert 0 <= pin.name[0] < pin.name[1] <= len(text)
        assert pin.name[0] <= pin.where[0] <= pin.where[1] <= len(text)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "tensorflow==1.15.0  # old\nnumpy\n", f"tensorflow=={NEW}  # old\nnumpy\n"),
        ("requirements.txt", "tensorflow-gpu>=1.4,<2\r\nx\r\n", f"tensorflow=={NEW}\r\nx\r\n"),
        ("requirements.txt", "tensorflow\ntensorflow>=1.4\ntensorflow-cpu~=2.15.0\n", None),
        ("requirements.txt", "protobuf==3.6.1\nsix==1.16\n", None),
        ("setup.py", "setup(install_requires=['tensorflow[x]<2'])\n", f"setup(install_requires=['tensorflow[x]=={NEW}'])\n"),
        ("Pipfile", "[packages]\ntensorflow = \"==1.15\"\n", f"[packages]\ntensorflow = \"=={NEW}\"\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = \"^1.15\"\npython = \"~3.6\"\n",
         f"[tool.poetry.dependencies]\ntensorflow = \"=={NEW}\"\npython = \"~3.11\"\n"),
        ("environment.yml", "dependencies:\n- python=3.6\n- tensorflow=1.15\n- pip:\n  - tensorflow==1.15\n",
         f"dependencies:\n- python=3.11\n- tensorflow={NEW}\n- pip:\n  - tensorflow=={NEW}\n"),
        (".github/workflows/ci.yml", "- run: pip install 'tensorflow<2' é\n", f"- run: pip install 'tensorflow=={NEW}' é\n"),
        ("Dockerfile", "RUN pip install é tensorflow==1.15\n", f"RUN pip install é tensorflow=={NEW}\n"),
    ],
)  # fmt: skip
def test_pins_of_tensorflow_are_moved(path: str, before: str, after: str | None) -> None:
    if path == "requirements.txt" and "protobuf" in before:
        after = before.replace(
            "protobuf==3.6.1", f"protobuf{bounds(facts.open().release('2.15'))['protobuf']}"
        )
    result = fixed_project({**CODE, path: before}, move())[path]
    assert result.decode() == (before if after is None else after)


def test_pins_are_findings_with_their_place() -> None:
    files = {**CODE, "requirements.txt": "# é\nkeras==2.3\n  tensorflow == 1.15.0\n"}
    found = [f for f in checked(files, move()).findings if f.symbol == "tensorflow"]
    assert [(f.path, f.line, f.column, f.end_column, f.kind.value) for f in found] == [
        ("requirements.txt", 3, 3, 23, "dependency")
    ]
    assert found[0].severity.value == "error"


def test_pins_move_down_as_well() -> None:
    result = fixed_project(
        {**CODE, "requirements.txt": "tensorflow==2.15.0\n"}, move("2.15", "1.15")
    )
    assert result["requirements.txt"].decode() == f"tensorflow=={OLD}\n"


def test_an_image_is_for_a_person_to_choose() -> None:
    files = {**CODE, "Dockerfile": "FROM tensorflow/tensorflow:1.15.0-gpu-py3\n"}
    (found,) = checked(files, move()).findings
    assert found.fix is not None
    assert found.fix.applicability.value == "manual"


def test_a_companion_goes_to_the_release_that_was_found_to_work() -> None:
    rows = facts.open().companions["tensorflow-probability"]
    wanted = rows["2.15"]["version"]
    result = fixed_project({**CODE, "requirements.txt": "tensorflow-probability==0.8.0\n"}, move())
    assert result["requirements.txt"].decode() == f"tensorflow-probability=={wanted}\n"


def test_notebooks_install_and_select_the_target() -> None:
    data = notebook(
        "%tensorflow_version 1.x\n!pip install -q é tensorflow-gpu==1.15\nimport tensorflow as tf"
    )
    after = sources(moved(data))[0]
    assert after.startswith(f"%tensorflow_version 2.x\n!pip install -q é tensorflow=={NEW}\n")


def test_what_no_reader_knows_is_left() -> None:
    files = {**CODE, "notes.md": "tensorflow==1.15\n", "b.py": "x = 'tensorflow==1.15'\n"}
    assert checked(files, move()).findings == ()
    assert list(pins_of("notes.md", "tensorflow==1.15")) == []


SLIM = "from tensorflow.contrib import slim\nslim.learning.train(1, '')\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "numpy\ntensorflow==1.15\nsix\n", f"numpy\ntensorflow=={NEW}\ntf-slim==1.1.0\nsix\n"),
        ("requirements.txt", "tensorflow==1.15", f"tensorflow=={NEW}\ntf-slim==1.1.0"),
        # It is asked for already, or nothing says that TensorFlow comes from here.
        ("requirements.txt", "tf_slim\ntensorflow==1.15\n", f"tf_slim\ntensorflow=={NEW}\n"),
        ("requirements.txt", "numpy\n", "numpy\n"),
        # How the others spell a list is theirs to keep.
        ("setup.py", "setup(install_requires=['tensorflow<2'])\n", f"setup(install_requires=['tensorflow=={NEW}'])\n"),
    ],
)  # fmt: skip
def test_what_the_rewritten_code_needs_is_asked_for(path: str, before: str, after: str) -> None:
    fixed = fixed_project({path: before, "a.py": SLIM}, move("1.15", "2.15"))
    assert fixed[path].decode() == after
    assert b"tf_slim.learning.train(1, '')" in fixed["a.py"]


def test_what_is_locked_by_hashes_is_left_to_its_tool() -> None:
    text = "tensorflow==1.15 --hash=sha256:12\n"
    files = {"requirements.txt": text, "a.py": SLIM}
    found = [
        f for f in checked(files, move("1.15", "2.15")).findings if f.path == "requirements.txt"
    ]
    assert [(f.message, f.fix and f.fix.title) for f in found if "tf-slim" in f.message] == [
        ("the rewritten code needs tf-slim, which is not asked for here", "Add tf-slim and lock again")
    ]  # fmt: skip
