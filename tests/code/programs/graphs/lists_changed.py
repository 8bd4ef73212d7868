import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable(tf.ones([2, 2]))
parts = [x, tf.matmul(x, w)]
parts.extend([x * 2.0, x * 3.0])
parts.insert(0, x - 1.0)
parts.pop()
parts.reverse()
parts += [x * 7.0]
out = tf.concat(parts, 1)
names = ["a", "b"]
names.reverse()
print(names)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(out, {x: np.ones([1, 2])}))
