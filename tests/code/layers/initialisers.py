# ruff: noqa: UP031
"""Initialisers and regularisers."""

from shared import L, case, images, rows, simple, tf


def made(initializer, shape):
    return tf.get_variable("v", shape, initializer=initializer)


for shape in ([4], [4, 6], [3, 3, 2, 5]):
    tag = "_%d" % len(shape)
    simple("xavier" + tag, lambda shape=shape: made(L.xavier_initializer(), shape))
    simple(
        "xavier_normal" + tag,
        lambda shape=shape: made(L.xavier_initializer(uniform=False, seed=1), shape),
    )
    simple("xavier_conv" + tag, lambda shape=shape: made(L.xavier_initializer_conv2d(), shape))
    for mode in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        for uniform in (True, False):
            simple(
                "scaling_%s_%s%s" % (mode, uniform, tag),
                lambda shape=shape, mode=mode, uniform=uniform: made(
                    L.variance_scaling_initializer(1.5, mode, uniform), shape
                ),
            )
simple("scaling_bad_mode", lambda: made(L.variance_scaling_initializer(mode="x"), [2, 2]))
simple("scaling_bad_type", lambda: made(L.variance_scaling_initializer(dtype=tf.int32), [2, 2]))

for name in ("l1_regularizer", "l2_regularizer"):
    simple(name, lambda name=name: getattr(L, name)(0.3)(rows()))
    simple(name + "_named", lambda name=name: getattr(L, name)(0.3, scope="r")(rows()))
    simple(name + "_zero", lambda name=name: tf.constant(str(getattr(L, name)(0.0)(rows()))))
    simple(name + "_integer", lambda name=name: getattr(L, name)(1)(rows()))
    simple(name + "_negative", lambda name=name: getattr(L, name)(-1.0)(rows()))
    simple(name + "_large", lambda name=name: getattr(L, name)(2.0)(rows()))
simple("l1_l2", lambda: L.l1_l2_regularizer(0.1, 0.2)(rows()))
simple("l1_l2_defaults", lambda: L.l1_l2_regularizer()(rows()))
simple("l1_l2_one_zero", lambda: L.l1_l2_regularizer(0.0, 0.2)(rows()))
simple(
    "sum", lambda: L.sum_regularizer([L.l1_regularizer(0.1), None, L.l2_regularizer(0.2)])(rows())
)
simple("sum_none", lambda: tf.constant(str(L.sum_regularizer([None]))))


@case
def apply_to_weights():
    L.conv2d(images(), 2, 3, variables_collections={"weights": [tf.GraphKeys.WEIGHTS]})
    return L.apply_regularization(L.l2_regularizer(0.1))


simple("apply_to_list", lambda: L.apply_regularization(L.l1_regularizer(0.1), [rows(), images()]))
simple("apply_to_nothing", lambda: L.apply_regularization(L.l1_regularizer(0.1)))
