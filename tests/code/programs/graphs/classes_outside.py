import numpy as np
import tensorflow as tf

np.random.seed(1)
x = np.linspace(-1, 1, 20)[:, np.newaxis]
y = np.power(x, 2)


class Net(object):
    def __init__(self, opt, **kwargs):
        self.x = tf.placeholder(tf.float32, [None, 1])
        self.y = tf.placeholder(tf.float32, [None, 1])
        l = tf.layers.dense(self.x, 6, tf.nn.relu, kernel_initializer=tf.random_normal_initializer(seed=1))
        out = tf.layers.dense(l, 1, kernel_initializer=tf.random_normal_initializer(seed=2))
        self.loss = tf.losses.mean_squared_error(self.y, out)
        self.out = out
        self.train = tf.train.AdamOptimizer(0.05).minimize(self.loss)


class Line(object):
    def __init__(self):
        self.w = tf.Variable([[2.0]])
        self.inputs = tf.placeholder(tf.float32, [None, 1])
        self.target = tf.placeholder(tf.float32, [None, 1])
        self.cost = tf.reduce_mean(tf.square(tf.matmul(self.inputs, self.w) - self.target))
        self.step = tf.train.GradientDescentOptimizer(0.1).minimize(self.cost)


def fit(sess, line, steps):
    for i in range(steps):
        feed = {line.inputs: x, line.target: y}
        _, cost = sess.run([line.step, line.cost], feed_dict=feed)
        print("%.4f" % cost)


nets = [Net(0), Net(1, rate=2)]
line = Line()
sess = tf.Session()
sess.run(tf.global_variables_initializer())
losses = [[], []]
for step in range(5):
    index = np.random.randint(0, x.shape[0], 8)
    for net, history in zip(nets, losses):
        _, l = sess.run([net.train, net.loss], {net.x: x[index], net.y: y[index]})
        history.append("%.4f" % l)
print(losses)
fit(sess, line, 3)
print(np.round(sess.run(line.w), 4), "%.4f" % sess.run(line.cost, {line.inputs: x, line.target: y}))
