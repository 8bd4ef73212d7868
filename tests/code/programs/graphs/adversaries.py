import numpy as np
import tensorflow as tf

data = np.random.RandomState(1).rand(8, 2)
z = tf.placeholder(tf.float32, [None, 2])
x = tf.placeholder(tf.float32, [None, 2])
keep = tf.placeholder(tf.bool, None)
half = tf.constant_initializer(0.5)

with tf.variable_scope("generator"):
    g1 = tf.layers.dense(z, 3, tf.nn.relu, kernel_initializer=half)
    made = tf.layers.dense(g1, 2, kernel_initializer=half)

with tf.variable_scope("critic"):
    c1 = tf.layers.dense(x, 3, tf.nn.tanh, kernel_initializer=half, name="c1")
    real = tf.layers.dense(tf.layers.dropout(c1, 0.2, training=keep, seed=2), 1, kernel_initializer=half, name="out")

critic_loss = tf.reduce_mean(tf.square(real - 1.0))
made_loss = tf.reduce_mean(tf.abs(made - x))
critic_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="critic")
train_critic = tf.train.GradientDescentOptimizer(0.1).minimize(critic_loss, var_list=critic_vars)
train_made = tf.train.GradientDescentOptimizer(0.1).minimize(
    made_loss, var_list=tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="generator")
)
accuracy = tf.metrics.accuracy(labels=tf.round(x), predictions=tf.round(made))[1]
with tf.Session() as sess:
    sess.run(tf.group(tf.global_variables_initializer(), tf.local_variables_initializer()))
    for i in range(5):
        feed = {z: data, x: data + 1, keep: True}
        _, _, a, b, right = sess.run([train_critic, train_made, critic_loss, made_loss, accuracy], feed)
        print("%.5f %.5f %.5f" % (a, b, right))
    critic_loss = sess.run(critic_loss, {x: data, keep: False})
    print("%.5f" % critic_loss)
