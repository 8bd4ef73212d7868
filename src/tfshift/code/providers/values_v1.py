"""Values of tensors as the sessions of TensorFlow 1.x gave and took them, sparse and ragged ones too.

Written by tfshift into this project. You own this file.
"""

import collections

import tensorflow as tf

SparseTensorValue = collections.namedtuple(
    "SparseTensorValue", ["indices", "values", "dense_shape"]
)


class RaggedTensorValue(object):
    """The value of a ragged tensor.

    Args:
        values: an array, or another such value where the rows are ragged themselves.
        row_splits: where each row begins, and the last one ends.
    """

    def __init__(self, values, row_splits):
        self.values = values
        self.row_splits = row_splits

    def to_list(self):
        """Return the rows as lists."""
        inner = self.values
        items = inner.to_list() if isinstance(inner, RaggedTensorValue) else inner.tolist()
        return [items[a:b] for a, b in zip(self.row_splits[:-1], self.row_splits[1:])]

    def __str__(self):
        return "<tf.RaggedTensorValue %s>" % self.to_list()

    def __repr__(self):
        return "tf.RaggedTensorValue(values=%r, row_splits=%r)" % (self.values, self.row_splits)


def numbers(given):
    """Return the values of tensors, in lists, tuples and dictionaries as they are.

    Args:
        given: a tensor, or a structure of some.
    """
    if isinstance(given, tf.SparseTensor):
        parts = (given.indices, given.values, given.dense_shape)
        return SparseTensorValue(*(part.numpy() for part in parts))
    if isinstance(given, tf.RaggedTensor):
        return RaggedTensorValue(numbers(given.values), given.row_splits.numpy())
    if isinstance(given, dict):
        return {key: numbers(value) for key, value in given.items()}
    if isinstance(given, tuple) and hasattr(given, "_fields"):
        return type(given)(*(numbers(value) for value in given))
    if isinstance(given, (list, tuple)):
        return type(given)(numbers(value) for value in given)
    return given.numpy()


def sparse(value, dtype):
    """Return the sparse tensor that a placeholder is fed.

    Args:
        value: its indices, values and shape.
        dtype: the type of its values.
    """
    indices, values, shape = value
    indices = tf.reshape(tf.cast(tf.convert_to_tensor(indices), tf.int64), [-1, len(shape)])
    return tf.SparseTensor(indices, tf.convert_to_tensor(values, dtype=dtype), shape)
