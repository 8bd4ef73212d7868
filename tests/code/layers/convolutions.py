# ruff: noqa: RUF015
"""Convolutions."""

import numpy as np
from shared import L, case, images, one, rows, simple, tf, two

simple("conv", lambda: L.conv2d(images(), 4, 3))
simple("conv_list", lambda: L.conv2d(images(), 4, [3, 2], stride=[2, 1]))
simple("conv_valid", lambda: L.conv2d(images(), 4, 3, 2, "VALID"))
simple("conv_lower", lambda: L.conv2d(images(), 4, 3, padding="same"))
simple("conv_rate", lambda: L.conv2d(images(), 4, 3, rate=2))
simple("conv_linear", lambda: L.conv2d(images(), 4, 3, activation_fn=None))
simple("conv_tanh", lambda: L.conv2d(images(), 4, 3, activation_fn=tf.tanh, scope="named"))
simple("conv_no_bias", lambda: L.conv2d(images(), 4, 3, biases_initializer=None))
simple(
    "conv_constants",
    lambda: L.conv2d(images(), 4, 3, weights_initializer=one, biases_initializer=two),
)
simple("conv_norm", lambda: L.conv2d(images(), 4, 3, normalizer_fn=L.batch_norm))
simple(
    "conv_norm_params",
    lambda: L.conv2d(
        images(),
        4,
        3,
        normalizer_fn=L.batch_norm,
        normalizer_params={"is_training": False, "scale": True, "decay": 0.9},
    ),
)
simple(
    "conv_regular",
    lambda: L.conv2d(
        images(),
        4,
        3,
        weights_regularizer=L.l2_regularizer(0.1),
        biases_regularizer=L.l1_regularizer(0.2),
    ),
)
simple("conv_frozen", lambda: L.conv2d(images(), 4, 3, trainable=False))
simple(
    "conv_collections",
    lambda: L.conv2d(images(), 4, 3, variables_collections=["mine"], outputs_collections="outs"),
)
simple(
    "conv_collections_dict",
    lambda: L.conv2d(
        images(),
        4,
        3,
        variables_collections={"weights": ["w"], "biases": ["b", "c"]},
        outputs_collections=["o", "p"],
    ),
)
simple("conv_twice", lambda: L.conv2d(L.conv2d(images(), 4, 3), 2, 1))
simple("conv_1d", lambda: L.convolution(images(2, 8, 3), 4, 3))
simple("conv_3d", lambda: L.convolution(images(1, 4, 4, 4, 2), 3, 2))
simple("conv_alias", lambda: L.convolution2d(images(), 4, 3))
simple("conv_double", lambda: L.conv2d(tf.cast(images(), tf.float64), 4, 3))
simple("conv_numpy", lambda: L.conv2d(np.ones([1, 4, 4, 2], "float32"), 3, 2))
simple("conv_bad_padding", lambda: L.conv2d(images(), 4, 3, padding="WHAT"))
simple("conv_bad_rank", lambda: L.conv2d(rows(), 4, 3))
simple("conv_bad_format", lambda: L.conv2d(images(), 4, 3, data_format="CHWN"))
simple(
    "conv_unknown_channels", lambda: L.conv2d(tf.placeholder(tf.float32, [None, 4, 4, None]), 4, 3)
)
simple("conv_rate_and_stride", lambda: L.conv2d(images(), 4, 3, stride=2, rate=2))


@case
def conv_reuse():
    a = L.conv2d(images(), 4, 3, scope="shared")
    return a + L.conv2d(images(), 4, 3, scope="shared", reuse=True)


@case
def conv_reuse_without_scope():
    return L.conv2d(images(), 4, 3, reuse=True)


@case
def conv_in_scopes():
    with tf.variable_scope("outer", regularizer=L.l2_regularizer(0.5), initializer=two):
        return L.conv2d(images(), 4, 3) + L.conv2d(images(), 4, 3, weights_initializer=None)


@case
def conv_shapes_unknown():
    return tf.shape(
        L.conv2d(
            tf.placeholder_with_default(np.ones([2, 5, 5, 3], "float32"), [None, None, None, 3]),
            4,
            3,
        )
    )


@case
def conv_channels_first():
    # No CPU kernel: the graph is what can be compared.
    return [v.shape.as_list() for v in [L.conv2d(images(2, 3, 6, 6), 4, 3, data_format="NCHW")]][0]
