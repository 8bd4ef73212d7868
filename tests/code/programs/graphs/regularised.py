import numpy as np
import tensorflow as tf
tf.set_random_seed(1)
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.int64, [None])
regularizer = tf.contrib.layers.l2_regularizer(0.1)
h = tf.layers.dense(x, 5, tf.nn.relu, kernel_regularizer=regularizer)
h = tf.layers.dense(h, 4, tf.nn.relu, kernel_regularizer=tf.contrib.layers.l1_regularizer(scale=0.01))
w = tf.get_variable('w', [4, 2], regularizer=regularizer)
logits = tf.matmul(h, w)
cross = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=y))
reg = tf.losses.get_regularization_loss()
loss = cross + reg
listed = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
other = cross + tf.add_n(listed)
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        _, l, r, o = sess.run([train, loss, reg, other], {x: np.eye(3), y: [0, 1, 0]})
        print('%.5f %.5f %.5f' % (l, r, o))
