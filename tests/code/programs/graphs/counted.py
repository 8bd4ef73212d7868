import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
w = tf.Variable(tf.ones([4, 3]), name="w")
b = tf.Variable(tf.zeros([3]), name="b")
step = tf.Variable(0, trainable=False)
h = tf.matmul(x, w) + b
total = sum([np.prod(v.get_shape().as_list()) for v in tf.trainable_variables()])
print(int(total), w.shape.as_list(), b.get_shape().num_elements())
print(int(np.sum([np.prod(v.get_shape().as_list()) for v in tf.trainable_variables()])))
n = 0
for v in tf.trainable_variables():
    n += int(np.prod(v.get_shape().as_list()))
print(n, sum(int(np.prod(v.shape.as_list())) for v in tf.global_variables()))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(h, {x: np.ones([1, 4])}))
