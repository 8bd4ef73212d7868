"""A name whose meaning is another function or class on the other side of 2.0."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.destinations import is_tensorflow
from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity

ID = "other-object"
TITLE = "The same name means another function or class on the target"
STYLE = "native"
EXAMPLES = [
    ("1.15", "2.15", "import tensorflow as tf\ntf.losses.mean_squared_error(a, b)\n",
     [(2, "tf.losses.mean_squared_error")]),
    ("1.15", "2.15", "import tensorflow as tf\ntf.while_loop(a, b, c)\n", [(2, "tf.while_loop")]),
    ("1.15", "2.15", "import tensorflow as tf\ntf.reduce_sum(a, 1)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ntf.add(a, b)\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ntf.data.Dataset.range(3)\n", []),
    ("2.8", "2.15", "import tensorflow as tf\ntf.losses.mean_squared_error(a, b)\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding where the name stays, the object is another, and no recipe says the same."""
    move, usage = site.move, site.usage
    if move.crossing is None or move.root != "tf" or usage.method or usage.guarded or usage.stored:
        return
    before, found = site.before, site.destination
    if before is None or found is None or found.path != site.symbol or site.after is None:
        return
    if before.kind not in ("function", "class") or not is_tensorflow(site.symbol):
        return
    if site.symbol.startswith("tf.compat.") or move.known_same(site.symbol):
        return
    owner = move.facts.resolve(site.symbol.rpartition(".")[0], move.origin)
    if owner is None or owner.kind != "module":
        return
    other = "v2" if move.crossing == "up" else "v1"
    there = move.facts.resolve(f"tf.compat.{other}{site.symbol[2:]}", move.origin)
    if there is None or there.owner == before.owner:
        return
    message = (
        f"{site.symbol} is another {before.kind} in {site.there} "
        f"than in {move.origin_release.version}"
    )
    evidence = f"in {move.origin_release.version} it and tf.compat.{other}{site.symbol[2:]} are two objects"
    fix = Fix(f"See what differs in {site.symbol}", Applicability.MANUAL)
    yield site.finding(ID, Kind.BEHAVIOUR, Severity.WARNING, message, evidence, fix)
