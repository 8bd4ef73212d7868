import numpy as np
import tensorflow as tf
np.random.seed(0)
data = np.random.rand(32, 4).astype("float32")
labels = (data.sum(1) > 2).astype("int32")
x = tf.placeholder(tf.float32, [None, 4], name="x")
y = tf.placeholder(tf.int32, [None], name="y")

w = tf.Variable(tf.ones([4, 2]) * 0.1, name="w")
b = tf.Variable(tf.zeros([2]), name="b")
logits = tf.add(tf.matmul(x, w), b, name="logits")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits), name="loss")
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)

def feed(train_it):
    if train_it:
        xs, ys = data[:16], labels[:16]
    else:
        xs, ys = data[16:], labels[16:]
    return {x: xs, y: ys}


def fill_feed_dict(start, x_pl, y_pl):
    """Fill a feed with eight rows."""
    feed_dict = {
        x_pl: data[start:start + 8],
        y_pl: labels[start:start + 8],
    }
    return feed_dict


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        sess.run(train, feed_dict=feed(True))
        rows = fill_feed_dict(i * 8, x, y)
        _, value = sess.run([train, loss], feed_dict=rows)
        print("%.4f" % value)
    print("%.4f" % sess.run(loss, feed_dict=feed(False)))
