import tensorflow as tf


def encoder(x, n_hidden, n_output):
    with tf.variable_scope("encoder"):
        w_init = tf.random_normal_initializer(0.0, 0.4)
        w0 = tf.get_variable("w0", [x.get_shape()[1], n_hidden], initializer=w_init)
        b0 = tf.get_variable("b0", [n_hidden], initializer=tf.constant_initializer(0.1))
        h0 = tf.nn.elu(tf.matmul(x, w0) + b0)
        wo = tf.get_variable("wo", [h0.get_shape()[1], n_output * 2], initializer=w_init)
        both = tf.matmul(h0, wo)
        mean = both[:, :n_output]
        stddev = 1e-6 + tf.nn.softplus(both[:, n_output:])
    return mean, stddev


def decoder(z, n_hidden, n_output, reuse=False):
    with tf.variable_scope("decoder", reuse=reuse):
        w_init = tf.random_normal_initializer(0.0, 0.4)
        w0 = tf.get_variable("w0", [z.get_shape()[1], n_hidden], initializer=w_init)
        h0 = tf.nn.tanh(tf.matmul(z, w0))
        wo = tf.get_variable("wo", [h0.get_shape()[1], n_output], initializer=w_init)
        y = tf.sigmoid(tf.matmul(h0, wo))
    return y


def autoencoder(x, dim_x, dim_z, n_hidden):
    mu, sigma = encoder(x, n_hidden, dim_z)
    z = mu + sigma * tf.random_normal(tf.shape(mu), 0, 1, dtype=tf.float32)
    y = decoder(z, n_hidden, dim_x)
    loss = tf.reduce_mean(tf.square(x - y)) + 0.01 * tf.reduce_mean(tf.square(mu) + sigma)
    return y, z, loss


def decode(z, dim_x, n_hidden):
    y = decoder(z, n_hidden, dim_x, reuse=True)

    return y
