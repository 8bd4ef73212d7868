import numpy as np
import tensorflow as tf
tf.set_random_seed(2)
x = tf.placeholder(tf.float32, [None, 3])
a = tf.Variable([[1.], [2.], [3.]])
b = tf.Variable([[1.], [2.], [3.]])
one = tf.reduce_mean(tf.square(tf.matmul(x, a) - 1))
two = tf.reduce_mean(tf.square(tf.matmul(x, a + b) - 2))
opt = tf.train.AdamOptimizer(0.1)
t1 = opt.minimize(one, var_list=[a])
t2 = opt.minimize(two, var_list=[b])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        _, l1 = sess.run([t1, one], {x: np.ones((2, 3))})
        _, l2 = sess.run([t2, two], {x: np.eye(3)})
    print('%.5f %.5f' % (l1, l2))
