"""Normal distributions as tf.distributions of TensorFlow 1.x has them.

Written by tfshift into this project, because TensorFlow 2.x has none: they are in a package of their
own, tensorflow_probability. You own this file.
"""

import math

import tensorflow as tf


class Normal(object):
    """A normal distribution, or one for each number of its parameters.

    Args:
        loc: where its middle is.
        scale: how wide it is.
        validate_args: nothing is checked, whatever it says.
        allow_nan_stats: numbers that are none are given as they are, whatever it says.
        name: what it is called.
    """

    def __init__(self, loc, scale, validate_args=False, allow_nan_stats=True, name="Normal"):
        self.name = name
        self.loc = tf.convert_to_tensor(loc)
        self.scale = tf.convert_to_tensor(scale, dtype=self.loc.dtype)

    def sample(self, sample_shape=(), seed=None, name="sample"):
        """Draw numbers.

        Args:
            sample_shape: how many; their shape stands before that of the parameters.
            seed: chooses what they are.
            name: what the operation is called.
        """
        wanted = tf.cast(tf.reshape(tf.convert_to_tensor(sample_shape), [-1]), tf.int32)
        each = tf.broadcast_dynamic_shape(tf.shape(self.loc), tf.shape(self.scale))
        drawn = tf.random.normal(tf.concat([wanted, each], 0), dtype=self.loc.dtype, seed=seed)
        return tf.identity(drawn * self.scale + self.loc, name=name)

    def log_prob(self, value, name="log_prob"):
        """Return the logarithm of how likely a value is."""
        apart = (tf.convert_to_tensor(value, dtype=self.loc.dtype) - self.loc) / self.scale
        norm = 0.5 * math.log(2.0 * math.pi) + tf.math.log(self.scale)
        return tf.subtract(-0.5 * tf.square(apart), norm, name=name)

    def prob(self, value, name="prob"):
        """Return how likely a value is."""
        return tf.exp(self.log_prob(value), name=name)

    def cdf(self, value, name="cdf"):
        """Return how likely a value no greater than this one is."""
        apart = (tf.convert_to_tensor(value, dtype=self.loc.dtype) - self.loc) / self.scale
        return tf.multiply(0.5, 1 + tf.math.erf(apart / math.sqrt(2.0)), name=name)

    def entropy(self, name="entropy"):
        """Return its entropy, in natural units."""
        scale = self.scale * tf.ones_like(self.loc)
        return tf.add(0.5 + 0.5 * math.log(2.0 * math.pi), tf.math.log(scale), name=name)

    def mean(self, name="mean"):
        """Return its mean."""
        return tf.multiply(self.loc, tf.ones_like(self.scale), name=name)

    mode = mean

    def stddev(self, name="stddev"):
        """Return its standard deviation."""
        return tf.multiply(self.scale, tf.ones_like(self.loc), name=name)

    def variance(self, name="variance"):
        """Return its variance."""
        return tf.square(self.stddev(), name=name)


def kl_divergence(distribution_a, distribution_b, allow_nan_stats=True, name=None):
    """Return how much one normal distribution tells over another one, in natural units."""
    a, b = distribution_a, distribution_b
    ratio = tf.square(a.scale / b.scale)
    apart = tf.square(a.loc - b.loc) / (2.0 * tf.square(b.scale))
    return tf.add(apart, 0.5 * (ratio - 1.0 - tf.math.log(ratio)), name=name)
