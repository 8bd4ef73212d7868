import numpy as np
import tensorflow as tf

tf.set_random_seed(5)
x = tf.constant(np.linspace(-1, 1, 24).reshape(2, 4, 3), tf.float32)
cells = [tf.nn.rnn_cell.BasicLSTMCell(4), tf.nn.rnn_cell.GRUCell(4)]
stacked = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.DropoutWrapper(c, output_keep_prob=1.0) for c in cells])
outputs, state = tf.nn.dynamic_rnn(stacked, x, sequence_length=[4, 2], dtype=tf.float32)
print([v.name for v in tf.global_variables()])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(np.round(sess.run(outputs)[:, -1], 4).tolist())
    print(np.round(sess.run(state[0].c), 4).tolist())
