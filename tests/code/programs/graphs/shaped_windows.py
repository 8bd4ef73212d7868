import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 7, 7, 1])
w = tf.Variable(tf.ones([3, 3, 1, 2]))
a = tf.nn.conv2d(x, w, [1, 2, 2, 1], "VALID")
b = tf.nn.conv2d(x, w, strides=[1, 2, 2, 1], padding="SAME")
c = tf.nn.max_pool(b, [1, 3, 3, 1], [1, 2, 2, 1], "VALID")
e = tf.layers.conv2d(x, 3, (3, 2), strides=(2, 1), kernel_initializer=tf.ones_initializer())
f = tf.layers.max_pooling2d(e, 2, 2)
t = tf.transpose(x, [0, 3, 1, 2])
q = tf.expand_dims(tf.reduce_mean(x, [1, 2]), 1)
va = tf.Variable(tf.ones(a.get_shape().as_list()[1:]))
vc = tf.Variable(tf.ones([int(np.prod(c.get_shape().as_list()[1:])), 1]))
vf = tf.Variable(tf.ones([f.get_shape()[1].value * f.shape[2].value * int(f.shape[3]), 1]))
y = tf.reduce_sum(a * va) + tf.reduce_sum(tf.matmul(tf.reshape(c, [-1, vc.get_shape().as_list()[0]]), vc))
y2 = tf.reduce_sum(tf.matmul(tf.layers.flatten(f), vf))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(["%.2f" % v for v in sess.run([y, y2], {x: np.ones([1, 7, 7, 1])})], [v.shape for v in sess.run([va, vc, vf])])
