"""A name that stays and gives something else, where a recipe has a module that gives what it gave."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.rules.keras_ops import OPS
from tfshift.code.site import Site
from tfshift.domain.findings import Finding, Kind, Severity

ID = "turned"
TITLE = "The same name gives something else on the target, a module keeps it"
_HEAD = "import tensorflow as tf\n"
_SYMBOL = "tf.keras.losses.cosine_similarity"
EXAMPLES = [
    ("1.15", "2.15", f"{_HEAD}{_SYMBOL}(a, b)\n", [(2, _SYMBOL)]),
    ("1.15", "2.15", f"{_HEAD}loss = {_SYMBOL}\n", [(2, _SYMBOL)]),
    ("1.15", "2.15", "from tensorflow.keras.losses import cosine_similarity as c\nc(a, b)\n", [(2, _SYMBOL)]),
    ("2.15", "1.15", f"{_HEAD}{_SYMBOL}(a, b)\n", [(2, _SYMBOL)]),
    ("2.15", "2.21", f"{_HEAD}tf.keras.activations.hard_sigmoid(a)\n", [(2, "tf.keras.activations.hard_sigmoid")]),
    ("2.15", "2.21", f"{_HEAD}tf.keras.backend.hard_sigmoid(a)\n", []),
    ("1.14", "1.15", f"{_HEAD}{_SYMBOL}(a, b)\n", []),
    ("2.0", "2.15", f"{_HEAD}{_SYMBOL}(a, b)\n", []),
    ("1.12", "2.15", f"{_HEAD}tf.keras.losses.cosine(a, b)\n", []),
    ("1.15", "2.15", f"{_HEAD}tf.keras.losses.mean_squared_error(a, b)\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding for a name that another module has to stand for."""
    usage, found = site.usage, site.destination
    if not turned(site) or usage.guarded or usage.stored or usage.statement is not None:
        return
    assert found is not None
    message = (
        f"{site.symbol} gives something else in {site.there} than in "
        f"{site.move.origin_release.version}; {found.path} gives the same"
    )
    fix = site.fix(f"Keep it with {found.path}")
    yield site.finding(ID, Kind.BEHAVIOUR, Severity.WARNING, message, found.evidence, fix)


def turned(site: Site) -> bool:
    """Tell whether a recipe stands in for a name that the target has as well."""
    found = site.destination
    if found is None or site.after is None:
        return False
    if found.provider is not None:
        # An object that the module's class makes has the module's methods.
        return not site.usage.method
    # Within one API a name goes elsewhere only where a recipe says so.
    elsewhere = site.move.crossing is None and found.path != site.symbol and not found.outside
    return elsewhere and site.after.raises is None and not found.path.startswith(OPS)
