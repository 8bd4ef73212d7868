import numpy as np
import tensorflow as tf
tf.set_random_seed(2)
sizes = [2, 3, 4]
x = tf.placeholder(tf.float32, [None, 8, 5])
y = tf.placeholder(tf.int64, [None])
expanded = tf.expand_dims(x, -1)
pooled = []
for i, size in enumerate(sizes):
    with tf.name_scope("conv-%s" % size):
        shape = [size, 5, 1, 6]
        W = tf.Variable(tf.truncated_normal(shape, stddev=0.1), name="W")
        b = tf.Variable(tf.constant(0.1, shape=[6]), name="b")
        conv = tf.nn.conv2d(expanded, W, strides=[1, 1, 1, 1], padding="VALID", name="conv")
        h = tf.nn.relu(tf.nn.bias_add(conv, b), name="relu")
        p = tf.nn.max_pool(h, ksize=[1, 8 - size + 1, 1, 1], strides=[1, 1, 1, 1], padding='VALID')
        pooled.append(p)
total = 6 * len(sizes)
flat = tf.reshape(tf.concat(pooled, 3), [-1, total])
h = flat
for n in [7, 5]:
    h = tf.layers.dense(h, n, activation=tf.nn.tanh)
logits = tf.layers.dense(h, 2)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
train = tf.train.GradientDescentOptimizer(0.3).minimize(loss)
rng = np.random.RandomState(0)
xs = rng.rand(32, 8, 5)
ys = rng.randint(0, 2, 32)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        _, l = sess.run([train, loss], {x: xs, y: ys})
    print('%.5f' % l)
