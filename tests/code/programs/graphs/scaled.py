import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 5])

a = tf.get_variable("a", [5, 4], initializer=tf.contrib.layers.variance_scaling_initializer(seed=1))
b = tf.get_variable("b", [4, 3], initializer=tf.contrib.layers.variance_scaling_initializer(1.0, "FAN_AVG", True, seed=2))
c = tf.get_variable("c", [3, 2], initializer=tf.contrib.layers.variance_scaling_initializer(mode="FAN_OUT", seed=3))
y = tf.matmul(tf.matmul(tf.matmul(x, a), b), c)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for value in sess.run([a, b, c]):
        print(np.round(value, 4))
    print(np.round(sess.run(y, {x: np.ones([2, 5])}), 4))
