"""explain: each known error is found in its own captured text, first; other texts have none."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import tfshift
from tfshift import facts
from tfshift.environment.answers import KINDS
from tfshift.environment.explain import Match, explain
from tfshift.environment.logs import Told, told
from tfshift.facts.build.pack import needle

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parents[2] / "facts" / "errors"
ERRORS = {
    file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))
}
EXAMPLES = [
    pytest.param(name, example["text"], id=f"{name}-{number}")
    for name, error in ERRORS.items()
    for number, example in enumerate(error["examples"])
]


def matches(text: str, known: Told | None = None) -> list[Match]:
    return explain(text, facts.open(), known)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_whole(name: str) -> None:
    error = ERRORS[name]
    assert error["title"]
    assert error["cause"]
    assert error["remedy"]
    assert error["evidence"]
    assert error["examples"], "an error carries a captured text"
    assert error.get("kind", "error") in ("error", "notice")
    assert error.get("about") in (None, *KINDS)
    assert 0 < error["confidence"] < 1
    for pattern in error["lines"]:
        assert len(needle(pattern)) >= 4, f"{pattern} has no text that tells fast that it is absent"


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_its_own_text_is_explained_by_it_first(name: str, text: str) -> None:
    found = matches(text)
    assert [m.id for m in found[:1]] == [name], [(m.id, m.confidence) for m in found]
    first = found[0]
    assert first.remedy
    assert first.cause
    assert "{" not in first.cause.replace("{}", ""), first.cause
    assert first.evidence in text.replace("\r", "\n") or first.evidence[:200] in text
    lines = text.splitlines()
    assert first.evidence[:100] in lines[first.line - 1]


@pytest.mark.parametrize(("name", "text"), EXAMPLES[::5])
@pytest.mark.parametrize("wrap", ["pytest", "colours", "windows", "late"])
def test_wherever_it_is_printed(name: str, text: str, wrap: str) -> None:
    wrapped = {
        "pytest": "\n".join(
            f"E   {line}" if line[:1].strip() else line for line in text.splitlines()
        ),
        "colours": text.replace("Error", "\x1b[0;31mError\x1b[0m"),
        "windows": text.replace("\n", "\r\n"),
        "late": "Epoch 1/5 loss: 0.5\n" * 50 + text,
    }[wrap]
    assert name in [m.id for m in matches(wrapped)]


QUIET = [
    "Epoch 1/5\n1875/1875 [==============================] - 4s 2ms/step - loss: 0.29 - accuracy: 0.91\n",
    "Collecting numpy\n  Using cached numpy-1.18.5-cp37-cp37m-manylinux1_x86_64.whl (20.1 MB)\nSuccessfully installed numpy-1.18.5\n",
    "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    d['x']\nKeyError: 'x'\n",
    "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'\n",
    "ModuleNotFoundError: No module named 'pandas'\n",
    "AttributeError: module 'os' has no attribute 'getcwdu'\n",
    "# How to train\n\nRun `python train.py` with TensorFlow 1.15 installed.\n",
    'RuntimeError: CUDA error: device-side assert triggered\n  File "torch/nn/modules/module.py", line 1\n',
    "",
    "\n\n\n",
]


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_texts_are_no_errors(text: str) -> None:
    sure = [m for m in matches(text) if not m.notice and m.confidence > 0.5]
    assert sure == []


def test_the_release_decides_the_pin() -> None:
    text = "TypeError: Descriptors cannot be created directly.\n"
    assert matches(text)[0].pins == {"protobuf": "<3.21"}
    assert matches(text, Told("1.15.5"))[0].pins == {"protobuf": "<4"}
    assert matches(f"/x/tensorflow-1.15.5.dist-info\n{text}")[0].pins == {"protobuf": "<4"}


TOLD = [
    ("tensorflow-cpu==2.15.1", "2.15.1", None),
    ("/v/lib/python3.7/site-packages/tensorflow/__init__.py", None, "3.7"),
    ("Successfully installed tensorflow-2.4.1", "2.4.1", None),
    ("TensorFlow version: 2.8.0 on Python 3.9.7", "2.8.0", "3.9"),
    ("nothing of it", None, None),
]


@pytest.mark.parametrize(("text", "tensorflow", "python"), TOLD)
def test_what_a_log_tells(text: str, tensorflow: str | None, python: str | None) -> None:
    found = told(text)
    assert (found.tensorflow, found.python) == (tensorflow, python)


def test_a_log_of_ten_megabytes_is_searched_where_it_matters() -> None:
    noise = "2021-01-01 00:00:00 step {n} loss 0.1 tensor shape (32, 128)\n"
    lines = "".join(noise.replace("{n}", str(n)) for n in range(90000))
    text = lines + "TypeError: Descriptors cannot be created directly.\n" + lines
    found = matches(text)
    assert [m.id for m in found] == ["protobuf-descriptors"]
    assert found[0].line == 90001


def explained(*arguments: object, stdin: bytes | None = None) -> Any:
    if stdin is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            return tfshift("explain", *arguments)
    return tfshift("explain", *arguments)


def test_the_command(tmp_path: Path) -> None:
    text = "TypeError: Descriptors cannot be created directly.\n"
    (tmp_path / "log").write_text(text)
    said = explained(tmp_path / "log", "--format", "json")
    assert said.code == 0
    assert said.json["schema"] == "tfshift.explain/1"
    first = said.json["matches"][0]
    assert first["id"] == "protobuf-descriptors"
    assert {"id", "line", "cause", "remedy", "pins", "confidence"} <= set(first)
    assert explained(stdin=text.encode()).code == 0
    assert explained("-", stdin=text.encode("utf-16")).code == 0
    assert explained("-", stdin=b"\xff\x00\xfe all is well\n").code == 3
    missing = explained(tmp_path / "none")
    assert (missing.code, missing.err.count("\n")) == (2, 1)


def test_a_notebook_s_outputs_are_read(tmp_path: Path) -> None:
    error = {
        "output_type": "error", "ename": "TypeError", "evalue": "x",
        "traceback": ["\x1b[0;31mTypeError\x1b[0m: Descriptors cannot be created directly."],
    }  # fmt: skip
    cell = {"cell_type": "code", "source": [], "outputs": [error], "metadata": {}}
    book = tmp_path / "a.ipynb"
    book.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    )
    assert explained(book, "--format", "json").json["matches"][0]["id"] == "protobuf-descriptors"


@pytest.mark.truth
def test_an_error_is_made_to_appear_and_to_go(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("TypeError: Descriptors cannot be created directly.\n")
    said = explained(tmp_path / "log", "--reproduce", "--format", "json", "-q")
    assert said.code == 0, said.err
    told = said.json["reproduced"]
    assert (told["id"], told["verdict"]) == ("protobuf-descriptors", "yes")
    assert told["failing"]["exit_code"] != 0
    assert told["mended"]["exit_code"] == 0
