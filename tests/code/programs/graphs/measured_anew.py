import numpy as np
import tensorflow as tf
p = tf.placeholder(tf.int64, [None])
l = tf.placeholder(tf.int64, [None])
acc, up = tf.metrics.accuracy(l, p)
m, mu = tf.metrics.mean(tf.cast(p, tf.float32))
with tf.Session() as sess:
    sess.run(tf.local_variables_initializer())
    for i in range(2):
        _, a = sess.run([up, mu], {p: [1, i], l: [1, 1]})
        print(a)
    print(["%.4f" % v for v in sess.run([acc, m])])
    sess.run(tf.local_variables_initializer())
    print(sess.run(acc))
    sess.run(up, {p: [0], l: [0]})
    print(sess.run(acc))
