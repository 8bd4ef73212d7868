import numpy as np
import tensorflow as tf
tf.set_random_seed(5)
rng = np.random.RandomState(1)


def generator(z, is_training=True, reuse=False):
    with tf.variable_scope('generator', reuse=reuse):
        h = tf.layers.dense(z, 16)
        h = tf.layers.batch_normalization(h, training=is_training, momentum=0.9)
        h = tf.nn.relu(h)
        return tf.layers.dense(h, 4)


def discriminator(x, reuse=False):
    with tf.variable_scope('discriminator') as scope:
        if reuse:
            scope.reuse_variables()
        h = tf.layers.dense(x, 16)
        h = tf.layers.batch_normalization(h, training=True, momentum=0.9)
        h = tf.nn.leaky_relu(h)
        return tf.layers.dense(h, 1)


x = tf.placeholder(tf.float32, [None, 4])
z = tf.placeholder(tf.float32, [None, 3])
fake = generator(z)
real_logits = discriminator(x)
fake_logits = discriminator(fake, reuse=True)
sample = generator(z, is_training=False, reuse=True)

d_loss = tf.reduce_mean(
    tf.nn.sigmoid_cross_entropy_with_logits(logits=real_logits, labels=tf.ones_like(real_logits))
) + tf.reduce_mean(
    tf.nn.sigmoid_cross_entropy_with_logits(logits=fake_logits, labels=tf.zeros_like(fake_logits)))
g_loss = tf.reduce_mean(
    tf.nn.sigmoid_cross_entropy_with_logits(logits=fake_logits, labels=tf.ones_like(fake_logits)))
t_vars = tf.trainable_variables()
d_vars = [v for v in t_vars if v.name.startswith('discriminator')]
g_vars = [v for v in t_vars if v.name.startswith('generator')]
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    d_train = tf.train.GradientDescentOptimizer(0.05).minimize(d_loss, var_list=d_vars)
    g_train = tf.train.GradientDescentOptimizer(0.05).minimize(g_loss, var_list=g_vars)

sess = tf.Session()
sess.run(tf.global_variables_initializer())
for step in range(50):
    xb = rng.randn(32, 4).astype('float32') + 1
    zb = rng.randn(32, 3).astype('float32')
    _, d = sess.run([d_train, d_loss], {x: xb, z: zb})
    _, g = sess.run([g_train, g_loss], {x: xb, z: zb})
    if step % 7 == 0:
        print(step, '%.5f' % d, '%.5f' % g)
s = sess.run(sample, {z: np.ones((2, 3), 'float32')})
print(s.shape, '%.4f' % s.mean())
