"""Layers of tf.contrib and slim, with arguments that blocks give them."""

import numpy as np
import tensorflow as tf
import tensorflow.contrib.slim as slim
from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib.layers import batch_norm, conv2d, dropout, fully_connected, max_pool2d

tf.set_random_seed(3)
images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
labels = tf.placeholder(tf.int64, [None], name="labels")
training = tf.placeholder(tf.bool, name="training")

with arg_scope([conv2d], padding="VALID", activation_fn=tf.nn.elu, weights_initializer=tf.random_normal_initializer(0.0, 0.3, seed=4)):
    net = conv2d(images, 4, [3, 3], scope="first")
    # Its own padding counts.
    net = conv2d(net, 4, 3, padding="SAME")
net = max_pool2d(net, [2, 2], scope="pool")
with slim.arg_scope(
    [slim.conv2d, slim.fully_connected],
    normalizer_fn=slim.batch_norm,
    normalizer_params={"is_training": training, "decay": 0.9, "updates_collections": None},
    weights_regularizer=slim.l2_regularizer(0.01),
    weights_initializer=tf.truncated_normal_initializer(stddev=0.3, seed=5),
):
    net = slim.conv2d(net, 3, [2, 2], stride=1)
    net = slim.flatten(net)
    net = slim.fully_connected(net, 6, activation_fn=tf.nn.tanh)
net = batch_norm(net, is_training=training, activation_fn=tf.nn.relu, scale=True)
net = dropout(net, 0.75, is_training=False)
logits = fully_connected(net, 3, activation_fn=None, biases_initializer=None, weights_initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=6))
loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
total = loss + tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train = tf.train.GradientDescentOptimizer(0.05).minimize(total)
right = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))

random = np.random.RandomState(1)
pictures = random.uniform(size=(12, 8, 8, 1)).astype(np.float32)
kinds = random.randint(0, 3, 12)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(15):
        feed = {images: pictures, labels: kinds, training: True}
        _, now, whole = sess.run([train, loss, total], feed_dict=feed)
        print(step, round(float(now), 4), round(float(whole), 4))
    print(sess.run(right, {images: pictures, labels: kinds, training: False}))
