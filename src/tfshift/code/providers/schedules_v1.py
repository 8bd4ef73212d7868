"""Learning rates that change with a counter of steps, as tf.train of TensorFlow 1.x computes them.

Written by tfshift into this project: the counter is the program's own variable, not the optimizer's, so
that a rate goes on where a checkpoint left the counter. You own this file.
"""

import math

import tensorflow as tf


class _Schedule(tf.keras.optimizers.schedules.LearningRateSchedule):
    """A rate; ``compute`` gives it from the counter as a number in single precision."""

    def __init__(self, counter, compute):
        self._counter = counter
        self._compute = compute

    def __call__(self, step=None):
        """Return the rate at the count that there is now; the optimizer's own step is not asked."""
        return self._compute(tf.cast(tf.convert_to_tensor(self._counter), tf.float32))


def _number(value):
    """Return a number as one of Python's, or in single precision where a tensor holds it."""
    held = isinstance(value, (tf.Tensor, tf.Variable))
    return tf.cast(value, tf.float32) if held else float(value)


def exponential_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False):
    """learning_rate * decay_rate ** (global_step / decay_steps), in steps where staircase is true."""

    def compute(count):
        part = count / _number(decay_steps)
        return _number(learning_rate) * tf.pow(
            _number(decay_rate), tf.floor(part) if staircase else part
        )

    return _Schedule(global_step, compute)


def natural_exp_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False):
    """learning_rate * exp(-decay_rate * global_step / decay_steps)."""

    def compute(count):
        part = count / _number(decay_steps)
        part = tf.floor(part) if staircase else part
        return _number(learning_rate) * tf.exp(-_number(decay_rate) * part)

    return _Schedule(global_step, compute)


def cosine_decay(learning_rate, global_step, decay_steps, alpha=0.0):
    """learning_rate, lowered along half a cosine to its share alpha, which it keeps."""

    def compute(count):
        steps = _number(decay_steps)
        part = tf.minimum(count, steps) / steps
        share = 0.5 * (1.0 + tf.cos(tf.constant(math.pi) * part))
        return _number(learning_rate) * ((1 - _number(alpha)) * share + _number(alpha))

    return _Schedule(global_step, compute)


def inverse_time_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False):
    """learning_rate / (1 + decay_rate * global_step / decay_steps)."""

    def compute(count):
        part = count / _number(decay_steps)
        part = tf.floor(part) if staircase else part
        return _number(learning_rate) / (1.0 + _number(decay_rate) * part)

    return _Schedule(global_step, compute)


def polynomial_decay(
    learning_rate, global_step, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False
):
    """From learning_rate to end_learning_rate within decay_steps, and again and again with cycle."""

    def compute(count):
        steps = tf.cast(decay_steps, tf.float32)
        if cycle:
            steps = steps * tf.where(count == 0.0, 1.0, tf.math.ceil(count / steps))
        else:
            count = tf.minimum(count, steps)
        span = _number(learning_rate) - _number(end_learning_rate)
        return span * tf.pow(1.0 - count / steps, _number(power)) + _number(end_learning_rate)

    return _Schedule(global_step, compute)


def piecewise_constant(x, boundaries, values):
    """The first value up to the first boundary, the next one up to the second, and so on."""

    def compute(count):
        found = tf.reduce_sum(tf.cast(count > tf.cast(boundaries, tf.float32), tf.int32))
        return tf.gather(tf.cast(values, tf.float32), found)

    return _Schedule(x, compute)
