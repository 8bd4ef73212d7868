import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
rate = 0.1


def weights(shape):
    initial = tf.truncated_normal(shape, stddev=0.1, seed=3)
    return tf.Variable(initial)


def add_layer(inputs, in_size, out_size, activation_function=None):
    """Add one layer.

    And return its output.
    """
    with tf.name_scope("layer"):
        # The weights.
        W = tf.Variable(tf.random_normal([in_size, out_size], seed=5))
        b = tf.Variable(tf.zeros([1, out_size]) + 0.1)
        Wx_plus_b = tf.matmul(inputs, W) + b  # all of it
    if activation_function is None:
        outputs = Wx_plus_b
    else:
        outputs = activation_function(Wx_plus_b)
    return outputs


def net(x, n, keep):
    w = weights([n, 4])
    h = tf.nn.relu(tf.matmul(x, w))
    h = tf.nn.dropout(h, keep, seed=4)
    h = add_layer(h, 4, 3, tf.nn.tanh)
    h = tf.layers.dense(h, 2, kernel_initializer=tf.glorot_uniform_initializer(seed=9))
    return h + tf.get_variable("b", [2], initializer=tf.constant_initializer(0.5))


def critic(x, reuse=False):
    with tf.variable_scope("critic", reuse=reuse):
        w = tf.get_variable("w", shape=[2, 1], initializer=tf.random_normal_initializer(seed=2))
        return tf.matmul(x, w)


xs = tf.placeholder(tf.float32, [None, 3])
ys = tf.placeholder(tf.float32, [None, 2])
keep = tf.placeholder(tf.float32)
l1 = add_layer(xs, 3, 3, activation_function=tf.nn.relu)
out = net(l1, 3, keep)
real = critic(ys)
fake = critic(out, reuse=True)
loss = tf.reduce_mean(tf.square(ys - out)) + tf.reduce_mean(tf.square(real - fake))
train = tf.train.AdamOptimizer(rate).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    r = np.random.RandomState(0)
    for i in range(10):
        x = r.rand(8, 3)
        _, l = sess.run([train, loss], {xs: x, ys: x[:, :2], keep: 0.8})
        print(l, sess.run(out, {xs: x, keep: 1.0})[0].tolist())
