"""Division as tf.div of TensorFlow 1.x has it.

Written by tfshift into this project, because the division of TensorFlow 2.x is another one for each
kind of numbers. You own this file.
"""

import tensorflow as tf


def div(x, y):
    """Divide; whole numbers are rounded down, as Python 2 does.

    Args:
        x: a tensor or number.
        y: another one, of the same type.
    """
    x = tf.convert_to_tensor(x, dtype=getattr(y, "dtype", None))
    y = tf.convert_to_tensor(y, dtype=x.dtype)
    return tf.math.floordiv(x, y) if x.dtype.is_integer else tf.divide(x, y)
