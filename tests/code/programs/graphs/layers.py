import numpy as np
import tensorflow as tf

xs = np.linspace(-1, 1, 24)[:, np.newaxis].astype(np.float32)
ys = np.square(xs)
tf_x = tf.placeholder(tf.float32, xs.shape)
tf_y = tf.placeholder(tf.float32, ys.shape)
hidden = tf.layers.dense(tf_x, 6, tf.nn.tanh, kernel_initializer=tf.constant_initializer(0.3))
output = tf.layers.dense(hidden, 1, kernel_initializer=tf.ones_initializer(), name="out")
loss = tf.losses.mean_squared_error(tf_y, output)
optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.05)
train_op = optimizer.minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for step in range(30):
    _, l, pred = sess.run([train_op, loss, output], {tf_x: xs, tf_y: ys})
    if step % 10 == 0:
        print("loss %.5f" % l, pred.shape)
