"""Variables that a function collects when it is called, of layers that the module made."""

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
with tf.variable_scope("online"):
    h = tf.layers.dense(x, 3, tf.nn.relu, kernel_initializer=tf.random_normal_initializer(0, 0.5, seed=1))
    online = tf.layers.dense(h, 1, kernel_initializer=tf.random_normal_initializer(0, 0.5, seed=2))
with tf.variable_scope("target"):
    h2 = tf.layers.dense(x, 3, tf.nn.relu, kernel_initializer=tf.zeros_initializer(), trainable=False)
    target = tf.layers.dense(h2, 1, kernel_initializer=tf.zeros_initializer(), trainable=False)
loss = tf.reduce_mean(tf.squared_difference(tf.stop_gradient(target) + 1.0, online))
train = tf.train.AdamOptimizer(0.05).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
counter = 0


def learn(rows):
    global counter
    if counter % 3 == 2:
        old = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="target")
        new = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="online")
        sess.run([tf.assign(t, e) for t, e in zip(old, new)])
    counter += 1
    return sess.run([train, loss], {x: rows})[1]


numbers = np.array([[1.0, 2.0], [-0.5, 0.25], [0.75, -1.0]], np.float32)
for _ in range(8):
    print("%.3f" % learn(numbers))
print(np.round(sess.run(target, {x: numbers}).ravel(), 3))
