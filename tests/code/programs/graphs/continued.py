import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
rows = np.random.RandomState(0).rand(6, 3)
x = tf.placeholder(tf.float32, [None, 3])
hidden = tf.layers.dense(x, 2, tf.nn.tanh, kernel_initializer=tf.constant_initializer(0.3), name="hidden")
w = tf.Variable([[0.5], [0.2]], name="w")
count = tf.Variable(0, trainable=False, name="count")
loss = tf.reduce_mean(tf.square(tf.matmul(hidden, w) - 1.0))
train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=count)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        _, cost = sess.run([train, loss], {x: rows})
        print("%.5f" % cost)
        if i == 1:
            saver.save(sess, os.path.join(folder, "model"))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    saver.restore(sess, os.path.join(folder, "model"))
    for i in range(2):
        sess.run(tf.assign(count, 10 * i))
        print(sess.run(count.assign_add(i)))
    for i in range(3):
        _, cost = sess.run([train, loss], {x: rows})
        print("%.5f" % cost, sess.run(count))
print(sorted(name for name, _ in tf.train.list_variables(os.path.join(folder, "model"))))
