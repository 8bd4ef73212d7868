"""What a project needs is read from the files in which it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.environment.manifests import read_manifest

FILES = [
    ("requirements.txt", "numpy<2\n# no\n-e .\n", ("numpy<2",), False),
    ("dev.in", "pandas\n", ("pandas",), False),
    ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["numpy<2", "pandas"]\n', ("numpy<2", "pandas"), False),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.7"\nnumpy = "^1.18"\n', ("numpy>=1.18,<2",), False),
    ("Pipfile", '[packages]\nnumpy = "==1.18.5"\nsix = "*"\n', ("numpy==1.18.5", "six"), False),
    ("setup.py", "from setuptools import setup\nsetup(install_requires=['numpy<2'])\n", ("numpy<2",), False),
    ("setup.cfg", "[options]\ninstall_requires =\n    numpy<2\n", ("numpy<2",), False),
    ("environment.yml", "dependencies:\n  - python=3.7\n  - numpy=1.18\n  - pip:\n    - six==1.15\n",
     ("numpy==1.18.*", "six==1.15"), False),
    ("poetry.lock", '[[package]]\nname = "numpy"\nversion = "1.18.5"\n', ("numpy==1.18.5",), True),
    ("uv.lock", '[[package]]\nname = "numpy"\nversion = "1.18.5"\nsource = { registry = "x" }\n', ("numpy==1.18.5",), True),
    ("Pipfile.lock", '{"default": {"numpy": {"version": "==1.18.5"}}}', ("numpy==1.18.5",), True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "wanted", "exact"), FILES)
def test_a_file_is_read(
    name: str, text: str, wanted: tuple[str, ...], exact: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    found = read_manifest(tmp_path / name)
    assert (found.requirements, found.exact) == (wanted, exact)
    if not name.endswith(".in"):
        assert read_manifest(tmp_path).requirements == wanted


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "Pipfile").write_text('[packages]\nsix = "*"\n')
    said: list[str] = []
    assert read_manifest(tmp_path, said.append).requirements == ("numpy",)
    assert said == ["requirements.txt is taken; left out: Pipfile"]


def test_a_folder_without_any_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TfshiftError, match="which packages are needed"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["numpy>>1\n", "<<<\n"])
def test_a_malformed_line_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(text)
    with pytest.raises(TfshiftError, match="not a requirement"):
        read_manifest(tmp_path / "requirements.txt")
