import numpy as np, tempfile, os
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2])
step = tf.Variable(0, trainable=False, name="global_step")
w = tf.Variable(tf.ones([2, 1]), name="w")
h = tf.layers.dense(tf.matmul(x, w), 2, kernel_initializer=tf.ones_initializer(), name="d")
loss = tf.reduce_mean(h)
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)
t_vars = tf.trainable_variables()
saver = tf.train.Saver(t_vars, max_to_keep=2)
every = tf.train.Saver(var_list=tf.global_variables())
folder = tempfile.mkdtemp()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(train, {x: np.ones([1, 2])})
    saver.save(sess, os.path.join(folder, "a"))
    every.save(sess, os.path.join(folder, "b"))
    for i in range(2):
        sess.run(train, {x: np.ones([1, 2])})
    saver.restore(sess, os.path.join(folder, "a"))
    print(sess.run(w).round(4), int(sess.run(step)))
    every.restore(sess, os.path.join(folder, "b"))
    print(sess.run(w).round(4), int(sess.run(step)))
print(sorted(n for n, _ in tf.train.list_variables(os.path.join(folder, "a"))), sorted(n for n, _ in tf.train.list_variables(os.path.join(folder, "b"))))
