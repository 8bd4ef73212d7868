"""An argument that is left out, and whose default is another one on the target."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity
from tfshift.domain.symbols import Parameter, Signature, Symbol

ID = "default-changed"
TITLE = "The target has another default for an argument that is left out"
EXAMPLES = [
    ("1.15", "2.21", "import tensorflow as tf\ntf.keras.layers.GRU(3, reset_after=False)\n",
     [(2, "tf.keras.layers.GRU")]),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.layers.GRU(3)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.regularizers.l1_l2(l1=0.1, l2=0.1)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.regularizers.l1_l2()\n",
     [(2, "tf.keras.regularizers.l1_l2"), (2, "tf.keras.regularizers.l1_l2")]),
    ("2.15", "2.21", "import tensorflow as tf\nkw = {}\ntf.keras.regularizers.l1_l2(**kw)\n", []),
    ("1.8", "1.15", "import tensorflow as tf\ntf.keras.initializers.RandomNormal()\n",
     [(2, "tf.keras.initializers.RandomNormal")]),
    ("1.8", "1.15", "import tensorflow as tf\ntf.keras.initializers.RandomNormal(0.0, 1.0)\n", []),
    # The same value spelled otherwise is no change.
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.layers.PReLU()\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.losses.MeanSquaredError()\n", []),
]  # fmt: skip

# A name of a layer is no part of what it computes.
_NO_MEANING = {"name"}


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding for each argument that is left out and whose default changed."""
    call, usage = site.usage.call, site.usage
    if call is None or usage.guarded or usage.alternatives:
        return
    there = site.moved if site.edits is not None else site.after
    before = site.before.signature if site.before else None
    if before is None or there is None or there.signature is None:
        return
    pairs = _changed(site, before, there)
    if not pairs:
        return
    if any(k.arg is None for k in call.keywords) or any(
        isinstance(a, ast.Starred) for a in call.args
    ):
        return
    given = {k.arg for k in call.keywords} | {p.name for p in before.positional[: len(call.args)]}
    changed = [(old, new) for old, new in pairs if old.name not in given]
    # Into empty parentheses all go at once, behind other arguments each by itself.
    together = changed if not (call.args or call.keywords) else []
    for pair in changed:
        fix = _fix(site, together or [pair], there.signature)
        yield _finding(site, *pair, there.path, fix)


def _changed(site: Site, before: Signature, there: Symbol) -> list[tuple[Parameter, Parameter]]:
    """Return the parameters whose default is another one on the target; asked once a symbol."""
    known: dict[tuple[str, str], list[tuple[Parameter, Parameter]]]
    known = site.move.kept.setdefault(ID, {})
    key = (site.symbol, there.path)
    if key not in known:
        assert there.signature is not None
        renamed = dict(site.destination.arguments) if site.destination else {}
        pairs = (
            (old, there.signature.parameter(renamed.get(old.name, old.name)))
            for old in before.parameters
            if old.name not in _NO_MEANING
        )
        known[key] = [(o, n) for o, n in pairs if n is not None and _differs(site, o, n)]
    return known[key]


def _differs(site: Site, old: Parameter, new: Parameter) -> bool:
    """Tell whether two defaults are two values; what None or an object stand for is not measured."""
    was, now = _value(old.default), _value(new.default)
    if was is None or now is None or _core(was[0]) == _core(now[0]):
        return False
    return not site.move.facts.same_default(
        site.symbol, old.name, str(old.default), str(new.default)
    )


def _value(default: str | None) -> tuple[Any] | None:
    """Read a default that is a literal and not None."""
    try:
        value = None if default is None else ast.literal_eval(default)
    except (ValueError, SyntaxError):
        return None
    return None if value is None else (value,)


def _core(value: Any) -> Any:
    """Take what is only spelled otherwise away: one size for all axes, upper case."""
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, (tuple, list)):
        parts = [_core(v) for v in value]
        return parts[0] if parts and all(p == parts[0] for p in parts) else parts
    return value


def _finding(site: Site, old: Parameter, new: Parameter, path: str, fix: Fix) -> Finding:
    target = site.move.target_release.version
    origin = site.move.origin_release.version
    message = (
        f"{new.name} of {path} is {new.default} by default in {site.there}, "
        f"it was {old.default} in {origin}"
    )
    evidence = f"measured signatures of {site.symbol} in {origin} and of {path} in {target}"
    return site.finding(ID, Kind.DEFAULT, Severity.WARNING, message, evidence, fix)


def _fix(site: Site, changed: Sequence[tuple[Parameter, Parameter]], signature: Signature) -> Fix:
    """Write old defaults out; a number means the same wherever it is taken, a name may not."""
    text = ", ".join(f"{new.name}={old.default}" for old, new in changed)
    edit = argument(site, text)
    if edit is None or site.edits is None or any(n.name not in signature.names for _, n in changed):
        return Fix(f"Write {text} by hand", Applicability.MANUAL)
    fix = site.fix(f"Write {text}", (edit,))
    values = [_value(old.default) for old, _ in changed]
    numbers = all(v is not None and isinstance(v[0], (bool, int, float)) for v in values)
    if numbers or fix.applicability is not Applicability.SAFE:
        return fix
    return replace(fix, applicability=Applicability.UNSAFE)


def argument(site: Site, text: str) -> Edit | None:
    """Put one more argument behind the others of the call."""
    call, source = site.usage.call, site.file.source
    assert call is not None
    _, end = source.span(call)
    at = end - len(")".encode(source.encoding))
    if source.data[at:end].decode(source.encoding, "replace") != ")":
        return None
    parts = [*call.args, *(k.value for k in call.keywords)]
    if not parts:
        return Edit(at, at, text)
    last = max(source.span(part)[1] for part in parts)
    between = source.data[last:at].decode(source.encoding, "replace")
    code = "".join(line.partition("#")[0] for line in between.splitlines()).strip()
    if code in ("", ","):
        return Edit(last, last, f", {text}")
    # The last argument stands in parentheses of its own.
    return Edit(at, at, f" {text}" if code.endswith(",") else f", {text}")
