import numpy as np
import tensorflow as tf
tf.set_random_seed(3)
rng = np.random.RandomState(0)
xs = rng.rand(64, 8, 8, 3).astype('float32')
ys = (xs.mean(axis=(1, 2, 3)) > 0.5).astype('int64')
x = tf.placeholder(tf.float32, [None, 8, 8, 3])
y = tf.placeholder(tf.int64, [None])
training = tf.placeholder(tf.bool)
h = tf.layers.conv2d(x, 4, 3, name='c')
h = tf.layers.batch_normalization(h, momentum=0.9, training=training)
h = tf.nn.relu(h)
h = tf.layers.flatten(h)
h = tf.layers.dense(h, 10)
h = tf.layers.batch_normalization(h, momentum=0.9, training=training, name='b2')
h = tf.nn.relu(h)
logits = tf.layers.dense(h, 2)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
with tf.control_dependencies(update_ops):
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(50):
        i = (step * 16) % 64
        _, l = sess.run([train_op, loss], feed_dict={x: xs[i:i+16], y: ys[i:i+16], training: True})
        if step % 7 == 0:
            print(step, '%.6f' % l, '%.6f' % sess.run(loss, {x: xs, y: ys, training: False}))
