import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
keep = tf.placeholder(tf.float32)
w = tf.Variable(tf.ones([2, 1]))
out = tf.matmul(x, w) * keep
train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(out)))
sess = tf.Session()
try:
    # All of it is run here.
    sess.run(tf.global_variables_initializer())
    for step in range(3):
        feed = {
            x: np.ones((3, 2)),
        }
        feed[keep] = 0.5 * (step + 1)
        sess.run(train, feed_dict=feed)
        given = dict()
        given[x] = np.ones((1, 2))
        given[keep] = 1.0
        print(step, sess.run(out, given).round(4).tolist())
finally:
    sess.close()
