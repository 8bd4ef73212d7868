import coder
import numpy as np
import tensorflow as tf


def main(shows):
    dim_x, dim_z, n_hidden = 6, 2, 5
    tf.set_random_seed(1)
    data = np.random.RandomState(1).rand(16, dim_x)
    x = tf.placeholder(tf.float32, shape=[None, dim_x], name="x")
    z_in = tf.placeholder(tf.float32, shape=[None, dim_z], name="latent")
    y, z, loss = coder.autoencoder(x, dim_x, dim_z, n_hidden)
    train_op = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    if shows and dim_z == 2:
        points = np.ones((3, dim_z))
        decoded = coder.decode(z_in, dim_x, n_hidden)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for epoch in range(5):
            _, total = sess.run((train_op, loss), feed_dict={x: data})
            print("%.5f" % total, sess.run(z, feed_dict={x: data}).shape)
            if shows and dim_z == 2:
                print(sess.run(decoded, feed_dict={z_in: points})[0].round(4))


if __name__ == "__main__":
    main(True)
