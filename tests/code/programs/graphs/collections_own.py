import numpy as np
import tensorflow as tf
tf.set_random_seed(1)


def variable(name, shape, wd):
    var = tf.get_variable(name, shape, initializer=tf.random_normal_initializer(stddev=.3))
    if wd is not None:
        weight_decay = tf.multiply(tf.nn.l2_loss(var), wd, name='weight_loss')
        tf.add_to_collection('losses', weight_decay)
    return var


def inference(x):
    with tf.variable_scope('one'):
        w = variable('w', [3, 4], 0.01)
        h = tf.nn.relu(tf.matmul(x, w))
    with tf.variable_scope('two'):
        w = variable('w', [4, 2], None)
        return tf.matmul(h, w)


def loss_of(logits, y):
    cross = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=y)
    mean = tf.reduce_mean(cross)
    tf.add_to_collection('losses', mean)
    return tf.add_n(tf.get_collection('losses'), name='total_loss')


x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.int64, [None])
logits = inference(x)
loss = loss_of(logits, y)
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        _, l = sess.run([train, loss], {x: np.eye(3), y: [0, 1, 0]})
        print('%.5f' % l)
