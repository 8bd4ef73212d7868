import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 12, 3])
c = tf.layers.conv1d(x, 8, 3, padding="same", activation=tf.nn.relu, name="c1")
most = tf.layers.max_pooling1d(c, 2, 2)
mean = tf.layers.average_pooling1d(c, 2, 2)
shape = tf.layers.conv3d(tf.reshape(x, [-1, 2, 6, 3, 1]), 2, [1, 2, 2])
both = tf.concat([tf.layers.flatten(most), tf.layers.flatten(mean), tf.layers.flatten(shape)], 1)
out = tf.layers.dense(both, 1)
loss = tf.reduce_mean(tf.square(out - 1.0))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    rng = np.random.RandomState(1)
    data = rng.rand(4, 12, 3)
    for i in range(20):
        _, v = sess.run([train, loss], {x: data})
        if i % 5 == 0:
            print("%.4f" % v)
