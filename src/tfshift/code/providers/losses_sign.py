"""Losses whose sign TensorFlow 2.0 turned.

Written by tfshift into this project; you own this file.
"""

import tensorflow as tf


def cosine_similarity(y_true, y_pred, axis=-1):
    """Give what tf.keras.losses.cosine_similarity gave on the other side of 2.0: its negative."""
    return -tf.keras.losses.cosine_similarity(y_true, y_pred, axis=axis)


class CosineSimilarity(tf.keras.losses.CosineSimilarity):
    """What tf.keras.losses.CosineSimilarity was on the other side of 2.0."""

    def call(self, y_true, y_pred):
        """Return a loss a sample."""
        return -super(CosineSimilarity, self).call(y_true, y_pred)
