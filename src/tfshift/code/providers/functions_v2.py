"""Functions that TensorFlow got in 2.x, for releases before: activations, losses, inverse error functions.

They take and give what the functions of the same names do in the newest release that has them.
Written by tfshift into this project; you own this file.
"""

import math

import numpy as np
import tensorflow as tf

_log = tf.math.log if hasattr(getattr(tf, "math", None), "log") else tf.log
_erf = tf.erf if hasattr(tf, "erf") else tf.math.erf
_erfc = tf.erfc if hasattr(tf, "erfc") else tf.math.erfc
_where = getattr(tf, "where_v2", tf.where)


def gelu(features, approximate=False, name=None):
    """tf.nn.gelu: x times the normal distribution's cumulative function, or an approximation of it."""
    features = tf.convert_to_tensor(features, name=name)
    if approximate:
        cubed = 0.7978845608028654 * (features + 0.044715 * tf.pow(features, 3))
        return 0.5 * features * (1.0 + tf.tanh(cubed))
    return 0.5 * features * (1.0 + _erf(features / tf.cast(math.sqrt(2.0), features.dtype)))


def keras_gelu(x, approximate=False):
    """tf.keras.activations.gelu: ``gelu`` with Keras' name of the argument."""
    return gelu(x, approximate)


def mish(x):
    """tf.keras.activations.mish."""
    x = tf.convert_to_tensor(x)
    return x * tf.tanh(tf.nn.softplus(x))


# Coefficients of two polynomials, highest power first, that are within 1e-7 of the inverse of erf:
# M. Giles, Approximating the erfinv function, 2010.
_CENTRE = (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
           -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)  # fmt: skip
_TAIL = (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
         -0.0076224613, 0.00943887047, 1.00167406, 2.83297682)  # fmt: skip


def _polynomial(coefficients, w):
    total = coefficients[0] * tf.ones_like(w)
    for coefficient in coefficients[1:]:
        total = total * w + coefficient
    return total


def _inverse(p, q, steps=3):
    """Return x with erf(x) = p and erfc(x) = q = 1 - p, both in double precision."""
    w = -_log(q * (2.0 - q))
    deep = w >= 5.0
    near = _polynomial(_CENTRE, _where(deep, tf.zeros_like(w), w - 2.5))
    far = _polynomial(_TAIL, _where(deep, tf.sqrt(tf.maximum(w, 5.0)) - 3.0, tf.zeros_like(w)))
    # Beyond that the leading term of erfc is near enough to begin with.
    big = tf.maximum(w, 16.0)
    far = _where(w > 16.0, tf.sqrt(big + math.log(2.0) - 0.5 * _log(math.pi * big)), far)
    x = _where(deep, far, near) * p
    for _ in range(steps):
        slope = 2.0 / math.sqrt(math.pi) * tf.exp(-x * x)
        # Of a p close to 1 only q knows the difference from 1.
        missing = _where(p > 0.5, q - _erfc(x), _erf(x) - p) / slope
        # Halley's step: the second derivative of erf is -2x times the first.
        x = x - missing / (1.0 + x * missing)
    edge = tf.abs(p) >= 1.0
    outside = tf.abs(p) > 1.0
    infinite = tf.sign(p) * np.inf
    at_edge = _where(outside, np.nan * tf.ones_like(p), infinite)
    # q says how far from 1 it is where p cannot.
    return _where(tf.logical_and(edge, tf.logical_or(q <= 0.0, q >= 2.0)), at_edge, x)


def _differentiable(compute, slope):
    """Make a function of tensors, whose gradient is known, out of one in double precision."""

    @tf.custom_gradient
    def run(x):
        y = tf.cast(compute(tf.cast(x, tf.float64)), x.dtype)
        return y, lambda upstream: upstream * slope(y)

    return lambda x, name=None: tf.identity(run(tf.convert_to_tensor(x)), name=name)


erfinv = _differentiable(
    lambda p: _inverse(p, 1.0 - p), lambda y: math.sqrt(math.pi) / 2.0 * tf.exp(y * y)
)
erfinv.__doc__ = "tf.math.erfinv: the inverse of erf."


def _quantile(p):
    # What is added makes the middle a positive zero.
    return 0.0 - math.sqrt(2.0) * _inverse(1.0 - 2.0 * p, 2.0 * p)


