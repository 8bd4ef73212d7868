"""Recurrent cells whose variables are saved under the names of 1.x, and restored."""

import os
import tempfile

import numpy as np
import tensorflow as tf

path = os.path.join(tempfile.mkdtemp(), "model")
x = tf.placeholder(tf.float32, [None, 4, 3], name="x")
y = tf.placeholder(tf.float32, [None, 2], name="y")
start = tf.random_normal_initializer(0.0, 0.4, seed=2)
if tf.__version__ >= "1":
    cell = tf.contrib.rnn.BasicLSTMCell(num_units=5)
else:
    cell = tf.nn.rnn_cell.BasicLSTMCell(num_units=5)
with tf.variable_scope("words"):
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
layers = [tf.nn.rnn_cell.GRUCell(4) for _ in range(2)]
stacked = tf.nn.rnn_cell.MultiRNNCell(layers)
deep, _ = tf.nn.dynamic_rnn(stacked, outputs, dtype=tf.float32)
weights = tf.get_variable("weights", [4, 2], initializer=start)
last = tf.gather(tf.transpose(deep, [1, 0, 2]), int(deep.get_shape()[1]) - 1)
answer = tf.matmul(last, weights)
loss = tf.reduce_mean(tf.square(answer - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
saver = tf.train.Saver(max_to_keep=2)

numbers = np.random.RandomState(3)
given = numbers.uniform(-1, 1, (6, 4, 3)).astype(np.float32)
wanted = given[:, 0, :2]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: given, y: wanted}
    first = sess.run(loss, feed_dict=feed)
    for step in range(30):
        sess.run(train, feed_dict=feed)
    kept = sess.run(loss, feed_dict=feed)
    saver.save(sess, path, global_step=30)
    print(first > kept, sorted(name for name, _ in tf.train.list_variables(path + "-30")))
    for step in range(10):
        sess.run(train, feed_dict=feed)
    changed = sess.run(loss, feed_dict=feed)
    saver.restore(sess, path + "-30")
    again = sess.run(loss, feed_dict=feed)
    print(changed < kept, abs(again - kept) < 1e-6)
