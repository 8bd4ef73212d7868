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

# What stands in a change's new form for the value: as it is, the one of a list, a shape's rest.
_FORMS = ("{}", "{0}", "{1:}")


def findings(site: Site) -> Iterator[Finding]:
    """Yield a finding for each named argument and each surplus position."""
    call = site.usage.call
    if call is None or site.usage.guarded:
        return
    yield from _authored(site)
    yield from _rewritten(site)
    elsewhere = _elsewhere(site)
    if not elsewhere and site.after is not None and site.after.signature is not None:
        yield from _against(site, site.after.signature, site.symbol)
    elif elsewhere and site.moved is not None and site.moved.signature is not None:
        yield from _against(site, site.moved.signature, site.moved.path)


def _authored(site: Site) -> Iterator[Finding]:
    """Yield what is authored of arguments: renamed, without effect, or for a person to replace."""
    for keyword in site.keywords():
        change = site.move.argument_change(site.symbol, keyword.arg or "")
        if change is None:
            continue
        if not _concerned(keyword.value, change.name):
            continue
        found = site.destination
        path = found.path if found else site.symbol
        does = "acts otherwise" if change.silent else "is not taken"
        message = f"{keyword.arg} of {path} {does} in {site.there}: {change.title}"
        fix = Fix(f"Replace the argument {keyword.arg!r} by hand", Applicability.MANUAL)
        if change.applicability is not Applicability.MANUAL and site.edits is not None:
            edit, title = _edit(site, keyword, change.name)
            if edit is not None:
                fix = Fix(title, change.applicability, (*site.edits, edit))
        severity = Severity.WARNING if change.silent else Severity.ERROR
        kind = Kind.BEHAVIOUR if change.silent else Kind.PARAMETERS
        yield site.finding(ID, kind, severity, message, change.evidence, fix, keyword)


def _rewritten(site: Site) -> Iterator[Finding]:
    """Yield the arguments given by position whose value has another meaning on the target."""
    call, before = site.usage.call, site.before
    if call is None or before is None or before.signature is None:
        return
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return
    for parameter, argument in zip(before.signature.positional, call.args, strict=False):
        change = site.move.argument_change(site.symbol, parameter.name)
        if change is None or "{}" not in change.name:
            continue
        message = (
            f"{parameter.name} of {site.symbol} acts otherwise in {site.there}: {change.title}"
        )
        edit = _around(site, argument, change.name)
        fix = Fix(f"Replace the argument {parameter.name!r} by hand", Applicability.MANUAL)
        if edit is not None and site.edits is not None:
            title = f"Write {change.name.format('…')}"
            fix = Fix(title, change.applicability, (*site.edits, edit))
        yield site.finding(
            ID, Kind.BEHAVIOUR, Severity.WARNING, message, change.evidence, fix, argument
        )


def _elsewhere(site: Site) -> bool:
    """Tell whether another symbol is called on the target: this one left, or a recipe says so."""
    if site.after is None:
        return True
    within = site.move.crossing is None and site.moved is not None
    return within and site.destination is not None and site.destination.path != site.symbol


def _concerned(value: ast.expr, name: str) -> bool:
    """Tell whether a change of how a value is written is about this one."""
    if "{0}" in name:
        return isinstance(value, (ast.List, ast.Tuple)) and len(value.elts) == 1
    return True


def _rest(site: Site, value: ast.expr) -> str | None:
    """Return a shape that is written out without its first size, which says nothing."""
    if not isinstance(value, (ast.List, ast.Tuple)) or not value.elts:
        return None
    first, *rest = value.elts
    if not isinstance(first, ast.Constant) or first.value is not None:
        return None
    texts = [site.file.source.text_of(one) for one in rest]
    if any(text is None for text in texts):
        return None
    return f"({', '.join(str(text) for text in texts)}{',' * (len(texts) == 1)})"


def _part(site: Site, value: ast.expr, form: str) -> str | None:
    """Return what of a value takes the place of a form in the name of a change."""
    if form == "{1:}":
        return _rest(site, value)
    if form == "{0}":
        assert isinstance(value, (ast.List, ast.Tuple))
        return site.file.source.text_of(value.elts[0])
    return site.file.source.text_of(value)


def _edit(site: Site, keyword: ast.keyword, name: str) -> tuple[Edit | None, str]:
    """Return the edit of a named argument whose change is authored, and what it does."""
    form = next((f for f in _FORMS if f in name), None)
    if form is not None:
        part = _part(site, keyword.value, form)
        span = site.file.source.span(keyword)
        edit = None if part is None else Edit(*span, name.replace(form, part))
        return edit, f"Write {name.replace(form, '…')}"
    if name:
        return _renaming(site, keyword, name), f"Rename it to {name}"
    return dropping(site, keyword), "Leave it out"


def _around(site: Site, argument: ast.expr, name: str) -> Edit | None:
    """Write an argument given by position in another form."""
    start, end = site.file.source.span(argument)
    value = site.file.source.text_of(argument)
    return None if value is None else Edit(start, end, name.format(value))


def _renaming(site: Site, keyword: ast.keyword, name: str) -> Edit | None:
    assert keyword.arg is not None
    source = site.file.source
    start, _ = source.span(keyword)
    end = start + len(keyword.arg.encode(source.encoding))
    if source.data[start:end].decode(source.encoding, "replace") != keyword.arg:
        return None
    return Edit(start, end, name)


def dropping(site: Site, keyword: ast.keyword) -> Edit | None:
    """Return the edit that takes a named argument of the call away; None where it cannot be."""
    assert site.usage.call is not None
    return site.file.source.without(site.usage.call, keyword)


def _against(site: Site, signature: Signature, path: str) -> Iterator[Finding]:
    call = site.usage.call
    assert call is not None
    moved = dict(site.destination.arguments) if site.destination else {}
    for keyword in site.keywords():
        if keyword.arg is None or site.move.argument_change(site.symbol, keyword.arg):
            continue
        # What **kwargs would swallow is renamed all the same.
        renamed = _elsewhere(site) and keyword.arg in moved
        if renamed or not signature.accepts(keyword.arg):
            message = f"{path} takes no argument {keyword.arg!r} in {site.there}"
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
            f"in {site.there}, {len(given)} are given"
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
        return site.destination is not None and site.destination.outside
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
    authored = dict(site.destination.arguments) if site.destination else {}
    if site.edits is not None and keyword.arg not in authored and _takes(site, keyword.arg):
        assert site.destination is not None
        return site.fix(f"Use {site.destination.path}, which takes it")
    renamed = _renamed(site, keyword.arg)
    if renamed is None and site.edits is not None and (edit := _by_value(site, keyword)):
        return Fix("Leave it out: it is the default", Applicability.SAFE, (*site.edits, edit))
    if renamed is None or site.edits is None:
        return Fix(f"Replace the argument {keyword.arg!r} by hand", Applicability.MANUAL)
    name, applicability = renamed
    edit = _renaming(site, keyword, name) if name else dropping(site, keyword)
    if edit is None:
        return Fix(f"Rename {keyword.arg} to {name} by hand", Applicability.MANUAL)
    return Fix(f"Rename the argument to {name}", applicability, (*site.edits, edit))


def _by_value(site: Site, keyword: ast.keyword) -> Edit | None:
    """Leave an argument out that says what it is without it in the origin."""
    before = site.before.signature if site.before else None
    old = before.parameter(keyword.arg) if before and keyword.arg else None
    if site.moved is None or old is None or not isinstance(keyword.value, ast.Constant):
        return None
    return dropping(site, keyword) if old.default == repr(keyword.value.value) else None


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
