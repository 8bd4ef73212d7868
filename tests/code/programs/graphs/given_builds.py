import numpy as np
import tensorflow as tf


class Net(object):
    def __init__(self):
        self.x = tf.placeholder(tf.int32, [None])
        self.keep_prob = tf.placeholder(tf.float32, name="keep_prob")
        self.embedding = tf.Variable(tf.zeros([4, 2]), name="e")
        self.out = tf.nn.embedding_lookup(self.embedding, self.x)
        if self.keep_prob is not None:
            self.out = tf.nn.dropout(self.out, self.keep_prob)


def load(sess, net, scale):
    table = np.arange(8.0).reshape(4, 2) * scale
    table = tf.constant(table, dtype=tf.float32)
    assign = tf.assign(net.embedding, table)
    sess.run(assign)
    print("loaded")


net = Net()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    load(sess, net, 2.0)
    print(sess.run(net.out, {net.x: [1, 2], net.keep_prob: 1.0}))
