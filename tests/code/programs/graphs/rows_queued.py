"""Rows of tensors that go through queues into batches."""

import numpy as np
import tensorflow as tf

size = 2
rows = tf.convert_to_tensor([[1.0, 4.0], [9.0, 16.0], [25.0, 36.0]], dtype=tf.float32)
labels = tf.convert_to_tensor([0, 1, 2], dtype=tf.int32)
row, label = tf.train.slice_input_producer([rows, labels], shuffle=False)
row = tf.sqrt(row)
row = row * 2.0 - 1.0
X, Y = tf.train.batch([row, label], batch_size=size, capacity=8)
w = tf.Variable([[0.5], [0.25]])
guess = tf.matmul(X, w)
loss = tf.reduce_mean(tf.square(guess[:, 0] - tf.cast(Y, tf.float32)))
train = tf.train.GradientDescentOptimizer(0.001).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess=sess, coord=coord)
    for step in range(4):
        _, now, kinds = sess.run([train, loss, Y])
        print(step, np.round(now, 4), kinds)
    coord.request_stop()
    coord.join(threads)
