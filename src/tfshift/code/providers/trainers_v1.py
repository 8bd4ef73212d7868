"""Optimizers and learning rates of tf.train, for model functions of tf.estimator.

Written by tfshift into this project. Each runs the operation that the optimizer of TensorFlow 1.x
runs, and what it keeps has the names of 1.x in checkpoints. You own this file.
"""

import tensorflow as tf
import tfshift_models_v1 as models
import tfshift_schedules_v1 as schedules


class Optimizer(object):
    """What all optimizers do: gradients of a loss, then an update of each variable."""

    def __init__(self, learning_rate, name):
        self._learning_rate, self._name = learning_rate, name

    def minimize(self, loss, global_step=None, var_list=None, name=None):
        """Update variables by their gradients and count the step."""
        return self.apply_gradients(self.compute_gradients(loss, var_list), global_step)

    def compute_gradients(self, loss, var_list=None):
        """Return pairs of a gradient, None where there is none, and its variable."""
        variables = models.trainable_variables() if var_list is None else list(var_list)
        return list(zip(tf.gradients(loss, variables), variables))

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        """Update each variable; return an operation that comes after all of it."""
        begun = self._begin()
        done = []
        for gradient, variable in grads_and_vars:
            if gradient is None:
                continue
            if isinstance(gradient, tf.IndexedSlices):
                done.append(self._sparse(variable, _summed(gradient), begun))
            else:
                done.append(self._dense(variable, gradient, begun))
        with tf.control_dependencies([one for one in done if one is not None]):
            self._end(begun)
            if global_step is None:
                return tf.no_op()
            return global_step.assign_add(tf.cast(1, global_step.dtype), read_value=False)

    def _begin(self):
        rate = self._learning_rate() if callable(self._learning_rate) else self._learning_rate
        return tf.cast(rate, tf.float32)

    def _end(self, begun):
        pass

    def _slot(self, variable, number, value=0.0):
        name = self._name if not number else "%s_%d" % (self._name, number)
        return models.current().slot(variable, name, value)


def _summed(gradient):
    """Return a gradient of rows in which each row is there once."""
    rows, places = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


class GradientDescentOptimizer(Optimizer):
    """tf.train.GradientDescentOptimizer."""

    def __init__(self, learning_rate, use_locking=False, name="GradientDescent"):
        super(GradientDescentOptimizer, self).__init__(learning_rate, name)

    def _dense(self, variable, gradient, rate):
        tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=gradient)

    def _sparse(self, variable, gradient, rate):
        variable.scatter_sub(tf.IndexedSlices(gradient.values * rate, gradient.indices))


class MomentumOptimizer(Optimizer):
    """tf.train.MomentumOptimizer."""

    def __init__(
        self, learning_rate, momentum, use_locking=False, name="Momentum", use_nesterov=False
    ):
        super(MomentumOptimizer, self).__init__(learning_rate, name)
        self._momentum, self._nesterov = momentum, use_nesterov

    def _dense(self, variable, gradient, rate):
        tf.raw_ops.ResourceApplyMomentum(
            var=variable.handle, accum=self._slot(variable, 0).handle, lr=rate, grad=gradient,
            momentum=self._momentum, use_nesterov=self._nesterov,
        )  # fmt: skip

    def _sparse(self, variable, gradient, rate):
        tf.raw_ops.ResourceSparseApplyMomentum(
            var=variable.handle, accum=self._slot(variable, 0).handle, lr=rate,
            grad=gradient.values, indices=gradient.indices, momentum=self._momentum,
            use_nesterov=self._nesterov,
        )  # fmt: skip


