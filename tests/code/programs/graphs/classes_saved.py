import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()


class Base(object):
    def shown(self):
        return type(self).__name__


class Autoencoder(Base):
    def __init__(self, inputs, hidden, epochs=3, learning_rate=0.05):
        self.epochs = epochs
        self.learning_rate = learning_rate
        x = tf.placeholder(dtype=tf.float32, shape=[None, inputs])
        with tf.name_scope("encode"):
            weights = tf.Variable(tf.random_normal([inputs, hidden], seed=1), name="weights")
            biases = tf.Variable(tf.zeros([hidden]), name="biases")
            encoded = tf.nn.sigmoid(tf.matmul(x, weights) + biases)
        with tf.name_scope("decode"):
            weights = tf.Variable(tf.random_normal([hidden, inputs], seed=2), name="weights")
            biases = tf.Variable(tf.zeros([inputs]), name="biases")
            decoded = tf.matmul(encoded, weights) + biases

        self.x = x
        self.encoded = encoded
        self.decoded = decoded
        self.loss = tf.sqrt(tf.reduce_mean(tf.square(tf.subtract(self.x, self.decoded))))
        self.train_op = tf.train.GradientDescentOptimizer(self.learning_rate).minimize(self.loss)
        self.saver = tf.train.Saver()

    def train(self, data):
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for epoch in range(self.epochs):
                l, _ = sess.run([self.loss, self.train_op], feed_dict={self.x: data})
                print("epoch {0}: loss = {1:.5f}".format(epoch, l))
            self.saver.save(sess, os.path.join(folder, "model.ckpt"))

    def test(self, data):
        with tf.Session() as sess:
            self.saver.restore(sess, os.path.join(folder, "model.ckpt"))
            hidden, reconstructed = sess.run([self.encoded, self.decoded], feed_dict={self.x: data})
        print(np.round(hidden, 4), np.round(reconstructed, 4))
        return reconstructed


class Scale(object):
    def __init__(self, factor):
        self.factor = factor


def main():
    print(Scale(2.0).factor)


coder = Autoencoder(3, 2)
rows = np.random.RandomState(0).rand(5, 3)
coder.train(rows)
print(coder.test(rows).shape, coder.shown())
main()
