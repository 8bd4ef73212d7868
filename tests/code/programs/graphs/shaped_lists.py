import numpy as np
import tensorflow as tf
sizes = [2, 3]
sizes.pop()
sizes.extend([4])
x = tf.placeholder(tf.float32, [None, sizes[1]])
w = tf.Variable(tf.ones([int(x.get_shape()[1]), len(sizes)]))
y = tf.matmul(x, w)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {x: np.ones([1, 4])}))
