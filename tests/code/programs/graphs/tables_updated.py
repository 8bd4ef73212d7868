import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2])
net = {"a": x * 2.0}
net.update({"b": x + 1.0})
y = net["a"] + net["b"]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {x: np.ones([1, 2])}), sess.run(net["b"], {x: np.ones([1, 2])}))
