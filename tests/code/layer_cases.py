"""Runs in a TensorFlow environment: builds layers many ways and says what came of each.

Usage: python layer_cases.py contrib|FOLDER ; with FOLDER the provider's module is taken from there.
Prints one JSON object, case -> what it made, or the exception's type.
"""

import json
import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from tensorflow.python.framework import random_seed  # noqa: E402

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
random_seed.get_seed = lambda op_seed: (42, 42)

if sys.argv[1] == "contrib":
    import tensorflow

    L = tensorflow.contrib.layers
    L.arg_scope = tensorflow.contrib.framework.arg_scope
    L.add_arg_scope = tensorflow.contrib.framework.add_arg_scope
else:
    sys.path.insert(0, sys.argv[1])
    import tfshift_contrib_layers as L

CASES = {}
one, two = tf.constant_initializer(1.0), tf.constant_initializer(2.0)


def case(function):
    CASES[function.__name__] = function
    return function


def images(*shape):
    shape = shape or (2, 6, 6, 3)
    return tf.constant(np.sin(np.arange(np.prod(shape))).reshape(shape), tf.float32)


def rows(*shape):
    return images(*(shape or (4, 5)))


def simple(name, build):
    build.__name__ = name
    case(build)


# Convolutions

simple("conv", lambda: L.conv2d(images(), 4, 3))
simple("conv_list", lambda: L.conv2d(images(), 4, [3, 2], stride=[2, 1]))
simple("conv_valid", lambda: L.conv2d(images(), 4, 3, 2, "VALID"))
simple("conv_lower", lambda: L.conv2d(images(), 4, 3, padding="same"))
simple("conv_rate", lambda: L.conv2d(images(), 4, 3, rate=2))
simple("conv_linear", lambda: L.conv2d(images(), 4, 3, activation_fn=None))
simple("conv_tanh", lambda: L.conv2d(images(), 4, 3, activation_fn=tf.tanh, scope="named"))
simple("conv_no_bias", lambda: L.conv2d(images(), 4, 3, biases_initializer=None))
simple("conv_constants", lambda: L.conv2d(images(), 4, 3, weights_initializer=one, biases_initializer=two))
simple("conv_norm", lambda: L.conv2d(images(), 4, 3, normalizer_fn=L.batch_norm))
simple("conv_norm_params", lambda: L.conv2d(images(), 4, 3, normalizer_fn=L.batch_norm, normalizer_params={"is_training": False, "scale": True, "decay": 0.9}))
simple("conv_regular", lambda: L.conv2d(images(), 4, 3, weights_regularizer=L.l2_regularizer(0.1), biases_regularizer=L.l1_regularizer(0.2)))
simple("conv_frozen", lambda: L.conv2d(images(), 4, 3, trainable=False))
simple("conv_collections", lambda: L.conv2d(images(), 4, 3, variables_collections=["mine"], outputs_collections="outs"))
simple("conv_collections_dict", lambda: L.conv2d(images(), 4, 3, variables_collections={"weights": ["w"], "biases": ["b", "c"]}, outputs_collections=["o", "p"]))
simple("conv_twice", lambda: L.conv2d(L.conv2d(images(), 4, 3), 2, 1))
simple("conv_1d", lambda: L.convolution(images(2, 8, 3), 4, 3))
simple("conv_3d", lambda: L.convolution(images(1, 4, 4, 4, 2), 3, 2))
simple("conv_alias", lambda: L.convolution2d(images(), 4, 3))
simple("conv_double", lambda: L.conv2d(tf.cast(images(), tf.float64), 4, 3))
simple("conv_numpy", lambda: L.conv2d(np.ones([1, 4, 4, 2], "float32"), 3, 2))
simple("conv_bad_padding", lambda: L.conv2d(images(), 4, 3, padding="WHAT"))
simple("conv_bad_rank", lambda: L.conv2d(rows(), 4, 3))
simple("conv_bad_format", lambda: L.conv2d(images(), 4, 3, data_format="CHWN"))
simple("conv_unknown_channels", lambda: L.conv2d(tf.placeholder(tf.float32, [None, 4, 4, None]), 4, 3))
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
    return tf.shape(L.conv2d(tf.placeholder_with_default(np.ones([2, 5, 5, 3], "float32"), [None, None, None, 3]), 4, 3))


