import numpy as np
import tensorflow as tf

tf.set_random_seed(4)
x = tf.placeholder(tf.float32, [None, 2])
with tf.variable_scope("one"):
    one = tf.layers.dense(x, 3, tf.nn.tanh)
with tf.variable_scope("two"):
    frozen = tf.layers.dense(x, 3, trainable=False)
    two = tf.layers.dense(frozen, 3)
loss_one = tf.reduce_mean(tf.square(one - 1))
loss_two = tf.reduce_mean(tf.square(two + 1))
train_one = tf.train.AdamOptimizer(0.1).minimize(loss_one)
train_two = tf.train.AdamOptimizer(0.1).minimize(loss_two)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    before = sess.run(frozen, {x: np.ones((1, 2))})
    for step in range(9):
        sess.run([train_one, train_two], {x: np.eye(2)})
        a, b = sess.run([loss_one, loss_two], {x: np.eye(2)})
        print("%.5f %.5f" % (a, b))
    print(np.abs(before - sess.run(frozen, {x: np.ones((1, 2))})).max())
