"""Metrics as tf.metrics of TensorFlow 1.x counts them over batches, for model functions.

Written by tfshift into this project, because those of Keras compute some otherwise: areas under
curves, accuracies of labels with an axis more. You own this file.
"""

import tensorflow as tf
import tfshift_models_v1 as models


class _Later(object):
    """A number that is computed where it is used, once."""

    def __init__(self, compute):
        self._compute, self._found = compute, None

    def tensor(self):
        if self._found is None:
            self._found = self._compute()
        return self._found


tf.register_tensor_conversion_function(
    _Later, lambda value, dtype=None, name=None, as_ref=False: value.tensor()
)


class Metric(object):
    """A pair as tf.metrics gives it: the value so far, and what counts a batch and gives it.

    Args:
        name: its name; what it keeps is found by it in each trace.
        shapes: the shapes of the sums that it keeps.
        added: what a batch adds to these, in order.
        result: the value, from these.
    """

    def __init__(self, name, shapes, added, result):
        store = models.current()
        name = store.unique(name)
        self._result = result
        self._sums = [
            store.local("%s%s/%d" % (store.prefix(), name, n), s) for n, s in enumerate(shapes)
        ]
        self._added = added
        self._pair = (_Later(self.result), _Later(self._update))

    def result(self):
        """Return the value of what was counted so far."""
        return self._result(*[tf.convert_to_tensor(s) for s in self._sums])

    def _update(self):
        sums = [s.assign_add(tf.cast(a, s.dtype)) for s, a in zip(self._sums, self._added())]
        return self._result(*[tf.convert_to_tensor(s) for s in sums])

    def __getitem__(self, place):
        return self._pair[place]

    def __iter__(self):
        return iter(self._pair)

    def __len__(self):
        return 2


def _fitting(labels, predictions, weights=None):
    """Return both with as many axes, an axis of length 1 taken away at the end, and the weights."""
    labels, predictions = tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions)
    if len(predictions.shape) - len(labels.shape) == 1:
        predictions = tf.squeeze(predictions, [-1])
    elif len(labels.shape) - len(predictions.shape) == 1:
        labels = tf.squeeze(labels, [-1])
    if weights is not None:
        weights = tf.cast(weights, tf.float32)
        if len(weights.shape) - len(predictions.shape) == 1:
            weights = tf.squeeze(weights, [-1])
        elif len(predictions.shape) - len(weights.shape) == 1:
            weights = tf.expand_dims(weights, -1)
    return labels, predictions, weights


def mean_of(name, values, weights, result=tf.math.divide_no_nan):
    """Return what a function makes of a sum of values and of how many there are: their mean.

    Args:
        name: the metric's name.
        values: a tensor of numbers or truth values.
        weights: what each counts, of a shape that fits; None where all count the same.
        result: gives the value for the sum and the number.
    """
    values = tf.cast(values, tf.float32)

    def added():
        if weights is None:
            return tf.reduce_sum(values), tf.cast(tf.size(values), tf.float32)
        each = tf.cast(weights, tf.float32) * tf.ones_like(values)
        return tf.reduce_sum(values * each), tf.reduce_sum(each)

    return Metric(name, [(), ()], added, result)


def mean(values, weights=None, metrics_collections=None, updates_collections=None, name=None):
    """Return the mean of values."""
    values, _, weights = _fitting(values, values, weights)
    return mean_of(name or "mean", values, weights)


