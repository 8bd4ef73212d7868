"""Recipes, tried: each example prints on its own release what its rewriting prints on the target."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tfshift import facts
from tfshift.code.provided import PROVIDER_PREFIX, provider_text, with_needs

from .test_truth_programs import agree, run

pytestmark = pytest.mark.truth

EXAMPLES = {
    f"{change['id']}-{number}".replace(".", "_"): {**example, "package": change.get("package", "")}
    for change in facts.open().changes
    for number, example in enumerate(facts.open().examples(change["id"]))
}


def needed(example: dict[str, str], side: str) -> tuple[str, ...]:
    """Return the packages that one side of an example needs beside its release."""
    return (example["package"],) if side == "after" and example["package"] else ()


def route(example: dict[str, str]) -> tuple[str, str]:
    return example.get("from", "1.15"), example.get("to", "2.15")


@cache
def printed(
    python: Path, folder: Path, side: str, version: str, packages: tuple[str, ...] = ()
) -> dict[str, tuple[int, str]]:
    """Run one side of all examples that belong to a release, in one process."""
    programs = []
    for name, example in EXAMPLES.items():
        if version != route(example)[side == "after"] or needed(example, side) != packages:
            continue
        if side == "before" and "printed" in example:
            # Nothing that is measured here runs it: what a release before did is told.
            continue
        place = folder / side / version / name
        place.mkdir(parents=True)
        (place / f"{name}.py").write_text(example[side])
        for node in ast.walk(ast.parse(example[side])):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [
                node.module or ""] if isinstance(node, ast.ImportFrom) else []  # fmt: skip
            for module in names:
                if module.startswith(PROVIDER_PREFIX):
                    for provider in with_needs([module.removeprefix(PROVIDER_PREFIX)]):
                        text = provider_text(provider)
                        (place / f"{PROVIDER_PREFIX}{provider}.py").write_text(text)
        programs.append(place / f"{name}.py")
    return run(python, tuple(programs))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_sides_of_a_recipe_print_the_same(
    name: str, folder: Path, tensorflow_python: Callable[..., Path]
) -> None:
    origin, target = route(EXAMPLES[name])
    told = EXAMPLES[name].get("printed")
    before = {name: (0, told.lstrip())} if told else printed(
        tensorflow_python(origin), folder, "before", origin
    )  # fmt: skip
    packages = needed(EXAMPLES[name], "after")
    after = printed(tensorflow_python(target, *packages), folder, "after", target, packages)
    agree(before[name], after[name])
