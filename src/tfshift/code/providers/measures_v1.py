"""Metrics as tf.metrics of TensorFlow 1.x counts them over batches.

Written by tfshift into this project, because those of Keras compute some otherwise: what a prediction
counts as true, areas under curves. You own this file.
"""

import tensorflow as tf


class _Measure(object):
    """Sums over batches, and the value that they give.

    Args:
        shapes: the shapes of the sums.
    """

    def __init__(self, *shapes):
        self._sums = [tf.Variable(tf.zeros(shape), trainable=False) for shape in shapes]

    def reset_state(self):
        """Forget what was counted."""
        for one in self._sums:
            one.assign(tf.zeros_like(one))

    def _add(self, *values):
        for one, value in zip(self._sums, values):
            one.assign_add(tf.cast(value, one.dtype))
        return self.result()


class Mean(_Measure):
    """The mean of values."""

    def __init__(self):
        super().__init__([], [])

    def __call__(self, values):
        """Count values in; return the mean so far."""
        values = tf.cast(values, tf.float32)
        return self._add(tf.reduce_sum(values), tf.size(values))

    def result(self):
        """Return the mean so far."""
        return tf.math.divide_no_nan(self._sums[0], self._sums[1])


class Accuracy(Mean):
    """How many predictions are their labels."""

    def __call__(self, labels, predictions):
        """Count a batch in; return the share so far."""
        labels, predictions = _fitting(labels, predictions)
        return super().__call__(tf.equal(tf.cast(predictions, labels.dtype), labels))


class MeanAbsoluteError(Mean):
    """The mean distance from the labels."""

    def __call__(self, labels, predictions):
        """Count a batch in; return the mean so far."""
        labels, predictions = _fitting(labels, predictions)
        return super().__call__(tf.abs(predictions - tf.cast(labels, predictions.dtype)))


class MeanSquaredError(Mean):
    """The mean squared distance from the labels."""

    def __call__(self, labels, predictions):
        """Count a batch in; return the mean so far."""
        labels, predictions = _fitting(labels, predictions)
        labels = tf.cast(labels, predictions.dtype)
        return super().__call__(tf.math.squared_difference(labels, predictions))


class RootMeanSquaredError(MeanSquaredError):
    """The root of the mean squared distance from the labels."""

    def result(self):
        """Return the root so far."""
        return tf.sqrt(super().result())


class _Counts(_Measure):
    """True and false positives, false and true negatives."""

    def __init__(self, thresholds=None):
        self._thresholds = thresholds
        super().__init__(*[[] if thresholds is None else [len(thresholds)]] * 4)

    def __call__(self, labels, predictions):
        """Count a batch in; return the value so far."""
        labels, predictions = _fitting(labels, predictions)
        truth = tf.reshape(tf.cast(labels, tf.bool), [1, -1])
        if self._thresholds is None:
            positive = tf.reshape(tf.cast(predictions, tf.bool), [1, -1])
        else:
            values = tf.reshape(tf.cast(predictions, tf.float32), [1, -1])
            positive = values > tf.reshape(tf.constant(self._thresholds, tf.float32), [-1, 1])
        hits = (truth & positive, ~truth & positive, truth & ~positive, ~truth & ~positive)
        found = [tf.reduce_sum(tf.cast(hit, tf.float32), 1) for hit in hits]
        return self._add(*(f[0] if self._thresholds is None else f for f in found))


class Precision(_Counts):
    """How many of what is predicted as true is."""

    def result(self):
        """Return the share so far."""
        tp, fp = self._sums[:2]
        return tf.math.divide_no_nan(tf.convert_to_tensor(tp), tp + fp)


class Recall(_Counts):
    """How many of what is true is predicted as that."""

    def result(self):
        """Return the share so far."""
        tp, _, fn, _ = self._sums
        return tf.math.divide_no_nan(tf.convert_to_tensor(tp), tp + fn)


class AUC(_Counts):
    """The area under the ROC curve of some thresholds.

    Args:
        num_thresholds: how many these are.
    """

    def __init__(self, num_thresholds=200):
        inner = [(i + 1) * 1.0 / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        super().__init__([0.0 - 1e-7] + inner + [1.0 + 1e-7])

    def result(self):
        """Return the area so far."""
        tp, fp, fn, tn = self._sums
        small = 1e-6
        y, x = (tp + small) / (tp + fn + small), fp / (fp + tn + small)
        return tf.reduce_sum((x[:-1] - x[1:]) * (y[:-1] + y[1:]) / 2.0)


class MeanIoU(_Measure):
    """The mean over the classes of what labels and predictions share, of what either has.

    Args:
        num_classes: how many there are.
    """

    def __init__(self, num_classes):
        self._classes = num_classes
        super().__init__([num_classes, num_classes])

    def __call__(self, labels, predictions):
        """Count a batch in; return the counts so far, labels by predictions."""
        given = [tf.reshape(tf.cast(t, tf.int64), [-1]) for t in (labels, predictions)]
        self._add(tf.math.confusion_matrix(*given, num_classes=self._classes, dtype=tf.float32))
        return tf.convert_to_tensor(self._sums[0])

    def result(self):
        """Return the mean so far."""
        counts = tf.convert_to_tensor(self._sums[0])
        shared = tf.linalg.diag_part(counts)
        either = tf.reduce_sum(counts, 0) + tf.reduce_sum(counts, 1) - shared
        seen = tf.reduce_sum(tf.cast(either != 0, tf.float32))
        each = shared / tf.where(either > 0, either, tf.ones_like(either))
        return tf.where(seen > 0, tf.reduce_sum(each) / seen, 0.0)


def _fitting(labels, predictions):
    """Return both with as many axes, an axis of length 1 taken away at the end."""
    labels, predictions = tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions)
    if len(predictions.shape) - len(labels.shape) == 1:
        predictions = tf.squeeze(predictions, [-1])
    elif len(labels.shape) - len(predictions.shape) == 1:
        labels = tf.squeeze(labels, [-1])
    return labels, predictions
