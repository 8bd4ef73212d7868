import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 64])
def conv(x, n, k=3, name="c", pool=True):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [k, k, x.get_shape()[-1], n], initializer=tf.ones_initializer())
        b = tf.get_variable("b", [n], initializer=tf.zeros_initializer())
        h = tf.nn.relu(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME") + b)
        if pool:
            h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    return h
image = tf.reshape(x, [-1, 8, 8, 1])
if len(image.get_shape()) == 4:
    print("images", image.get_shape().ndims)
h = conv(image, 2, name="a")
h = conv(h, 3, name="b", pool=False)
shape = h.get_shape().as_list()
print(shape)
size = int(np.prod(shape[1:]))
flat = tf.reshape(h, [-1, size])
w = tf.Variable(tf.ones([flat.shape[1].value, 2]))
v = tf.Variable(tf.ones([int(flat.get_shape()[1]), h.shape[3]]))
out = tf.matmul(flat, w)
more = tf.matmul(flat, v)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([out, more], {x: np.ones([1, 64])}))
