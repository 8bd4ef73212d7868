import tensorflow as tf

from .layers import linear

UNITS = 7


def build(x, y, learning_rate):
    hidden = tf.nn.relu(linear(x, 4, UNITS, "first"))
    logits = linear(hidden, UNITS, 2, "second")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    train_op = tf.train.GradientDescentOptimizer(learning_rate).minimize(loss)
    return {"loss": loss, "train_op": train_op, "probability": tf.nn.softmax(logits)}
