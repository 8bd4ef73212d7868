"""Files whose graphs are model functions of estimators: where what they use goes.

No session is theirs to run. An estimator that loops over datasets calls the model function, and the
layers, optimizers and metrics in it are those that find their variables through the estimator.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.destinations import Destination, Move
from tfshift.code.graphs.inlining import plain
from tfshift.code.names import Usage
from tfshift.code.project import CodeFile
from tfshift.code.provided import provider_parameters

INSIDE_MODELS = "inside-models"
_ESTIMATOR = "tf.estimator."


def estimates(file: CodeFile) -> bool:
    """Tell whether a file makes estimators."""
    return any(plain(u.symbol).startswith(_ESTIMATOR) for u in file.names.usages)


def settled(file: CodeFile, move: Move) -> dict[int, Destination]:
    """Settle what estimators and their model functions use, each where its call fits the target."""
    found: dict[int, Destination] = {}
    for usage in file.names.usages:
        if usage.method or usage.stored:
            continue
        symbol = plain(usage.symbol)
        there = move.destination_where(symbol, INSIDE_MODELS)
        if there is None and symbol.startswith(_ESTIMATOR):
            there = move.destination(symbol)
        if there is not None and there.provider and _fits(usage, there):
            found[id(usage)] = there
    return found


def unfit(file: CodeFile, move: Move, places: dict[int, Destination]) -> Iterator[Usage]:
    """Yield what estimators and their model functions use that has no place on the target."""
    for usage in file.names.usages:
        if usage.method or usage.stored or usage.statement is not None or id(usage) in places:
            continue
        symbol = plain(usage.symbol)
        if symbol.startswith(_ESTIMATOR) or move.destination_where(symbol, INSIDE_MODELS):
            yield usage


def _fits(usage: Usage, there: Destination) -> bool:
    """Tell whether a provider's function takes what a call gives."""
    if usage.call is None or there.provider is None:
        return True
    taken = provider_parameters(there.provider, there.path.rpartition(".")[2])
    given = {keyword.arg for keyword in usage.call.keywords if keyword.arg is not None}
    return taken is None or given <= taken


def datasets_for_iterators(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what input functions return of an iterator, and the dataset that they may return instead."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            dataset = _iterated(node.value)
            if dataset is not None:
                yield node.value, dataset


def _iterated(value: ast.expr) -> ast.expr | None:
    """Return the dataset of ``dataset.make_one_shot_iterator().get_next()``."""
    inner = _called(value, "get_next")
    return None if inner is None else _called(inner, "make_one_shot_iterator")


def _called(value: ast.expr, method: str) -> ast.expr | None:
    """Return the object of which an expression calls a method without arguments."""
    if not isinstance(value, ast.Call) or value.args or value.keywords:
        return None
    if not isinstance(value.func, ast.Attribute) or value.func.attr != method:
        return None
    return value.func.value
