"""Arguments given by position where the target has another order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.domain.symbols import Signature

ID = "positions"
TITLE = "The target takes these arguments in another order"
EXAMPLES = [
    # tf.argmax(input, axis, name, dimension, output_type) became (input, axis, output_type, name).
    ("1.15", "2.15", "import tensorflow as tf\ntf.argmax([1], 0, 'a')\n", [(2, "tf.argmax")]),
    ("1.15", "2.15", "import tensorflow as tf\ntf.argmax([1], 0, name='a')\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ntf.argmax([1], 0)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\na = [1]\ntf.argmax(*a)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ntf.nn.relu([1.0], 'a')\n", []),
    # groups came before activation in 2.3; filters is another name of filter in 1.15.
    ("2.2", "2.3", "import tensorflow as tf\ntf.keras.layers.Conv2D(1, 2, 1, 'same', None, 1, 'relu')\n",
     [(2, "tf.keras.layers.Conv2D")]),
    ("2.2", "2.3", "import tensorflow as tf\ntf.keras.layers.Conv2D(1, 2, 1, 'same', None, 1)\n", []),
    ("2.15", "1.15", "import tensorflow as tf\ntf.nn.conv2d_transpose(x, y, [1])\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding where the first position differs whose parameter both releases have."""
    call = site.usage.call
    if call is None or site.usage.guarded or not call.args:
        return
    if any(isinstance(a, ast.Starred) for a in call.args):
        return
    before = site.before.signature if site.before else None
    there = site.after or site.moved
    after = there.signature if there else None
    if before is None or after is None:
        return
    renamed = _names(site, before) if there is site.moved and site.destination else {}
    renamed = renamed or _names(site, before, stays=True)
    first = first_moved(before, after, len(call.args), renamed)
    if first is None:
        return
    was, now = before.positional[first].name, after.positional[first].name
    path = site.symbol if site.after is not None else there.path if there else site.symbol
    message = f"argument {first + 1} of {path} is {now!r} in {site.there}; {was!r} is meant"
    order = ", ".join(p.name for p in after.positional)
    evidence = f"its measured order is ({order}); it was ({', '.join(before.names)})"
    fix = _fix(site, before, len(call.args))
    yield site.finding(
        ID, Kind.PARAMETERS, Severity.ERROR, message, evidence, fix, call.args[first]
    )


def _names(site: Site, before: Signature, *, stays: bool = False) -> dict[str, str]:
    """Return what parameters are called on the target, as the recipe says.

    Args:
        site: the call.
        before: the signature that it is written for.
        stays: whether the symbol keeps its name, so that only its arguments change.
    """
    if not stays:
        return dict(site.destination.arguments) if site.destination else {}
    changes = ((p.name, site.move.argument_change(site.symbol, p.name)) for p in before.positional)
    return {name: c.name for name, c in changes if c is not None and c.name.isidentifier()}


def first_moved(
    before: Signature, after: Signature, given: int, renamed: Mapping[str, str] | None = None
) -> int | None:
    """Return the first of some positions that means another parameter, which the target has.

    Args:
        before: the signature that the call is written for.
        after: that of the target.
        given: how many arguments are given by position.
        renamed: parameters that have another name on the target.
    """
    names = renamed or {}
    for position, old in enumerate(before.positional[:given]):
        if position >= len(after.positional):
            return None
        new, was = after.positional[position], names.get(old.name, old.name)
        # Where the old name is gone the place has most likely only been renamed.
        if was == new.name or was not in after.names:
            continue
        if new.name in before.names or names or not _renamed_here(before, after, position):
            return position
    return None


def _renamed_here(before: Signature, after: Signature, position: int) -> bool:
    """Tell whether a place has a new name beside the old one: something behind it has not moved."""
    behind = zip(before.positional[position + 1 :], after.positional[position + 1 :], strict=False)
    return position + 1 == len(before.positional) or any(a.name == b.name for a, b in behind)


def _fix(site: Site, before: Signature, given: int) -> Fix:
    """Spell the destination where it keeps the order, else name the arguments that moved."""
    manual = Fix("Name the arguments by hand", Applicability.MANUAL)
    call = site.usage.call
    after = site.moved.signature if site.moved else None
    if call is None or after is None or site.edits is None or site.destination is None:
        return manual
    renamed = _names(site, before) or _names(site, before, stays=True)
    first = first_moved(before, after, given, renamed)
    if first is None:
        return site.fix(f"Use {site.destination.path}, which keeps the order")
    stays = zip(before.positional[:first], after.positional, strict=False)
    if any(renamed.get(a.name, a.name) != b.name for a, b in stays):
        return manual  # what comes before would land in another parameter
    names = [renamed.get(p.name, p.name) for p in before.positional[first:given]]
    taken = {k.arg for k in call.keywords}
    if any(n not in after.names or n in taken for n in names):
        return manual
    source = site.file.source
    edits = []
    for name, argument in zip(names, call.args[first:], strict=True):
        start, _ = source.span(argument)
        # A parenthesis may stand before what ast reports.
        if source.data[start - 1 : start] == b"(" and argument is not call.args[0]:
            return manual
        edits.append(Edit(start, start, f"{name}="))
    return site.fix("Name the arguments that moved", tuple(edits))
