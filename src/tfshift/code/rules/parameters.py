"""A call whose arguments the target's signature does not take."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.domain.symbols import VAR_KEYWORD, Signature

ID = "parameters"
TITLE = "The target does not take this argument"
EXAMPLES = [
    ("1.15", "2.15", "import tensorflow as tf\ntf.argmax([1], dimension=0)\n", [(2, "tf.argmax")]),
    ("1.15", "2.15", "import tensorflow as tf\ntf.reduce_sum([1], keep_dims=True)\n", [(2, "tf.reduce_sum")]),
    ("1.15", "2.15", "import tensorflow as tf\ntf.reduce_sum([1], keepdims=True)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\nkw = {}\ntf.argmax([1], **kw)\n", []),
    ("1.8", "1.15", "import tensorflow as tf\ntf.argmax([1], dimension=0)\n", []),
    # Behind **kwargs a layer takes some keywords and no others.
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.layers.Dense(1, batch_size=3)\n",
     [(2, "tf.keras.layers.Dense")]),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.layers.Dense(1, input_shape=(3,), name='a')\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield a finding for each named argument and each surplus position."""
    call = site.usage.call
    if call is None or site.usage.guarded:
        return
    if site.after is not None and site.after.signature is not None:
        yield from _against(site, site.after.signature, site.symbol)
    elif site.after is None and site.moved is not None and site.moved.signature is not None:
        yield from _against(site, site.moved.signature, site.moved.path)


def _against(site: Site, signature: Signature, path: str) -> Iterator[Finding]:
    call = site.usage.call
    assert call is not None
    target = site.move.target_release.version
    for keyword in site.keywords():
        if keyword.arg is not None and not signature.accepts(keyword.arg):
            message = f"{path} takes no argument {keyword.arg!r} in TensorFlow {target}"
            yield _finding(site, message, signature, _keyword_fix(site, keyword), keyword)
    given = [a for a in call.args if not isinstance(a, ast.Starred)]
    starred = len(given) < len(call.args)
    if (
        not starred
        and not signature.takes_any_positional
        and len(given) > len(signature.positional)
    ):
        surplus = given[len(signature.positional)]
        message = (
            f"{path} takes {len(signature.positional)} positional arguments "
            f"in TensorFlow {target}, {len(given)} are given"
        )
        yield _finding(site, message, signature, _moved_fix(site), surplus)


def _finding(
    site: Site, message: str, signature: Signature, fix: Fix, node: ast.expr | ast.keyword
) -> Finding:
    named = [p.name for p in signature.parameters if p.kind != VAR_KEYWORD or not signature.further]
    evidence = f"its measured parameters are ({', '.join([*named, *(signature.further or ())])})"
    return site.finding(ID, Kind.PARAMETERS, Severity.ERROR, message, evidence, fix, node)


def _takes(site: Site, name: str) -> bool:
    if site.moved is None:
        return site.destination is not None and site.destination.provider is not None
    signature = site.moved.signature
    return signature is None or signature.accepts(name)


def _moved_fix(site: Site) -> Fix:
    """The rewritten spelling may take what the plain one does not."""
    signature = site.moved.signature if site.moved else None
    call = site.usage.call
    assert call is not None
    if (
        signature is not None
        and len(call.args) <= len(signature.positional)
        and site.edits is not None
    ):
        assert site.destination is not None
        return site.fix(f"Use {site.destination.path}")
    return Fix("Name the arguments by hand", Applicability.MANUAL)


def _keyword_fix(site: Site, keyword: ast.keyword) -> Fix:
    assert keyword.arg is not None
    if site.edits is not None and _takes(site, keyword.arg):
        assert site.destination is not None
        return site.fix(f"Use {site.destination.path}, which takes it")
    renamed = _renamed(site, keyword.arg)
    if renamed is None or site.edits is None:
        return Fix(f"Replace the argument {keyword.arg!r} by hand", Applicability.MANUAL)
    name, applicability = renamed
    start = site.file.source.offset(keyword.lineno, keyword.col_offset)
    length = len(keyword.arg.encode(site.file.source.encoding))
    if (
        site.file.source.data[start : start + length].decode(site.file.source.encoding)
        != keyword.arg
    ):
        return Fix(f"Rename {keyword.arg} to {name} by hand", Applicability.MANUAL)
    edit = Edit(start, start + length, name)
    return Fix(f"Rename the argument to {name}", applicability, (*site.edits, edit))


def _renamed(site: Site, name: str) -> tuple[str, Applicability] | None:
    """Find an argument's new name: authored, or the one that took its place."""
    found = site.destination
    authored = dict(found.arguments) if found else {}
    if found is not None and name in authored:
        return authored[name], found.applicability
    before = site.before.signature if site.before else None
    there = site.moved or site.after
    after = there.signature if there else None
    if before is None or after is None:
        return None
    old, new = before.parameter(name), None
    if old is None:
        return None
    gone = [p for p in before.positional if p.name not in after.names]
    come = [p for p in after.positional if p.name not in before.names]
    if (
        gone == [old]
        and len(come) == 1
        and before.positional.index(old) == after.positional.index(come[0])
    ):
        new = come[0]
    # One left, one came, at the same place: likely the same argument, but only likely.
    return (new.name, Applicability.UNSAFE) if new else None
