"""``decay`` of an optimizer of Keras 2: a schedule of the rate says the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.destinations import KERAS_3
from tfshift.code.whole import Whole, by_hand, safe
from tfshift.domain.findings import Edit, Finding, Fix, Kind, Severity
from tfshift.domain.versions import parse_minor

ID = "keras-decay"
TITLE = "Optimizers take no decay any more"
EXAMPLES = [
    ("2.8", "2.15", "import tensorflow as tf\no = tf.keras.optimizers.SGD(0.1, decay=1e-3)\n",
     [(2, "tf.keras.optimizers.SGD")]),
    ("1.15", "2.21", "import tensorflow as tf\no = tf.keras.optimizers.Adam(lr=0.1, decay=d)\n",
     [(2, "tf.keras.optimizers.Adam")]),
    ("2.15", "2.21", "import tensorflow as tf\no = tf.keras.optimizers.legacy.Adam(decay=1e-3)\n",
     [(2, "tf.keras.optimizers.legacy.Adam")]),
    ("2.8", "2.15", "import tensorflow as tf\no = tf.keras.optimizers.SGD(0.1)\n", []),
    ("2.8", "2.10", "import tensorflow as tf\no = tf.keras.optimizers.SGD(0.1, decay=1e-3)\n", []),
    ("2.11", "2.15", "import tensorflow as tf\no = tf.keras.optimizers.legacy.SGD(0.1, decay=1e-3)\n", []),
    ("2.8", "2.15", "import tensorflow as tf\nd = tf.keras.layers.Dense(3, decay=1)\n", []),
]  # fmt: skip
# The class behind the name is another one from here on.
_NEW = (2, 11)
_EVIDENCE = (
    "decay=0.1 lowers the rate in 1.15.5 and 2.10.1, is a ValueError in 2.11.1 and 2.15.1 and ignored "
    "without a word in 2.21.0; InverseTimeDecay(rate, 1, decay) gives the same variables after 20 steps"
)


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each optimizer that is told a decay."""
    if b"decay" not in whole.file.source.data or b"keras" not in whole.file.source.data:
        return
    before = parse_minor(whole.move.origin_release.version)
    after = parse_minor(whole.move.target_release.version)
    if not (before < _NEW <= after or before < KERAS_3 <= after):
        return
    for node in whole.nodes:
        if not isinstance(node, ast.Call):
            continue
        decay = next((k for k in node.keywords if k.arg == "decay"), None)
        symbol = whole.flow.symbol(node.func)
        legacy = symbol.startswith("tf.keras.optimizers.legacy.")
        edge = KERAS_3 if legacy else _NEW
        if (
            decay is None
            or not symbol.startswith("tf.keras.optimizers.")
            or ".schedules." in symbol
        ):
            continue
        if not before < edge <= after:
            continue
        # Where the edge is 2.11 the target's own release says whether it fails or is silent.
        silent = after >= KERAS_3
        does = "is ignored" if silent else "is refused"
        yield whole.finding(
            decay,
            symbol,
            ID,
            f"decay of {symbol} {does} in TensorFlow {whole.target}; a schedule of the rate does it",
            _EVIDENCE,
            _fix(whole, node, decay, symbol),
            kind=Kind.BEHAVIOUR if silent else Kind.PARAMETERS,
            severity=Severity.WARNING if silent else Severity.ERROR,
        )


def _fix(whole: Whole, node: ast.Call, decay: ast.keyword, symbol: str) -> Fix:
    title = "Let a schedule lower the rate"
    dropped = whole.file.source.without(node, decay)
    text = whole.text(decay.value)
    if dropped is None or text is None or any(k.arg is None for k in node.keywords):
        return by_hand(title)
    if isinstance(decay.value, ast.Constant) and not decay.value.value:
        return safe("Leave it out: it is nothing", dropped)
    named = (k.value for k in node.keywords if k.arg in ("lr", "learning_rate"))
    rate = node.args[0] if node.args else next(named, None)
    schedule = whole.path("tf.keras.optimizers.schedules.InverseTimeDecay")
    if rate is not None:
        start, end = whole.span(rate)
        return safe(
            title, Edit(start, start, f"{schedule}("), Edit(end, end, f", 1, {text})"), dropped
        )
    before = whole.move.facts.resolve(symbol, whole.move.origin)
    known = before.signature.parameter("learning_rate") if before and before.signature else None
    if known is None or known.default is None:
        return by_hand(title)
    written = f"learning_rate={schedule}({known.default}, 1, {text})"
    return safe(title, Edit(*whole.span(decay), written))
