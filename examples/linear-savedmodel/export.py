"""Fit y = 2x + 1 and export the model the articles talk about: one weight, one bias."""

from __future__ import print_function

import shutil

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 1], name="x")
y_true = tf.placeholder(tf.float32, [None, 1], name="y_true")
w = tf.Variable(tf.zeros([1, 1]), name="w")
b = tf.Variable(tf.zeros([1]), name="b")
y = tf.add(tf.matmul(x, w), b, name="y")
loss = tf.reduce_mean(tf.square(y - y_true))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

xs = np.linspace(-1, 1, 32, dtype=np.float32).reshape(-1, 1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(200):
        sess.run(train, {x: xs, y_true: 2 * xs + 1})
    shutil.rmtree("model", ignore_errors=True)
    builder = tf.saved_model.builder.SavedModelBuilder("model")
    signature = tf.saved_model.signature_def_utils.predict_signature_def({"x": x}, {"y": y})
    builder.add_meta_graph_and_variables(
        sess, [tf.saved_model.tag_constants.SERVING], {"serving_default": signature}
    )
    builder.save()
    print("loss %.6f" % sess.run(loss, {x: xs, y_true: 2 * xs + 1}))
