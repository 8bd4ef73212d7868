import numpy as np
import tensorflow as tf

data = np.random.RandomState(1).rand(4, 6, 6, 1).astype(np.float32)
half = tf.constant_initializer(0.1)


def part(x, units):
    w = tf.get_variable("w", [8, units], initializer=half)
    return tf.matmul(x, w)


def generator(z, reuse=False):
    with tf.variable_scope("Generator", reuse=reuse):
        z = tf.layers.dense(z, units=3 * 3 * 2, kernel_initializer=half)
        z = tf.reshape(tf.nn.tanh(z), [-1, 3, 3, 2])
        return tf.layers.conv2d_transpose(z, 1, 2, strides=2, kernel_initializer=half)


def critic(x, reuse=False):
    with tf.variable_scope("Critic", reuse=reuse):
        x = tf.layers.conv2d(x, 2, 3, kernel_initializer=half)
        x = tf.layers.average_pooling2d(x, 2, 2)
        x = tf.contrib.layers.flatten(x)
        frozen = tf.get_variable("frozen", [8], initializer=half, trainable=False)
        return part(x + frozen, 1)


noise = tf.placeholder(tf.float32, [None, 5])
images = tf.placeholder(tf.float32, [None, 6, 6, 1])
made = generator(noise)
real = critic(images)
fake = critic(made, reuse=True)
critic_loss = tf.reduce_mean(tf.square(real - 1.0)) + tf.reduce_mean(tf.square(fake))
made_loss = tf.reduce_mean(tf.square(fake - 1.0))
made_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="Generator")
critic_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="Critic")
train_made = tf.train.GradientDescentOptimizer(0.1).minimize(made_loss, var_list=made_vars)
train_critic = tf.train.GradientDescentOptimizer(0.1).minimize(critic_loss, var_list=critic_vars)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        feed = {noise: np.ones([4, 5]) * i, images: data}
        _, a = sess.run([train_critic, critic_loss], feed_dict=feed)
        _, b = sess.run([train_made, made_loss], feed_dict=feed)
        print("%.5f %.5f" % (a, b))
    print(sess.run(made, {noise: np.ones([1, 5])}).ravel()[:4].tolist())