class AdagradOptimizer(Optimizer):
    """tf.train.AdagradOptimizer."""

    def __init__(
        self, learning_rate, initial_accumulator_value=0.1, use_locking=False, name="Adagrad"
    ):
        super(AdagradOptimizer, self).__init__(learning_rate, name)
        self._start = initial_accumulator_value

    def _dense(self, variable, gradient, rate):
        accumulated = self._slot(variable, 0, self._start).handle
        tf.raw_ops.ResourceApplyAdagrad(
            var=variable.handle, accum=accumulated, lr=rate, grad=gradient
        )

    def _sparse(self, variable, gradient, rate):
        accumulated = self._slot(variable, 0, self._start).handle
        tf.raw_ops.ResourceSparseApplyAdagrad(
            var=variable.handle, accum=accumulated, lr=rate, grad=gradient.values,
            indices=gradient.indices,
        )  # fmt: skip


class ProximalAdagradOptimizer(Optimizer):
    """tf.train.ProximalAdagradOptimizer."""

    def __init__(
        self,
        learning_rate,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        use_locking=False,
        name="ProximalAdagrad",
    ):
        super(ProximalAdagradOptimizer, self).__init__(learning_rate, name)
        self._start = initial_accumulator_value
        self._l1, self._l2 = l1_regularization_strength, l2_regularization_strength

    def _dense(self, variable, gradient, rate):
        tf.raw_ops.ResourceApplyProximalAdagrad(
            var=variable.handle, accum=self._slot(variable, 0, self._start).handle, lr=rate,
            l1=self._l1, l2=self._l2, grad=gradient,
        )  # fmt: skip

    def _sparse(self, variable, gradient, rate):
        tf.raw_ops.ResourceSparseApplyProximalAdagrad(
            var=variable.handle, accum=self._slot(variable, 0, self._start).handle, lr=rate,
            l1=self._l1, l2=self._l2, grad=gradient.values, indices=gradient.indices,
        )  # fmt: skip


class FtrlOptimizer(Optimizer):
    """tf.train.FtrlOptimizer."""

    def __init__(
        self,
        learning_rate,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        use_locking=False,
        name="Ftrl",
    ):
        super(FtrlOptimizer, self).__init__(learning_rate, name)
        self._power, self._start = learning_rate_power, initial_accumulator_value
        self._l1, self._l2 = l1_regularization_strength, l2_regularization_strength

    def _given(self, variable, rate):
        return {
            "var": variable.handle,
            "accum": self._slot(variable, 0, self._start).handle,
            "linear": self._slot(variable, 1).handle,
            "lr": rate,
            "l1": self._l1,
            "l2": self._l2,
            "lr_power": self._power,
        }

    def _dense(self, variable, gradient, rate):
        tf.raw_ops.ResourceApplyFtrl(grad=gradient, **self._given(variable, rate))

    def _sparse(self, variable, gradient, rate):
        tf.raw_ops.ResourceSparseApplyFtrl(
            grad=gradient.values, indices=gradient.indices, **self._given(variable, rate)
        )


class RMSPropOptimizer(Optimizer):
    """tf.train.RMSPropOptimizer."""

    def __init__(
        self,
        learning_rate,
        decay=0.9,
        momentum=0.0,
        epsilon=1e-10,
        use_locking=False,
        centered=False,
        name="RMSProp",
    ):
        super(RMSPropOptimizer, self).__init__(learning_rate, name)
        self._decay, self._momentum = decay, momentum
        self._epsilon, self._centered = epsilon, centered

    def _given(self, variable, rate):
        given = {
            "var": variable.handle,
            "ms": self._slot(variable, 0, 1.0).handle,
            "lr": rate,
            "rho": self._decay,
            "momentum": self._momentum,
            "epsilon": self._epsilon,
        }
        if self._centered:
            given["mg"] = self._slot(variable, 1).handle
        given["mom"] = self._slot(variable, 2 if self._centered else 1).handle
        return given

    def _dense(self, variable, gradient, rate):
        apply = tf.raw_ops.ResourceApplyRMSProp
        if self._centered:
            apply = tf.raw_ops.ResourceApplyCenteredRMSProp
        apply(grad=gradient, **self._given(variable, rate))

    def _sparse(self, variable, gradient, rate):
        apply = tf.raw_ops.ResourceSparseApplyRMSProp
        if self._centered:
            apply = tf.raw_ops.ResourceSparseApplyCenteredRMSProp
        given = self._given(variable, rate)
        apply(grad=gradient.values, indices=gradient.indices, **given)


