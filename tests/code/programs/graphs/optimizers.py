import numpy as np
import tensorflow as tf

data = np.array([[1.0, -2.0], [0.5, 0.3], [-1.5, 2.0]], np.float32)
target = np.array([[1.0], [0.0], [2.0]], np.float32)
x = tf.placeholder(tf.float32, [None, 2])
t = tf.placeholder(tf.float32, [None, 1])
weights = {"a": tf.Variable([[0.1], [0.2]]), "b": tf.Variable([[0.3], [-0.1]]),
           "c": tf.Variable([[0.2], [0.4]]), "d": tf.Variable([[-0.2], [0.1]]),
           "e": tf.Variable([[0.4], [0.1]])}
loss_a = tf.losses.mean_squared_error(t, tf.matmul(x, weights["a"]))
loss_b = tf.losses.mean_squared_error(labels=t, predictions=tf.matmul(x, weights["b"]))
loss_c = tf.losses.absolute_difference(t, tf.matmul(x, weights["c"]))
loss_d = tf.losses.sigmoid_cross_entropy(t, tf.matmul(x, weights["d"]))
loss_e = tf.losses.mean_squared_error(t, tf.matmul(x, weights["e"]))
step_a = tf.train.AdamOptimizer(0.05).minimize(loss_a)
step_b = tf.train.RMSPropOptimizer(0.05, momentum=0.5).minimize(loss_b)
step_c = tf.train.MomentumOptimizer(0.01, 0.9, use_nesterov=True).minimize(loss_c)
chosen = tf.train.AdagradOptimizer(learning_rate=0.1)
step_d = chosen.minimize(loss_d, var_list=[weights["d"]])
step_e = tf.train.RMSPropOptimizer(0.02, decay=0.8, centered=True).minimize(loss_e)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(12):
        sess.run(step_a, {x: data, t: target})
        sess.run(step_b, {x: data, t: target})
        sess.run(step_c, {x: data, t: target})
        sess.run(step_e, {x: data, t: target})
        step_d.run({x: data, t: target})
    for name in "abcde":
        print(name, " ".join("%.4f" % v for v in sess.run(weights[name]).ravel()))
    print("%.4f %.4f" % tuple(sess.run([loss_a, loss_b], {x: data, t: target})))
