import numpy as np
import tensorflow as tf
tf.set_random_seed(2)
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
keep = tf.placeholder(tf.float32)
h = tf.nn.dropout(tf.layers.dense(x, 4), keep)
p = tf.layers.dense(h, 1)
loss = tf.reduce_mean(tf.square(p - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def feed_data(a, b, k):
    feed_dict = {
        x: a,
        y: b,
        keep: k,
    }
    return feed_dict


def main():
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        feed = feed_data(np.ones((2, 3)), np.ones((2, 1)), 0.5)
        sess.run(train, feed_dict=feed)
        feed[keep] = 1.0
        print('%.5f' % sess.run(loss, feed_dict=feed))
        less = {x: np.ones((1, 3))}
        less[keep] = 1.0
        print(sess.run(p, less).shape)
        more = {x: np.ones((1, 3))}
        more.update({keep: 1.0, y: [[1]]})
        print(sess.run(loss, more).shape, '%.5f' % sess.run(loss, feed_data(np.ones((2, 3)), [[1], [2]], 1.0)))


main()