erfcinv = _differentiable(
    lambda q: -math.sqrt(0.5) * _quantile(q / 2.0),
    lambda y: -math.sqrt(math.pi) / 2.0 * tf.exp(y * y),
)
erfcinv.__doc__ = "tf.math.erfcinv: the inverse of erfc."
ndtri = _differentiable(
    _quantile,
    lambda y: math.sqrt(2.0 * math.pi) * tf.exp(y * y / 2.0),
)
ndtri.__doc__ = "tf.math.ndtri: the inverse of the normal distribution's cumulative function."


def _pair(y_true, y_pred):
    y_pred = tf.convert_to_tensor(y_pred)
    if not y_pred.dtype.is_floating:
        y_pred = tf.cast(y_pred, tf.float32)
    return tf.cast(y_true, y_pred.dtype), y_pred


def huber(y_true, y_pred, delta=1.0):
    """tf.keras.losses.huber: squared where the error is small, linear where it is not; a value a sample."""
    floats = tf.keras.backend.floatx()
    y_true, y_pred, delta = (tf.cast(v, floats) for v in (y_true, y_pred, delta))
    error = tf.abs(y_pred - y_true)
    small = 0.5 * tf.square(error)
    large = delta * error - 0.5 * tf.square(delta)
    return tf.reduce_mean(_where(error <= delta, small, large), -1)


def binary_focal_crossentropy(
    y_true,
    y_pred,
    apply_class_balancing=False,
    alpha=0.25,
    gamma=2.0,
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
):
    """tf.keras.losses.binary_focal_crossentropy: what is easy to tell counts less; a value a sample."""
    y_true, y_pred = _pair(y_true, y_pred)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    likely = tf.sigmoid(y_pred) if from_logits else y_pred
    right = y_true * likely + (1.0 - y_true) * (1.0 - likely)
    loss = tf.keras.backend.binary_crossentropy(y_true, y_pred, from_logits=from_logits)
    loss = tf.pow(1.0 - right, gamma) * loss
    if apply_class_balancing:
        loss = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * loss
    return tf.reduce_mean(loss, axis)


def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """tf.keras.losses.categorical_focal_crossentropy: what is easy to tell counts less; a value a sample."""
    y_true, y_pred = _pair(y_true, y_pred)
    if label_smoothing:
        classes = tf.cast(tf.shape(y_true)[-1], y_pred.dtype)
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / classes
    if from_logits:
        y_pred = tf.nn.softmax(y_pred, axis)
    y_pred = y_pred / tf.reduce_sum(y_pred, axis, True)
    least = tf.keras.backend.epsilon()
    y_pred = tf.clip_by_value(y_pred, least, 1.0 - least)
    loss = alpha * tf.pow(1.0 - y_pred, gamma) * -y_true * _log(y_pred)
    return tf.reduce_sum(loss, axis)


# Before 1.14 losses are functions alone.
class _Loss(getattr(tf.keras.losses, "Loss", object)):
    """A function of Keras' losses with its arguments, reduced as losses are."""

    def __init__(self, function, arguments, kwargs):
        super(_Loss, self).__init__(**kwargs)
        self._function, self._given = function, arguments

    def call(self, y_true, y_pred):
        """Return a loss a sample."""
        return self._function(y_true, y_pred, **self._given)

    def get_config(self):
        """Return the arguments that make the same loss."""
        config = super(_Loss, self).get_config()
        config.update(self._given)
        return config


class BinaryFocalCrossentropy(_Loss):
    """tf.keras.losses.BinaryFocalCrossentropy; ``reduction`` and ``name`` by keyword."""

    def __init__(
        self,
        apply_class_balancing=False,
        alpha=0.25,
        gamma=2.0,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        **kwargs,
    ):
        given = {
            "apply_class_balancing": apply_class_balancing,
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        kwargs.setdefault("name", "binary_focal_crossentropy")
        super(BinaryFocalCrossentropy, self).__init__(binary_focal_crossentropy, given, kwargs)


class CategoricalFocalCrossentropy(_Loss):
    """tf.keras.losses.CategoricalFocalCrossentropy; ``reduction`` and ``name`` by keyword."""

    def __init__(
        self, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1, **kwargs
    ):
        given = {
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        kwargs.setdefault("name", "categorical_focal_crossentropy")
        super(CategoricalFocalCrossentropy, self).__init__(
            categorical_focal_crossentropy, given, kwargs
        )
