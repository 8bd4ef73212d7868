"""Argument scopes, and a network that trains."""

import numpy as np
from shared import L, case, images, one, rows, tf


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
    return tf.concat(
        [tf.reshape(a, [-1]), tf.reshape(b, [-1]), tf.reshape(L.conv2d(images(), 4, 3), [-1])], 0
    )


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
    with L.arg_scope(
        [L.conv2d], normalizer_fn=L.batch_norm, weights_regularizer=L.l2_regularizer(0.01)
    ):
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
