import numpy as np
import tensorflow as tf
class Base(object):
    kind = "base"
    def __init__(self, n, scale=1.0):
        self.n = n
        self.scale = scale
        self.x = tf.placeholder(tf.float32, [None, n])
        self.out = self.build()
        self.sess = tf.Session()
        self.sess.run(tf.global_variables_initializer())
    def build(self):
        return self.x
    def go(self, v):
        return self.sess.run(self.out, {self.x: v})
    def describe(self):
        return "%s %d" % (self.kind, self.n)
class Lin(Base):
    kind = "linear"
    def __init__(self, n):
        self.extra = 3.0
        Base.__init__(self, n, scale=2.0)
    def build(self):
        self.w = tf.Variable(tf.ones([self.n, 1]))
        return tf.matmul(self.x, self.w) * self.scale + self.extra
    def describe(self):
        return "L:" + super(Lin, self).describe()
m = Lin(2)
print(m.go([[1, 2]]), m.describe())
