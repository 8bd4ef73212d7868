import os
import tempfile

import tensorflow as tf

tf.set_random_seed(3)
c = tf.random_uniform([2], -10, 10, seed=2)
d = tf.random_normal([2], seed=3)

with tf.Session() as sess:
    print(sess.run(c).tolist(), sess.run(c).tolist())
    print(sess.run(d).tolist())

with tf.Session() as sess:
    print(sess.run(c).tolist())

x = tf.placeholder(tf.float32, [None, 2])
with tf.variable_scope("net"):
    w = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer())
    h = tf.layers.dense(tf.matmul(x, w), 2, kernel_initializer=tf.constant_initializer(0.5))
b = tf.Variable(tf.zeros([2]), name="b")
out = h + b
cost = tf.reduce_mean(tf.square(out - 1.0))
train = tf.train.GradientDescentOptimizer(0.01).minimize(cost)
saver = tf.train.Saver(max_to_keep=2)
folder = tempfile.mkdtemp()
path = os.path.join(folder, "model")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(4):
        sess.run(train, {x: [[1, 2]]})
        saver.save(sess, path, global_step=step)
    before = sess.run(out, {x: [[1, 2]]})
    print(before.tolist())
latest = tf.train.latest_checkpoint(folder)
print(os.path.basename(latest), sorted(name for name, _ in tf.train.list_variables(latest)))
print(sorted(f for f in os.listdir(folder) if f.endswith(".index")))
with tf.Session() as sess:
    state = tf.train.get_checkpoint_state(folder)
    if state:
        saver.restore(sess, state.model_checkpoint_path)
    else:
        sess.run(tf.global_variables_initializer())
    print(sess.run(out, {x: [[1, 2]]}).tolist())
