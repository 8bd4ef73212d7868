"""Runs in a TensorFlow environment: graphs, quiet, with streams that do not depend on the order of ops.

What the cases beside tf.contrib have in common: told_by runs them and prints one JSON object, case ->
what came of it, or the exception's type.
"""

import json
import os
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
warnings.simplefilter("ignore")

import tensorflow.compat.v1 as tf  # noqa: E402
from tensorflow.python.framework import random_seed  # noqa: E402

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
random_seed.get_seed = lambda op_seed: (42, 42)

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def simple(name, build):
    CASES[name] = build


def told_by(look):
    """Print what look says of each case, or how it failed; each has a graph of its own."""
    result = {}
    for name, build in CASES.items():
        with tf.Graph().as_default():
            try:
                result[name] = look(build)
            except Exception as error:
                result[name] = {"raises": type(error).__name__, "says": str(error)[:200]}
    print(json.dumps(result))  # noqa: T201
