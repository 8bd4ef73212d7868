import math
import numpy as np
import tensorflow as tf

dimensions = [6, 4, 3]
x = tf.placeholder(tf.float32, [None, dimensions[0]], name="x")
current = x
encoder = []
for i, n_output in enumerate(dimensions[1:]):
    n_input = int(current.get_shape()[1])
    w = tf.Variable(tf.ones([n_input, n_output]) / math.sqrt(n_input))
    b = tf.Variable(tf.zeros([n_output]))
    encoder.append(w)
    current = tf.nn.tanh(tf.matmul(current, w) + b)
z = current
encoder.reverse()
for i, n_output in enumerate(dimensions[:-1][::-1]):
    b = tf.Variable(tf.zeros([n_output]))
    current = tf.nn.tanh(tf.matmul(current, tf.transpose(encoder[i])) + b)
cost = tf.reduce_mean(tf.square(current - x))
train = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
data = np.random.RandomState(0).rand(8, 6)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(3):
        _, value = sess.run([train, cost], {x: data})
        print("%.5f" % value)
    print(sess.run(z, {x: data[:1]}).round(4))
