"""A small convolutional network for 8x8 digits, as one wrote it for TensorFlow 1.x."""

import tensorflow as tf
from tensorflow.contrib.layers import batch_norm

CLASSES = 10


def network(images, is_training):
    """Return the logits [batch, 10] of images [batch, 8, 8, 1]."""
    with tf.contrib.framework.arg_scope(
        [tf.contrib.layers.conv2d],
        normalizer_fn=batch_norm,
        normalizer_params={"is_training": is_training, "decay": 0.9},
        weights_regularizer=tf.contrib.layers.l2_regularizer(1e-4),
    ):
        net = tf.contrib.layers.conv2d(images, 16, 3, scope="conv1")
        net = tf.contrib.layers.max_pool2d(net, 2, scope="pool1")
        net = tf.contrib.layers.conv2d(net, 32, 3, scope="conv2")
    net = tf.contrib.layers.flatten(net)
    net = tf.contrib.layers.fully_connected(net, 64, scope="fc1")
    net = tf.contrib.layers.dropout(net, keep_prob=0.8, is_training=is_training)
    return tf.contrib.layers.fully_connected(net, CLASSES, activation_fn=None, scope="logits")
