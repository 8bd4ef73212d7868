import os
import tempfile

import numpy as np
import tensorflow as tf

np.random.seed(0)
data = np.random.rand(32, 4).astype("float32")
labels = (data.sum(1) > 2).astype("int32")
x = tf.placeholder(tf.float32, [None, 4], name="x")
y = tf.placeholder(tf.int32, [None], name="y")
with tf.variable_scope("first"):
    w = tf.get_variable("w", [4, 3], initializer=tf.constant_initializer(0.1))
    b = tf.Variable(tf.zeros([3]), name="b")
hidden = tf.nn.relu(tf.matmul(x, w) + b)
logits = tf.layers.dense(hidden, 2, kernel_initializer=tf.constant_initializer(0.2), name="out")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
optimizer = tf.train.GradientDescentOptimizer(0.1)
grads_and_vars = optimizer.compute_gradients(loss)
train = optimizer.apply_gradients(grads_and_vars)
grad_summaries = []
for g, v in grads_and_vars:
    if g is not None:
        most = tf.summary.scalar("{}/grad/most".format(v.name), tf.reduce_max(g))
        sparsity = tf.summary.scalar("{}/grad/sparsity".format(v.name), tf.nn.zero_fraction(g))
        grad_summaries.append(most)
        grad_summaries.append(sparsity)
grads_merged = tf.summary.merge(grad_summaries)
for var in tf.trainable_variables():
    tf.summary.scalar(var.op.name, tf.reduce_max(var))
    tf.summary.scalar(var.name.replace(":", "_") + "/mean", tf.reduce_mean(var))
loss_summary = tf.summary.scalar("loss", loss)
merged = tf.summary.merge([loss_summary, grads_merged])
everything = tf.summary.merge_all()
folder = tempfile.mkdtemp()
writer = tf.summary.FileWriter(folder)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        _, s, l = sess.run([train, merged, loss], feed_dict={x: data, y: labels})
        writer.add_summary(s, i)
        print("%.4f" % l)
    writer.add_summary(sess.run(everything, feed_dict={x: data, y: labels}), 9)
writer.close()
print(len(os.listdir(folder)))
