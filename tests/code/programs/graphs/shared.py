import numpy as np
import tensorflow as tf

rows = np.random.RandomState(0).rand(5, 3)
start = tf.constant_initializer(0.4)


def generator(z):
    with tf.variable_scope("generator"):
        hidden = tf.layers.dense(z, 4, activation=tf.nn.relu, kernel_initializer=start)
        return tf.layers.dense(hidden, 3, kernel_initializer=start)


def discriminator(inputs, reuse=None):
    with tf.variable_scope("discriminator") as scope:
        # The same variables for what is made and what is real.
        if reuse:
            scope.reuse_variables()
        hidden = tf.layers.dense(inputs, 4, activation=tf.nn.tanh, kernel_initializer=start)
        return tf.layers.dense(hidden, 1, kernel_initializer=start)


x = tf.placeholder(tf.float32, [None, 3])
z = tf.placeholder(tf.float32, [None, 2])
made = generator(z)
real = discriminator(x)
fake = discriminator(made, True)
d_loss = tf.reduce_mean(tf.square(real - 1.0)) + tf.reduce_mean(tf.square(fake))
g_loss = tf.reduce_mean(tf.square(fake - 1.0))
d_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="discriminator")
g_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="generator")
d_train = tf.train.AdamOptimizer(0.02).minimize(d_loss, var_list=d_vars)
g_train = tf.train.AdamOptimizer(0.02).minimize(g_loss, var_list=g_vars)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        _, a = sess.run([d_train, d_loss], {x: rows, z: rows[:, :2]})
        _, b = sess.run([g_train, g_loss], {z: rows[:, :2]})
        print("%.4f %.4f" % (a, b))
