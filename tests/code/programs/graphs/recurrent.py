import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

data = np.random.RandomState(3).rand(4, 5, 3).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 5, 3])
y = tf.placeholder(tf.int32, [None, 5])
keep = tf.placeholder(tf.float32)
lengths = tf.placeholder(tf.int32, [None])

with tf.variable_scope("one"):
    cell = tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=True)
    outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=lengths, dtype=tf.float32)
with tf.variable_scope("two"):
    stack = rnn.MultiRNNCell([tf.contrib.rnn.GRUCell(4), rnn.BasicRNNCell(3)])
    start = stack.zero_state(4, tf.float32)
    above, states = tf.nn.dynamic_rnn(stack, outputs, initial_state=start)


def network(inputs, size, keep):
    parts = tf.unstack(inputs, 5, 1)
    inner = rnn.DropoutWrapper(rnn.LSTMCell(size, forget_bias=0.5), output_keep_prob=keep)
    made, last = rnn.static_rnn(inner, parts, dtype=tf.float32)
    return tf.contrib.layers.fully_connected(made[-1] + last.h, 2, activation_fn=None)


logits = tf.layers.dense(above, 6)
cost = tf.contrib.seq2seq.sequence_loss(logits=logits, targets=y, weights=tf.ones([4, 5]))
side = network(x, 3, keep)
train = tf.train.AdamOptimizer(0.05).minimize(cost + tf.reduce_mean(tf.square(side)))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: data, y: [[0, 1, 2, 3, 4]] * 4, keep: 0.7, lengths: [5, 3, 2, 1]}
    for i in range(5):
        _, c, s = sess.run([train, cost, side], feed_dict=feed)
        print("%.5f" % c, s[0].tolist())
    h = sess.run(state, {x: data, lengths: [1, 2, 3, 4]})[1]
    print(h[1].tolist())
