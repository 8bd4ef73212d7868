"""Modules that are written beside the user's code: what they hold, take and need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tfshift.domain.errors import TfshiftError

PROVIDER_PREFIX = "tfshift_"
_PROVIDERS = Path(__file__).with_name("providers")


@cache
def _body(provider: str) -> list[ast.stmt]:
    return ast.parse(provider_text(provider)).body


@cache
def provider_names(provider: str) -> frozenset[str]:
    """Return the public names that a provider's module defines."""
    names: set[str] = set()
    for node in _body(provider):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            bound = (n for t in node.targets for n in ast.walk(t))
            names.update(n.id for n in bound if isinstance(n, ast.Name))
    return frozenset(n for n in names if not n.startswith("_"))


@cache
def provider_parameters(provider: str, name: str) -> frozenset[str] | None:
    """Return what a function or class of a provider's module takes; None where that is not known."""
    body = _body(provider)
    defined = {n.name: n for n in body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in body:
        # What a function of the module makes takes what the function within takes.
        if isinstance(node, ast.Assign) and any(_binds(t, name) for t in node.targets):
            made = [
                n.id for n in ast.walk(node.value) if isinstance(n, ast.Name) and n.id in defined
            ]
            maker = defined[made[0]].body if made else []
            within = [n for n in maker if isinstance(n, ast.FunctionDef)]
            if not within:
                return provider_parameters(provider, made[0]) if made else None
            defined[name] = within[0]
    found = defined.get(name)
    if isinstance(found, ast.ClassDef):
        inits = [n for n in found.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        found = inits[0] if inits else None
    if not isinstance(found, ast.FunctionDef) or found.args.kwarg is not None:
        return None
    return frozenset(a.arg for a in (*found.args.args, *found.args.kwonlyargs))


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))


def with_needs(providers: Iterable[str]) -> tuple[str, ...]:
    """Return providers and those that their modules import, sorted."""
    found: set[str] = set()
    left = [*providers]
    while left:
        provider = left.pop()
        if provider not in found:
            found.add(provider)
            left += re.findall(rf"^import {PROVIDER_PREFIX}(\w+)", provider_text(provider), re.M)
    return tuple(sorted(found))


@cache
def provider_text(provider: str) -> str:
    """Return the text of a provider's module, as it is written into the user's tree.

    Raises:
        TfshiftError: if there is no such provider.
    """
    file = _PROVIDERS / f"{provider}.py"
    if not file.is_file():
        raise TfshiftError("a change names a provider that does not exist", where=provider)
    return file.read_text("utf-8")


def is_generated(path: str, data: bytes) -> bool:
    """Tell whether a file is a provider's module as it was written, nothing of the user's own."""
    name = path.rpartition("/")[2].removesuffix(".py")
    provider = name.removeprefix(PROVIDER_PREFIX)
    if provider == name or not (_PROVIDERS / f"{provider}.py").is_file():
        return False
    return data == provider_text(provider).encode("utf-8")
