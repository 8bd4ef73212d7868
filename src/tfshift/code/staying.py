"""What stays as it is because a file stays that is run with it, and what suits both styles (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Protocol, TypeVar

from tfshift.code.destinations import Move
from tfshift.code.first_api import DATASETS
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile, Project
from tfshift.code.styles import style_named
from tfshift.code.together import beside_refused
from tfshift.domain.findings import Edit, Finding, Unknown

# Names of tf.compat.v1 that do the same where code executes eagerly: functions that keep no state
# (what keeps some there has no plain name), and datasets, which can be iterated over. Sessions
# need them where they are not the very objects of the plain names.
_STATELESS = ("tf", "tf.image", "tf.linalg", "tf.math", "tf.nn", "tf.strings")


class _Result(Protocol):
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def shared(self) -> tuple[Edit, ...]: ...
    @property
    def unknown(self) -> tuple[Unknown, ...]: ...


R = TypeVar("R", bound=_Result)


def staying(
    project: Project,
    before: Mapping[str, R],
    refused: Set[str],
    again: Callable[[CodeFile, str], R | None],
    move: Move,
) -> dict[str, R | None]:
    """Check again what must stay in the style compat, as something does that is run with it.

    A file that suits both, as what it uses is the same object in either API, holds no others: many
    a module of small functions is shared by all the programs of a project.

    Args:
        project: the files.
        before: what was said of them, by path.
        refused: those that stay by themselves.
        again: checks a file that stays, given the one that it stays for.
        move: origin and target.
    """
    others = project.using - refused
    held = beside_refused(project.processes(), refused, others)
    files = project.read(held.keys()) if held else {}
    anew = {path: again(file, held[path]) for path, file in files.items() if file.names.imports}
    told = style_named(move.style).REFUSED
    same, either = set[str](), files.keys() - anew.keys()
    for path in anew:
        one, other = _said(anew[path], told), _said(before.get(path), told)
        if one == other or (other == _NOTHING and _one_object(files[path], move)):
            same.add(path)
        elif other == _NOTHING and _runs_in_both(files[path], move):
            either.add(path)
    either |= same
    held = beside_refused(project.processes(), refused, others - either)
    reasons = {**beside_refused(project.processes(), refused | held.keys(), either - same), **held}
    return {path: again(files[path], reasons[path]) for path in anew if path in reasons}


_NOTHING: object = ((), (), ())


def _said(result: _Result | None, told: str) -> object:
    """Return what is said of a file but for whether it is restructured."""
    if result is None:
        return _NOTHING
    return tuple(f for f in result.findings if f.rule != told), result.shared, result.unknown


def _one_object(file: CodeFile, move: Move) -> bool:
    """Tell whether all that a file uses is the same object in both APIs, and it starts nothing."""
    return not file.entry and all(_is_one(u, move) for u in file.names.usages)


def _runs_in_both(file: CodeFile, move: Move) -> bool:
    """Tell whether a file that uses ``tf.compat.v1`` also does what it should in TensorFlow 2."""
    return not file.entry and all(
        _is_one(u, move)
        or u.symbol.startswith(DATASETS)
        or (u.symbol.rpartition(".")[0] in _STATELESS and move.is_function(u.symbol))
        for u in file.names.usages
    )


def _is_one(usage: Usage, move: Move) -> bool:
    return usage.method or usage.symbol == "tf" or move.same_in_compat(usage.symbol)
