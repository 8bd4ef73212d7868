import numpy as np
import tensorflow as tf
class Base(object):
    def __init__(self, n):
        self.n = n
        self.x = tf.placeholder(tf.float32, [None, n])
        self.y = tf.placeholder(tf.float32, [None, 1])
        self.build()
        self.loss = tf.reduce_mean(tf.square(self.out - self.y))
        self.train_op = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss)
        self.sess = tf.Session()
        self.sess.run(tf.global_variables_initializer())
    def fit(self, xs, ys):
        _, l = self.sess.run([self.train_op, self.loss], {self.x: xs, self.y: ys})
        return l
class Linear(Base):
    def build(self):
        self.w = tf.Variable(tf.zeros([self.n, 1]))
        self.out = tf.matmul(self.x, self.w)
model = Linear(3)
xs = np.random.RandomState(0).rand(8, 3)
for i in range(3):
    print("%.4f" % model.fit(xs, xs.sum(1, keepdims=True)))
