# ruff: noqa: N812
"""What all cases share; imports the layers that the command line names."""

import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from tensorflow.python.framework import random_seed  # noqa: E402

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
random_seed.get_seed = lambda op_seed: (42, 42)

if sys.argv[1] == "contrib":
    import tensorflow

    L = tensorflow.contrib.layers
    L.arg_scope = tensorflow.contrib.framework.arg_scope
    L.add_arg_scope = tensorflow.contrib.framework.add_arg_scope
else:
    sys.path.insert(0, sys.argv[1])
    import tfshift_contrib_layers as L

CASES = {}
one, two = tf.constant_initializer(1.0), tf.constant_initializer(2.0)


def case(function):
    CASES[function.__name__] = function
    return function


def images(*shape):
    shape = shape or (2, 6, 6, 3)
    return tf.constant(np.sin(np.arange(np.prod(shape))).reshape(shape), tf.float32)


def rows(*shape):
    return images(*(shape or (4, 5)))


def simple(name, build):
    build.__name__ = name
    case(build)
