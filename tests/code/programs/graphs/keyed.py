import numpy as np
import tensorflow as tf

np.random.seed(0)
data = np.random.rand(32, 4).astype("float32")
labels = (data.sum(1) > 2).astype("int32")
x = tf.placeholder(tf.float32, [None, 4], name="x")
y = tf.placeholder(tf.int32, [None], name="y")
w = tf.Variable(tf.ones([4, 2]) * 0.1, name="w")
logits = tf.matmul(x, w)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
step = tf.Variable(0, trainable=False)
rate = tf.train.cosine_decay(0.5, step, 4, alpha=0.1)
train = tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)
holders = [x, y]
fetches = {"train": train, "loss": loss, "rate": rate}
with tf.Session().as_default() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(6):
        found = sess.run(fetches, feed_dict=dict(zip(holders, [data, labels])))
        print("%.4f" % found["loss"])
    one = sess.run({"weights": w})
    print(one["weights"].round(4), "%.4f" % loss.eval({x: data, y: labels}))
