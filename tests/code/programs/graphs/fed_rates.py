import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
rate = tf.placeholder(tf.float32)
w = tf.Variable(tf.ones([4, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
slow = tf.Variable(0.1, trainable=False)
train = tf.train.AdamOptimizer(rate).minimize(loss)
opt = tf.train.MomentumOptimizer(learning_rate=slow, momentum=0.5)
second = opt.minimize(loss)
third = tf.train.RMSPropOptimizer(rate * 2).minimize(loss)
slower = slow.assign(slow * 0.5)
X = np.linspace(0, 1, 12).reshape(3, 4)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        _, l = sess.run([train, loss], {x: X, rate: 0.1 / (i + 1)})
        print(i, l)
        sess.run(second, {x: X})
        sess.run(slower)
        sess.run(third, feed_dict={x: X, rate: 0.01})
    print(sess.run(w).ravel().round(4).tolist(), sess.run(slow))
