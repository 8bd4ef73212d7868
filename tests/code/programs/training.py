import numpy as np
import tensorflow as tf

tf.set_random_seed(7)
rng = np.random.RandomState(0)
data = rng.rand(64, 3).astype("float32")
target = data.dot([[1.0], [2.0], [3.0]]) + 0.5
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
loss = tf.losses.mean_squared_error(y, tf.layers.dense(x, 1))
rate = tf.train.exponential_decay(0.1, tf.train.get_or_create_global_step(), 10, 0.9, staircase=True)
for maker in (tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer, tf.train.MomentumOptimizer):
    extra = {"momentum": 0.9} if maker is tf.train.MomentumOptimizer else {}
    step = maker(rate, **extra).minimize(loss, global_step=tf.train.get_global_step())
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(20):
            value, _ = sess.run([loss, step], {x: data, y: target})
        print(maker.__name__, "%.4f" % value, sess.run(rate).round(5))