def accuracy(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return how many predictions are their labels."""
    labels, predictions, weights = _fitting(labels, predictions, weights)
    if labels.dtype != predictions.dtype:
        predictions = tf.cast(predictions, labels.dtype)
    return mean_of(name or "accuracy", tf.equal(predictions, labels), weights)


def mean_absolute_error(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return the mean distance from the labels."""
    labels, predictions, weights = _fitting(labels, predictions, weights)
    labels = tf.cast(labels, predictions.dtype)
    return mean_of(name or "mean_absolute_error", tf.abs(predictions - labels), weights)


def mean_squared_error(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return the mean squared distance from the labels."""
    labels, predictions, weights = _fitting(labels, predictions, weights)
    labels = tf.cast(labels, predictions.dtype)
    squares = tf.math.squared_difference(labels, predictions)
    return mean_of(name or "mean_squared_error", squares, weights)


def root_mean_squared_error(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return the root of the mean squared distance from the labels."""
    labels, predictions, weights = _fitting(labels, predictions, weights)
    labels = tf.cast(labels, predictions.dtype)
    squares = tf.math.squared_difference(labels, predictions)

    def root(total, count):
        return tf.sqrt(tf.math.divide_no_nan(total, count))

    return mean_of(name or "root_mean_squared_error", squares, weights, root)


def _counted(labels, predictions, weights, thresholds=None):
    """Return what gives true and false positives, false and true negatives, as a batch has them."""
    labels, predictions, weights = _fitting(labels, predictions, weights)

    def added():
        truth = tf.reshape(tf.cast(labels, tf.bool), [1, -1])
        if thresholds is None:
            positive = tf.reshape(tf.cast(predictions, tf.bool), [1, -1])
        else:
            values = tf.reshape(tf.cast(predictions, tf.float32), [1, -1])
            positive = values > tf.reshape(tf.constant(thresholds, tf.float32), [-1, 1])
        truth = tf.broadcast_to(truth, tf.shape(positive))
        each = tf.ones_like(positive, tf.float32)
        if weights is not None:
            spread = tf.cast(weights, tf.float32) * tf.ones_like(predictions, tf.float32)
            each = each * tf.reshape(spread, [1, -1])

        def count(hit):
            found = tf.reduce_sum(tf.cast(hit, tf.float32) * each, 1)
            return found[0] if thresholds is None else found

        return (
            count(truth & positive),
            count(~truth & positive),
            count(truth & ~positive),
            count(~truth & ~positive),
        )

    return added


def precision(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return how many of what is predicted as true is."""
    added = _counted(labels, predictions, weights)

    def result(tp, fp, fn, tn):
        return tf.math.divide_no_nan(tp, tp + fp)

    return Metric(name or "precision", [()] * 4, added, result)


def recall(
    labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    """Return how many of what is true is predicted as that."""
    added = _counted(labels, predictions, weights)

    def result(tp, fp, fn, tn):
        return tf.math.divide_no_nan(tp, tp + fn)

    return Metric(name or "recall", [()] * 4, added, result)


def auc(
    labels,
    predictions,
    weights=None,
    num_thresholds=200,
    metrics_collections=None,
    updates_collections=None,
    curve="ROC",
    name=None,
    summation_method="trapezoidal",
):
    """Return the area under a curve of some thresholds, ``ROC`` or ``PR``."""
    inner = [(i + 1) * 1.0 / (num_thresholds - 1) for i in range(num_thresholds - 2)]
    thresholds = [0.0 - 1e-7] + inner + [1.0 + 1e-7]
    added = _counted(labels, predictions, weights, thresholds)
    small = 1e-6

    def interpolated(tp, fp, fn, tn):
        # Positives change linearly between thresholds; where there are none, precision stays.
        gained, positive = tp[:-1] - tp[1:], tp + fp
        share = tf.math.divide_no_nan(gained, tf.maximum(positive[:-1] - positive[1:], 0))
        rest = tp[1:] - share * positive[1:]
        ratio = tf.where(
            (positive[:-1] > 0) & (positive[1:] > 0),
            tf.math.divide_no_nan(positive[:-1], tf.maximum(positive[1:], 0)),
            tf.ones_like(positive[1:]),
        )
        area = share * (gained + rest * tf.math.log(ratio))
        return tf.reduce_sum(tf.math.divide_no_nan(area, tf.maximum(tp[1:] + fn[1:], 0)))

    def result(tp, fp, fn, tn):
        if curve == "PR" and summation_method == "careful_interpolation":
            return interpolated(tp, fp, fn, tn)
        found = (tp + small) / (tp + fn + small)
        if curve == "ROC":
            x, y = fp / (fp + tn + small), found
        else:
            x, y = found, (tp + small) / (tp + fp + small)
        return tf.reduce_sum((x[:-1] - x[1:]) * (y[:-1] + y[1:]) / 2.0)

    return Metric(name or "auc", [(num_thresholds,)] * 4, added, result)