@case
def conv_channels_first():
    # No CPU kernel: the graph is what can be compared.
    return [v.shape.as_list() for v in [L.conv2d(images(2, 3, 6, 6), 4, 3, data_format="NCHW")]][0]


# Fully connected

simple("dense", lambda: L.fully_connected(rows(), 3))
simple("dense_linear", lambda: L.linear(rows(), 3))
simple("dense_relu", lambda: L.relu(rows(), 3))
simple("dense_relu6", lambda: L.relu6(rows(), 3))
simple("dense_rank3", lambda: L.fully_connected(rows(2, 3, 4), 5))
simple("dense_rank4", lambda: L.fully_connected(images(), 5, activation_fn=None))
simple("dense_norm", lambda: L.fully_connected(rows(), 3, normalizer_fn=L.batch_norm, scope="d"))
simple("dense_regular", lambda: L.fully_connected(rows(), 3, weights_regularizer=L.l1_l2_regularizer(0.1, 0.2)))
simple("dense_no_bias", lambda: L.fully_connected(rows(), 3, biases_initializer=None))
simple("dense_collections", lambda: L.fully_connected(rows(), 3, variables_collections=("mine",), outputs_collections="o"))
simple("dense_unknown", lambda: L.fully_connected(tf.placeholder(tf.float32, [None, None]), 3))
simple("dense_vector", lambda: L.fully_connected(tf.ones([3]), 3))
simple("dense_float_outputs", lambda: L.fully_connected(rows(), 3.5))
simple("dense_integers", lambda: L.fully_connected(tf.ones([2, 3], tf.int32), 3))

# Batch normalisation

for rank, shape in ((2, (8, 3)), (3, (2, 4, 3)), (4, (2, 4, 4, 3)), (5, (2, 2, 2, 2, 3))):
    simple("norm_%d" % rank, lambda shape=shape: L.batch_norm(images(*shape)))
    simple("norm_%d_inference" % rank, lambda shape=shape: L.batch_norm(images(*shape), is_training=False))
    simple("norm_%d_scaled" % rank, lambda shape=shape: L.batch_norm(images(*shape), scale=True, center=False, epsilon=0.1, decay=0.5))
    simple("norm_%d_at_once" % rank, lambda shape=shape: L.batch_norm(images(*shape), updates_collections=None))
    simple("norm_%d_flag" % rank, lambda shape=shape: L.batch_norm(images(*shape), is_training=tf.placeholder_with_default(True, [])))
    simple("norm_%d_flag_off" % rank, lambda shape=shape: L.batch_norm(images(*shape), is_training=tf.placeholder_with_default(False, [])))
    simple("norm_%d_flag_at_once" % rank, lambda shape=shape: L.batch_norm(images(*shape), is_training=tf.placeholder_with_default(True, []), updates_collections=None))
    simple("norm_%d_plain" % rank, lambda shape=shape: L.batch_norm(images(*shape), fused=False, scale=True))
