"""The loss of sequences as tf.contrib.seq2seq had it.

Written by tfshift into this project, because tf.contrib has gone and TensorFlow itself has nothing in
its place. The averages are those of TensorFlow 1.15. You own this file.
"""

import tensorflow.compat.v1 as tf

# What keeps a sequence without any weight from being a division by zero.
_LEAST = 1e-12


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the weighted cross entropy of sequences, averaged as asked.

    Args:
        logits: [batch, steps, classes].
        targets: [batch, steps], the right classes.
        weights: [batch, steps]; 0 for steps that do not count.
        average_across_timesteps: whether steps are averaged.
        average_across_batch: whether sequences are averaged.
        softmax_loss_function: takes labels and logits, in place of the cross entropy.
        name: of the scope.
    """
    for what, value, rank in (
        ("Logits", logits, 3),
        ("Targets", targets, 2),
        ("Weights", weights, 2),
    ):
        if len(value.get_shape()) != rank:
            raise ValueError("%s must be a %dD tensor" % (what, rank))
    with tf.name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = tf.shape(logits)[2]
        flat = tf.reshape(logits, [-1, classes])
        labels = tf.reshape(targets, [-1])
        if softmax_loss_function is None:
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=flat)
        else:
            loss = softmax_loss_function(labels=labels, logits=flat)
        loss = loss * tf.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return tf.reduce_sum(loss) / (tf.reduce_sum(weights) + _LEAST)
        loss = tf.reshape(loss, tf.shape(logits)[0:2])
        if average_across_timesteps:
            return tf.reduce_sum(loss, [1]) / (tf.reduce_sum(weights, 1) + _LEAST)
        if average_across_batch:
            return tf.reduce_sum(loss, [0]) / (tf.reduce_sum(weights, 0) + _LEAST)
        return loss
