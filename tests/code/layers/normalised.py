"""Layer, instance, group and unit norms; maxout, embeddings, pools of volumes."""

import numpy as np
from shared import L, images, one, rows, simple, tf, two

simple("layer_norm", lambda: L.layer_norm(rows()))
simple("layer_norm_images", lambda: L.layer_norm(images()))
simple("layer_norm_last", lambda: L.layer_norm(images(), begin_norm_axis=-1))
simple("layer_norm_params", lambda: L.layer_norm(images(), begin_params_axis=1))
simple("layer_norm_plain", lambda: L.layer_norm(rows(), center=False, scale=False))
simple(
    "layer_norm_all",
    lambda: L.layer_norm(
        rows(),
        activation_fn=tf.nn.relu,
        variables_collections=["v"],
        outputs_collections="o",
        trainable=False,
        scope="s",
    ),
)
simple("layer_norm_bad_axis", lambda: L.layer_norm(rows(), begin_norm_axis=2))
simple(
    "layer_norm_unknown",
    lambda: L.layer_norm(tf.placeholder_with_default(np.ones([2, 3], "float32"), [None, None])),
)
simple("layer_norm_half", lambda: L.layer_norm(tf.cast(rows(), tf.float16)))
simple("instance_norm", lambda: L.instance_norm(images()))
simple("instance_norm_first", lambda: L.instance_norm(images(2, 3, 4, 4), data_format="NCHW"))
simple(
    "instance_norm_all",
    lambda: L.instance_norm(
        images(),
        epsilon=0.1,
        activation_fn=tf.tanh,
        param_initializers={"beta": one, "gamma": two},
        variables_collections={"beta": ["b"]},
        outputs_collections="o",
        scope="s",
    ),
)
simple("instance_norm_plain", lambda: L.instance_norm(images(), center=False, scale=False))
simple("instance_norm_bad", lambda: L.instance_norm(images(), data_format="CHW"))
simple("group_norm", lambda: L.group_norm(images(2, 4, 4, 6), groups=3))
simple("group_norm_close", lambda: L.group_norm(images(2, 4, 4, 6), 2, mean_close_to_zero=True))
simple(
    "group_norm_first",
    lambda: L.group_norm(images(2, 6, 4, 4), 3, channels_axis=1, reduction_axes=(2, 3)),
)
simple(
    "group_norm_all",
    lambda: L.group_norm(
        images(2, 4, 4, 6),
        groups=6,
        center=False,
        activation_fn=tf.nn.relu,
        param_initializers={"gamma": two},
        variables_collections=["v"],
        outputs_collections="o",
        scope="s",
    ),
)
simple("group_norm_too_many", lambda: L.group_norm(images()))
simple("group_norm_uneven", lambda: L.group_norm(images(2, 4, 4, 6), 4))
simple("group_norm_overlap", lambda: L.group_norm(images(2, 4, 4, 6), 3, reduction_axes=(-1,)))
simple("group_norm_out", lambda: L.group_norm(images(2, 4, 4, 6), 3, channels_axis=4))
simple("unit_norm", lambda: L.unit_norm(images(), 2))
simple("unit_norm_last", lambda: L.unit_norm(rows(), dim=1, epsilon=0.5, scope="s"))
simple("unit_norm_bad", lambda: L.unit_norm(rows(), 2))
simple("maxout", lambda: L.maxout(rows(4, 6), 3))
simple("maxout_axis", lambda: L.maxout(images(), 2, axis=1, scope="m"))
simple("maxout_uneven", lambda: L.maxout(rows(), 3))
simple("embed", lambda: L.embed_sequence([[0, 2], [1, 1]], 3, 4))
simple("embed_once", lambda: L.embed_sequence([[0, 2], [1, 1]], 3, 4, unique=True))
simple(
    "embed_all",
    lambda: L.embed_sequence(
        tf.constant([1, 0], tf.int64),
        vocab_size=2,
        embed_dim=3,
        initializer=two,
        regularizer=L.l2_regularizer(0.1),
        trainable=False,
        scope="s",
    ),
)
simple("embed_unknown", lambda: L.embed_sequence([[0]], 3))


def shared_rows():
    first = L.embed_sequence([[0, 2]], 3, 4, scope="s")
    return first + L.embed_sequence([[1, 2]], scope="s", reuse=True)


simple("embed_reuse", shared_rows)
simple("max_pool3d", lambda: L.max_pool3d(images(1, 4, 4, 4, 2), 2))
simple(
    "max_pool3d_more", lambda: L.max_pool3d(images(1, 4, 4, 4, 2), [3, 2, 1], 1, "SAME", scope="p")
)
simple("avg_pool3d", lambda: L.avg_pool3d(images(1, 4, 4, 4, 2), 2, outputs_collections="o"))
simple("avg_pool3d_same", lambda: L.avg_pool3d(images(1, 4, 4, 4, 2), 3, padding="same"))
simple("pool3d_bad_format", lambda: L.avg_pool3d(images(1, 4, 4, 4, 2), 2, data_format="NHWC"))
