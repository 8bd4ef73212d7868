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

graph = tf.get_default_graph()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    out = graph.get_tensor_by_name("logits:0")
    x_in = graph.get_tensor_by_name("x:0")
    print(sess.run(out, feed_dict={x_in: data[:2]}).round(4))
    print(sess.run("logits:0", feed_dict={"x:0": data[:1]}).round(4))
    cost = sess.graph.get_operation_by_name("loss").outputs[0]
    print("%.4f" % sess.run(cost, feed_dict={x: data, y: labels}))
