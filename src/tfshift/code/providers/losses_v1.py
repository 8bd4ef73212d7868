"""Losses as tf.losses of TensorFlow 1.x computes them, weighted or not.

Written by tfshift into this project, because Keras divides what is weighted by the number of all
losses, and TensorFlow 1.x by the number of those whose weight is not 0. You own this file.
"""

import tensorflow as tf

NONE = "none"
SUM = "weighted_sum"
MEAN = "weighted_mean"
SUM_BY_NONZERO_WEIGHTS = SUM_BY_NONZERO = "weighted_sum_by_nonzero_weights"
SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS


def compute_weighted_loss(losses, weights=1.0, reduction=SUM_BY_NONZERO_WEIGHTS):
    """Return losses as one number.

    Args:
        losses: a tensor of any shape.
        weights: what each counts; of their shape, or of one that fits it.
        reduction: ``weighted_sum_by_nonzero_weights``, ``weighted_sum``, ``weighted_mean``,
            ``weighted_sum_over_batch_size`` or ``none``.
    """
    losses = tf.convert_to_tensor(losses)
    dtype = losses.dtype
    losses, weights = tf.cast(losses, tf.float32), tf.cast(weights, tf.float32)
    weighed = losses * weights
    if reduction == NONE:
        return tf.cast(weighed, dtype)
    total = tf.reduce_sum(weighed)
    spread = tf.ones_like(weighed) * weights
    if reduction == MEAN:
        total = tf.math.divide_no_nan(total, tf.reduce_sum(spread))
    elif reduction == "weighted_sum_over_batch_size":
        total = tf.math.divide_no_nan(total, tf.cast(tf.size(weighed), tf.float32))
    elif reduction != SUM:
        present = tf.reduce_sum(tf.cast(tf.not_equal(spread, 0.0), tf.float32))
        total = tf.math.divide_no_nan(total, present)
    return tf.cast(total, dtype)


def _pair(labels, predictions):
    predictions = tf.cast(predictions, tf.float32)
    labels = tf.cast(labels, tf.float32)
    return labels, predictions


def absolute_difference(
    labels,
    predictions,
    weights=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return how far predictions are from labels."""
    labels, predictions = _pair(labels, predictions)
    return compute_weighted_loss(tf.abs(predictions - labels), weights, reduction)


def mean_squared_error(
    labels,
    predictions,
    weights=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the squares of how far predictions are from labels."""
    labels, predictions = _pair(labels, predictions)
    losses = tf.math.squared_difference(predictions, labels)
    return compute_weighted_loss(losses, weights, reduction)


def cosine_distance(
    labels,
    predictions,
    axis=None,
    weights=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
    dim=None,
):
    """Return one less the products of labels and predictions, which are of length one, along an axis."""
    labels, predictions = _pair(labels, predictions)
    axis = dim if axis is None else axis
    losses = 1 - tf.reduce_sum(predictions * labels, axis=axis, keepdims=True)
    return compute_weighted_loss(losses, weights, reduction)


def hinge_loss(
    labels,
    logits,
    weights=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the hinge losses of labels that are 0 or 1."""
    labels, logits = _pair(labels, logits)
    return compute_weighted_loss(tf.nn.relu(1 - (2 * labels - 1) * logits), weights, reduction)


def huber_loss(
    labels,
    predictions,
    weights=1.0,
    delta=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return squared errors as far as ``delta``, and absolute ones beyond."""
    labels, predictions = _pair(labels, predictions)
    error = tf.abs(predictions - labels)
    near = tf.minimum(error, delta)
    losses = 0.5 * near * near + delta * (error - near)
    return compute_weighted_loss(losses, weights, reduction)


def log_loss(
    labels,
    predictions,
    weights=1.0,
    epsilon=1e-7,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the cross entropy of labels and chances."""
    labels, predictions = _pair(labels, predictions)
    losses = -labels * tf.math.log(predictions + epsilon)
    losses -= (1 - labels) * tf.math.log(1 - predictions + epsilon)
    return compute_weighted_loss(losses, weights, reduction)


def sigmoid_cross_entropy(
    multi_class_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the cross entropy of labels, each by itself, and logits."""
    logits = tf.convert_to_tensor(logits)
    labels = tf.cast(multi_class_labels, logits.dtype)
    if label_smoothing:
        labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(losses, weights, reduction)


def softmax_cross_entropy(
    onehot_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the cross entropy of labels, of which no gradient is taken, and logits."""
    logits = tf.convert_to_tensor(logits)
    labels = tf.cast(onehot_labels, logits.dtype)
    if label_smoothing:
        count = tf.cast(tf.shape(labels)[1], logits.dtype)
        labels = labels * (1.0 - label_smoothing) + label_smoothing / count
    labels = tf.stop_gradient(labels)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(losses, weights, reduction)


def sparse_softmax_cross_entropy(
    labels,
    logits,
    weights=1.0,
    scope=None,
    loss_collection=None,
    reduction=SUM_BY_NONZERO_WEIGHTS,
):
    """Return the cross entropy of labels, given by their numbers, and logits."""
    logits, labels = tf.convert_to_tensor(logits), tf.convert_to_tensor(labels)
    weights = tf.convert_to_tensor(weights, tf.float32)
    if labels.shape.rank is not None and labels.shape.rank == logits.shape.rank:
        labels = tf.squeeze(labels, [-1])
    if weights.shape.rank and labels.shape.rank and weights.shape.rank == labels.shape.rank + 1:
        weights = tf.squeeze(weights, [-1])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(losses, weights, reduction)
