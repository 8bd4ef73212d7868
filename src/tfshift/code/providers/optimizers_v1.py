"""Optimizers of TensorFlow 1.x that Keras has no equal of, for gradients that a tape gives.

Keras' RMSprop starts the mean of squares at 0, TensorFlow 1.x starts it at 1: in the first steps
that is another training. The others are here so that a checkpoint holds what they keep, under the
keys of TensorFlow 1.x.
"""

import tensorflow as tf


class _Optimizer(object):
    """Keeps slots for each variable that it has changed."""

    # What a slot is called behind its variable's name in a checkpoint, and what it starts from.
    SLOTS = ()

    def __init__(self):
        self._slots = {}
        self.starts = None

    def apply_gradients(self, grads_and_vars):
        """Change each variable by its gradient; pairs without one are left out."""
        for gradient, variable in grads_and_vars:
            if gradient is not None:
                self._apply(tf.convert_to_tensor(gradient), variable, *self.slots(variable))
        self._finish()

    def slots(self, variable):
        """Return what is kept for a variable, in the order of SLOTS."""
        key = id(variable)
        if key not in self._slots:
            with tf.init_scope():
                slots = [
                    tf.Variable(self._start(variable, name, value), trainable=False)
                    for name, value in self.SLOTS
                ]
            # The variable is kept as well: its identity is the key.
            self._slots[key] = (variable, slots)
        return self._slots[key][1]

    def shared(self):
        """Return what is kept for all variables together, by its key in a checkpoint."""
        return {}

    def restart(self):
        """Let all that is kept be what it starts from."""
        for variable, slots in self._slots.values():
            for (_, value), slot in zip(self.SLOTS, slots):
                slot.assign(tf.fill(variable.shape, tf.cast(value, variable.dtype)))

    def _start(self, variable, name, value):
        found = self.starts(variable, name) if self.starts is not None else None
        return tf.fill(variable.shape, tf.cast(value, variable.dtype)) if found is None else found

    def _finish(self):
        pass


class RMSProp(_Optimizer):
    """tf.train.RMSPropOptimizer, step by step the same."""

    def __init__(self, learning_rate, decay=0.9, momentum=0.0, epsilon=1e-10, centered=False):
        super(RMSProp, self).__init__()
        self.learning_rate = learning_rate
        self.decay = decay
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        names = ["RMSProp", "RMSProp_1", "RMSProp_2"] if centered else ["RMSProp", "RMSProp_1"]
        self.SLOTS = list(zip(names, [1.0, 0.0, 0.0]))

    def _apply(self, gradient, variable, *slots):
        arguments = {
            "var": variable.handle,
            "ms": slots[0].handle,
            "mom": slots[-1].handle,
            "grad": gradient,
            "lr": tf.cast(self.learning_rate, variable.dtype),
            "rho": tf.cast(self.decay, variable.dtype),
            "momentum": tf.cast(self.momentum, variable.dtype),
            "epsilon": tf.cast(self.epsilon, variable.dtype),
        }
        if self.centered:
            tf.raw_ops.ResourceApplyCenteredRMSProp(mg=slots[1].handle, **arguments)
        else:
            tf.raw_ops.ResourceApplyRMSProp(**arguments)


class Adam(_Optimizer):
    """tf.train.AdamOptimizer, step by step the same."""

    SLOTS = (("Adam", 0.0), ("Adam_1", 0.0))

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super(Adam, self).__init__()
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self._powers = [tf.Variable(float(b), trainable=False) for b in (beta1, beta2)]

    def shared(self):
        """Return what is kept for all variables together, by its key in a checkpoint."""
        return dict(zip(("beta1_power", "beta2_power"), self._powers))

    def _apply(self, gradient, variable, first, second):
        def cast(value):
            return tf.cast(value, variable.dtype)

        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=first.handle,
            v=second.handle,
            beta1_power=cast(self._powers[0]),
            beta2_power=cast(self._powers[1]),
            lr=cast(self.learning_rate),
            beta1=cast(self.beta1),
            beta2=cast(self.beta2),
            epsilon=cast(self.epsilon),
            grad=gradient,
        )

    def _finish(self):
        for power, beta in zip(self._powers, (self.beta1, self.beta2)):
            power.assign(power * beta)


class Momentum(_Optimizer):
    """tf.train.MomentumOptimizer, step by step the same."""

    SLOTS = (("Momentum", 0.0),)

    def __init__(self, learning_rate, momentum, use_nesterov=False):
        super(Momentum, self).__init__()
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.use_nesterov = use_nesterov

    def _apply(self, gradient, variable, accumulated):
        tf.raw_ops.ResourceApplyMomentum(
            var=variable.handle,
            accum=accumulated.handle,
            lr=tf.cast(self.learning_rate, variable.dtype),
            grad=gradient,
            momentum=tf.cast(self.momentum, variable.dtype),
            use_nesterov=self.use_nesterov,
        )


class Adagrad(_Optimizer):
    """tf.train.AdagradOptimizer, step by step the same."""

    def __init__(self, learning_rate, initial_accumulator_value=0.1):
        super(Adagrad, self).__init__()
        self.learning_rate = learning_rate
        self.SLOTS = (("Adagrad", initial_accumulator_value),)

    def _apply(self, gradient, variable, accumulated):
        tf.raw_ops.ResourceApplyAdagrad(
            var=variable.handle,
            accum=accumulated.handle,
            lr=tf.cast(self.learning_rate, variable.dtype),
            grad=gradient,
        )
