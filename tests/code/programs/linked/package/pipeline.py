import numpy as np
import tensorflow as tf


def make_dataset(count, size):
    rng = np.random.RandomState(4)
    x = rng.rand(count, 4).astype(np.float32)
    y = (x.sum(1) > 2).astype(np.int32)
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    return dataset.repeat().batch(size)


def inputs(count, size):
    iterator = make_dataset(count, size).make_one_shot_iterator()
    return iterator.get_next()
