import sys
import numpy as np
import tensorflow as tf
tf.set_random_seed(2)
MORE = len(sys.argv) < 2
x = tf.placeholder(tf.float32, [None, 3])
h = tf.layers.dense(x, 4)
if MORE:
    print('more')
    extra = tf.layers.dense(h, 2, name='extra')
    sums = tf.reduce_sum(extra)
if MORE:
    twice = h * 2
loss = tf.reduce_mean(tf.square(h))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        sess.run(train, {x: np.ones((2, 3))})
        if MORE:
            print('%.5f' % sess.run(sums, {x: np.ones((2, 3))}), sess.run(twice, {x: np.ones((1, 3))}).shape)
    print('%.5f' % sess.run(loss, {x: np.ones((2, 3))}))
