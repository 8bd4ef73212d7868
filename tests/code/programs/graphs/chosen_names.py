import numpy as np
import tensorflow as tf

ones = tf.constant_initializer(0.1)
x = tf.placeholder(tf.float32, [None, 3])
hidden = tf.layers.dense(x, 4, tf.nn.tanh, kernel_initializer=ones)
w = tf.get_variable("w", [4, 2], initializer=ones)
b = tf.get_variable("bias", [2], initializer=tf.zeros_initializer())
out = tf.matmul(hidden, w) + b
loss = tf.reduce_mean(tf.square(out - 1.0))
variables = tf.trainable_variables()
decay = tf.add_n([tf.nn.l2_loss(v) for v in variables if "bias" not in v.name]) * 0.1
small = 0.01 * sum(tf.reduce_sum(tf.abs(v)) for v in tf.trainable_variables() if "w" in v.name)
train = tf.train.GradientDescentOptimizer(0.2).minimize(loss + decay + small)
X = np.linspace(0, 1, 12).reshape(4, 3)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(3):
        _, value, weights, less = sess.run([train, loss, decay, small], {x: X})
        print(step, value.round(4), weights.round(4), less.round(4))
    print(sess.run(w).round(4).tolist(), sess.run(b).round(4).tolist())