simple("norm_fused", lambda: L.batch_norm(images(), fused=True, scale=True))
simple("norm_constant_flag", lambda: L.batch_norm(images(), is_training=tf.constant(True)))
simple("norm_constant_flag_off", lambda: L.batch_norm(images(), is_training=tf.constant(False)))
simple("norm_activation", lambda: L.batch_norm(images(), activation_fn=tf.nn.relu, scope="n"))
simple("norm_starts", lambda: L.batch_norm(images(), scale=True, is_training=False, param_initializers={"beta": two, "gamma": one, "moving_mean": one, "moving_variance": two}))
simple("norm_regular", lambda: L.batch_norm(images(), scale=True, param_regularizers={"beta": L.l2_regularizer(0.1), "gamma": L.l1_regularizer(0.3)}, param_initializers={"beta": two}))
simple("norm_collections", lambda: L.batch_norm(images(), variables_collections={"beta": ["b"], "moving_mean": ["m"]}, outputs_collections="o", updates_collections="ups"))
simple("norm_frozen", lambda: L.batch_norm(images(), trainable=False))
simple("norm_2_frozen", lambda: L.batch_norm(rows(), trainable=False))
simple("norm_3_frozen", lambda: L.batch_norm(images(2, 4, 3), trainable=False))
simple("norm_frozen_own", lambda: L.batch_norm(images(), trainable=False, updates_collections="ups", scale=True))
simple("norm_frozen_at_once", lambda: L.batch_norm(images(), trainable=False, updates_collections=None))
simple("norm_own_plain", lambda: L.batch_norm(images(), updates_collections="ups", scale=True, fused=False))
simple("norm_2_channels_first", lambda: L.batch_norm(rows(), data_format="NCHW", fused=False))
simple("norm_fused_rank3", lambda: L.batch_norm(images(2, 4, 3), fused=True, scale=True))
simple("norm_bad_format", lambda: L.batch_norm(images(), data_format="CHWN"))
simple("norm_unknown_channels", lambda: L.batch_norm(tf.placeholder(tf.float32, [None, None])))
simple("norm_half", lambda: tf.cast(L.batch_norm(tf.cast(images(), tf.float16)), tf.float32))
simple("norm_double", lambda: L.batch_norm(tf.cast(rows(), tf.float64)))
simple("norm_channels_first_plain", lambda: L.batch_norm(images(2, 3, 4, 4), data_format="NCHW", fused=False, scale=True))
simple("norm_weights_4", lambda: L.batch_norm(images(), scale=True, batch_weights=tf.constant([1.0, 2.0])))
simple("norm_weights_own", lambda: L.batch_norm(rows(4, 3), batch_weights=tf.constant([1.0, 2.0, 0.0, 1.0]), updates_collections=None))
simple("norm_weights", lambda: L.batch_norm(rows(8, 3), batch_weights=tf.constant([1.0, 0, 1, 1, 0, 1, 1, 1])))


@case
def norm_reuse():
    a = L.batch_norm(images(), scope="s", is_training=True)
    return a + L.batch_norm(images(), scope="s", reuse=True, is_training=False)


@case
def norm_twice():
    return L.batch_norm(L.batch_norm(images()))


# The rest

