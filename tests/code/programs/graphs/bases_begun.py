import numpy as np
import tensorflow as tf


class Base(object):
    """A model."""

    rate = 0.1

    def __init__(self, n):
        self.n = n
        self.sess = None

    def add_loss(self):
        self.loss = tf.reduce_mean(tf.square(self.out - self.y))

    def add_train(self, rate):
        # One step.
        self.train_op = tf.train.GradientDescentOptimizer(rate).minimize(self.loss)

    def start(self):
        self.sess = tf.Session()
        self.sess.run(tf.global_variables_initializer())

    def fit(self, xs, ys):
        raise NotImplementedError


class Linear(Base):
    def __init__(self, n, scale):
        super(Linear, self).__init__(n)
        self.scale = scale

    def build(self):
        self.x = tf.placeholder(tf.float32, [None, self.n])
        self.y = tf.placeholder(tf.float32, [None, 1])
        self.w = tf.Variable(tf.zeros([self.n, 1]))
        self.out = tf.matmul(self.x, self.w) * self.scale
        self.add_loss()
        self.add_train(self.rate)
        self.start()

    def fit(self, xs, ys):
        _, l = self.sess.run([self.train_op, self.loss], {self.x: xs, self.y: ys})
        return l


model = Linear(3, 2.0)
model.build()
xs = np.random.RandomState(0).rand(8, 3)
for i in range(3):
    print("%.4f" % model.fit(xs, xs.sum(1, keepdims=True)))
