# ruff: noqa: N812
"""What all cases share; imports the layers that the command line names."""

import sys

import numpy as np
from beside import case, simple, tf  # noqa: F401

if sys.argv[1] == "contrib":
    import tensorflow

    L = tensorflow.contrib.layers
    L.arg_scope = tensorflow.contrib.framework.arg_scope
    L.add_arg_scope = tensorflow.contrib.framework.add_arg_scope
else:
    sys.path.insert(0, sys.argv[1])
    import tfshift_contrib_layers as L

one, two = tf.constant_initializer(1.0), tf.constant_initializer(2.0)


def images(*shape):
    shape = shape or (2, 6, 6, 3)
    return tf.constant(np.sin(np.arange(np.prod(shape))).reshape(shape), tf.float32)


def rows(*shape):
    return images(*(shape or (4, 5)))