simple("max_pool", lambda: L.max_pool2d(images(), 2))
simple("max_pool_more", lambda: L.max_pool2d(images(), [3, 2], stride=1, padding="SAME", scope="p", outputs_collections="o"))
simple("avg_pool", lambda: L.avg_pool2d(images(), 2))
simple("avg_pool_more", lambda: L.avg_pool2d(images(), [3, 2], stride=[1, 2], padding="same"))
simple("pool_bad_format", lambda: L.max_pool2d(images(), 2, data_format="CHWN"))
simple("dropout", lambda: L.dropout(rows()))
simple("dropout_keep", lambda: L.dropout(rows(), 0.8, noise_shape=[4, 1], seed=3, outputs_collections="o"))
simple("dropout_off", lambda: L.dropout(rows(), is_training=False))
simple("dropout_flag", lambda: L.dropout(rows(), is_training=tf.placeholder_with_default(False, [])))
simple("dropout_flag_on", lambda: L.dropout(rows(), is_training=tf.placeholder_with_default(True, [])))
simple("dropout_tensor", lambda: L.dropout(rows(), keep_prob=tf.placeholder_with_default(0.7, [])))
simple("dropout_all", lambda: L.dropout(rows(), 1.0))
simple("flatten", lambda: L.flatten(images()))
simple("flatten_named", lambda: L.flatten(images(), scope="f", outputs_collections="o"))
simple("flatten_unknown_batch", lambda: L.flatten(tf.placeholder_with_default(np.ones([2, 3, 4], "float32"), [None, 3, 4])))
simple("flatten_unknown", lambda: L.flatten(tf.placeholder_with_default(np.ones([2, 3, 4], "float32"), [None, None, 4])))
simple("flatten_flat", lambda: L.flatten(rows()))
simple("flatten_vector", lambda: L.flatten(tf.ones([3])))
simple("flatten_scalar", lambda: L.flatten(tf.constant(3.0)))
simple("one_hot", lambda: L.one_hot_encoding([0, 2, 1], 4))
simple("one_hot_values", lambda: L.one_hot_encoding(tf.constant([0, 2], tf.int64), 3, on_value=5.0, off_value=-1.0, outputs_collections="o"))
simple("softmax", lambda: L.softmax(rows()))
simple("softmax_rank3", lambda: L.softmax(rows(2, 3, 4), scope="s"))
simple("bias", lambda: L.bias_add(images(), initializer=two))
simple("bias_more", lambda: L.bias_add(rows(), activation_fn=tf.nn.relu, regularizer=L.l2_regularizer(0.1), initializer=two, scope="b", outputs_collections="o"))
simple("repeat", lambda: L.repeat(images(), 3, L.conv2d, 4, 3))
simple("repeat_named", lambda: L.repeat(rows(), 2, L.fully_connected, 3, scope="r"))
simple("repeat_own", lambda: L.repeat(rows(), 2, lambda x, scope=None: L.linear(x, 3, scope=scope), scope="own"))
simple("stack", lambda: L.stack(rows(), L.fully_connected, [3, 4, 5]))
simple("stack_named", lambda: L.stack(images(), L.conv2d, [(4, 3), (2, [1, 1])], padding="SAME", scope="s"))
simple("stack_relu", lambda: L.stack(rows(), L.relu, [3, 2]))
simple("stack_bad", lambda: L.stack(rows(), L.relu, 3))


def made(initializer, shape):
    return tf.get_variable("v", shape, initializer=initializer)


for shape in ([4], [4, 6], [3, 3, 2, 5]):
    tag = "_%d" % len(shape)
    simple("xavier" + tag, lambda shape=shape: made(L.xavier_initializer(), shape))
    simple("xavier_normal" + tag, lambda shape=shape: made(L.xavier_initializer(uniform=False, seed=1), shape))
    simple("xavier_conv" + tag, lambda shape=shape: made(L.xavier_initializer_conv2d(), shape))
    for mode in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        for uniform in (True, False):
            simple("scaling_%s_%s%s" % (mode, uniform, tag), lambda shape=shape, mode=mode, uniform=uniform: made(L.variance_scaling_initializer(1.5, mode, uniform), shape))
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
simple("sum", lambda: L.sum_regularizer([L.l1_regularizer(0.1), None, L.l2_regularizer(0.2)])(rows()))
simple("sum_none", lambda: tf.constant(str(L.sum_regularizer([None]))))


@case
def apply_to_weights():
    L.conv2d(images(), 2, 3, variables_collections={"weights": [tf.GraphKeys.WEIGHTS]})
    return L.apply_regularization(L.l2_regularizer(0.1))


simple("apply_to_list", lambda: L.apply_regularization(L.l1_regularizer(0.1), [rows(), images()]))
simple("apply_to_nothing", lambda: L.apply_regularization(L.l1_regularizer(0.1)))

# Argument scopes


@case
def scope_sets_defaults():
    with L.arg_scope([L.conv2d, L.fully_connected], activation_fn=None, weights_initializer=one):
        net = L.conv2d(images(), 4, 3, activation_fn=tf.tanh)
        return L.fully_connected(L.flatten(net), 2)


@case
def scopes_nest():
    with L.arg_scope([L.conv2d], padding="VALID", stride=2):
        with L.arg_scope([L.conv2d], stride=1):
            a = L.conv2d(images(), 4, 3)
        b = L.conv2d(images(), 4, 3)
    return tf.concat([tf.reshape(a, [-1]), tf.reshape(b, [-1]), tf.reshape(L.conv2d(images(), 4, 3), [-1])], 0)


