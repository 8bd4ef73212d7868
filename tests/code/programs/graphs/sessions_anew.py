"""A class whose methods make sessions of their own: training begins anew, the rest restores."""

import os
import tempfile

import numpy as np
import tensorflow as tf


class Fit(object):
    def __init__(self, width, rate=0.05):
        self.path = os.path.join(tempfile.mkdtemp(), "model.ckpt")
        x = tf.placeholder(tf.float32, [None, width])
        with tf.name_scope("encode"):
            weights = tf.Variable(tf.random_normal([width, 2], seed=3), name="weights")
            hidden = tf.nn.sigmoid(tf.matmul(x, weights))
        with tf.name_scope("decode"):
            weights = tf.Variable(tf.random_normal([2, width], seed=4), name="weights")
            decoded = tf.matmul(hidden, weights)
        self.x = x
        self.hidden = hidden
        self.decoded = decoded
        self.loss = tf.sqrt(tf.reduce_mean(tf.square(self.x - self.decoded)))
        self.train_op = tf.train.RMSPropOptimizer(rate).minimize(self.loss)
        self.saver = tf.train.Saver()

    def train(self, data, steps):
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for step in range(steps):
                loss, _ = sess.run([self.loss, self.train_op], feed_dict={self.x: data})
                print(step, "%.3f" % loss)
            self.saver.save(sess, self.path)

    def test(self, data):
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            self.saver.restore(sess, self.path)
            hidden, decoded = sess.run([self.hidden, self.decoded], feed_dict={self.x: data})
        print(np.round(hidden, 3), np.round(decoded, 3))


data = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -0.5], [0.25, 0.5, 1.0]], np.float32)
fit = Fit(3)
fit.train(data, 6)
fit.test(data)
fit.train(data, 4)
fit.test(data[:1])
