"""Models of Keras 3 in programs whose graphs need the v2 behaviour off: they do not run there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.keras_flow import plain
from tfshift.code.whole import Whole, by_hand
from tfshift.domain.findings import Finding, Kind

ID = "keras-graphs"
TITLE = "Keras 3 does not run its models while the v2 behaviour is off"
_HEAD = "import tensorflow as tf\nfrom tensorflow import keras\nm = keras.Sequential([keras.layers.Dense(1)])\n"
_GRAPH = "s = tf.Session()\n"
EXAMPLES = [
    ("1.15", "2.21", _HEAD + _GRAPH + "m.fit(x, y)\n", [(5, "tf.keras.Sequential.fit")]),
    ("1.15", "2.16", _HEAD + _GRAPH + "m.summary()\nm.predict(x)\n",
     [(5, "tf.keras.Sequential.summary"), (6, "tf.keras.Sequential.predict")]),
    ("1.15", "2.16", _HEAD + "m.fit(x, y)\n", []),
    ("1.15", "2.15", _HEAD + _GRAPH + "m.fit(x, y)\n", []),
    ("1.15", "2.21", _HEAD + _GRAPH + "m.train_on_batch(x, y)\n", []),
    ("2.15", "2.21", _HEAD + "s = tf.compat.v1.Session()\nm.fit(x, y)\n", []),
]  # fmt: skip
# Called in 2.16.2, 2.18.1 and 2.21.0 on a compiled model after tf.compat.v1.disable_v2_behavior(); what
# is left out (train_on_batch, set_weights, to_json, the call of a model) works there.
_FAIL = frozenset(
    {"fit", "predict", "evaluate", "summary", "predict_on_batch", "save", "save_weights",
     "get_weights", "export", "fit_generator", "predict_generator", "evaluate_generator"}
)  # fmt: skip
_MODELS = (
    "tf.keras.Model",
    "tf.keras.Sequential",
    "tf.keras.models.Model",
    "tf.keras.models.Sequential",
)


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each method of a model that fails there."""
    file, move = whole.file, whole.move
    if move.crossing != "up" or not whole.to_keras_3 or not file.graphs or not file.models:
        return
    for usage in file.names.usages:
        symbol = plain(usage.symbol)
        owner, _, method = symbol.rpartition(".")
        if not usage.method or method not in _FAIL or owner not in _MODELS:
            continue
        assert isinstance(usage.node, ast.expr)
        yield whole.finding(
            usage.node,
            symbol,
            ID,
            f"{method} of a model fails in TensorFlow {whole.target} while graphs need the v2 behaviour "
            "off: Keras 3; tf_keras runs there",
            "a compiled tf.keras.Sequential after disable_v2_behavior(): fit, predict, evaluate, summary, "
            "save and get_weights raise in 2.16.2, 2.18.1 and 2.21.0; with tf_keras 2.21.0 and "
            "TF_USE_LEGACY_KERAS=1 all of them run",
            by_hand("Install tf_keras and set TF_USE_LEGACY_KERAS=1 before TensorFlow is imported"),
            kind=Kind.BEHAVIOUR,
        )
