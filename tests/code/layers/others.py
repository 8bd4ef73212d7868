"""Pooling, dropout, reshaping, stacks."""

import numpy as np
from shared import L, images, rows, simple, tf, two

simple("max_pool", lambda: L.max_pool2d(images(), 2))
simple(
    "max_pool_more",
    lambda: L.max_pool2d(
        images(), [3, 2], stride=1, padding="SAME", scope="p", outputs_collections="o"
    ),
)
simple("avg_pool", lambda: L.avg_pool2d(images(), 2))
simple("avg_pool_more", lambda: L.avg_pool2d(images(), [3, 2], stride=[1, 2], padding="same"))
simple("pool_bad_format", lambda: L.max_pool2d(images(), 2, data_format="CHWN"))
simple("dropout", lambda: L.dropout(rows()))
simple(
    "dropout_keep",
    lambda: L.dropout(rows(), 0.8, noise_shape=[4, 1], seed=3, outputs_collections="o"),
)
simple("dropout_off", lambda: L.dropout(rows(), is_training=False))
simple(
    "dropout_flag", lambda: L.dropout(rows(), is_training=tf.placeholder_with_default(False, []))
)
simple(
    "dropout_flag_on", lambda: L.dropout(rows(), is_training=tf.placeholder_with_default(True, []))
)
simple("dropout_tensor", lambda: L.dropout(rows(), keep_prob=tf.placeholder_with_default(0.7, [])))
simple("dropout_all", lambda: L.dropout(rows(), 1.0))
simple("flatten", lambda: L.flatten(images()))
simple("flatten_named", lambda: L.flatten(images(), scope="f", outputs_collections="o"))
simple(
    "flatten_unknown_batch",
    lambda: L.flatten(tf.placeholder_with_default(np.ones([2, 3, 4], "float32"), [None, 3, 4])),
)
simple(
    "flatten_unknown",
    lambda: L.flatten(tf.placeholder_with_default(np.ones([2, 3, 4], "float32"), [None, None, 4])),
)
simple("flatten_flat", lambda: L.flatten(rows()))
simple("flatten_vector", lambda: L.flatten(tf.ones([3])))
simple("flatten_scalar", lambda: L.flatten(tf.constant(3.0)))
simple("one_hot", lambda: L.one_hot_encoding([0, 2, 1], 4))
simple(
    "one_hot_values",
    lambda: L.one_hot_encoding(
        tf.constant([0, 2], tf.int64), 3, on_value=5.0, off_value=-1.0, outputs_collections="o"
    ),
)
simple("softmax", lambda: L.softmax(rows()))
simple("softmax_rank3", lambda: L.softmax(rows(2, 3, 4), scope="s"))
simple("bias", lambda: L.bias_add(images(), initializer=two))
simple(
    "bias_more",
    lambda: L.bias_add(
        rows(),
        activation_fn=tf.nn.relu,
        regularizer=L.l2_regularizer(0.1),
        initializer=two,
        scope="b",
        outputs_collections="o",
    ),
)
simple("repeat", lambda: L.repeat(images(), 3, L.conv2d, 4, 3))
simple("repeat_named", lambda: L.repeat(rows(), 2, L.fully_connected, 3, scope="r"))
simple(
    "repeat_own",
    lambda: L.repeat(rows(), 2, lambda x, scope=None: L.linear(x, 3, scope=scope), scope="own"),
)
simple("stack", lambda: L.stack(rows(), L.fully_connected, [3, 4, 5]))
simple(
    "stack_named",
    lambda: L.stack(images(), L.conv2d, [(4, 3), (2, [1, 1])], padding="SAME", scope="s"),
)
simple("stack_relu", lambda: L.stack(rows(), L.relu, [3, 2]))
simple("stack_bad", lambda: L.stack(rows(), L.relu, 3))
