import numpy as np
import tensorflow as tf

rows = np.random.RandomState(1).rand(6, 3)
s = tf.placeholder(tf.float32, [None, 3])
s_ = tf.placeholder(tf.float32, [None, 3])
wanted = tf.placeholder(tf.float32, [None, 2])
half = tf.random_normal_initializer(0.0, 0.3, seed=1)
other = tf.random_normal_initializer(0.0, 0.3, seed=2)
with tf.variable_scope("eval"):
    e1 = tf.layers.dense(s, 4, tf.nn.relu, kernel_initializer=half, name="e1")
    q = tf.layers.dense(e1, 2, kernel_initializer=half, name="q")
with tf.variable_scope("target"):
    t1 = tf.layers.dense(s_, 4, tf.nn.relu, kernel_initializer=other, name="t1")
    q_ = tf.layers.dense(t1, 2, kernel_initializer=other, name="q")
loss = tf.reduce_mean(tf.square(wanted - q))
train = tf.train.AdamOptimizer(0.05).minimize(loss)
t_params = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="target")
e_params = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="eval")
replace = [tf.assign(t, 0.5 * t + 0.5 * e) for t, e in zip(t_params, e_params)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        sess.run(replace)
        after = sess.run(q_, {s_: rows})
        cost, _ = sess.run([loss, train], {s: rows, wanted: 0.9 * after + 1.0})
        print("%.4f" % cost)
    print(np.round(sess.run(q_, {s_: rows[:2]}), 4))
