"""Runs in a TensorFlow environment: builds layers many ways and says what came of each.

Usage: python layers contrib|FOLDER ; with FOLDER the provider's module is taken from there.
Prints one JSON object, case -> what it made, or the exception's type.
"""

import convolutions  # noqa: F401
import dense  # noqa: F401
import initialisers  # noqa: F401
import normalisation  # noqa: F401
import normalised  # noqa: F401
import numpy as np
import others  # noqa: F401
import scopes  # noqa: F401
import transposed  # noqa: F401
from beside import told_by
from shared import tf


def numbers(value):
    return np.round(np.asarray(value, "float64"), 5).ravel().tolist()


def told(build):
    """Say all that can be seen of what a case builds."""
    graph = tf.get_default_graph()
    output = build()
    if isinstance(output, list):
        return {"is": output}
    told = {"shape": str(output.shape), "dtype": output.dtype.base_dtype.name}
    variables = tf.global_variables()
    trainable = {v.name for v in tf.trainable_variables()}
    told["variables"] = [[v.name, v.shape.as_list(), v.name in trainable] for v in variables]
    keys = [k for k in graph.get_all_collection_keys() if isinstance(k, str)]
    # What tf.cond leaves behind is the release's own business.
    sizes = {k: len(graph.get_collection(k)) for k in keys if k != "cond_context"}
    told["collections"] = sorted([k, size] for k, size in sizes.items() if size)
    updates = graph.get_collection(tf.GraphKeys.UPDATE_OPS) + graph.get_collection("ups")
    losses = graph.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        told["starts"] = [numbers(v) for v in session.run(variables)]
        value = session.run(output)
        told["output"] = str(value) if value.dtype.kind in "OS" else numbers(value)
        told["losses"] = [numbers(v) for v in session.run(losses)]
        session.run(updates)
        told["ends"] = [numbers(v) for v in session.run(variables)]
    return told


told_by(told)
