"""Fully connected layers."""

from shared import L, images, rows, simple, tf

simple("dense", lambda: L.fully_connected(rows(), 3))
simple("dense_linear", lambda: L.linear(rows(), 3))
simple("dense_relu", lambda: L.relu(rows(), 3))
simple("dense_relu6", lambda: L.relu6(rows(), 3))
simple("dense_rank3", lambda: L.fully_connected(rows(2, 3, 4), 5))
simple("dense_rank4", lambda: L.fully_connected(images(), 5, activation_fn=None))
simple("dense_norm", lambda: L.fully_connected(rows(), 3, normalizer_fn=L.batch_norm, scope="d"))
simple(
    "dense_regular",
    lambda: L.fully_connected(rows(), 3, weights_regularizer=L.l1_l2_regularizer(0.1, 0.2)),
)
simple("dense_no_bias", lambda: L.fully_connected(rows(), 3, biases_initializer=None))
simple(
    "dense_collections",
    lambda: L.fully_connected(rows(), 3, variables_collections=("mine",), outputs_collections="o"),
)
simple("dense_unknown", lambda: L.fully_connected(tf.placeholder(tf.float32, [None, None]), 3))
simple("dense_vector", lambda: L.fully_connected(tf.ones([3]), 3))
simple("dense_float_outputs", lambda: L.fully_connected(rows(), 3.5))
simple("dense_integers", lambda: L.fully_connected(tf.ones([2, 3], tf.int32), 3))
