# ruff: noqa: UP031
"""Batch normalisation."""

from shared import L, case, images, one, rows, simple, tf, two

for rank, shape in ((2, (8, 3)), (3, (2, 4, 3)), (4, (2, 4, 4, 3)), (5, (2, 2, 2, 2, 3))):
    simple("norm_%d" % rank, lambda shape=shape: L.batch_norm(images(*shape)))
    simple(
        "norm_%d_inference" % rank,
        lambda shape=shape: L.batch_norm(images(*shape), is_training=False),
    )
    simple(
        "norm_%d_scaled" % rank,
        lambda shape=shape: L.batch_norm(
            images(*shape), scale=True, center=False, epsilon=0.1, decay=0.5
        ),
    )
    simple(
        "norm_%d_at_once" % rank,
        lambda shape=shape: L.batch_norm(images(*shape), updates_collections=None),
    )
    simple(
        "norm_%d_flag" % rank,
        lambda shape=shape: L.batch_norm(
            images(*shape), is_training=tf.placeholder_with_default(True, [])
        ),
    )
    simple(
        "norm_%d_flag_off" % rank,
        lambda shape=shape: L.batch_norm(
            images(*shape), is_training=tf.placeholder_with_default(False, [])
        ),
    )
    simple(
        "norm_%d_flag_at_once" % rank,
        lambda shape=shape: L.batch_norm(
            images(*shape),
            is_training=tf.placeholder_with_default(True, []),
            updates_collections=None,
        ),
    )
    simple(
        "norm_%d_plain" % rank,
        lambda shape=shape: L.batch_norm(images(*shape), fused=False, scale=True),
    )
simple("norm_fused", lambda: L.batch_norm(images(), fused=True, scale=True))
simple("norm_constant_flag", lambda: L.batch_norm(images(), is_training=tf.constant(True)))
simple("norm_constant_flag_off", lambda: L.batch_norm(images(), is_training=tf.constant(False)))
simple("norm_activation", lambda: L.batch_norm(images(), activation_fn=tf.nn.relu, scope="n"))
simple(
    "norm_starts",
    lambda: L.batch_norm(
        images(),
        scale=True,
        is_training=False,
        param_initializers={"beta": two, "gamma": one, "moving_mean": one, "moving_variance": two},
    ),
)
simple(
    "norm_regular",
    lambda: L.batch_norm(
        images(),
        scale=True,
        param_regularizers={"beta": L.l2_regularizer(0.1), "gamma": L.l1_regularizer(0.3)},
        param_initializers={"beta": two},
    ),
)
simple(
    "norm_collections",
    lambda: L.batch_norm(
        images(),
        variables_collections={"beta": ["b"], "moving_mean": ["m"]},
        outputs_collections="o",
        updates_collections="ups",
    ),
)
simple("norm_frozen", lambda: L.batch_norm(images(), trainable=False))
simple("norm_2_frozen", lambda: L.batch_norm(rows(), trainable=False))
simple("norm_3_frozen", lambda: L.batch_norm(images(2, 4, 3), trainable=False))
simple(
    "norm_frozen_own",
    lambda: L.batch_norm(images(), trainable=False, updates_collections="ups", scale=True),
)
simple(
    "norm_frozen_at_once", lambda: L.batch_norm(images(), trainable=False, updates_collections=None)
)
simple(
    "norm_own_plain",
    lambda: L.batch_norm(images(), updates_collections="ups", scale=True, fused=False),
)
simple("norm_2_channels_first", lambda: L.batch_norm(rows(), data_format="NCHW", fused=False))
simple("norm_fused_rank3", lambda: L.batch_norm(images(2, 4, 3), fused=True, scale=True))
simple("norm_bad_format", lambda: L.batch_norm(images(), data_format="CHWN"))
simple("norm_unknown_channels", lambda: L.batch_norm(tf.placeholder(tf.float32, [None, None])))
simple("norm_half", lambda: tf.cast(L.batch_norm(tf.cast(images(), tf.float16)), tf.float32))
simple("norm_double", lambda: L.batch_norm(tf.cast(rows(), tf.float64)))
simple(
    "norm_channels_first_plain",
    lambda: L.batch_norm(images(2, 3, 4, 4), data_format="NCHW", fused=False, scale=True),
)
simple(
    "norm_weights_4",
    lambda: L.batch_norm(images(), scale=True, batch_weights=tf.constant([1.0, 2.0])),
)
simple(
    "norm_weights_own",
    lambda: L.batch_norm(
        rows(4, 3), batch_weights=tf.constant([1.0, 2.0, 0.0, 1.0]), updates_collections=None
    ),
)
simple(
    "norm_weights",
    lambda: L.batch_norm(rows(8, 3), batch_weights=tf.constant([1.0, 0, 1, 1, 0, 1, 1, 1])),
)


@case
def norm_reuse():
    a = L.batch_norm(images(), scope="s", is_training=True)
    return a + L.batch_norm(images(), scope="s", reuse=True, is_training=False)


@case
def norm_twice():
    return L.batch_norm(L.batch_norm(images()))
