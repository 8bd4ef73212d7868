"""What all cases share; imports the functions that the command line names."""

import sys
import tempfile

import numpy as np
from beside import case, simple, tf  # noqa: F401

if sys.argv[1] == "contrib":
    import tensorflow

    variables = layers = tensorflow.contrib.framework
    training = tensorflow.contrib.training
    crf = tensorflow.contrib.crf
    seq2seq = tensorflow.contrib.legacy_seq2seq
    stacked = tensorflow.contrib.rnn
    optimize_loss = tensorflow.contrib.layers.optimize_loss
    optimizers = tensorflow.contrib.layers.OPTIMIZER_CLS_NAMES
else:
    sys.path.insert(0, sys.argv[1])
    import tfshift_contrib_layers as layers  # noqa: F401
    import tfshift_contrib_training as training
    import tfshift_contrib_variables as variables  # noqa: F401
    import tfshift_crf_v1 as crf  # noqa: F401
    import tfshift_legacy_seq2seq_v1 as seq2seq  # noqa: F401
    import tfshift_stacked_rnn_v1 as stacked  # noqa: F401

    optimize_loss, optimizers = training.optimize_loss, training.OPTIMIZER_CLS_NAMES


def names(variables):
    return [variable.name for variable in variables]


def world():
    """Make three variables in scopes of which one's name is part of another's."""
    with tf.variable_scope("a"):
        weights = tf.get_variable("w", [2, 2], initializer=tf.constant_initializer(1.0))
        biases = tf.get_variable("b", [2], initializer=tf.constant_initializer(2.0))
    with tf.variable_scope("c/a"):
        other = tf.get_variable("w", [2], initializer=tf.constant_initializer(3.0))
    return weights, biases, other


def parted():
    """Make a variable in two slices."""
    return list(tf.get_variable("p", [4, 2], partitioner=tf.fixed_size_partitioner(2)))


def kept():
    """Write a checkpoint of such a world, and of that variable in one piece."""
    with tf.Graph().as_default():
        other = world()[2]
        tf.get_variable("p", initializer=tf.reshape(tf.range(8.0), [4, 2]))
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(other.assign([5.0, 6.0]))
            return tf.train.Saver().save(session, tempfile.mkdtemp() + "/kept")


CHECKPOINT = kept()
INPUTS = (np.arange(12.0).reshape(4, 3) / 6 - 1).astype("float32")
WANTED = np.array([[1.0], [0.0], [1.0], [2.0]], "float32")
