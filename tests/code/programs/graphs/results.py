import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable(tf.ones([2, 1]))
out = tf.matmul(x, w)
loss = tf.reduce_mean(tf.square(out))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
feed = {x: np.arange(6.0).reshape(3, 2) / 5}
fetches = [train, loss]
asked = (loss, out)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(2):
        result = sess.run([train, loss, out], feed)
        print(step, result[1].round(4), result[-1].round(3).tolist())
        _, value = sess.run(fetches, feed)
        print(value.round(4), [part.round(3).tolist() for part in sess.run(asked, feed)])
    last = sess.run(fetches, feed_dict=feed)
    print("last", last[1].round(4))
