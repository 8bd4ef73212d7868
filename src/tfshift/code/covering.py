"""Which probes tell of a call in the user's code: those that give the same options.

A probe is a call with fixed inputs. What its inputs are is its own matter; what it says of a call
of the user's holds where both choose the same among what the function can do: strings, booleans,
None. Numbers and what is computed are inputs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from tfshift.domain.symbols import Signature

_OPEN = object()


@cache
def probe_call(text: str, at: str = "") -> ast.Call | None:
    """Return the call in a probe that a user's is held against; None where ``F`` is not called.

    Args:
        text: the probe.
        at: the method that it tells of, where that is not ``F``: ``compile`` is what ``MODEL`` does.
    """
    method = at.rpartition(".")[2]
    for node in ast.walk(ast.parse(text, mode="eval")):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if method and isinstance(function, ast.Attribute) and function.attr == method:
            return node
        if isinstance(function, ast.Name) and function.id == (
            "MODEL" if method == "compile" else "F"
        ):
            return node
    return None


def named(call: ast.Call, signature: Signature | None) -> dict[str, ast.expr] | None:
    """Return the arguments of a call by their names; None where that cannot be told."""
    if any(isinstance(a, ast.Starred) for a in call.args):
        return None
    if any(k.arg is None for k in call.keywords):
        return None
    given = {k.arg: k.value for k in call.keywords if k.arg is not None}
    if signature is None:
        return {**{str(i): a for i, a in enumerate(call.args)}, **given}
    positional = signature.positional
    if len(call.args) > len(positional):
        return None
    return {**{p.name: a for p, a in zip(positional, call.args, strict=False)}, **given}


def covers(
    probe: ast.Call | None,
    call: ast.Call,
    before: Signature | None,
    after: Signature | None,
    *,
    compiled: bool = False,
) -> int | None:
    """Tell whether a probe says what a call does, and how near it is.

    Args:
        probe: the probe's call, None where the function is handed on uncalled.
        call: the user's.
        before: signature in the origin.
        after: signature on the target.
        compiled: it is about what a model is compiled with.

    Returns:
        How many of the call's arguments the probe gives as well; None where it says nothing.
    """
    if probe is None:
        return 0
    ours = named(probe, None if compiled else before)
    theirs = named(call, before)
    if ours is None or theirs is None:
        return None
    if compiled:
        options = {name: value for name, value in ours.items() if not name.isdigit()}
        chosen = all(_chosen(value, theirs.get(name)) for name, value in options.items())
        return len(options) if options and chosen else None
    if before is None:
        agrees = _options(ours) == _options(theirs) and ours.keys() == theirs.keys()
    else:
        defaults = _defaults(before), _defaults(after)
        agrees = all(_agrees(n, ours.get(n), theirs.get(n), defaults) for n in (*ours, *theirs))
    return len(ours.keys() & theirs.keys()) if agrees else None


def _agrees(
    name: str,
    ours: ast.expr | None,
    theirs: ast.expr | None,
    defaults: tuple[Mapping[str, str], Mapping[str, str]],
) -> bool:
    if name == "name":
        return True
    a, b = _literal(ours), _literal(theirs)
    if ours is not None and theirs is not None:
        if _option(a) or _option(b):
            return _same(a, b)
        return True
    was, now = (side.get(name) for side in defaults)
    if theirs is not None:
        if was != now and now is not None:
            # Given, so that what changed in the default does not concern this call.
            return False
        return not _option(b) or was is None or _same(b, _read(was))
    if was is None:
        return True
    return a is not _OPEN and _same(a, _read(was))


def _chosen(ours: ast.expr, theirs: ast.expr | None) -> bool:
    """Tell whether what a model is compiled with is among what the user compiles with."""
    wanted = _literal(ours)
    if isinstance(wanted, list):
        return all(w in _strings(theirs) for w in wanted)
    return wanted in _strings(theirs)


def _strings(node: ast.expr | None) -> set[str]:
    if node is None:
        return set()
    return {
        str(n.value)
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


def _literal(node: ast.expr | None) -> object:
    try:
        return _OPEN if node is None else ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _OPEN


def _read(default: str) -> object:
    try:
        return ast.literal_eval(default)
    except (ValueError, SyntaxError):
        return _OPEN


def _option(value: object) -> bool:
    return value is None or isinstance(value, (str, bool))


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return (
        type(one) is type(other) and one == other
        if _option(one) or _option(other)
        else one == other
    )


def _options(arguments: Mapping[str, ast.expr]) -> dict[str, object]:
    values = ((name, _literal(value)) for name, value in arguments.items())
    return {name: value for name, value in values if _option(value)}


def _defaults(signature: Signature | None) -> dict[str, str]:
    if signature is None:
        return {}
    return {p.name: p.default for p in signature.parameters if p.default is not None}


def kept_with(text: str, others: Iterator[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the probes that are a call with more keywords, and those keywords.

    Args:
        text: the probe.
        others: probes of the same symbol.
    """
    call = probe_call(text)
    if call is None:
        return
    frame = _frame(text)
    given = {k.arg: ast.dump(k.value) for k in call.keywords}
    positional = [ast.dump(a) for a in call.args]
    for other in others:
        there = probe_call(other)
        if there is None or other == text or _frame(other) != frame:
            continue
        if [ast.dump(a) for a in there.args] != positional:
            continue
        more = {k.arg: k.value for k in there.keywords if k.arg is not None}
        if all(
            name in more and ast.dump(more[name]) == value for name, value in given.items() if name
        ):
            added = {n: ast.unparse(v) for n, v in more.items() if n not in given}
            if added:
                yield other, added


@cache
def _frame(text: str) -> str:
    """Return a probe without what its function is called with."""
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "F":
            node.args, node.keywords = [], []
    return ast.dump(tree)
