"""Transposed and separable convolutions, and those of sequences and volumes."""

import numpy as np
from shared import L, images, one, rows, simple, tf, two


def unknown(*shape):
    """Return values whose first dimensions are not known when the graph is made."""
    value = np.sin(np.arange(np.prod(shape))).reshape(shape).astype("float32")
    return tf.placeholder_with_default(value, [None, None, None, shape[-1]])


simple("conv1d", lambda: L.conv1d(images(2, 8, 3), 4, 3))
simple("conv1d_valid", lambda: L.convolution1d(images(2, 8, 3), 4, 3, 2, "VALID", scope="s"))
simple("conv1d_bad_rank", lambda: L.conv1d(images(), 4, 3))
simple("conv3d", lambda: L.conv3d(images(1, 4, 4, 4, 2), 3, 2))
simple(
    "conv3d_norm", lambda: L.convolution3d(images(1, 4, 4, 4, 2), 3, 2, normalizer_fn=L.layer_norm)
)
simple("conv3d_bad_rank", lambda: L.conv3d(images(), 4, 3))
simple("transposed", lambda: L.conv2d_transpose(images(), 4, 3))
simple("transposed_alias", lambda: L.convolution2d_transpose(images(), 4, [3, 2], stride=[2, 1]))
simple("transposed_valid", lambda: L.conv2d_transpose(images(), 4, 5, 2, "VALID"))
simple("transposed_valid_gap", lambda: L.conv2d_transpose(images(), 4, 2, 3, "valid"))
simple("transposed_linear", lambda: L.conv2d_transpose(images(), 4, 3, 2, activation_fn=None))
simple("transposed_no_bias", lambda: L.conv2d_transpose(images(), 4, 3, biases_initializer=None))
simple(
    "transposed_norm",
    lambda: L.conv2d_transpose(images(), 4, 3, 2, normalizer_fn=L.batch_norm, scope="named"),
)
simple("transposed_no_norm", lambda: L.conv2d_transpose(images(), 4, 3, 2, normalizer_fn=False))
simple("transposed_unknown", lambda: L.conv2d_transpose(unknown(2, 3, 4, 3), 4, 3, 2))
simple(
    "transposed_regular",
    lambda: L.conv2d_transpose(
        images(),
        4,
        3,
        weights_initializer=one,
        biases_initializer=two,
        weights_regularizer=L.l2_regularizer(0.1),
        biases_regularizer=L.l1_regularizer(0.2),
        variables_collections={"weights": ["w"], "biases": ["b"]},
        outputs_collections="o",
    ),
)
simple("transposed_frozen", lambda: L.conv2d_transpose(images(), 4, 3, trainable=False))
simple("transposed_twice", lambda: L.conv2d_transpose(L.conv2d_transpose(images(), 4, 3), 2, 1))
simple("transposed_bad_format", lambda: L.conv2d_transpose(images(), 4, 3, data_format="NWHC"))
simple("transposed_bad_rank", lambda: L.conv2d_transpose(rows(), 4, 3))
simple("transposed_3d", lambda: L.conv3d_transpose(images(1, 3, 3, 3, 2), 3, 2, 2))
simple(
    "transposed_3d_valid",
    lambda: L.convolution3d_transpose(images(1, 3, 3, 3, 2), 3, [2, 3, 2], 2, "VALID"),
)
simple(
    "transposed_3d_bad", lambda: L.conv3d_transpose(images(1, 3, 3, 3, 2), 3, 2, data_format="NHWC")
)
simple("separable", lambda: L.separable_conv2d(images(), 4, 3))
simple("separable_alias", lambda: L.separable_convolution2d(images(), 4, [3, 2], 2))
simple("separable_deep", lambda: L.separable_conv2d(images(), 4, 3, depth_multiplier=2, stride=2))
simple("separable_rate", lambda: L.separable_conv2d(images(), 4, 3, 1, rate=2, padding="VALID"))
simple("separable_apart", lambda: L.separable_conv2d(images(), None, 3, depth_multiplier=2))
simple(
    "separable_apart_norm",
    lambda: L.separable_conv2d(
        images(), None, 3, 1, normalizer_fn=L.batch_norm, activation_fn=None
    ),
)
simple("separable_norm", lambda: L.separable_conv2d(images(), 4, 3, 1, normalizer_fn=L.batch_norm))
simple("separable_unknown", lambda: L.separable_conv2d(unknown(2, 5, 4, 3), 4, 3, 1, 2))
simple(
    "separable_all",
    lambda: L.separable_conv2d(
        images(),
        4,
        3,
        1,
        weights_initializer=one,
        pointwise_initializer=two,
        weights_regularizer=L.l2_regularizer(0.1),
        biases_regularizer=L.l1_regularizer(0.2),
        variables_collections={"weights": ["w"], "biases": ["b"]},
        outputs_collections=["o"],
        scope="s",
    ),
)
simple("separable_bad_format", lambda: L.separable_conv2d(images(), 4, 3, 1, data_format="HW"))


def scoped():
    with L.arg_scope([L.conv2d_transpose, L.separable_conv2d], activation_fn=tf.tanh):
        return L.separable_conv2d(L.conv2d_transpose(images(), 4, 3, 2), 3, 2)


simple("transposed_scoped", scoped)


def shared_weights():
    first = L.conv2d_transpose(images(), 4, 3, scope="s")
    return first + L.conv2d_transpose(images(), 4, 3, scope="s", reuse=True)


simple("transposed_reuse", shared_weights)
