"""A function of Keras' backend, in the style that writes functions of ``keras.ops``."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.site import Site
from tfshift.domain.findings import Finding, Kind, Severity

ID = "keras-ops"
TITLE = "keras.ops has what Keras' backend computes"
STYLE = "keras3"
_HEAD = "import tensorflow as tf\nK = tf.keras.backend\n"
EXAMPLES = [
    ("2.15", "2.21", f"{_HEAD}K.mean(K.square(x))\n", [(3, "tf.keras.backend.mean"), (3, "tf.keras.backend.square")]),
    ("2.8", "2.16", f"{_HEAD}f = K.sigmoid\n", [(3, "tf.keras.backend.sigmoid")]),
    ("2.15", "2.21", f"{_HEAD}K.epsilon()\nK.hard_sigmoid(x)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.ops.mean(x)\ntf.reduce_mean(x)\n", []),
]  # fmt: skip
OPS = ("tf.keras.ops.", "keras.ops.")


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding for a name that the target has, and that is written otherwise."""
    usage, found = site.usage, site.destination
    if site.move.style != STYLE or found is None or not found.path.startswith(OPS):
        return
    if site.after is None or found.path == site.symbol or usage.statement is not None:
        return
    message = f"{site.symbol} is {found.path} in code for Keras 3"
    fix = site.fix(f"Use {found.path}")
    yield site.finding(ID, Kind.MOVED, Severity.INFO, message, found.evidence, fix)
