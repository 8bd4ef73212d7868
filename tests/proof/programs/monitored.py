# ruff: noqa
"""MonitoredTrainingSession and tf.layers; the checkpoints' own runs are not the user's."""

import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

x = tf.constant(np.random.rand(20, 4).astype("float32"))
layer = tf.layers.dense(x, 8, activation=tf.nn.relu)
loss = tf.reduce_mean(tf.square(tf.layers.dense(layer, 1) - 1.0))
step = tf.train.get_or_create_global_step()
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)
hooks = [tf.train.StopAtStepHook(last_step=10)]
with tf.train.MonitoredTrainingSession(checkpoint_dir=tempfile.mkdtemp(), hooks=hooks) as sess:
    while not sess.should_stop():
        value, _ = sess.run([loss, train])
print("loss %.5f" % value)
