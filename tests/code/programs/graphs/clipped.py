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

optimizer = tf.train.AdamOptimizer(1e-2)
grads = optimizer.compute_gradients(loss)
for i, (g, v) in enumerate(grads):
    if g is not None:
        grads[i] = (tf.clip_by_norm(g, 5), v)
train = optimizer.apply_gradients(grads)

again = tf.train.GradientDescentOptimizer(0.1)
pairs = [(tf.clip_by_value(g, -0.1, 0.1), v) for g, v in again.compute_gradients(loss, [w]) if g is not None]
step = again.apply_gradients(pairs)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        sess.run(train, feed_dict={x: data, y: labels})
    print("%.4f" % sess.run(loss, feed_dict={x: data, y: labels}))
    for i in range(2):
        sess.run(step, feed_dict={x: data, y: labels})
    print(sess.run(w).round(4), sess.run(b).round(4))
