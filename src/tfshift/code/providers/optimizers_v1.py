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
        key = variable.ref()
        if key not in self._slots:
            with tf.init_scope():
                zeros, ones = (
                    tf.zeros(variable.shape, variable.dtype),
                    tf.ones(variable.shape, variable.dtype),
                )
                self._slots[key] = [tf.Variable(v, trainable=False) for v in (ones, zeros, zeros)]
        square, momentum, mean = self._slots[key]
        numbers = {
            "lr": tf.cast(self.learning_rate, variable.dtype),
            "rho": tf.cast(self.decay, variable.dtype),
            "momentum": tf.cast(self.momentum, variable.dtype),
            "epsilon": tf.cast(self.epsilon, variable.dtype),
        }
        slots = {"var": variable.handle, "ms": square.handle, "mom": momentum.handle}
        if self.centered:
            tf.raw_ops.ResourceApplyCenteredRMSProp(
                grad=gradient, mg=mean.handle, **slots, **numbers
            )
        else:
            tf.raw_ops.ResourceApplyRMSProp(grad=gradient, **slots, **numbers)
