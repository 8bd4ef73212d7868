"""Recurrent cells that read sequences forwards and backwards; releases that call it otherwise."""

import os
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

path = os.path.join(tempfile.mkdtemp(), "model")
data = np.random.RandomState(3).rand(4, 5, 3).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 5, 3])
y = tf.placeholder(tf.float32, [None, 2])
lengths = tf.placeholder(tf.int32, [None])

forward = tf.nn.rnn_cell.LSTMCell(4)
backward = tf.nn.rnn_cell.GRUCell(3)
with tf.variable_scope("letters"):
    (ahead, back), states = tf.nn.bidirectional_dynamic_rnn(
        forward, backward, x, sequence_length=lengths, dtype=tf.float32
    )
both = tf.concat([ahead, back], 2)
there = rnn.BasicRNNCell(2)
here = rnn.BasicRNNCell(2)
whole, (_, last) = tf.nn.bidirectional_dynamic_rnn(
    there, here, tf.transpose(both, [1, 0, 2]), time_major=True,
    dtype=tf.float32,
)


def network(inputs):
    steps = tf.unstack(inputs, 5, 1)
    one = rnn.BasicLSTMCell(3, forget_bias=1.0)
    other = rnn.BasicLSTMCell(3, forget_bias=1.0)
    with tf.variable_scope("steps"):
        try:
            made, after, _ = rnn.static_bidirectional_rnn(one, other, steps, dtype=tf.float32)
        except Exception:  # Releases that return outputs only.
            made = rnn.static_bidirectional_rnn(one, other, steps, dtype=tf.float32)
            after = None
    try:
        joined = tf.concat([made[-1], after.h], 1)
    except AttributeError:
        joined = tf.concat_v2([made[-1], after.h], 1)
    try:
        scaled = tf.batch_scalar(joined)
    except AttributeError:
        scaled = tf.scalar_mul(0.5, joined)
    return scaled


try:
    means = tf.reduce_average
except AttributeError:
    means = tf.reduce_mean

side = network(x)
answer = tf.layers.dense(tf.concat([side, last], 1), 2)
cost = means(tf.square(answer - y)) + means(tf.square(whole[0]))
train = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: data, y: data[:, 0, :2], lengths: [5, 3, 2, 1]}
    for i in range(5):
        _, c, s = sess.run([train, cost, side], feed_dict=feed)
        print("%.5f" % c, s[0].tolist())
    one, two = sess.run(states, {x: data, lengths: [1, 2, 3, 4]})
    print(one[1].tolist(), two.tolist())
    print(sess.run(both, feed)[1].tolist())
    saver.save(sess, path)
    kept = sess.run(cost, feed)
    sess.run(train, feed_dict=feed)
    saver.restore(sess, path)
    print(sorted(name for name, _ in tf.train.list_variables(path)))
    print(abs(kept - sess.run(cost, feed)) < 1e-6)
