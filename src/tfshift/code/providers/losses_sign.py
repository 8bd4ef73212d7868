"""Losses whose sign TensorFlow 2.0 turned."""

import tensorflow as tf


def cosine_similarity(y_true, y_pred, axis=-1):
    """Give what tf.keras.losses.cosine_similarity gave on the other side of 2.0: its negative."""
    return -tf.keras.losses.cosine_similarity(y_true, y_pred, axis=axis)


class CosineSimilarity(tf.keras.losses.CosineSimilarity):
    """What tf.keras.losses.CosineSimilarity was on the other side of 2.0."""

    def call(self, y_true, y_pred):
        return -super(CosineSimilarity, self).call(y_true, y_pred)