@case
def scope_is_kept():
    with L.arg_scope([L.conv2d, L.batch_norm], trainable=False) as kept:
        pass
    with L.arg_scope(kept):
        a = L.conv2d(images(), 2, 3, normalizer_fn=L.batch_norm)
    with L.arg_scope(kept), L.arg_scope([L.batch_norm], is_training=False):
        return a + L.batch_norm(a)


@case
def scope_of_own_function():
    @L.add_arg_scope
    def own(x, scale=1.0):
        return x * scale

    with L.arg_scope([own], scale=3.0):
        return own(rows()) + own(rows(), scale=1.0)


@case
def scope_of_anything_else():
    with L.arg_scope([tf.nn.relu], name="x"):
        return rows()


@case
def scope_of_no_list():
    with L.arg_scope(3, name="x"):
        return rows()


@case
def scope_kept_takes_no_more():
    with L.arg_scope([L.conv2d], stride=2) as kept:
        pass
    with L.arg_scope(kept, stride=1):
        return rows()


@case
def scope_and_partials():
    with L.arg_scope([L.fully_connected], weights_initializer=one):
        return L.linear(rows(), 2) + L.relu(rows(), 2)


@case
def scope_reaches_through_aliases():
    with L.arg_scope([L.convolution2d], weights_initializer=one):
        return L.conv2d(images(), 2, 3)


@case
def scope_reaches_repeat():
    with L.arg_scope([L.conv2d], weights_initializer=one, activation_fn=None):
        return L.repeat(images(), 2, L.conv2d, 2, 3)


@case
def scope_of_convolution():
    with L.arg_scope([L.convolution], weights_initializer=one):
        return L.conv2d(images(), 2, 3)


@case
def a_network_trains():
    with L.arg_scope([L.conv2d], normalizer_fn=L.batch_norm, weights_regularizer=L.l2_regularizer(0.01)):
        net = L.max_pool2d(L.conv2d(images(4, 8, 8, 3), 4, 3), 2)
    logits = L.fully_connected(L.flatten(net), 3, activation_fn=None)
    loss = tf.losses.sparse_softmax_cross_entropy([0, 1, 2, 1], logits)
    loss += tf.losses.get_regularization_loss()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    values = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(10):
            values.append(session.run([loss, step])[0])
    return tf.constant(np.array(values))


def numbers(value):
    return np.round(np.asarray(value, "float64"), 5).ravel().tolist()


def told(build):
    """Say all that can be seen of what a case builds."""
    graph = tf.Graph()
    with graph.as_default():
        output = build()
        if isinstance(output, list):
            return {"is": output}
        told = {"shape": str(output.shape), "dtype": output.dtype.base_dtype.name}
        variables = tf.global_variables()
        trainable = {v.name for v in tf.trainable_variables()}
        told["variables"] = [[v.name, v.shape.as_list(), v.name in trainable] for v in variables]
        keys = [k for k in graph.get_all_collection_keys() if isinstance(k, str)]
        # What tf.cond leaves behind is the release's own business.
        sizes = {k: len(graph.get_collection(k)) for k in keys if k != "cond_context"}
        told["collections"] = sorted([k, size] for k, size in sizes.items() if size)
        updates = graph.get_collection(tf.GraphKeys.UPDATE_OPS) + graph.get_collection("ups")
        losses = graph.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            told["starts"] = [numbers(v) for v in session.run(variables)]
            value = session.run(output)
            told["output"] = str(value) if value.dtype.kind in "OS" else numbers(value)
            told["losses"] = [numbers(v) for v in session.run(losses)]
            session.run(updates)
            told["ends"] = [numbers(v) for v in session.run(variables)]
        return told


def main():
    result = {}
    for name, build in CASES.items():
        try:
            result[name] = told(build)
        except Exception as error:
            result[name] = {"raises": type(error).__name__, "says": str(error)[:200]}
    print(json.dumps(result))


main()
