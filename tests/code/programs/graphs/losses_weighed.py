"""Losses that are weighed, smoothed, or no plain means; choices by vectors; labels that are computed."""

import numpy as np
import tensorflow as tf

given = np.array([[1.2, -0.3, 0.4], [0.1, 0.9, -2.0], [0.3, 0.3, 0.3]], np.float32)
kinds = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], np.float32)
numbers = np.array([2, 0, 1])
x = tf.placeholder(tf.float32, [None, 3], name="x")
y = tf.placeholder(tf.float32, [None, 3], name="y")
w = tf.placeholder(tf.float32, [None, 1], name="w")
scale = tf.Variable([1.0, 2.0, 0.5])
scaled = x * scale
losses = [
    tf.losses.mean_squared_error(y, scaled, w),
    tf.losses.absolute_difference(y, scaled, weights=w),
    tf.losses.absolute_difference(y, scaled, weights=w, reduction=tf.losses.Reduction.SUM),
    tf.losses.hinge_loss(y, scaled),
    tf.losses.huber_loss(y, scaled, delta=0.5),
    tf.losses.log_loss(y, tf.nn.softmax(scaled)),
    tf.losses.cosine_distance(y, scaled, axis=1),
    tf.losses.sigmoid_cross_entropy(y, scaled, label_smoothing=0.1),
    tf.losses.softmax_cross_entropy(y, scaled, weights=tf.squeeze(w), label_smoothing=0.2),
    tf.losses.sparse_softmax_cross_entropy(tf.argmax(y, 1), scaled, weights=w),
    tf.losses.mean_squared_error(y, scaled),
]
crossed = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(scaled * 2), logits=scaled))
slopes = tf.gradients(crossed, [scale])
chosen = tf.where(numbers > 0, x, y)
total = tf.add_n(losses)
train = tf.train.GradientDescentOptimizer(0.01).minimize(total)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: given, y: kinds, w: [[1.0], [0.0], [2.0]]}
    for number in range(11):
        print(number, sess.run(losses, feed)[number])
    print(np.round(sess.run(slopes, feed_dict=feed), 5), sess.run(chosen, {x: given, y: kinds}))
    for _ in range(20):
        print(np.round(sess.run([train, total], feed_dict=feed)[1], 3))
    print(np.round(sess.run(scale), 4), sess.run(tf.div(4.0, 2.0)), sess.run(tf.div(given, 2.0)))
    print(sess.run(tf.space_to_batch(tf.ones([1, 2, 2, 1]), [[0, 0], [0, 0]], 2)).shape)
    print(sess.run(tf.batch_to_space(tf.ones([4, 1, 1, 1]), [[0, 0], [0, 0]], 2)).shape)
