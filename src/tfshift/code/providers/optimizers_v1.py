"""Optimizers of TensorFlow 1.x that Keras has no equal of, for gradients that a tape gives.

Keras' RMSprop starts the mean of squares at 0, TensorFlow 1.x starts it at 1: in the first steps
that is another training.
"""

import tensorflow as tf


class RMSProp(object):
    """tf.train.RMSPropOptimizer, step by step the same."""

    def __init__(self, learning_rate, decay=0.9, momentum=0.0, epsilon=1e-10, centered=False):
        self.learning_rate = learning_rate
        self.decay = decay
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        self._slots = {}

    def apply_gradients(self, grads_and_vars):
        """Change each variable by its gradient; pairs without one are left out."""
        for gradient, variable in grads_and_vars:
            if gradient is not None:
                self._apply(tf.convert_to_tensor(gradient), variable)

    def _apply(self, gradient, variable):
        key = id(variable)
        if key not in self._slots:
            with tf.init_scope():
                zeros, ones = (
                    tf.zeros(variable.shape, variable.dtype),
                    tf.ones(variable.shape, variable.dtype),
                )
                slots = [tf.Variable(v, trainable=False) for v in (ones, zeros, zeros)]
            # The variable is kept as well: its identity is the key.
            self._slots[key] = [*slots, variable]
        square, momentum, mean, _ = self._slots[key]
        arguments = {
            "var": variable.handle,
            "ms": square.handle,
            "mom": momentum.handle,
            "grad": gradient,
            "lr": tf.cast(self.learning_rate, variable.dtype),
            "rho": tf.cast(self.decay, variable.dtype),
            "momentum": tf.cast(self.momentum, variable.dtype),
            "epsilon": tf.cast(self.epsilon, variable.dtype),
        }
        if self.centered:
            tf.raw_ops.ResourceApplyCenteredRMSProp(mg=mean.handle, **arguments)
        else:
            tf.raw_ops.ResourceApplyRMSProp(**arguments)
