import numpy as np
import tensorflow as tf
tf.set_random_seed(2)


def net(x, n, reuse=False):
    with tf.variable_scope('net', reuse=reuse):
        w = tf.get_variable('w', [3, n], initializer=tf.random_normal_initializer(0., .5))
        b = tf.get_variable('b', [n], initializer=tf.zeros_initializer())
        h = tf.nn.relu(tf.matmul(x, w) + b)
        h = tf.layers.dense(h, n)
        return tf.layers.dense(h, 2, name='last')


x = tf.placeholder(tf.float32, [None, 3])
z = tf.placeholder(tf.float32, [None, 3])
a = net(x, 4)
if True:
    b = net(z, 4, reuse=True)
with tf.variable_scope('other', reuse=tf.AUTO_REUSE):
    c = tf.layers.dense(a, 3, name='c')
    v = tf.get_variable('v', [3, 1])
with tf.variable_scope('other', reuse=tf.AUTO_REUSE):
    d = tf.layers.dense(b, 3, name='c')
    v2 = tf.get_variable('v', [3, 1])
    e = tf.matmul(d, v2) + tf.matmul(c, v)
loss = tf.reduce_mean(tf.square(e - 1))
train = tf.train.GradientDescentOptimizer(0.05).minimize(loss)
n = len(tf.trainable_variables())
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        _, l = sess.run([train, loss], {x: np.ones((2, 3)), z: np.eye(3)[:2]})
        print('%.5f' % l)
    print(n, sess.run(b, {z: np.ones((1, 3))}).round(4))