class AdadeltaOptimizer(Optimizer):
    """tf.train.AdadeltaOptimizer."""

    def __init__(
        self, learning_rate=0.001, rho=0.95, epsilon=1e-8, use_locking=False, name="Adadelta"
    ):
        super(AdadeltaOptimizer, self).__init__(learning_rate, name)
        self._rho, self._epsilon = rho, epsilon

    def _given(self, variable, rate):
        return {
            "var": variable.handle,
            "accum": self._slot(variable, 0).handle,
            "accum_update": self._slot(variable, 1).handle,
            "lr": rate,
            "rho": self._rho,
            "epsilon": self._epsilon,
        }

    def _dense(self, variable, gradient, rate):
        tf.raw_ops.ResourceApplyAdadelta(grad=gradient, **self._given(variable, rate))

    def _sparse(self, variable, gradient, rate):
        tf.raw_ops.ResourceSparseApplyAdadelta(
            grad=gradient.values, indices=gradient.indices, **self._given(variable, rate)
        )


class AdamOptimizer(Optimizer):
    """tf.train.AdamOptimizer."""

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        use_locking=False,
        name="Adam",
    ):
        super(AdamOptimizer, self).__init__(learning_rate, name)
        self._beta1, self._beta2, self._epsilon = beta1, beta2, epsilon

    def _begin(self):
        store = models.current()
        powers = []
        for key, beta in (("beta1_power", self._beta1), ("beta2_power", self._beta2)):
            key = store.prefix() + store.unique(key)
            powers.append(store.filled(key, (), tf.float32, beta))
        return super(AdamOptimizer, self)._begin(), powers

    def _dense(self, variable, gradient, begun):
        rate, (first, second) = begun
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle, m=self._slot(variable, 0).handle, v=self._slot(variable, 1).handle,
            beta1_power=first, beta2_power=second, lr=rate, beta1=self._beta1, beta2=self._beta2,
            epsilon=self._epsilon, grad=gradient,
        )  # fmt: skip

    def _sparse(self, variable, gradient, begun):
        # The means of all rows decay, those of the gradient's rows grow.
        rate, (first, second) = begun
        rate = rate * tf.sqrt(1.0 - second) / (1.0 - first)
        mean, square = self._slot(variable, 0), self._slot(variable, 1)
        mean.assign(mean * self._beta1)
        values = gradient.values
        mean.scatter_add(tf.IndexedSlices(values * (1.0 - self._beta1), gradient.indices))
        square.assign(square * self._beta2)
        square.scatter_add(
            tf.IndexedSlices(values * values * (1.0 - self._beta2), gradient.indices)
        )
        variable.assign_sub(rate * mean / (tf.sqrt(square) + self._epsilon))

    def _end(self, begun):
        for power, beta in zip(begun[1], (self._beta1, self._beta2)):
            power.assign(power * beta)


def exponential_decay(
    learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None
):
    """Return tf.train.exponential_decay's rate for a step."""
    return schedules.exponential_decay(
        learning_rate, global_step, decay_steps, decay_rate, staircase
    )()


def inverse_time_decay(
    learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None
):
    """Return tf.train.inverse_time_decay's rate for a step."""
    return schedules.inverse_time_decay(
        learning_rate, global_step, decay_steps, decay_rate, staircase
    )()


def polynomial_decay(
    learning_rate,
    global_step,
    decay_steps,
    end_learning_rate=0.0001,
    power=1.0,
    cycle=False,
    name=None,
):
    """Return tf.train.polynomial_decay's rate for a step."""
    return schedules.polynomial_decay(
        learning_rate, global_step, decay_steps, end_learning_rate, power, cycle
    )()


def piecewise_constant(x, boundaries, values, name=None):
    """Return the value of the interval that holds a step, each boundary in the one before it."""
    return schedules.piecewise_constant(x, boundaries, values)()


piecewise_constant_decay = piecewise_constant
