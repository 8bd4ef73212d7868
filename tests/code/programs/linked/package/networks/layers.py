import tensorflow as tf


def linear(x, inputs, outputs, scope):
    with tf.variable_scope(scope):
        w = tf.get_variable("w", [inputs, outputs], initializer=tf.truncated_normal_initializer(stddev=0.2, seed=5))
        b = tf.get_variable("b", [outputs], initializer=tf.constant_initializer(0.1))
        return tf.matmul(x, w) + b
