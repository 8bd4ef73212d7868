import numpy as np
import tensorflow as tf
tf.set_random_seed(2)
x = tf.placeholder(tf.float32, [None, 4, 3])
keep = tf.placeholder(tf.float32)
cell = tf.nn.rnn_cell.BasicLSTMCell(5)
cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=keep)
out, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
y = tf.reduce_mean(tf.square(out))
t = tf.train.GradientDescentOptimizer(0.5).minimize(y)
with tf.Session() as s:
    s.run(tf.global_variables_initializer())
    for i in range(4):
        s.run(t, {x: np.ones((2, 4, 3)), keep: 1.0})
        print('%.6f' % s.run(y, {x: np.ones((2, 4, 3)), keep: 1.0}))
